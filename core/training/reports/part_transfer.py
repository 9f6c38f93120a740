"""Measures part transfer: the network alone, the program on pairs of people."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from core.anatomy.landmarks import mouth_width
from core.anatomy.parts import FacePart
from core.edit.editor import Editor
from core.edit.requests import ExemplarRequest, StyleRequest
from core.image_io.photo import photo_from_array
from core.models import harmonizer
from core.runtime import tensors
from core.runtime.checkpoints import weights_path
from core.runtime.membrane import smooth_fill
from core.training.data.array_types import HoleMasks, Images
from core.training.data.batches import to_device
from core.training.data.contact_sheet import write_grid
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.frames import SampleMix
from core.training.harness.markdown import markdown_table
from core.training.recipes.harmonizer import TrainableHarmonizer, sources
from core.training.reports import metrics
from core.training.reports.speed import large_photo, median_time

KINDS: dict[str, tuple[FacePart, ...]] = {
    "eyes and brows": (FacePart.EYES, FacePart.BROWS),
    "nose": (FacePart.NOSE,),
    "mouth": (FacePart.MOUTH,),
    "eyes, brows, nose, mouth": (FacePart.EYES, FacePart.BROWS, FacePart.NOSE, FacePart.MOUTH),
    "inner face": (FacePart.FACE,),
}

_FRAME_SIZE = 128
_CPU = torch.device("cpu")
_REPEATS = 3
_CHEEKS = [2, 3, 13, 14, 31, 35]


class Pair(NamedTuple):
    """Two people of the same expression."""

    face: TrainingFace
    exemplar: TrainingFace


def part_transfer_report(
    editor: Editor, data: Path, weights: Path | None, count: int, out: Path | None
) -> Iterator[str]:
    """Yield the sections of the report, each as Markdown."""
    model = harmonizer.build(weights or weights_path(harmonizer.NAME), _CPU)
    yield (
        f"The network alone on {count} validation frames of {_FRAME_SIZE} pixels a kind, cut and"
        " relit as in training: PSNR in dB inside the hole; sharp is the energy of the 2-8 pixel"
        f" band over the original's.\n\n{network_table(model, data, count)}"
    )
    pairs = pairs_across_tones(data)
    yield (
        f"The program on {len(pairs)} pairs of validation people of 768 pixels, each with one of"
        " another skin tone, shape 0: seam has the photo's own score at the same border in"
        f" brackets; seconds are medians.\n\n{pair_table(editor, pairs)}"
    )
    yield speed_text(editor, data, pairs[0].exemplar)
    if out is not None:
        write_grid(out / "exchange.png", part_transfer_sheet(editor, pairs), columns=1)


def network_table(model: harmonizer.Harmonizer, data: Path, count: int) -> str:
    """Measure what the network restores, beside what it is given, as Markdown."""
    rows = []
    for source in sources(data, "val"):
        batch = to_device(SampleMix([source], _FRAME_SIZE, seed=0).batch(count), _CPU)
        exemplar = TrainableHarmonizer().prepare(batch, is_training=False).lines
        with torch.inference_mode():
            answers = (
                torch.where(batch.mask > 0, exemplar * 2 - 1, batch.image),
                smooth_fill(batch.image, batch.mask),
                model.harmonize(batch.image, batch.mask, exemplar),
            )
        targets, hole = _to_images(batch.image), batch.mask[:, 0].numpy() > 0
        results = [_to_images(answer) for answer in answers]
        scores = [f"{metrics.hole_psnr(one, targets, hole):.2f}" for one in results]
        sharp = f"{metrics.sharpness_ratio(results[-1], targets, hole):.2f}"
        rows.append([f"{source.name} ({hole.mean():.3f})", *scores, sharp])
    head = "part (share)|the exemplar itself|membrane|network|sharp"
    return markdown_table(head.split("|"), rows)


def pairs_across_tones(data: Path) -> list[Pair]:
    """Pair neutral people of the London set: each with one half of the range of tones away."""
    people = [
        face
        for face in load_faces(data, ["hires768"], "val")
        if face.name.startswith("london") and face.name.endswith("neutral")
    ]
    people.sort(key=_tone)
    half = len(people) // 2
    return [Pair(face, people[(i + half) % len(people)]) for i, face in enumerate(people)]


def pair_table(editor: Editor, pairs: Sequence[Pair]) -> str:
    """Measure seam and time of transferring each set of parts, as Markdown."""
    rows = []
    photos = np.stack([pair.face.image for pair in pairs])
    for title, parts in KINDS.items():
        results, holes, seconds = [], [], []
        for pair in pairs:
            started = time.perf_counter()
            result, hole = transfer_parts(editor, pair, parts, shape=0.0)
            seconds.append(time.perf_counter() - started)
            results.append(result)
            holes.append(hole)
        covered = np.stack(holes)
        seam, own = (metrics.seam_score(one, covered) for one in (np.stack(results), photos))
        sharp = metrics.sharpness_ratio(np.stack(results), photos, covered)
        rows.append([title, f"{seam:.2f} ({own:.2f})", f"{sharp:.2f}", f"{np.median(seconds):.2f}"])
    return markdown_table(["taken", "seam (own)", "sharp", "seconds"], rows)


def transfer_parts(
    editor: Editor, pair: Pair, parts: tuple[FacePart, ...], shape: float | None = None
) -> tuple[Images, HoleMasks]:
    """Transfer parts of the exemplar; returns the image (H, W, 3) and its coverage (H, W) bool."""
    face, exemplar = pair
    request = ExemplarRequest(
        face.image, face.landmarks, exemplar.image, exemplar.landmarks, parts, shape=shape
    )
    return run_edit(editor, request)


def run_edit(editor: Editor, request: ExemplarRequest | StyleRequest) -> tuple[Images, HoleMasks]:
    """Run an edit; returns the image (H, W, 3) uint8 RGB and its coverage (H, W) bool."""
    result = editor.run(request)
    photo = photo_from_array(request.image)
    results = photo.with_patch(result.patch, result.left, result.top, result.coverage).image
    covered = np.zeros(request.image.shape[:2], bool)
    height, width = result.coverage.shape
    rows = slice(result.top, result.top + height)
    covered[rows, result.left : result.left + width] = result.coverage > 0
    return np.asarray(results, np.uint8), covered


def part_transfer_sheet(editor: Editor, pairs: Sequence[Pair]) -> list[Images]:
    """Return stacks of the same pairs: photo, exemplar, and every kind at its own shape."""
    stacks = [[pair.face.image for pair in pairs], [pair.exemplar.image for pair in pairs]]
    for parts in KINDS.values():
        stacks.append([transfer_parts(editor, pair, parts)[0] for pair in pairs])
    return [np.stack(stack) for stack in stacks]


def speed_text(editor: Editor, data: Path, exemplar: TrainingFace) -> str:
    """Time a mouth and a face on a photo of 12 megapixels, both faces found before."""
    photo, landmarks = large_photo(data)
    seconds = {}
    for title in ("mouth", "inner face"):
        request = ExemplarRequest(
            photo, landmarks, exemplar.image, exemplar.landmarks, KINDS[title]
        )
        seconds[title] = median_time(partial(editor.run, request), _REPEATS)
    times = ", ".join(f"{title} {value:.2f} s" for title, value in seconds.items())
    return f"On a photo of 12 megapixels: {times}."


def _tone(face: TrainingFace) -> float:
    """Mean brightness of the cheeks, 0..255."""
    points = face.landmarks[_CHEEKS].mean(axis=0)
    reach = int(mouth_width(face.landmarks) / 4)
    column, row = np.rint(points).astype(int)
    return float(face.image[row - reach : row + reach, column - reach : column + reach].mean())


def _to_images(images: torch.Tensor) -> Images:
    return np.concatenate([tensors.to_image(one[None])[None] for one in images])
