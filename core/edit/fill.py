"""Fills what a mask covers: parts of it in frames of their own, laid into the photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from core.edit import blend, detail
from core.edit.holes import Part, split, surroundings
from core.edit.inpaint import known_lines, overlapping, view
from core.edit.painters import FRAME_SIZES, REFINED_FROM, Painters
from core.edit.region_maps import FaceMap, coarse_maps, labels_in, refined_maps
from core.edit.request import EditResult, InpaintRequest
from core.edit.warp import Floats
from core.face.align import Frame
from core.labels import LabelMap
from core.masks import Image, Mask, Window, bounding_window
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
        detail.add_to_part(filled, part, hole)
    rows, columns = bounding_window(hole)
    left, top = seen[1].start + columns.start, seen[0].start + rows.start
    patch, coverage = filled[rows, columns].copy(), asked.mask[rows, columns].copy()
    return EditResult(patch, left, top, coverage, request, notices)


def _filled(
    asked: InpaintRequest, hole: Mask, parts: list[Part], painters: Painters, report: Report
) -> tuple[Image, tuple[str, ...]]:
    """Fill every part; a model that sees regions is shown those of its own answer once more."""
    if asked.model not in MODELS or not MODELS[asked.model].sees_regions:
        filled, notices = _painted(_Canvas(asked, hole, painters), parts, report)
        return filled, notices if asked.labels is None else (*notices, _MAP_UNUSED)
    maps = coarse_maps(asked, hole, painters)
    first = _painted(_Canvas(asked, hole, painters, maps), parts, part_of(report, 0.0, 0.5))
    if asked.labels is not None:  # what the user painted is not to be refined
        return first
    refined = refined_maps(maps, first[0], painters)
    if all(np.array_equal(a.labels, b.labels) for a, b in zip(maps, refined, strict=True)):
        return first
    return _painted(_Canvas(asked, hole, painters, refined), parts, part_of(report, 0.5, 1.0))


@dataclass(frozen=True, eq=False)
class _Canvas:
    """What every part of a hole is painted from."""

    request: InpaintRequest
    hole: Mask
    painters: Painters
    maps: Sequence[FaceMap] | None = None
    """None for models that do not see regions."""

    def labels(self, frame: Frame) -> LabelMap | None:
        """Return what is told of a frame's regions."""
        return None if self.maps is None else labels_in(frame, self.maps, self.request.labels)


def _painted(canvas: _Canvas, parts: list[Part], report: Report) -> tuple[Image, tuple[str, ...]]:
    """Paint part after part, each seeing those before it."""
    hole = canvas.hole
    filled, unknown, notices = canvas.request.image.copy(), hole.copy(), dict[str, None]()
    for number, part in enumerate(parts):
        span = part_of(report, number / len(parts), (number + 1) / len(parts))
        window, weight = overlapping(part, hole) if len(parts) > 1 else (part.window, part.own)
        still_unknown = np.where(weight == 255, 0, unknown[window])
        unknown[window][weight > 0] = 255
        above, changes = _fill(canvas, part.frame, filled, unknown, window, span)
        filled[window] = blend.mix(filled[window], above, weight)
        unknown[window] = still_unknown
        notices |= dict.fromkeys(changes)
    return filled, tuple(notices)


def _fill(
    canvas: _Canvas, around: Frame, image: Image, hole: Mask, window: Window, report: Report
) -> tuple[Image, tuple[str, ...]]:
    """Paint one frame; returns what it shows in a window of the image, and notices."""
    request, painters = canvas.request, canvas.painters

    def paint(device: torch.device, size: int) -> tuple[Floats, Frame]:
        frame = around.resized(size)
        lines, labels = known_lines(frame, request.faces, request.lines), canvas.labels(frame)
        cut, seen = view(frame, image, hole)
        painted = painters.paint(request.model, device, cut, seen, lines, report, labels)
        residual = painted - blend.membrane(cut, seen)
        if frame.scale * REFINED_FROM > 1:
            return residual, frame
        frame = around.resized(2 * size)
        cut, seen = view(frame, image, hole)
        painted = painters.refine(device, cut, seen, residual)
        return painted - blend.membrane(cut, seen), frame

    (residual, frame), notices = painters.run(paint)
    report(0.9, "Blending")
    return blend.lay_residual(image, hole, residual, frame, window), notices
