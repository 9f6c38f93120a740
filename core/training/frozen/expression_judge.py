"""The expression judge: a small network trained on human labels only, for reports and no losses.

It stays outside the bundle; `python -m core.training judge` makes it.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.anatomy.landmarks import Landmarks
from core.errors import refusing
from core.face.align import canonical_frame, sub_frame
from core.imaging.arrays import Image
from core.runtime.checkpoints import fitted_network, load_weights
from core.runtime.stored_config import read_config

NAME = "expression_judge"
DEFAULT_PATH = Path("runs") / "judge" / f"{NAME}.safetensors"
CLASSES = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
TILE = 96
"""Side of the face crops that the judge is trained on and takes."""

_NETWORK_SIZE = 64  # side at which the network works
_CENTRE = (0.5, 0.575)
_SIDE = 0.66
"""Where the labelled tiles are in the canonical frame: brows to chin fill them."""

Tiles = npt.NDArray[np.uint8]
"""(N, 96, 96) grey."""


class JudgeNetwork(nn.Module):
    """Four levels of two convolutions, then one number a class."""

    def __init__(self, widths: tuple[int, ...] = (32, 64, 128, 256)) -> None:
        super().__init__()
        layers = _block(1, widths[0], 5, 2)
        layers += _block(widths[0], widths[0], 3, 1)
        for above, below in itertools.pairwise(widths):
            layers += _block(above, below, 3, 2) + _block(below, below, 3, 1)
        self.layers = nn.Sequential(*layers)
        self.drop = nn.Dropout(0.4)
        self.to_classes = nn.Linear(widths[-1], len(CLASSES))

    def forward(self, tiles: Tensor) -> Tensor:
        """Map (N, 1, 96, 96) in [0, 1] to (N, 7) scores; brightness and contrast do not matter."""
        x = F.interpolate(
            tiles, size=(_NETWORK_SIZE, _NETWORK_SIZE), mode="bilinear", antialias=True
        )
        spread, mean = torch.std_mean(x, dim=(1, 2, 3), keepdim=True)
        features = self.layers((x - mean) / (spread + 0.05)).mean(dim=(2, 3))
        scores: Tensor = self.to_classes(self.drop(features))
        return scores


class ExpressionJudge:
    """Tells which of seven expressions a face shows."""

    def __init__(self, path: Path) -> None:
        state, metadata = load_weights(path)
        config = read_config(metadata, NAME, path)
        with refusing(f"The weights {path} do not say what they learned; train the judge anew."):
            self.description: str = config["description"]
            """What it was trained on and how often it is right."""
        self.network = fitted_network(JudgeNetwork, state, path).eval().requires_grad_(False)

    @torch.inference_mode()
    def probabilities(self, image: Image, landmarks: Landmarks) -> dict[str, float]:
        """Classify one face.

        Args:
            image: (H, W, 3) uint8 RGB.
            landmarks: (68, 2) in its pixels.
        """
        scores = self.network(to_tensor(crop_tile(image, landmarks)[None]))
        return dict(zip(CLASSES, scores.softmax(dim=1)[0].tolist(), strict=True))


def load_judge(path: Path | None) -> ExpressionJudge | None:
    """Load the judge named, or the one that training left behind; None where there is none.

    Raises:
        CheckpointError: the judge named is missing or damaged.
    """
    if path is None and not DEFAULT_PATH.is_file():
        return None
    return ExpressionJudge(path or DEFAULT_PATH)


def crop_tile(image: Image, landmarks: Landmarks) -> Tiles:
    """Crop a face as the labelled tiles show it; (96, 96) grey."""
    frame = sub_frame(canonical_frame(landmarks), _CENTRE, _SIDE, TILE)
    return np.asarray(cv2.cvtColor(frame.crop(image), cv2.COLOR_RGB2GRAY), np.uint8)


def to_tensor(tiles: Tiles) -> Tensor:
    """Convert (N, 96, 96) grey to (N, 1, 96, 96) in [0, 1]."""
    return torch.from_numpy(tiles)[:, None].float() / 255.0


def _block(in_channels: int, out_channels: int, size: int, stride: int) -> list[nn.Module]:
    conv = nn.Conv2d(in_channels, out_channels, size, stride, size // 2, bias=False)
    return [conv, nn.BatchNorm2d(out_channels), nn.ReLU()]
