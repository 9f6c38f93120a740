"""Fills what a mask covers: parts of it in frames of their own, laid into the photo."""

from __future__ import annotations

import numpy as np
import torch

from core.edit import blend, detail
from core.edit.holes import split, surroundings
from core.edit.inpaint import known_lines, overlapping, view
from core.edit.painters import FRAME_SIZES, REFINED_FROM, Painters
from core.edit.request import EditResult, InpaintRequest
from core.edit.warp import Floats
from core.face.align import Frame
from core.masks import Image, Mask, Window, bounding_window
from core.progress import Report, part_of


def fill(request: InpaintRequest, painters: Painters, report: Report) -> EditResult:
    """Fill what the mask covers, so that the face looks whole."""
    report(0.0, "Framing")
    seen = surroundings(bounding_window(request.mask), request.mask.shape, request.faces)
    asked = request.within(seen)
    hole = np.where(asked.mask > 0, 255, 0).astype(np.uint8)
    parts = split(hole, asked.faces, FRAME_SIZES[0])
    filled, unknown, notices = asked.image.copy(), hole.copy(), dict[str, None]()
    for number, part in enumerate(parts):
        span = part_of(report, number / len(parts), (number + 1) / len(parts))
        window, weight = overlapping(part, hole) if len(parts) > 1 else (part.window, part.own)
        still_unknown = np.where(weight == 255, 0, unknown[window])
        unknown[window][weight > 0] = 255
        above, changes = _fill(painters, asked, part.frame, filled, unknown, window, span)
        filled[window] = blend.mix(filled[window], above, weight)
        unknown[window] = still_unknown
        notices |= dict.fromkeys(changes)
    for part in parts:
        detail.add_to_part(filled, part, hole)
    rows, columns = bounding_window(hole)
    left, top = seen[1].start + columns.start, seen[0].start + rows.start
    patch, coverage = filled[rows, columns].copy(), asked.mask[rows, columns].copy()
    return EditResult(patch, left, top, coverage, request, tuple(notices))


def _fill(
    painters: Painters,
    request: InpaintRequest,
    around: Frame,
    image: Image,
    hole: Mask,
    window: Window,
    report: Report,
) -> tuple[Image, tuple[str, ...]]:
    """Paint one frame; returns what it shows in a window of the image, and notices."""

    def paint(device: torch.device, size: int) -> tuple[Floats, Frame]:
        frame = around.resized(size)
        lines = known_lines(frame, request.faces, request.lines)
        cut, seen = view(frame, image, hole)
        painted = painters.paint(request.model, device, cut, seen, lines, report)
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
