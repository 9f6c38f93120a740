"""Puts what another person's face shows below a painted mask on one: glasses, make-up, anything.

The face itself stays where it is, and nothing that lies over either face is spared: the mask
says what is taken.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.anatomy.parts import FacePart
from core.edit.compositing.tone_matching import light_between
from core.edit.inpainting.hole_partition import ends_of_rows
from core.edit.networks import Painters
from core.edit.requests import EditResult, ExemplarRequest
from core.edit.transfer.part_compositing import Exchange
from core.edit.transfer.part_geometry import cover, exchanged, goal
from core.edit.transfer.part_placement import MOST_SIDE, RADIUS, REACH_PX, Place, zoomed
from core.edit.transfer.prepared_exemplar import counterpart
from core.edit.warping.warp import Warp, Warped
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame
from core.imaging.arrays import Mask, Points, Window
from core.imaging.windows import bounding_window, window_around
from core.progress import Report, part_of

_COVERED = 127  # of 255
_FEATURES = tuple(part for part in FacePart if part is not FacePart.FACE)


def take_under_mask(request: ExemplarRequest, painters: Painters, report: Report) -> EditResult:
    """Put what the exemplar shows below the mask on the photo's face.

    A mouth or an eye that lies whole below the mask opens and closes with the exemplar's.

    Raises:
        InvalidRequestError: the exemplar does not suit, or the mask leaves the face.
    """
    assert request.mask is not None
    report(0.0, "Bringing the exemplar")
    canonical = canonical_frame(request.landmarks)
    other = counterpart(request, canonical)
    frame = _frame_around(canonical, request.mask)
    if request.strength == 0:
        return EditResult.unchanged(request)
    own = canonical.to_frame(request.landmarks)
    parts = _covered(canonical, request.mask, own)
    target = goal(own, other.landmarks, parts, request.shape)
    window = window_around(frame.corners(), request.image.shape)
    still = Warped(window, request.image[window].copy(), np.zeros_like(request.mask[window]))
    points = canonical.to_photo(target)
    light = light_between(
        request.image, request.landmarks, other.image, other.in_picture(canonical)
    )
    exchange = Exchange(request, painters, other, Warp(canonical, other.landmarks, target), light)
    place = _place(frame, request.mask[window], points, window)
    notices = exchange.lay(still, [place], part_of(report, 0.2, 0.95))
    return EditResult.trimmed(
        still.image,
        still.coverage,
        window,
        request,
        (*other.notices, *notices),
        landmarks=_moved(request, points) if parts else None,
    )


def _moved(request: ExemplarRequest, points: Points) -> Points:
    """Tell where the face's points are, if all of the exemplar would bring them to `points`."""
    return request.landmarks + request.strength * (points - request.landmarks)


def _frame_around(canonical: Frame, mask: Mask) -> Frame:
    """Zoom in on a mask, with a margin.

    Raises:
        InvalidRequestError: it reaches far beyond the face.
    """
    window = bounding_window(mask)
    outline = np.array([window[1].start, window[0].start]) + ends_of_rows(mask[window])
    ends = (canonical.to_frame(outline) + 0.5) / canonical.size
    if np.abs(ends - 0.5).max() > MOST_SIDE / 2:
        raise InvalidRequestError(
            "An exemplar lends its face and what is around it; keep the mask there."
        )
    return zoomed(canonical, ends.min(axis=0), ends.max(axis=0))


def _covered(canonical: Frame, mask: Mask, points: Points) -> tuple[FacePart, ...]:
    """List the features that lie whole below a mask; `points` are of the canonical frame."""
    covered = canonical.cut(mask, cv2.INTER_LINEAR) > _COVERED

    def is_whole(part: FacePart) -> bool:
        needed = cover(covered.shape, points, exchanged((part,)), RADIUS * canonical.size)
        return bool(covered[needed > 0].all())

    return tuple(part for part in _FEATURES if is_whole(part))


def _place(frame: Frame, mask: Mask, points: Points, window: Window) -> Place:
    """Find where a mask is laid.

    Args:
        frame: that holds the mask, in the photo.
        mask: (h, w) coverage in the window.
        points: (68, 2) of the face, in the photo.
        window: of the photo.
    """
    inner = bounding_window(mask, int(np.ceil(REACH_PX / frame.scale)))
    corner = [window[1].start, window[0].start]
    return Place(frame.within(window), inner, mask[inner], points - corner, ())
