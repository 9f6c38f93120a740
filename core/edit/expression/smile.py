"""Makes a face smile: where its landmarks go, and which part of the mouth a network paints."""

from __future__ import annotations

from functools import cache

import numpy as np

from core.anatomy.landmarks import INNER_LIPS, MIRRORED_INDICES, OUTER_LIPS, Landmarks, mouth_width
from core.edit.expression.fold_shading import shade_folds
from core.edit.expression.opening_fill import Opening, outline_mask, paint_opening
from core.edit.networks import FRAME_SIZES, Networks
from core.edit.requests import EditResult, SmileKind, SmileMethod, SmileRequest
from core.edit.warping.warp import Warp
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, sub_frame
from core.imaging.arrays import Mask, Points
from core.imaging.masks import dilate, fill_hull
from core.imaging.windows import is_empty
from core.progress import Report
from core.runtime.checkpoints import load_arrays, weights_path

_FIXED = [*range(5), *range(12, 31), 33, *range(36, 40), *range(42, 46)]
"""Sides of the jaw, brows, nose and eyes stay where they are; lower lids and nostrils move."""
_PARTLY = [31, 32, 34, 35, 40, 41, 46, 47]
_PART = 0.7
"""Share of the measured move of lower lids and nostrils: more would flatten the iris."""
_LEFT_HALF = [*range(8), 31, 32, *range(36, 42), 48, 49, 50, 58, 59, 60, 61, 67]
"""Points that lie on the picture's left half of an upright face."""
_FORESHORTENED = (0.5, 1.4)
_SHOWS_TEETH_PX = 2.5
_KEPT, _REPLACED = 1.6, 1.8
"""A mouth that shows its own teeth keeps them until it opens so many times wider."""
_UPPER, _LOWER = [61, 62, 63], [67, 66, 65]
_HULL_DILATION = 0.18
_MIN_SIDE = 0.24  # of the canonical frame
_MIN_OPENING_PX = 1.2  # of the 256 frame; a mouth less open than this is not painted


def make_smile(request: SmileRequest, networks: Networks, report: Report) -> EditResult:
    """Make one face smile, or stop smiling.

    Raises:
        InvalidRequestError: the face lies outside the photo.
        CheckpointError: weights are missing or damaged.
    """
    report(0.0, "Moving the face")
    if request.strength == 0:
        return EditResult.unchanged(request)
    canonical, own, target = smile_landmarks(request)
    if is_empty(canonical.window(request.image.shape)):
        raise InvalidRequestError("The face lies outside the picture; choose another face.")
    warp_target = target if request.method is SmileMethod.WARP else own
    share = painted_share(own, target, request.method)
    mouth = mouth_frame(canonical, target, request.method, FRAME_SIZES[0])
    warp = Warp(canonical, own, warp_target, ends_at_face=True)
    shown = [mouth.corners()] if share else []
    window = warp.window(request.image.shape, np.concatenate([canonical.to_photo(own), *shown]))
    if is_empty(window):
        return EditResult.unchanged(request)
    moved = warp.warp_photo(request.image, window, draft=request.draft)
    if request.method is SmileMethod.WARP:
        shade_folds(moved, request.image, canonical, own, target)
    landmarks = canonical.to_photo(target)
    notices: tuple[str, ...] = ()
    if share:

        def cover(frame: Frame) -> Mask:
            before, after = (frame.to_frame(points) for points in (request.landmarks, landmarks))
            return paint_mask(frame, after, before, request.method)

        opening = Opening(mouth, cover, share)
        notices = paint_opening(networks, request, moved, opening, landmarks, report)
    report(0.95, "Blending")
    return EditResult.trimmed(
        moved.image,
        moved.coverage,
        window,
        request,
        notices,
        is_painted=share > 0,
        landmarks=landmarks,
    )


def smile_target(canonical: Frame, request: SmileRequest) -> Points:
    """Move the face's own landmarks by strength x displacement.

    A face that smiles already stops at a natural maximum: the width and opening that 95 % of
    posed smiles stay below.

    Returns:
        (68, 2), in pixels of the canonical frame.
    """
    own = canonical.to_frame(request.landmarks)
    kind = request.kind if request.strength >= 0 else SmileKind.GENTLE
    displacements = load_displacements()
    neutral_width, most_width, most_gap = displacements["limits"][0]
    width = mouth_width(own)
    move = displacements[kind.value] * min(width / neutral_width, 1.3)
    move[_FIXED] = 0.0
    move[_PARTLY] *= _PART
    move[:, 0] *= _foreshortening(own)
    if request.strength > 0:
        move = move * _feasible_share(own, move, most_width, most_gap)
    move = move * request.strength
    target: Points = own + move
    middle = (target[_UPPER] + target[_LOWER]) / 2
    crossed = target[_UPPER, 1] > target[_LOWER, 1]
    target[_UPPER] = np.where(crossed[:, None], middle, target[_UPPER])
    target[_LOWER] = np.where(crossed[:, None], middle, target[_LOWER])
    return target


def mouth_frame(canonical: Frame, target: Points, method: SmileMethod, size: int) -> Frame:
    """Zoom in on the moved mouth: 1.25 mouth widths, or more where all of it is repainted.

    Args:
        canonical: the face's frame.
        target: (68, 2) after the move, in its pixels.
        method: of the smile.
        size: side of the result in pixels.
    """
    middle = (target[list(OUTER_LIPS)].mean(axis=0) + 0.5) / canonical.size
    widths = 1.25 if method is SmileMethod.WARP else 2.0
    side = max(widths * mouth_width(target) / canonical.size, _MIN_SIDE)
    return sub_frame(canonical, (float(middle[0]), float(middle[1])), side, size)


def paint_mask(frame: Frame, landmarks: Landmarks, own: Landmarks, method: SmileMethod) -> Mask:
    """Cover what the network paints, in pixels of the mouth frame.

    Args:
        landmarks: (68, 2) moved points in the mouth frame.
        own: (68, 2) points before the move in the mouth frame.

    Returns:
        (size, size) uint8; empty where the lips stay closed.
    """
    if method is SmileMethod.REPAINT:
        return mouth_mask((frame.size, frame.size), landmarks, own)
    return outline_mask(frame, landmarks, (INNER_LIPS,))


def painted_share(own: Points, target: Points, method: SmileMethod) -> float:
    """Tell how much of the mouth is painted, 0..1; the rest is the photo, moved.

    Closed lips hide nothing. A mouth that shows its own teeth keeps them, unless it opens
    much wider than it was.

    Args:
        own, target: (68, 2) before and after the move, in pixels of the 256 frame.
    """
    if method is SmileMethod.REPAINT:
        return 1.0
    before, after = (one[_LOWER, 1] - one[_UPPER, 1] for one in (own, target))
    if after.max() <= _MIN_OPENING_PX:
        return 0.0
    if before.mean() < _SHOWS_TEETH_PX:
        return 1.0
    wider = float(after.mean() / before.mean())
    return float(np.clip((wider - _KEPT) / (_REPLACED - _KEPT), 0.0, 1.0))


def mouth_mask(shape: tuple[int, int], *faces: Landmarks) -> Mask:
    """Cover the mouth as seed 000's procedure 1 does, dilated in proportion, within the face.

    Args:
        shape: height and width of the picture.
        faces: (68, 2) each in its pixels: one face before and after the move.

    Returns:
        (H, W) uint8 coverage.
    """
    mouth = fill_hull(shape, np.concatenate([one[list(OUTER_LIPS)] for one in faces]))
    dilated = dilate(mouth, _HULL_DILATION * mouth_width(faces[0]))
    return np.minimum(dilated, fill_hull(shape, np.concatenate(faces)))


def smile_landmarks(request: SmileRequest) -> tuple[Frame, Points, Points]:
    """Return the canonical frame, the own landmarks in it, and their targets; (68, 2) each."""
    canonical = canonical_frame(request.landmarks)
    own = canonical.to_frame(request.landmarks)
    return canonical, own, smile_target(canonical, request)


def _foreshortening(own: Points) -> Points:
    """Return (68,) factors of the sideways moves: a turned head's far half moves less."""
    middle = own[[51, 57, 62, 66], 0].mean()
    half = max((own[54, 0] - own[48, 0]) / 2, 1e-6)
    left = np.clip((middle - own[48, 0]) / half, *_FORESHORTENED)
    right = np.clip((own[54, 0] - middle) / half, *_FORESHORTENED)
    factors = np.ones(len(own))
    factors[_LEFT_HALF], factors[MIRRORED_INDICES[_LEFT_HALF]] = left, right
    return factors


def _feasible_share(own: Points, move: Points, most_width: float, most_gap: float) -> float:
    """Share of a move that a face can make before its smile is as wide and open as smiles get."""
    moved = own + move
    shares = [1.0]
    for now, then, most in (
        (mouth_width(own), mouth_width(moved), most_width),
        (own[66, 1] - own[62, 1], moved[66, 1] - moved[62, 1], most_gap),
    ):
        if then > now:
            shares.append(max((max(most, now) - now) / (then - now), 0.0))
    return min(shares)


@cache
def load_displacements() -> dict[str, Points]:
    """Return the mean displacements that `core.training shapes` has measured, by `SmileKind`.

    Returns:
        (68, 2) each, in pixels of the canonical frame, and "limits"; the model card describes them.

    Raises:
        CheckpointError: the weights are missing or damaged.
    """
    shapes = {kind.value: (68, 2) for kind in SmileKind} | {"limits": (1, 3)}
    tensors = load_arrays(weights_path("displacements"), shapes)
    return {name: tensor.double().numpy() for name, tensor in tensors.items()}
