"""Seed 001's own way: the network paints the face after its map, and the changes are lent."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
import torch

from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import Component
from core.anatomy.regions import LabelMap, Region, to_published
from core.edit.compositing.frame_resampling import cut_8_bit, resample_mask, resample_painted
from core.edit.compositing.membrane_fill import fill_with_residual
from core.edit.networks import Networks
from core.edit.portrait.map_difference import MapDifference, crop_labels
from core.edit.requests import EditResult, TransferRequest
from core.face.align import Frame, canonical_frame
from core.imaging.arrays import Image, Image8, Mask
from core.imaging.masks import dilate, feather
from core.models.base import Task
from core.models.mask_portrait.components import REGIONS
from core.models.mask_portrait.model import PortraitPainter
from core.progress import Report
from core.runtime import tensors
from core.runtime.device import fast_arithmetic
from core.runtime.membrane import fill_membrane

SOFT = "Painted the paper's way: the network's small frame shows less detail than the photo."
_GROWN_PX, _FEATHER_PX = 2.0, 2.5
"""Of a 128 frame: how far what changed is lent around it, and how softly it ends."""
_LARGE = 0.2
"""Share of the frame from which a hole is too large for its border to say how bright it is."""


class _Look(NamedTuple):
    """A face in the network's frame."""

    picture: Image8
    """(S, S, 3)."""
    labels: LabelMap
    """(S, S) published labels."""


def paint_portrait(
    request: TransferRequest,
    difference: MapDifference | None,
    networks: Networks,
    report: Report,
) -> EditResult:
    """Paint what differs from the wanted map, or is an exemplar's, by the network.

    Raises:
        CheckpointError: the weights of a network are missing or damaged.
    """

    def paint(device: torch.device, _: int) -> EditResult:
        report(0.0, "Loading model")
        painter = cast(PortraitPainter, networks.model(request.model, device, Task.PORTRAIT))
        frame = canonical_frame(request.landmarks).resized(painter.size)
        report(0.2, "Finding the regions")
        own = _look(request.image, request.landmarks, frame, networks)
        if difference is None:
            wanted, changed = own.labels, np.zeros(own.labels.shape, np.uint8)
        else:
            wanted = to_published(crop_labels(difference.whole[1], frame))
            found = to_published(crop_labels(difference.whole[0], frame))
            own = own._replace(labels=found)
            changed = np.where(found != wanted, 255, 0).astype(np.uint8)
        lent = None
        if request.exemplar is not None:
            exemplar = request.exemplar
            theirs = canonical_frame(exemplar.landmarks).resized(painter.size)
            lent = _look(exemplar.image, exemplar.landmarks, theirs, networks)
            changed = np.maximum(changed, _component_area(request, own.labels, wanted))
        report(0.5, "Painting")
        painted = _paint(painter, device, own, wanted, lent, request.parts)
        report(0.9, "Blending")
        return _composited(request, frame, painted, changed)

    result, notices = networks.run(paint)
    return EditResult.trimmed(
        result.patch, result.coverage, result.window, request, (SOFT, *notices)
    )


def _look(image: Image, landmarks: Landmarks, frame: Frame, networks: Networks) -> _Look:
    labels, _ = networks.label_photo(image, landmarks)
    return _Look(cut_8_bit(image, frame), to_published(crop_labels(labels, frame)))


def _component_area(request: TransferRequest, own: LabelMap, wanted: LabelMap) -> Mask:
    regions = [region for part in request.parts for region in REGIONS[part]]
    return np.where(np.isin(own, regions) | np.isin(wanted, regions), 255, 0).astype(np.uint8)


def _paint(
    painter: PortraitPainter,
    device: torch.device,
    own: _Look,
    wanted: LabelMap,
    lent: _Look | None,
    parts: tuple[Component, ...],
) -> Image8:
    def prepared(look: _Look) -> tuple[torch.Tensor, torch.Tensor]:
        return (
            tensors.from_image(look.picture).to(device),
            tensors.from_labels(look.labels).to(device),
        )

    uncovered = (wanted == Region.BACKGROUND) & (own.labels != Region.BACKGROUND)
    shown = own.picture
    if uncovered.any():  # what lay before the background must not be seen in it
        hole = np.where(uncovered | (own.labels != Region.BACKGROUND), 255, 0).astype(np.uint8)
        behind = fill_membrane(shown, hole).clip(0, 255).astype(np.uint8)
        shown = np.where(uncovered[..., None], behind, shown)
    with torch.inference_mode(), fast_arithmetic(device):
        image, labels = prepared(own)
        result = painter.paint(
            image,
            labels,
            tensors.from_labels(wanted).to(device),
            None if lent is None else prepared(lent),
            parts,
            tensors.from_image(np.ascontiguousarray(shown)).to(device),
        )
    return tensors.to_image(result)


def _composited(
    request: TransferRequest, frame: Frame, painted: Image8, changed: Mask
) -> EditResult:
    """Lay what changed over the photo, as bright as what surrounds it where that is near."""
    unit = frame.size / 128
    hole = dilate(changed, _GROWN_PX * unit)
    if not hole.any():
        return EditResult.unchanged(request)
    window = frame.window(request.image.shape)
    coverage = resample_mask(feather(hole, _FEATHER_PX * unit), frame, window)
    if (hole > 0).mean() > _LARGE:
        image = resample_painted(painted, frame, window, request.image.dtype)
    else:
        wide = dilate(hole, 3 * _FEATHER_PX * unit)
        residual = painted.astype(np.float32) - fill_membrane(painted, wide)
        covered = np.zeros(request.image.shape[:2], np.uint8)
        covered[window] = np.where(coverage > 0, 255, 0)
        image = fill_with_residual(request.image, covered, residual, frame, window)
    return EditResult.trimmed(image, coverage, window, request)
