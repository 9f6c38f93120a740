"""Transfers parts of an exemplar to a face: warped to their place, relit, composited.

The face follows the shape that is asked for, so that nothing of its own part is left beside.
A network paints the part from the warped exemplar in a small frame; detail finer than that
frame is the exemplar's own. Hair over the face stays, hair over the exemplar is not transferred.
"""

from __future__ import annotations

import numpy as np

from core.anatomy.parts import FacePart
from core.edit.compositing.tone_matching import light_ratio
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExemplarRequest
from core.edit.transfer.occlusion import check_unoccluded, find_occlusion
from core.edit.transfer.part_compositing import PartCompositor
from core.edit.transfer.part_geometry import PartPiece, cluster_pieces, target_landmarks
from core.edit.transfer.part_placement import (
    COVER_RADIUS,
    Occlusions,
    fully_covered,
    place_pieces,
    zoomed_frame,
)
from core.edit.transfer.prepared_exemplar import PreparedExemplar, prepare_exemplar
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


def transfer_parts(request: ExemplarRequest, networks: Networks, report: Report) -> EditResult:
    """Transfer parts of the exemplar's face to the photo's.

    Raises:
        InvalidRequestError: the exemplar does not suit, or something hides most of a part.
        CheckpointError: the weights of the network are missing or damaged.
    """
    report(0.0, "Bringing the exemplar")
    canonical = canonical_frame(request.landmarks)
    exemplar = prepare_exemplar(request, canonical)
    if request.strength == 0:
        return EditResult.unchanged(request)
    own = canonical.to_frame(request.landmarks)
    target = _weighted_target(own, exemplar, request)
    clusters = cluster_pieces(target, request.parts, COVER_RADIUS * canonical.size)
    frames = [_frame_around(canonical, target, cluster) for cluster in clusters]
    own_warp = Warp(canonical, own, target)
    exemplar_warp = Warp(canonical, exemplar.landmarks, target)
    corners = np.concatenate([frame.corners() for frame in frames])
    window = own_warp.window(request.image.shape, corners)
    landmarks = canonical.to_photo(target)
    exemplar_landmarks = exemplar.landmarks_in_image(canonical)
    report(0.1, "Looking for hair over the faces")
    own_occlusion = find_occlusion(request.image, request.landmarks, networks)
    exemplar_occlusion = find_occlusion(exemplar.image, exemplar_landmarks, networks)
    check_unoccluded(exemplar_occlusion, exemplar_landmarks, request.parts)
    report(0.2, "Moving the face")
    occlusions = Occlusions(
        own_warp, own_occlusion, exemplar_warp, exemplar_occlusion, exemplar.matrix
    )
    placements = [
        place_pieces(frame, cluster, landmarks, window, occlusions)
        for frame, cluster in zip(frames, clusters, strict=True)
    ]
    unseen = fully_covered(placements, window) if request.strength == 1 else None
    warped = own_warp.warp_photo(request.image, window, draft=request.draft, unseen=unseen)
    light = light_ratio(request.image, request.landmarks, exemplar.image, exemplar_landmarks)
    compositor = PartCompositor(request, networks, exemplar, exemplar_warp, light)
    notices = compositor.composite(warped, placements, part_of(report, 0.25, 0.95))
    report(0.95, "Blending")
    return EditResult.trimmed(
        warped.image,
        warped.coverage,
        warped.window,
        request,
        (*exemplar.notices, *_glasses_notices(request), *notices),
        landmarks=landmarks,
    )


def _weighted_target(own: Points, exemplar: PreparedExemplar, request: ExemplarRequest) -> Points:
    """Return where the landmarks go at the request's strength; all (68, 2) in canonical frames."""
    full_target = target_landmarks(own, exemplar.landmarks, request.parts, request.shape)
    return own + request.strength * (full_target - own)


def _glasses_notices(request: ExemplarRequest) -> tuple[str, ...]:
    """List notices of glasses over either face's parts; the parser has no label for them."""
    if request.draft or _UNDER_GLASSES.isdisjoint(request.parts):
        return ()
    notices = []
    if wears_glasses(request.exemplar, request.exemplar_landmarks):
        notices.append(_EXEMPLARS_GLASSES)
    if wears_glasses(request.image, request.landmarks):
        notices.append(_OWN_GLASSES)
    return tuple(notices)


def _frame_around(canonical: Frame, landmarks: Points, pieces: list[PartPiece]) -> Frame:
    """Zoom in on what some pieces cover, with a margin; `landmarks` lie in the canonical frame."""
    covered = landmarks[[index for piece in pieces for index in piece.hull]]
    ends = (covered + 0.5) / canonical.size
    return zoomed_frame(canonical, ends.min(axis=0) - COVER_RADIUS, ends.max(axis=0) + COVER_RADIUS)
