"""Fills what a mask covers: each part in a frame of its own, composited over the photo."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core.edit.inpainting import detail_transfer
from core.edit.inpainting.borrowed_parts import borrow_parts
from core.edit.inpainting.hole_lines import draw_known_lines
from core.edit.inpainting.hole_partition import HolePart, context_window, split_hole
from core.edit.inpainting.label_maps import (
    FaceLabelMap,
    coarse_label_maps,
    labels_in_frame,
    refined_label_maps,
)
from core.edit.inpainting.own_side import take_own_side
from core.edit.inpainting.surroundings import take_surroundings
from core.edit.inpainting.tiled_painter import TiledPainter
from core.edit.networks import FRAME_SIZES, Networks
from core.edit.requests import EditResult, FillSource, InpaintRequest
from core.face.align import Frame
from core.imaging.arrays import Image, Mask, Pixels
from core.imaging.windows import bounding_window
from core.models import MODELS
from core.progress import Report, part_of

_MAP_UNUSED = "This model does not look at the map of regions; choose region_norm, which does."


def fill(request: InpaintRequest, networks: Networks, report: Report) -> EditResult:
    """Fill what the mask covers, so that the face looks whole.

    Raises:
        InvalidRequestError: there is no such model.
        CheckpointError: its weights are missing or damaged.
    """
    if request.source is FillSource.NETWORK:
        return _fill_by_network(request, networks, report)
    painted = _fill_by_network(request, networks, part_of(report, 0.0, 0.5))
    if request.source is FillSource.OWN_SIDE:
        return take_own_side(painted, networks, part_of(report, 0.5, 1.0))
    if request.source is FillSource.SURROUNDINGS:
        return take_surroundings(painted, networks, part_of(report, 0.5, 1.0))
    borrowed, taken = borrow_parts(painted, networks, part_of(report, 0.5, 0.8))
    if request.source is FillSource.DONORS:
        return borrowed
    return take_own_side(borrowed, networks, part_of(report, 0.8, 1.0), taken)


def _fill_by_network(request: InpaintRequest, networks: Networks, report: Report) -> EditResult:
    """Paint what the mask covers, each part in a frame of its own."""
    report(0.0, "Framing")
    context = context_window(bounding_window(request.mask), request.mask.shape, request.faces)
    cropped = request.within(context)
    hole = np.where(cropped.mask > 0, 255, 0).astype(np.uint8)
    parts = split_hole(hole, cropped.faces, FRAME_SIZES[0])
    filled, notices = _filled(cropped, hole, parts, networks, report)
    for part in parts:
        detail_transfer.add_detail_to_part(filled, part, hole)
    rows, columns = bounding_window(hole)
    left, top = context[1].start + columns.start, context[0].start + rows.start
    patch, coverage = filled[rows, columns].copy(), cropped.mask[rows, columns].copy()
    return EditResult(patch, left, top, coverage, request, notices)


def _filled(
    cropped: InpaintRequest, hole: Mask, parts: list[HolePart], networks: Networks, report: Report
) -> tuple[Image, tuple[str, ...]]:
    """Fill every part; a model that sees regions fills again, with those of its first result."""
    if cropped.model not in MODELS or not MODELS[cropped.model].sees_regions:
        filled, notices = _painter(cropped, hole, networks).fill(parts, report)
        return filled, notices if cropped.labels is None else (*notices, _MAP_UNUSED)
    maps = coarse_label_maps(cropped, hole, networks)
    first = _painter(cropped, hole, networks, maps).fill(parts, part_of(report, 0.0, 0.5))
    if cropped.labels is not None:  # labels that the user painted stay
        return first
    refined = refined_label_maps(maps, first[0], networks)
    if all(np.array_equal(a.labels, b.labels) for a, b in zip(maps, refined, strict=True)):
        return first
    return _painter(cropped, hole, networks, refined).fill(parts, part_of(report, 0.5, 1.0))


def _painter(
    cropped: InpaintRequest,
    hole: Mask,
    networks: Networks,
    maps: Sequence[FaceLabelMap] | None = None,
) -> TiledPainter:
    """Make the painter of the hole; `maps` is None for models that do not see regions."""

    def paint_frame(
        device: torch.device, frame: Frame, picture: Pixels, hole: Mask, report: Report
    ) -> Image:
        lines = draw_known_lines(frame, cropped.faces, cropped.lines)
        labels = None if maps is None else labels_in_frame(frame, maps, cropped.labels)
        return networks.paint(cropped.model, device, picture, hole, lines, report, labels)

    return TiledPainter(cropped.image, hole, networks, paint_frame)
