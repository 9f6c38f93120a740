"""Transfers what an exemplar shows below a painted mask to a face: glasses, make-up, anything.

The face itself stays where it is, and nothing that lies over either face is spared: the mask
says what is transferred.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.anatomy.parts import FacePart
from core.edit.compositing.tone_matching import light_ratio
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExemplarRequest
from core.edit.transfer.part_compositing import PartCompositor
from core.edit.transfer.part_geometry import cover_pieces, pieces_of, target_landmarks
from core.edit.transfer.part_placement import (
    COVER_RADIUS,
    EXEMPLAR_MARGIN_PX,
    MOST_FRAME_SIDE,
    PartPlacement,
    zoomed_frame,
)
from core.edit.transfer.prepared_exemplar import prepare_exemplar
from core.edit.warping.warp import Warp, WarpedWindow
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame
from core.imaging.arrays import Mask, Points, Window
from core.imaging.masks import row_extremes
from core.imaging.windows import bounding_window, window_around
from core.progress import Report, part_of

_COVERED_FROM = 127  # of 255
_FEATURES = tuple(part for part in FacePart if part is not FacePart.FACE)


def transfer_under_mask(request: ExemplarRequest, networks: Networks, report: Report) -> EditResult:
    """Transfer what the exemplar shows below the mask to the photo's face.

    A mouth or an eye that lies whole below the mask opens and closes with the exemplar's.

    Raises:
        InvalidRequestError: the exemplar does not suit, or the mask leaves the face.
        CheckpointError: the weights of the network are missing or damaged.
    """
    assert request.mask is not None
    report(0.0, "Bringing the exemplar")
    canonical = canonical_frame(request.landmarks)
    exemplar = prepare_exemplar(request, canonical)
    frame = _frame_around(canonical, request.mask)
    if request.strength == 0:
        return EditResult.unchanged(request)
    own = canonical.to_frame(request.landmarks)
    parts = _covered_features(canonical, request.mask, own)
    target = target_landmarks(own, exemplar.landmarks, parts, request.shape)
    window = window_around(frame.corners(), request.image.shape)
    unmoved = WarpedWindow(
        window, request.image[window].copy(), np.zeros_like(request.mask[window])
    )
    landmarks = canonical.to_photo(target)
    light = light_ratio(
        request.image, request.landmarks, exemplar.image, exemplar.landmarks_in_image(canonical)
    )
    compositor = PartCompositor(
        request, networks, exemplar, Warp(canonical, exemplar.landmarks, target), light
    )
    placement = _place_mask(frame, request.mask[window], landmarks, window)
    notices = compositor.composite(unmoved, [placement], part_of(report, 0.2, 0.95))
    return EditResult.trimmed(
        unmoved.image,
        unmoved.coverage,
        window,
        request,
        (*exemplar.notices, *notices),
        landmarks=_moved_landmarks(request, landmarks) if parts else None,
    )


def _moved_landmarks(request: ExemplarRequest, target: Points) -> Points:
    """Return (68, 2) at the request's strength; at 1 they are at `target`."""
    return request.landmarks + request.strength * (target - request.landmarks)


def _frame_around(canonical: Frame, mask: Mask) -> Frame:
    """Zoom in on a mask, with a margin.

    Raises:
        InvalidRequestError: it reaches far beyond the face.
    """
    window = bounding_window(mask)
    outline = np.array([window[1].start, window[0].start]) + row_extremes(mask[window])
    ends = (canonical.to_frame(outline) + 0.5) / canonical.size
    if np.abs(ends - 0.5).max() > MOST_FRAME_SIDE / 2:
        raise InvalidRequestError(
            "An exemplar lends its face and what is around it; keep the mask there."
        )
    return zoomed_frame(canonical, ends.min(axis=0), ends.max(axis=0))


def _covered_features(canonical: Frame, mask: Mask, landmarks: Points) -> tuple[FacePart, ...]:
    """List the features that lie whole below a mask; `landmarks` are of the canonical frame."""
    covered = canonical.crop(mask, cv2.INTER_LINEAR) > _COVERED_FROM

    def is_whole(part: FacePart) -> bool:
        needed = cover_pieces(
            covered.shape, landmarks, pieces_of((part,)), COVER_RADIUS * canonical.size
        )
        return bool(covered[needed > 0].all())

    return tuple(part for part in _FEATURES if is_whole(part))


def _place_mask(frame: Frame, mask: Mask, landmarks: Points, window: Window) -> PartPlacement:
    """Place a mask in a window of the photo.

    Args:
        frame: that holds the mask, in the photo.
        mask: (h, w) uint8 coverage in the window.
        landmarks: (68, 2) of the face, in the photo.
        window: of the photo.
    """
    inner = bounding_window(mask, int(np.ceil(EXEMPLAR_MARGIN_PX / frame.scale)))
    corner = [window[1].start, window[0].start]
    return PartPlacement(frame.within(window), inner, mask[inner], landmarks - corner, ())
