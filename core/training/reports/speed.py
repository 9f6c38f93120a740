"""How long one edit takes and how much memory the program then holds, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch

from core.anatomy.landmarks import MOUTH, NOSE_BASE, Landmarks
from core.edit.editor import Editor
from core.edit.requests import InpaintRequest, SmileRequest
from core.face.align import canonical_frame
from core.imaging.arrays import Image, Mask
from core.imaging.masks import fill_hull
from core.models import MODELS
from core.runtime import tensors
from core.runtime.checkpoints import weights_path
from core.training.data.faces import read_shard
from core.training.harness.markdown import markdown_table

THREADS = 2
REPEATS = 20

_FRAME_PX = 256
_PHOTO_PX = (3000, 4000)  # 12 megapixels


def speed_table(system: str, weights: Path | None, data: Path) -> str:
    """Measure in a fresh process, whose memory holds nothing but the program."""
    command = [sys.executable, "-m", "core.training", "speed", system, "--data", str(data)]
    if weights is not None:
        command += ["--weights", str(weights)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(printed)
    rows = [[name, f"{value:.3g}"] for name, value in figures.items()]
    return markdown_table([f"on {THREADS} threads of a CPU", "figure"], rows)


def measure_speed(
    system: str, weights: Path | None, data: Path, repeats: int = REPEATS
) -> dict[str, float]:
    """Time network, fill and smile on the CPU: two threads, one warm-up, median of 20."""
    torch.set_num_threads(THREADS)
    editor = Editor("cpu", {system: weights} if weights else None)
    photo, landmarks = large_photo(data)
    frame = canonical_frame(landmarks, _FRAME_PX)
    face, points = frame.crop(photo), frame.to_frame(landmarks)
    mask = fill_hull((_FRAME_PX, _FRAME_PX), points[list(MOUTH + NOSE_BASE)])
    works: dict[str, Callable[[], object]] = {
        f"network on one {_FRAME_PX}-pixel frame, seconds": _network(system, weights, face, mask),
        "fill of mouth and nose on a 256-pixel face, seconds": lambda: editor.run(
            InpaintRequest(face, mask, (points,), model=system)
        ),
        "smile on 12 megapixels, face found before, seconds": lambda: editor.run(
            SmileRequest(photo, landmarks, model=system)
        ),
    }
    figures = {name: median_time(work, repeats) for name, work in works.items()}
    return figures | {"peak memory of all that, MB": _peak_megabytes()}


def _network(system: str, weights: Path | None, face: Image, mask: Mask) -> Callable[[], object]:
    model = MODELS[system].build(weights or weights_path(system), torch.device("cpu"))
    image, hole = tensors.from_image(np.asarray(face, np.uint8)), tensors.from_mask(mask)

    def run() -> object:
        with torch.inference_mode():
            return model.inpaint(image, hole, torch.zeros_like(image))

    return run


def large_photo(data: Path) -> tuple[Image, Landmarks]:
    """Enlarge one face of the data to 12 megapixels, mirrored beyond its edges."""
    _, jpeg, record = next(read_shard(sorted(data.glob("hires768-*.tar"))[0]))
    assert jpeg is not None
    small = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert small is not None
    height, width = _PHOTO_PX
    scale = height / small.shape[0]
    large = cv2.resize(small, (height, height), interpolation=cv2.INTER_CUBIC)
    photo = cv2.copyMakeBorder(large, 0, 0, 0, width - height, cv2.BORDER_REFLECT)
    landmarks = (np.array(record["landmarks68"], np.float64) + 0.5) * scale - 0.5
    return np.asarray(photo, np.uint8), landmarks


def median_time(work: Callable[[], object], repeats: int) -> float:
    """Time some work in seconds, after doing it once before."""
    work()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds))


def _peak_megabytes() -> float:
    """Read the largest resident size so far; NaN where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
