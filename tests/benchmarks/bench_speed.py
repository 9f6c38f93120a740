"""How long edits take, from the click to the pixels, with warm models and two threads.

`python -m tests.benchmarks.bench_speed DATA_DIR` enlarges a neutral validation person of the
London set to 12 megapixels, and reduces the face to what the window previews. It prints the
median of 20 runs, the slowest, and the ratio to the target.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from core.anatomy.parts import FacePart
from core.edit.editor import Editor
from core.edit.requests import (
    Exemplar,
    ExemplarRequest,
    InpaintRequest,
    ParseRequest,
    ReshapeRequest,
    SmileRequest,
    StyleRequest,
)
from core.face.align import canonical_frame
from core.face.detect import find_faces
from core.imaging.brush import Brush, draw_stroke
from core.models import models_for
from core.models.base import Inpainter, Task
from core.runtime.checkpoints import weights_path
from core.runtime.device import fast_arithmetic
from core.training.reports.smiles import neutral_faces

RUNS = 20
THREADS = 2
PHOTO_PX = 12_000_000
PREVIEW_PX = 1_000_000


class Row(NamedTuple):
    """One thing that is timed."""

    title: str
    work: Callable[[], object]
    target: float
    """Seconds."""


def main() -> None:
    """Print one row for each edit; best on an idle computer."""
    torch.set_num_threads(THREADS)
    cv2.setNumThreads(THREADS)
    _say(f"{'':34} median    slowest   target   ratio")
    for row in _rows(Path(sys.argv[1])):
        row.work()
        times = np.array([_seconds(row.work) for _ in range(RUNS)])
        median = float(np.median(times))
        _say(
            f"{row.title:34} {median:6.3f} s  {times.max():6.3f} s  {row.target:5.2f} s"
            f"  {median / row.target:5.2f}"
        )


def _rows(folder: Path) -> list[Row]:
    editor = Editor("cpu")
    person, exemplar = neutral_faces(folder, 2)
    photo = _enlarged(person.image)
    (face,) = find_faces(photo, thorough=False)
    preview = _preview(photo, face.landmarks)
    (small,) = find_faces(preview, thorough=False)
    hole = InpaintRequest(photo, _blemish(photo.shape[:2], face.landmarks), (face.landmarks,))
    asked = SmileRequest(photo, face.landmarks)
    tick = SmileRequest(preview, small.landmarks, strength=0.6, draft=True)
    chin = face.landmarks.copy()
    chin[8, 1] += 0.02 * photo.shape[0]
    shape = ReshapeRequest(photo, face.landmarks, chin)
    mouth = ExemplarRequest(
        photo, face.landmarks, exemplar.image, exemplar.landmarks, (FacePart.MOUTH,)
    )
    whole = replace(mouth, parts=(FacePart.FACE,))
    hair_transfer = replace(mouth, parts=(), hair=True)
    eyes = draw_stroke(photo.shape[:2], face.landmarks[[36, 45]], Brush(0.12 * photo.shape[0], 0.8))
    below = replace(mouth, parts=(), mask=eyes)
    mix = replace(mouth, image=preview, landmarks=small.landmarks, draft=True)
    guide = Exemplar(exemplar.image, exemplar.landmarks)
    hair_style = StyleRequest(photo, face.landmarks, guide, hair=True)
    style_preview = replace(hair_style, image=preview, landmarks=small.landmarks, draft=True)
    changed = (np.maximum(exemplar.image, least) for least in count(1))
    regions = ParseRequest(photo, face.landmarks)
    return [
        Row("smile, 12 MP, face found first", lambda: _find_and_smile(editor, photo), 0.8),
        Row("smile, 12 MP, face known", lambda: editor.run(asked), 0.8),
        Row(f"slider tick, {preview.size / 3e6:.1f} MP", lambda: editor.run(tick), 0.05),
        Row("fill, one frame of 12 MP", lambda: editor.run(hole), 0.2),
        Row("chin moved, 12 MP", lambda: editor.run(shape), 0.8),
        Row("mouth of a new face", lambda: editor.run(replace(mouth, exemplar=next(changed))), 1.0),
        Row("mouth of a face seen before", lambda: editor.run(mouth), 0.5),
        Row(
            "inner face of a new one",
            lambda: editor.run(replace(whole, exemplar=next(changed))),
            1.0,
        ),
        Row("inner face of one seen before", lambda: editor.run(whole), 0.5),
        Row("what a mask over the eyes covers", lambda: editor.run(below), 0.5),
        *_portrait_rows(editor, mouth),
        Row("its slider's tick, mouth", lambda: editor.run(mix), 0.25),
        Row(
            "hair of a new face",
            lambda: editor.run(replace(hair_transfer, exemplar=next(changed))),
            1.0,
        ),
        Row("hair of a face seen before", lambda: editor.run(hair_transfer), 0.5),
        Row(
            "hair like a new face's",
            lambda: editor.run(_with_exemplar(hair_style, next(changed))),
            1.0,
        ),
        Row("hair like a face's seen before", lambda: editor.run(hair_style), 0.5),
        Row("its slider's tick", lambda: editor.run(style_preview), 0.25),
        Row("regions of a face, 12 MP", lambda: editor.run(regions), 0.5),
        *_network_rows(),
    ]


def _portrait_rows(editor: Editor, asked: ExemplarRequest) -> list[Row]:
    """Time the same on a portrait of as many pixels, of which a quarter are the face."""
    half = cv2.resize(asked.image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    down, across = (round(side / 2) for side in half.shape[:2])
    image = cv2.copyMakeBorder(half, down, down, across, across, cv2.BORDER_REFLECT)
    points = (asked.landmarks + 0.5) / 2 - 0.5 + [across, down]
    face = replace(asked, image=np.asarray(image), landmarks=points, parts=(FacePart.FACE,))
    hair = replace(face, parts=(), hair=True)
    guide = Exemplar(asked.exemplar, asked.exemplar_landmarks)
    styled = StyleRequest(face.image, points, guide, hair=True)
    return [
        Row("inner face, a quarter of 12 MP", lambda: editor.run(face), 0.5),
        Row("hair, a face a quarter of 12 MP", lambda: editor.run(hair), 0.5),
        Row("hair in a style, the same", lambda: editor.run(styled), 0.5),
    ]


def _network_rows() -> list[Row]:
    """Time every network that has weights by itself, on one frame."""
    rows = []
    for spec in models_for(Task.FILL).values():
        path = weights_path(spec.name)
        if path.is_file():
            model = spec.build(path, torch.device("cpu"))
            for size in (128, 256):
                mask = torch.zeros(1, 1, size, size)
                mask[..., size // 3 : size // 2, size // 3 : size // 2] = 1
                image, lines = torch.zeros(1, 3, size, size), torch.zeros(1, 3, size, size)

                paint = partial(_inpaint, model, image, mask, lines)
                rows.append(Row(f"{spec.name} alone, {size} pixels", paint, 0.2))
    return rows


def _inpaint(model: Inpainter, image: Tensor, mask: Tensor, lines: Tensor) -> Tensor:
    with torch.inference_mode(), fast_arithmetic(image.device):
        return model.inpaint(image, mask, lines)


def _with_exemplar(request: StyleRequest, image: np.ndarray) -> StyleRequest:
    """Replace the exemplar's image, so that nothing is cached for it."""
    assert request.exemplar is not None
    return replace(request, exemplar=Exemplar(image, request.exemplar.landmarks))


def _find_and_smile(editor: Editor, photo: np.ndarray) -> object:
    (face,) = find_faces(photo, thorough=False)
    return editor.run(SmileRequest(photo, face.landmarks))


def _enlarged(image: np.ndarray) -> np.ndarray:
    scale = np.sqrt(PHOTO_PX / (image.shape[0] * image.shape[1]))
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))


def _preview(photo: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Reduce the face and its surroundings to what the window previews."""
    part = photo[canonical_frame(landmarks).window(photo.shape)]
    scale = np.sqrt(PREVIEW_PX / (part.shape[0] * part.shape[1]))
    return np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _blemish(shape: tuple[int, int], landmarks: np.ndarray) -> np.ndarray:
    return draw_stroke(shape, landmarks[[31]] - [0.1 * shape[1], 0], Brush(0.08 * shape[0], 0.8))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
