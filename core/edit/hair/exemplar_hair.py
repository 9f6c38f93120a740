"""Tells what is wrong with an exemplar's hair, before and while it is transferred."""

from __future__ import annotations

import numpy as np

from core.anatomy.regions import Region
from core.edit.hair.hair_matte import HAIR_FRAME_SIZE, HairMatte, hair_matte_of
from core.edit.networks import Networks
from core.edit.requests import CheckHairRequest, CheckHairResult
from core.edit.transfer.prepared_exemplar import check_face_size
from core.errors import InvalidRequestError
from core.imaging.arrays import Window
from core.imaging.masks import dilate
from core.progress import Report

_LEAST_HAIR = 0.01  # of the frame
_MOST_HAT = 0.2  # of what the exemplar has on its head
_CUT_OFF_SHARE, _EDGE_PX = 0.045, 2
"""Share of the exemplar picture's edge that shows hair, of which the user is told."""
_CONTINUED = (0.15, 0.85)
"""Rows, as fractions of the frame's side, above and below which hair goes on beyond its picture: it
is rounded off, or grows on from its strands."""
_LEAST_GLASSES = 0.004  # of the frame

_CORNER = (0.3, 0.22)
"""Height and width, as fractions of the frame's side, of its upper corners; hair does not fill
most of both."""

_NO_HAIR = "No hair is seen around the exemplar's face; take another picture."
_UNCLEAR = (
    "The exemplar's hair cannot be told from what is behind it; take a picture with a plainer "
    "background."
)
_HAT = "The exemplar wears a hat, below which its hair is not seen; take another picture."
_GLASSES = "The exemplar wears glasses; pieces of their arms may come along with its hair."
_CUT_OFF = "The exemplar's hair is cut off by the edge of its picture."


def check_hair(request: CheckHairRequest, networks: Networks, report: Report) -> CheckHairResult:
    """Say what is wrong with an exemplar's hair, if anything is.

    Raises:
        CheckpointError: the weights of the parser are missing or damaged.
    """
    report(0.0, "Looking at the hair")
    try:
        check_face_size(request.landmarks)
    except InvalidRequestError as error:
        return CheckHairResult(str(error), request)
    matte = hair_matte_of(request.image, request.landmarks, networks)
    problems = (hair_refusal(matte), *hair_notices(matte))
    return CheckHairResult(next((one for one in problems if one is not None), None), request)


def hair_notices(matte: HairMatte) -> tuple[str, ...]:
    """Say what of hair that can be taken may be seen to be wrong."""
    wears_glasses = (matte.labels == Region.GLASSES).mean() > _LEAST_GLASSES
    return (*[_CUT_OFF] * is_cut_off(matte), *[_GLASSES] * bool(wears_glasses))


def hair_refusal(matte: HairMatte) -> str | None:
    """Say why hair cannot be taken: there is none, a hat, or a background that looks like it."""
    hat, hair = ((matte.labels == region).mean() for region in (Region.HAT, Region.HAIR))
    if hat > max(_MOST_HAT * (hat + hair), _LEAST_HAIR):
        return _HAT
    if matte.coverage.mean() < _LEAST_HAIR:
        return _NO_HAIR
    height, width = (round(share * HAIR_FRAME_SIZE) for share in _CORNER)
    corners = np.s_[:height, :width], np.s_[:height, -width:]
    if all(_is_mostly_hair(matte, corner) for corner in corners):
        return _UNCLEAR
    return None


def _is_mostly_hair(matte: HairMatte, window: Window) -> bool:
    visible = matte.visible[window] >= 1
    return bool(visible.any() and (matte.coverage[window][visible] > 0.5).mean() > 0.5)


def is_cut_off(matte: HairMatte) -> bool:
    """Tell whether the picture cuts the hair off at its sides, or close to the face."""
    inside = matte.visible >= 1
    beyond = np.where(inside, 0, 255).astype(np.uint8)
    edge = inside & (dilate(beyond, _EDGE_PX) > 0)
    first, last = (round(share * HAIR_FRAME_SIZE) for share in _CONTINUED)
    edge[:first] = edge[last:] = False
    return bool(edge.any() and (matte.coverage[edge] > 0.5).mean() > _CUT_OFF_SHARE)
