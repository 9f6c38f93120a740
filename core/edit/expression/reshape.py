"""Moves a face's landmarks anywhere: the photo is warped, what opened is painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import INNER_LIPS, LEFT_EYE, RIGHT_EYE, Landmarks, interocular_distance
from core.edit.expression.opening_fill import Opening, outline_mask, paint_opening
from core.edit.networks import FRAME_SIZES, Networks
from core.edit.requests import EditResult, ReshapeRequest
from core.edit.warping.warp import Warp
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, sub_frame
from core.imaging.arrays import Mask, Points
from core.imaging.windows import is_empty
from core.progress import Report, part_of

PointPairs = tuple[tuple[int, int], ...]
Floats = npt.NDArray[np.float64]

_LIPS = ((61, 67), (62, 66), (63, 65))
_LIDS = (((37, 41), (38, 40)), ((43, 47), (44, 46)))
"""Upper and lower points that may meet but not cross."""
_FRAME_SIDE = 1.3
"""Side of the frame in which pixels may move, in sides of the face's frame: room for the chin."""
_MARGIN_PX = 4.0
"""How far inside of it landmarks stay, in its pixels; they are as large as in the 256 frame."""
_OPEN_PX = 1.2
"""Gap in pixels of the 256 frame from which a mouth or an eye counts as open."""
_OPENED_PX = 0.5
"""By how much it has to open to be painted."""
_TEETH_PX = 2.5
"""Gap from which a mouth shows teeth of its own, which can be stretched."""
_KEPT, _REPLACED = 1.3, 1.8
"""What opens so many times wider keeps its own pixels, or is painted."""
_NARROW, _SHUT = 0.18, 0.13
"""An eye with a gap of this share of its width may be painted. Any wider one is stretched, however
far it opens: no painted eye looks as much like its owner's."""
_EXACT_PX = 0.5
_MOUTH_SIDE = 1.25  # of the frame, in widths of the moved mouth
_EYES_SIDE = 1.9  # of the frame, in distances between the eyes
_LEAST_SIDE = 0.24  # of the canonical frame


def reshape(request: ReshapeRequest, networks: Networks, report: Report) -> EditResult:
    """Move a face's landmarks, and the photo's pixels with them.

    Raises:
        InvalidRequestError: the face lies outside the photo.
        CheckpointError: weights are missing or damaged.
    """
    report(0.0, "Moving the face")
    canonical = canonical_frame(request.landmarks)
    if is_empty(canonical.window(request.image.shape)):
        raise InvalidRequestError("The face lies outside the picture; choose another face.")
    wide_frame = sub_frame(canonical, (0.5, 0.5), _FRAME_SIDE, round(_FRAME_SIDE * canonical.size))
    own = wide_frame.to_frame(request.landmarks)
    target = _feasible(own, wide_frame.to_frame(request.targets), wide_frame.size)
    if np.allclose(own, target, atol=_EXACT_PX / 10):
        return EditResult.unchanged(request)
    warp = Warp(wide_frame, own, target, any_move=True, ends_at_face=True)
    reached = _reached(wide_frame, warp.move_points(request.landmarks), request.targets)
    before, after = (canonical.to_frame(one) for one in (request.landmarks, reached))
    openings = [] if request.draft else find_openings(canonical, before, after)
    shown = [request.landmarks, *(opening.frame.corners() for opening in openings)]
    window = warp.window(request.image.shape, np.concatenate(shown))
    moved = warp.warp_photo(request.image, window, draft=request.draft)
    notices: dict[str, None] = {}
    for number, opening in enumerate(openings):
        span = part_of(report, number / len(openings), (number + 1) / len(openings))
        opening_notices = paint_opening(networks, request, moved, opening, reached, span)
        notices |= dict.fromkeys(opening_notices)
    return EditResult.trimmed(
        moved.image,
        moved.coverage,
        moved.window,
        request,
        tuple(notices),
        is_painted=bool(openings),
        landmarks=reached,
    )


def find_openings(
    canonical: Frame, own: Points, target: Points, *, has_cavity: bool = False
) -> list[Opening]:
    """Find what has opened so wide that the photo's own pixels are not enough.

    Args:
        canonical: the face's frame of 256 pixels.
        own, target: (68, 2) before and after the move, in that frame.
        has_cavity: a mouth may be dark below its teeth.
    """
    landmarks = canonical.to_photo(target)
    openings = []
    mouth_share = _share_of_mouth(*_gaps(own, target, _LIPS))
    if mouth_share:
        mouth = target[list(INNER_LIPS)].mean(axis=0)
        side = _MOUTH_SIDE * float(np.linalg.norm(target[54] - target[48]))
        openings.append(_opening(canonical, mouth, side, landmarks, (INNER_LIPS,), mouth_share))
        openings[-1] = replace(openings[-1], has_cavity=has_cavity)
    widths = (np.linalg.norm(own[group[3]] - own[group[0]]) for group in (LEFT_EYE, RIGHT_EYE))
    shares = [
        _share_of_eye(*_gaps(own, target, lids), float(width))
        for lids, width in zip(_LIDS, widths, strict=True)
    ]
    eyes = tuple(eye for eye, share in zip((LEFT_EYE, RIGHT_EYE), shares, strict=True) if share)
    if eyes:
        centre = target[list(LEFT_EYE + RIGHT_EYE)].mean(axis=0)
        side = _EYES_SIDE * interocular_distance(target)
        openings.append(_opening(canonical, centre, side, landmarks, eyes, max(shares)))
    return openings


def _opening(
    canonical: Frame,
    centre: Points,
    side: float,
    landmarks: Landmarks,
    outlines: tuple[tuple[int, ...], ...],
    share: float,
) -> Opening:
    """Zoom in on outlines of a moved face; centre and side are in pixels of its frame."""

    def cover(frame: Frame) -> Mask:
        return outline_mask(frame, frame.to_frame(landmarks), outlines)

    x, y = (centre + 0.5) / canonical.size
    side = max(side / canonical.size, _LEAST_SIDE)
    frame = sub_frame(canonical, (float(x), float(y)), side, FRAME_SIZES[0])
    return Opening(frame, cover, share)


def _gaps(own: Points, target: Points, pairs: PointPairs) -> tuple[Floats, Floats]:
    """Return how far apart each pair of points is before and after the move."""
    upper, lower = np.array(pairs).T
    return own[lower, 1] - own[upper, 1], target[lower, 1] - target[upper, 1]


def _share_of_mouth(before: Floats, after: Floats) -> float:
    """Tell how much of a mouth is painted, 0..1; the rest is the photo, moved."""
    if not _opens(before, after):
        return 0.0
    if before.mean() < _TEETH_PX:
        return 1.0
    return _wider(before, after)


def _share_of_eye(before: Floats, after: Floats, width: float) -> float:
    """Tell how much of an eye of some width is painted, 0..1."""
    if not _opens(before, after):
        return 0.0
    shut = _ramp(-float(before.mean()) / max(width, 1e-6), -_NARROW, -_SHUT)
    return shut * _wider(before, after)


def _opens(before: Floats, after: Floats) -> bool:
    return bool(after.max() > _OPEN_PX and (after - before).max() > _OPENED_PX)


def _wider(before: Floats, after: Floats) -> float:
    return _ramp(float(after.mean()) / max(float(before.mean()), 1e-6), _KEPT, _REPLACED)


def _ramp(value: float, start: float, stop: float) -> float:
    return float(np.clip((value - start) / (stop - start), 0.0, 1.0))


def _feasible(own: Points, target: Points, size: int) -> Points:
    """Keep targets inside the frame, and lips and lids from crossing; (68, 2)."""
    inside = target.clip(_MARGIN_PX, size - 1 - _MARGIN_PX)
    feasible = np.where(np.isclose(target, own), own, inside)
    for upper, lower in (*_LIPS, *_LIDS[0], *_LIDS[1]):
        if feasible[upper, 1] > feasible[lower, 1]:
            feasible[[upper, lower]] = (feasible[upper] + feasible[lower]) / 2
    return feasible


def _reached(canonical: Frame, moved: Landmarks, target: Landmarks) -> Landmarks:
    """Replace landmarks that came as near to their targets as a warp is exact by the targets."""
    missed = np.linalg.norm(moved - target, axis=1) * canonical.scale > _EXACT_PX
    return np.where(missed[:, None], moved, target)
