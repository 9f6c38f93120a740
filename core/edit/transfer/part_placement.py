"""Where parts of another face are laid: around what is taken, away from what hides either face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import cv2
import numpy as np

from core.edit.compositing.blend import enlarge_mask
from core.edit.networks import FRAME_SIZES
from core.edit.transfer.part_geometry import Exchanged, distance
from core.edit.warping.warp import Warp
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, region_frame
from core.imaging.arrays import Mask, Matrix, Points, Window
from core.imaging.windows import window_around

RADIUS = 0.022
"""How far a part is covered around its points, of the canonical frame's side."""
_FEATHER_PX = 2.5  # of the frame
REACH_PX = 8  # of the frame: how far the exemplar is looked at beyond the hole
_FINER = 4
"""How much finer than the network's the frame is in which coverage is made; it is soft."""
_HIDDEN = 64
"""Of 255: what is covered more than this is not seen."""
_AWAY_PX, _FADING_PX = 1.0, 3.0
"""Of the frame: how far what is taken stays away from what hides a face, and fades there."""
_SAMPLED_PX = 0.25
"""Of the frame: how fine that distance is measured."""
_LEAST_SHOWN, _WHOLE = 0.5, 0.9
"""Share of a part that must not be hidden, and from which on nobody needs to be told."""
_COVERED = "Hair or something else covers the exemplar's face there; take another picture."
_PARTLY_COVERED = (
    "Hair or something else covers a piece of the exemplar's face; there the photo keeps its own."
)


_MARGIN = 1.45  # side of a frame / extent of what is covered in it
_LEAST_SIDE, MOST_SIDE = 0.4, 1.3
"""Of the canonical frame: the network has seen no closer look, and nothing further off."""


class Hidden(NamedTuple):
    """What lies over the two faces."""

    warp: Warp
    """Moves the photo."""
    over: Mask
    """(H, W) 255 where something hides the photo's face, before it moves."""
    to_goal: Warp
    """Brings the exemplar's points to where the photo's come."""
    other_over: Mask
    """(h, w) the same of the exemplar, in its picture."""
    matrix: Matrix
    """(2, 3) from pixels of the photo to that picture's."""


class Place(NamedTuple):
    """Where one cluster of pieces is laid, in a window of the photo."""

    frame: Frame
    """In pixels of the window."""
    near: Window
    """The part of the window that holds it."""
    soft: Mask
    """(h, w) coverage in `near`, above 0 in the hole."""
    points: Points
    """(68, 2) of the face, in pixels of the window."""
    notices: tuple[str, ...]

    def within(self, shown: Mask) -> Self:
        """Let the coverage fade out towards what the exemplar's picture cuts off; (h, w)."""
        clear = _clear(shown, self.frame.scale)
        return self._replace(soft=np.minimum(self.soft, clear))


def zoomed(canonical: Frame, low: Points, high: Points) -> Frame:
    """Zoom in on what lies between two corners, with a margin; the network's frame.

    Args:
        canonical: the face's frame.
        low, high: (2,) fractions of its side.
    """
    x, y = ((low + high) / 2).tolist()
    side = float(np.clip(_MARGIN * (high - low).max(), _LEAST_SIDE, MOST_SIDE))
    return region_frame(canonical, (x, y), side, FRAME_SIZES[0])


def place_of(
    frame: Frame, pieces: list[Exchanged], points: Points, window: Window, hidden: Hidden
) -> Place:
    """Find what some pieces cover of a window of the photo.

    Args:
        frame: that holds the pieces, in the photo.
        pieces: laid together.
        points: (68, 2) where the face's landmarks come, in the photo.
        window: of the photo.
        hidden: what lies over the faces.

    Raises:
        InvalidRequestError: most of what is taken is hidden.
    """
    canonical = canonical_frame(points)
    radius = RADIUS * canonical.size / canonical.scale
    corner = np.array([window[1].start, window[0].start])
    shape = (window[0].stop - window[0].start, window[1].stop - window[1].start)
    hull = points[[index for piece in pieces for index in piece.hull]] - corner
    near = window_around(hull, shape, radius + REACH_PX / frame.scale)
    side = min(_FINER * frame.size, max(round(frame.size / frame.scale), frame.size))
    soft, notices = _cover(frame.resized(side), frame.size / side, pieces, points, radius, hidden)
    inside = frame.within(window)
    enlarged = enlarge_mask(soft, inside.resized(side), near)
    return Place(inside, near, enlarged, points - corner, notices)


def covered_by(places: Sequence[Place], window: Window) -> Mask:
    """Return (h, w) 255 in the pixels of a window that are wholly covered, else 0."""
    shape = (window[0].stop - window[0].start, window[1].stop - window[1].start)
    covered = np.zeros(shape, np.uint8)
    for place in places:
        covered[place.near][place.soft == 255] = 255
    return covered


def _cover(
    fine: Frame,
    coarser: float,
    pieces: list[Exchanged],
    points: Points,
    radius: float,
    hidden: Hidden,
) -> tuple[Mask, tuple[str, ...]]:
    """Cover some pieces in a frame whose pixels are `1 / coarser` of the network's frame's."""
    shape = (fine.size, fine.size)
    away = distance(shape, fine.to_frame(points), pieces)
    soft = ((radius * fine.scale - away) * (coarser / _FEATHER_PX)).clip(0, 1)
    other = hidden.to_goal.look(hidden.other_over, fine, hidden.matrix) <= _HIDDEN
    share = float(other[soft > 0].mean()) if soft.any() else 1.0
    if share < _LEAST_SHOWN:
        raise InvalidRequestError(_COVERED)
    own = hidden.warp.look(hidden.over, fine) <= _HIDDEN
    clear = _clear((own & other).astype(np.uint8), coarser)
    notices = (_PARTLY_COVERED,) if share < _WHOLE else ()
    return np.minimum(np.ceil(soft * 255).astype(np.uint8), clear), notices


def _clear(seen: Mask, scale: float) -> Mask:
    """Cover (h, w) the more the further away pixels that are 0 lie; 255 without any.

    `scale`: pixels of the network's frame per pixel.
    """
    if cv2.countNonZero(seen) == seen.size:
        return np.full(seen.shape, 255, np.uint8)
    step = max(int(_SAMPLED_PX / scale), 1)
    away = cv2.distanceTransform(seen[::step, ::step].copy(), cv2.DIST_L2, cv2.DIST_MASK_5)
    clear = ((np.asarray(away) * (step * scale) - _AWAY_PX) / _FADING_PX).clip(0, 1)
    return np.asarray(cv2.resize(np.ceil(clear * 255).astype(np.uint8), seen.shape[::-1]), np.uint8)
