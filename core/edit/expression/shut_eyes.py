"""Takes away what still shows of an eye between lids that have met.

The field leaps where one lid lies over the other; a pixel on the leap comes from between the lids.
"""

from __future__ import annotations

import numpy as np

from core.edit.expression.shape_field import shut_lids
from core.edit.warping.warp import Warp, WarpedWindow
from core.face.align import Frame
from core.face.blendshapes import FittedFace
from core.imaging.arrays import Image, Points, Reals
from core.imaging.masks import dilate, feather, fill_polygon
from core.imaging.windows import intersection, is_empty, relative_window, window_around
from core.runtime.membrane import fill_membrane

_MARGIN = 0.25
"""Around an eye, of its width: what the membrane is made of."""
_SEAM = 0.02
"""Around what still shows, of the eye's width: its edge is mixed with lids."""

_LASHES = 0.6
"""How much darker lids are where their lashes meet."""


def fill_shut_eyes(
    moved: WarpedWindow, image: Image, warp: Warp, frame: Frame, face: FittedFace, moves: Reals
) -> None:
    """Fill, in place, what a moved window shows from within eyes that are shut now.

    Args:
        image: the photo that was moved.
        frame: a square of it, in which the face was fitted.
        moves: (V, 3) of the face's vertices.
    """
    for own, target in shut_lids(face, moves):
        _fill(moved, image, warp, frame.to_photo(own), frame.to_photo(target))


def _fill(moved: WarpedWindow, image: Image, warp: Warp, own: Points, target: Points) -> None:
    width = float(np.ptp(own[:, 0]))
    around = np.concatenate([own, target])
    corners = np.array([around.min(axis=0), around.max(axis=0)])
    corners += _MARGIN * width * np.array([[-1.0], [1.0]])
    window = intersection(window_around(corners, image.shape), moved.window)
    if is_empty(window):
        return
    eye = fill_polygon(image.shape[:2], own)
    shown, _ = warp.warp_exemplar(eye, np.eye(2, 3), window, draft=True)
    hole = dilate(np.where(shown > 0, 255, 0).astype(np.uint8), _SEAM * width)
    if not hole.any():
        return
    inside = relative_window(window, moved.window)
    part = moved.image[inside]
    lashes = feather(hole, _SEAM * width)[..., None] * np.float32(_LASHES / 255)
    filled = fill_membrane(part.astype(np.float32), hole) * (1 - lashes)
    part[hole > 0] = np.rint(filled[hole > 0]).astype(part.dtype)
    moved.coverage[inside][hole > 0] = 255
