"""Changes what a face expresses, and its shape: a mesh moves the photo, what opens is painted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE, interocular_distance
from core.edit.expression.fold_shading import shade_folds
from core.edit.expression.mixes import total_weights
from core.edit.expression.opening_fill import Opening, paint_opening
from core.edit.expression.painted_expression import paint_expression
from core.edit.expression.reshape import find_openings
from core.edit.expression.shape_field import hold_rims, iris_radius, shape_field
from core.edit.expression.shut_eyes import fill_shut_eyes
from core.edit.networks import Networks
from core.edit.requests import EditResult, ExpressionMethod, ExpressionRequest
from core.edit.warping.warp import Warp
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, sub_frame
from core.face.blendshapes import fit_face, load_shapes
from core.face.eyes import find_irises, find_lids
from core.face.glasses import find_rims
from core.imaging.arrays import Mask, Points
from core.imaging.masks import dilate, fill_polygon
from core.imaging.windows import is_empty
from core.progress import Report, part_of

_FRAME_SIDE = 1.3
"""Side of the frame in which pixels may move, in sides of the face's frame: room for the chin."""
_CELLS, _DRAFT_CELLS = 768, 224
_PAINTED_FROM = 0.5  # of a mouth's share
_LID_WIDTH = 0.09  # in distances between the eyes
_SMILES = ("mouthSmileLeft", "mouthSmileRight")
_LEAST_SMILE = 0.05


def make_expression(request: ExpressionRequest, networks: Networks, report: Report) -> EditResult:
    """Change what one face expresses, or its shape.

    Raises:
        InvalidRequestError: the face lies outside the photo.
        CheckpointError: weights are missing or damaged.
    """
    report(0.0, "Moving the face")
    if request.is_identity:
        return EditResult.unchanged(request)
    canonical = canonical_frame(request.landmarks)
    if is_empty(canonical.window(request.image.shape)):
        raise InvalidRequestError("The face lies outside the picture; choose another face.")
    if request.method is ExpressionMethod.NETWORK:
        return _paint_by_network(request, networks, report)
    frame = sub_frame(canonical, (0.5, 0.5), _FRAME_SIDE, round(_FRAME_SIDE * canonical.size))
    face = fit_face(find_lids(request.image, frame, frame.to_frame(request.landmarks)))
    weights = total_weights(request, face)
    moves, gaze = face.displacements(weights), face.gaze(weights)
    irises = find_irises(request.image, frame, face.points, iris_radius(face))
    cells = _DRAFT_CELLS if request.draft else _CELLS
    own = frame.to_frame(request.landmarks)
    field = shape_field(face, moves, gaze, irises, frame.size, cells)
    field = hold_rims(field, find_rims(frame.crop(request.image), own), _lids(own, frame))
    warp = Warp.of_field(frame, field)
    landmarks = frame.to_photo(own + moves[load_shapes().landmarks, :2])
    own, target = (canonical.to_frame(one) for one in (request.landmarks, landmarks))
    openings = _openings(canonical, own, target)
    shown = [request.landmarks, *(opening.frame.corners() for opening in openings)]
    window = warp.window(request.image.shape, np.concatenate(shown))
    moved = warp.warp_photo(request.image, window, draft=request.draft)
    fill_shut_eyes(moved, request.image, warp, frame, face, moves)
    if _changes_smile(weights):
        shade_folds(moved, request.image, canonical, own, target)
    notices: dict[str, None] = {}
    for number, opening in enumerate(openings):
        span = part_of(report, number / len(openings), (number + 1) / len(openings))
        notices |= dict.fromkeys(paint_opening(networks, request, moved, opening, landmarks, span))
    report(0.95, "Blending")
    return EditResult.trimmed(
        moved.image,
        moved.coverage,
        window,
        request,
        tuple(notices),
        is_painted=bool(openings),
        landmarks=landmarks,
    )


def _paint_by_network(request: ExpressionRequest, networks: Networks, report: Report) -> EditResult:
    painted = paint_expression(
        networks,
        request.image,
        request.landmarks,
        {str(request.expression): 1.0},
        request.strength,
        report,
    )
    if painted is None:
        return EditResult.unchanged(request)
    return EditResult.trimmed(
        painted.image, painted.coverage, painted.window, request, painted.notices
    )


def _openings(canonical: Frame, own: Points, target: Points) -> list[Opening]:
    found = find_openings(canonical, own, target, has_cavity=True)
    return [whole for one in found if (whole := _whole(one))]


def _whole(opening: Opening) -> Opening | None:
    """Paint a mouth whole or not at all: half of each would be two rows of teeth."""
    if not opening.has_cavity:
        return opening
    return replace(opening, share=1.0) if opening.share > _PAINTED_FROM else None


def _lids(landmarks: Points, frame: Frame) -> Mask:
    """Cover the eyes and their lids in a frame; (S, S) uint8."""
    eyes = [landmarks[list(part)] for part in (LEFT_EYE, RIGHT_EYE)]
    covers = [fill_polygon((frame.size, frame.size), one) for one in eyes]
    return dilate(np.maximum(*covers), _LID_WIDTH * interocular_distance(landmarks))


def _changes_smile(weights: Mapping[str, float]) -> bool:
    return any(abs(weights.get(name, 0.0)) >= _LEAST_SMILE for name in _SMILES)
