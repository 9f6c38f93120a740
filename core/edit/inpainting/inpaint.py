"""Fills what a mask covers: parts of it in frames of their own, laid into the photo."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core.edit.inpainting import detail_transfer
from core.edit.inpainting.hole_lines import known_lines
from core.edit.inpainting.hole_partition import Part, split, surroundings
from core.edit.inpainting.region_maps import FaceMap, coarse_maps, labels_in, refined_maps
from core.edit.inpainting.tiled_painter import Canvas
from core.edit.networks import FRAME_SIZES, Painters
from core.edit.requests import EditResult, InpaintRequest
from core.face.align import Frame
from core.imaging.arrays import Image, Mask, Pixels
from core.imaging.windows import bounding_window
from core.models import MODELS
from core.progress import Report, part_of

_MAP_UNUSED = "This model does not look at the map of regions; choose region_norm, which does."


def fill(request: InpaintRequest, painters: Painters, report: Report) -> EditResult:
    """Fill what the mask covers, so that the face looks whole."""
    report(0.0, "Framing")
    seen = surroundings(bounding_window(request.mask), request.mask.shape, request.faces)
    asked = request.within(seen)
    hole = np.where(asked.mask > 0, 255, 0).astype(np.uint8)
    parts = split(hole, asked.faces, FRAME_SIZES[0])
    filled, notices = _filled(asked, hole, parts, painters, report)
    for part in parts:
        detail_transfer.add_to_part(filled, part, hole)
    rows, columns = bounding_window(hole)
    left, top = seen[1].start + columns.start, seen[0].start + rows.start
    patch, coverage = filled[rows, columns].copy(), asked.mask[rows, columns].copy()
    return EditResult(patch, left, top, coverage, request, notices)


def _filled(
    asked: InpaintRequest, hole: Mask, parts: list[Part], painters: Painters, report: Report
) -> tuple[Image, tuple[str, ...]]:
    """Fill every part; a model that sees regions is shown those of its own answer once more."""
    if asked.model not in MODELS or not MODELS[asked.model].sees_regions:
        filled, notices = _canvas(asked, hole, painters).filled(parts, report)
        return filled, notices if asked.labels is None else (*notices, _MAP_UNUSED)
    maps = coarse_maps(asked, hole, painters)
    first = _canvas(asked, hole, painters, maps).filled(parts, part_of(report, 0.0, 0.5))
    if asked.labels is not None:  # what the user painted is not to be refined
        return first
    refined = refined_maps(maps, first[0], painters)
    if all(np.array_equal(a.labels, b.labels) for a, b in zip(maps, refined, strict=True)):
        return first
    return _canvas(asked, hole, painters, refined).filled(parts, part_of(report, 0.5, 1.0))


def _canvas(
    asked: InpaintRequest, hole: Mask, painters: Painters, maps: Sequence[FaceMap] | None = None
) -> Canvas:
    """Say how a frame is painted; `maps` is None for models that do not see regions."""

    def paint(
        device: torch.device, frame: Frame, picture: Pixels, hole: Mask, report: Report
    ) -> Image:
        lines = known_lines(frame, asked.faces, asked.lines)
        labels = None if maps is None else labels_in(frame, maps, asked.labels)
        return painters.paint(asked.model, device, picture, hole, lines, report, labels)

    return Canvas(asked.image, hole, painters, paint)
