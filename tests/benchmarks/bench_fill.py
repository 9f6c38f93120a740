"""Hole PSNR of a painter and of OpenCV's classics on validation faces, frozen by a seed.

`python -m tests.benchmarks.bench_fill DATA_DIR [WEIGHTS.safetensors]`
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from core.checkpoints import weights_path
from core.layers import smooth_fill
from core.models.residual_unet import build
from core.training import holes
from core.training.data import TrainingFace, load_faces
from core.training.frames import Batch, FrameSource, MakeHole, SampleMix, strokes
from core.training.holes import RATIO_BINS
from core.training.sheet import answers, hole_psnr

_COUNT = 96
_SIZE = 128


def main() -> None:
    """Print one row for every kind of hole."""
    folder = Path(sys.argv[1])
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else weights_path("residual_unet")
    model = build(path, torch.device("cpu"))
    wide = load_faces(folder, ["faces256"], "val")
    close = [face for face in load_faces(folder, ["hires768"], "val") if face.yaw < 30]
    rows: list[tuple[str, Sequence[TrainingFace], tuple[float, float], MakeHole]] = [
        ("inner mouth", [f for f in close if f.mouth_open > 0.03], (0.24, 0.5), holes.inner_mouth),
        ("whole mouth", [f for f in wide if f.yaw < 30], (0.5, 0.66), holes.whole_mouth),
    ]
    rows += [
        (f"{low:.0%}-{high:.0%}", wide, (0.9, 1.0), strokes(low, high)) for low, high in RATIO_BINS
    ]
    _say("holes         share  Telea    NS  membrane  network (dB in the hole)")
    for name, faces, side, make in rows:
        centre = (0.5, 0.52) if side[0] > 0.8 else None
        source = FrameSource(name, 1.0, faces, side, [(1.0, make)], centre, keep_lines=1.0)
        batch = SampleMix([source], _SIZE, seed=0).batch(_COUNT)
        figures = [
            _classic(batch, cv2.INPAINT_TELEA),
            _classic(batch, cv2.INPAINT_NS),
            hole_psnr(answers(_membrane, batch, torch.device("cpu")), batch),
            hole_psnr(answers(model.inpaint, batch, torch.device("cpu")), batch),
        ]
        share = (batch.mask > 0).mean()
        _say(f"{name:12} {share:6.3f} " + " ".join(f"{figure:6.2f}" for figure in figures))


def _membrane(image: Tensor, mask: Tensor, lines: Tensor) -> Tensor:
    return smooth_fill(image, mask)


def _classic(batch: Batch, method: int) -> float:
    filled = [
        cv2.inpaint(image, np.where(mask > 0, 255, 0).astype(np.uint8), 3, method)
        for image, mask in zip(batch.image, batch.mask, strict=True)
    ]
    return hole_psnr(np.stack([np.asarray(image, np.uint8) for image in filled]), batch)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
