"""Puts an exemplar's hair on a face as its own pixels, with the skin that shows around it.

The face's own hair goes: what it hid is the exemplar's forehead or ears in the face's tones, or
the photo's background, drawn in from around the head. What is smooth is planned in a small frame;
strands and edges are those of the exemplar's full picture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.edit.compositing import blend
from core.edit.compositing.grain import grain_texture
from core.edit.compositing.tone_matching import light_between
from core.edit.hair.hair_compositing import TILE_PX, Laying
from core.edit.hair.hair_layout import Plan, plan_hair
from core.edit.hair.hair_matte import FINE, Haircut, cut_out
from core.edit.hair.head_alignment import Fit, fitted
from core.edit.networks import Painters
from core.edit.requests import EditResult, ExemplarRequest
from core.edit.transfer.prepared_exemplar import counterpart
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, chained, inverse
from core.imaging.arrays import Floats, Image, Mask, Window
from core.imaging.masks import dilate, weaken
from core.progress import Report

_LEAST_HAIR = 0.01  # of the frame
_CUT_OFF, _EDGE_PX = 0.045, 2
"""Share of the exemplar picture's edge that shows hair, of which the user is told."""

_CORNER = (0.3, 0.22)
"""Height and width, as fractions of the frame's side, of its upper corners; hair does not fill
most of both."""

_NO_HAIR = "No hair is seen around the exemplar's face; take another picture."
_UNCLEAR = (
    "The exemplar's hair cannot be told from what is behind it; take a picture with a plainer "
    "background."
)
_CUT = "The exemplar's hair is cut off by the edge of its picture."


class Wig(NamedTuple):
    """Hair that has been put on a face."""

    result: EditResult
    hair: Mask
    """(S, S) coverage of the exemplar's hair in a frame of the face."""
    frame: Frame


def take_hair(request: ExemplarRequest, painters: Painters, report: Report) -> EditResult:
    """Put the exemplar's hair on the photo's face, as `put_on` does."""
    return put_on(request, painters, report).result


def put_on(request: ExemplarRequest, painters: Painters, report: Report) -> Wig:
    """Put the exemplar's hair on the photo's face, and tell where it lies.

    Raises:
        InvalidRequestError: the exemplar shows no hair, or the face lies outside the picture.
        CheckpointError: the weights of the parser are missing or damaged.
    """
    report(0.0, "Bringing the exemplar")
    canonical = canonical_frame(request.landmarks)
    other = counterpart(request, canonical)
    if request.strength == 0:
        return Wig(EditResult.unchanged(request), np.zeros((FINE, FINE), np.uint8), canonical)
    there = other.in_picture(canonical)
    report(0.1, "Cutting out the hair")
    theirs = cut_out(other.image, there, painters)
    _check_hair(theirs)
    ours = cut_out(request.image, request.landmarks, painters)
    report(0.4, "Fitting the hair")
    points = ours.frame.to_frame(request.landmarks)
    onto = fitted(theirs.frame.to_frame(there), points)
    fit = Fit(ours, theirs, points, onto)
    plan = plan_hair(fit)
    light = light_between(request.image, request.landmarks, other.image, there)
    window = ours.frame.window(request.image.shape)
    photo, frame = request.image[window], ours.frame.within(window)
    back = chained(inverse(onto), inverse(theirs.frame.matrix))
    report(0.6, "Laying the hair")
    grain = None if request.draft else _grain(photo, plan, frame)
    made, changed = Laying(photo, other.image, frame, back, plan, _brightness(light), grain).laid()
    hair = np.rint((fit.new_hair * plan.allowed).clip(0, 1) * 255).astype(np.uint8)
    notices = (*other.notices, _CUT) if _is_cut_off(theirs) else other.notices
    coverage = weaken(changed, request.strength)
    result = EditResult.trimmed(made, coverage, window, request, notices, is_painted=False)
    return Wig(result, hair, ours.frame)


def _brightness(light: Floats) -> float:
    """Return by what hair is multiplied: eyes are small, and made up they tell a wrong hue."""
    return float(np.sqrt(light.mean()))


def _check_hair(theirs: Haircut) -> None:
    """Refuse an exemplar that shows no hair, or of which the background is taken for hair."""
    if theirs.coverage.mean() < _LEAST_HAIR:
        raise InvalidRequestError(_NO_HAIR)
    height, width = (round(share * FINE) for share in _CORNER)
    corners = np.s_[:height, :width], np.s_[:height, -width:]
    if all(_is_mostly_hair(theirs, corner) for corner in corners):
        raise InvalidRequestError(_UNCLEAR)


def _is_mostly_hair(theirs: Haircut, part: Window) -> bool:
    seen = theirs.seen[part] >= 1
    return bool(seen.any() and (theirs.coverage[part][seen] > 0.5).mean() > 0.5)


def _grain(photo: Image, plan: Plan, frame: Frame) -> Floats | None:
    """Make grain like that of the photo's background, in 0..1."""
    whole = slice(0, photo.shape[0]), slice(0, photo.shape[1])
    unknown = blend.enlarge_mask(plan.head, frame, whole)
    texture = grain_texture(photo, unknown, TILE_PX)
    return None if texture is None else texture / np.float32(np.iinfo(photo.dtype).max)


def _is_cut_off(theirs: Haircut) -> bool:
    inside = theirs.seen >= 1
    beyond = np.where(inside, 0, 255).astype(np.uint8)
    edge = inside & (dilate(beyond, _EDGE_PX) > 0)
    return bool(edge.any() and (theirs.coverage[edge] > 0.5).mean() > _CUT_OFF)
