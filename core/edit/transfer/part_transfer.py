"""Puts parts of another person's face on one: warped to their place, relit, laid in.

The face follows the shape that is asked for, so that nothing of its own part is left beside.
A network paints the part from the warped exemplar in a small frame; detail finer than that
frame is the exemplar's own. Hair over the face stays, hair over the exemplar is not taken.
"""

from __future__ import annotations

import numpy as np

from core.anatomy.parts import FacePart
from core.edit.compositing.tone_matching import light_between
from core.edit.networks import Painters
from core.edit.requests import EditResult, ExemplarRequest
from core.edit.transfer.occlusion import check_uncovered, find_occlusion
from core.edit.transfer.part_compositing import Exchange
from core.edit.transfer.part_geometry import Exchanged, clusters, goal
from core.edit.transfer.part_placement import RADIUS, Hidden, covered_by, place_of, zoomed
from core.edit.transfer.prepared_exemplar import Counterpart, counterpart
from core.edit.warping.warp import Warp
from core.face.align import Frame, canonical_frame
from core.face.glasses import wears_glasses
from core.imaging.arrays import Points
from core.progress import Report, part_of

_UNDER_GLASSES = {FacePart.EYES, FacePart.BROWS, FacePart.NOSE, FacePart.FACE}
_EXEMPLARS_GLASSES = (
    "The exemplar seems to wear glasses; pieces of them may come along, or all of them below a "
    "painted mask."
)
_OWN_GLASSES = "The face seems to wear glasses; pieces of them may be painted over."


def take_parts(request: ExemplarRequest, painters: Painters, report: Report) -> EditResult:
    """Put parts of the exemplar's face on the photo's."""
    report(0.0, "Bringing the exemplar")
    canonical = canonical_frame(request.landmarks)
    other = counterpart(request, canonical)
    if request.strength == 0:
        return EditResult.unchanged(request)
    own = canonical.to_frame(request.landmarks)
    target = _target(own, other, request)
    pieces = clusters(target, request.parts, RADIUS * canonical.size)
    frames = [_frame_around(canonical, target, cluster) for cluster in pieces]
    warp, to_goal = Warp(canonical, own, target), Warp(canonical, other.landmarks, target)
    corners = np.concatenate([frame.corners() for frame in frames])
    window = warp.window(request.image.shape, corners)
    points, there = canonical.to_photo(target), other.in_picture(canonical)
    report(0.1, "Looking for hair over the faces")
    own_over = find_occlusion(request.image, request.landmarks, painters)
    other_over = find_occlusion(other.image, there, painters)
    check_uncovered(other_over, there, request.parts)
    report(0.2, "Moving the face")
    hidden = Hidden(warp, own_over, to_goal, other_over, other.matrix)
    places = [
        place_of(frame, piece, points, window, hidden)
        for frame, piece in zip(frames, pieces, strict=True)
    ]
    unseen = covered_by(places, window) if request.strength == 1 else None
    moved = warp.move(request.image, window, draft=request.draft, unseen=unseen)
    light = light_between(request.image, request.landmarks, other.image, there)
    exchange = Exchange(request, painters, other, to_goal, light)
    notices = exchange.lay(moved, places, part_of(report, 0.25, 0.95))
    report(0.95, "Blending")
    return EditResult.trimmed(
        moved.image,
        moved.coverage,
        moved.window,
        request,
        (*other.notices, *_glasses(request), *notices),
        landmarks=points,
    )


def _target(own: Points, other: Counterpart, request: ExemplarRequest) -> Points:
    """Find where the landmarks go; all (68, 2) in canonical frames."""
    whole = goal(own, other.landmarks, request.parts, request.shape)
    return own + request.strength * (whole - own)


def _glasses(request: ExemplarRequest) -> tuple[str, ...]:
    """Tell of glasses over what is taken or replaced; the parser has no label for them."""
    if request.draft or _UNDER_GLASSES.isdisjoint(request.parts):
        return ()
    notices = []
    if wears_glasses(request.exemplar, request.exemplar_landmarks):
        notices.append(_EXEMPLARS_GLASSES)
    if wears_glasses(request.image, request.landmarks):
        notices.append(_OWN_GLASSES)
    return tuple(notices)


def _frame_around(canonical: Frame, points: Points, pieces: list[Exchanged]) -> Frame:
    """Zoom in on what some pieces cover, with a margin; `points` lie in the canonical frame."""
    covered = points[[index for piece in pieces for index in piece.hull]]
    ends = (covered + 0.5) / canonical.size
    return zoomed(canonical, ends.min(axis=0) - RADIUS, ends.max(axis=0) + RADIUS)
