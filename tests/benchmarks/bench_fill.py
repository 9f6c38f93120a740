"""What fills of brush strokes cost on sharp, grainy photos, in seconds of processor time.

`python -m tests.benchmarks.bench_fill DATA_DIR` composes photos of 1 and 24 megapixels of the
validation faces of `hires768`, none enlarged, paints strokes over 5, 15 and 40 %, and prints the
processor's time of all threads (median of three runs) beside OpenCV's two methods.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.edit.editor import Editor
from core.edit.requests import InpaintRequest
from core.imaging.arrays import Image, Mask
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.holes import free_form
from core.training.reports.fills import classic_fill

RUNS = 3
THREADS = 2
SHARES = (0.05, 0.15, 0.4)
_STROKES_PX = 1024
"""Side of the part in which strokes are drawn; large photos get several."""


class Photo(NamedTuple):
    """A sharp photo."""

    title: str
    image: Image
    faces: tuple[Landmarks, ...]


def main() -> None:
    """Print one row for each photo and share; best on an idle computer."""
    import torch  # after core, which tells its threads how to wait

    torch.set_num_threads(THREADS)
    cv2.setNumThreads(THREADS)
    editor = Editor("cpu")
    faces = load_faces(Path(sys.argv[1]), ["hires768"], "val")
    _say(f"{'':24} {'fill':>8} {'elapsed':>8} {'Telea':>8} {'N.-S.':>8}  fill / Telea")
    for photo in (portrait(faces[0]), mosaic(faces)):
        for share in SHARES:
            mask = strokes(photo.image.shape[:2], share)
            request = InpaintRequest(photo.image, mask, photo.faces)
            editor.run(request)
            fill, elapsed = _times(partial(editor.run, request), RUNS)
            telea, stokes = (
                _times(partial(classic_fill, photo.image, mask, method), 1)[0]
                for method in (cv2.INPAINT_TELEA, cv2.INPAINT_NS)
            )
            _say(
                f"{photo.title}, {share:4.0%} strokes {fill:8.2f} {elapsed:8.2f} {telea:8.2f}"
                f" {stokes:8.2f}  {fill / telea:6.1f}"
            )


def portrait(face: TrainingFace) -> Photo:
    """Mirror a face of 768 pixels out to a photo of a megapixel."""
    (height, width), side = face.image.shape[:2], 1024
    top, left = (side - height) // 2, (side - width) // 2
    image = cv2.copyMakeBorder(face.image, top, top, left, left, cv2.BORDER_REFLECT)
    return Photo(" 1 MP", np.asarray(image, np.uint8), (np.add(face.landmarks, (left, top)),))


def mosaic(faces: list[TrainingFace]) -> Photo:
    """Lay faces of 768 pixels side by side to a photo of 24 megapixels."""
    image, points = np.zeros((4000, 6000, 3), np.uint8), []
    cells = product(range(0, 4000, 768), range(0, 6000, 768))
    for number, (top, left) in enumerate(cells):
        face = faces[number % len(faces)]
        cell = image[top : top + 768, left : left + 768]
        cell[:] = face.image[: cell.shape[0], : cell.shape[1]]
        if cell.shape[:2] == (768, 768):
            points.append(np.add(face.landmarks, (left, top)))
    return Photo("24 MP", image, tuple(points))


def strokes(shape: tuple[int, ...], share: float) -> Mask:
    """Draw brush strokes over a share of a photo; the same ones at every run."""
    rng, mask = np.random.default_rng(0), np.zeros(shape[:2], np.uint8)
    for top, left in product(*(range(0, side, _STROKES_PX) for side in shape[:2])):
        part = mask[top : top + _STROKES_PX, left : left + _STROKES_PX]
        drawn = free_form(rng, _STROKES_PX, share * 0.95, share * 1.05)
        part[:] = drawn[: part.shape[0], : part.shape[1]]
    return mask


def _times(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return the median of the processor's time and of the clock's, in seconds."""
    found = []
    for _ in range(runs):
        spent, clock = time.process_time(), time.perf_counter()
        work()
        found.append((time.process_time() - spent, time.perf_counter() - clock))
    processor, elapsed = np.median(found, axis=0)
    return float(processor), float(elapsed)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
