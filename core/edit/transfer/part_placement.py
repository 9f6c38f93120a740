"""Where parts of an exemplar are composited: around their landmarks, away from what hides either
face.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import cv2
import numpy as np

from core.edit.compositing.frame_resampling import resample_mask
from core.edit.networks import FRAME_SIZES
from core.edit.transfer.part_geometry import PartPiece, distance_to_pieces
from core.edit.warping.warp import Warp
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, sub_frame
from core.imaging.arrays import Mask, Matrix, Points, Window
from core.imaging.windows import window_around

COVER_RADIUS = 0.022
"""How far a part is covered around its points, of the canonical frame's side."""
_FEATHER_PX = 2.5  # of the frame
EXEMPLAR_MARGIN_PX = 8  # of the frame: how far the exemplar is needed beyond the hole
_FINER = 4
"""How much finer than the network's the frame is in which coverage is made; it is soft."""
_HIDDEN_FROM = 64
"""Of 255: what is covered more than this is hidden."""
_CLEARANCE_PX, _FADE_PX = 1.0, 3.0
"""Of the frame: how far a part stays away from what hides a face, and fades there."""
_DISTANCE_STEP_PX = 0.25
"""Of the frame: how fine that distance is measured."""
_LEAST_SHOWN, _FULLY_SHOWN = 0.5, 0.9
"""Share of a part that must not be hidden, and from which on nobody needs to be told."""
_COVERED = "Hair or something else covers the exemplar's face there; take another picture."
_PARTLY_COVERED = (
    "Hair or something else covers a piece of the exemplar's face; there the photo keeps its own."
)


_MARGIN = 1.45  # side of a frame / extent of what is covered in it
_LEAST_FRAME_SIDE, MOST_FRAME_SIDE = 0.4, 1.3
"""Of the canonical frame: the network was trained on none smaller or larger."""


class Occlusions(NamedTuple):
    """What lies over the two faces."""

    own_warp: Warp
    """Moves the photo."""
    own: Mask
    """(H, W) uint8, 255 where something hides the photo's face, before it is warped."""
    exemplar_warp: Warp
    """Moves the exemplar's landmarks to where the photo's come."""
    exemplar: Mask
    """(h, w) the same of the exemplar, in its picture."""
    exemplar_matrix: Matrix
    """(2, 3) from pixels of the photo to that picture's."""


class PartPlacement(NamedTuple):
    """Where one cluster of pieces is composited, in a window of the photo."""

    frame: Frame
    """In pixels of the window."""
    window: Window
    """The part of the window that holds it."""
    coverage: Mask
    """(h, w) uint8 in `window`, above 0 in the hole."""
    landmarks: Points
    """(68, 2) of the face, in pixels of the window."""
    notices: tuple[str, ...]

    def limited_to(self, known: Mask) -> Self:
        """Let the coverage fade out towards where (h, w) `known` is 0: there the exemplar ends."""
        fade = _fade_near_hidden(known, self.frame.scale)
        return self._replace(coverage=np.minimum(self.coverage, fade))


def zoomed_frame(canonical: Frame, low: Points, high: Points) -> Frame:
    """Zoom in on what lies between two corners, with a margin; the network's frame.

    Args:
        canonical: the face's frame.
        low, high: (2,) fractions of its side.
    """
    x, y = ((low + high) / 2).tolist()
    side = float(np.clip(_MARGIN * (high - low).max(), _LEAST_FRAME_SIDE, MOST_FRAME_SIDE))
    return sub_frame(canonical, (x, y), side, FRAME_SIZES[0])


def place_pieces(
    frame: Frame,
    pieces: list[PartPiece],
    landmarks: Points,
    photo_window: Window,
    occlusions: Occlusions,
) -> PartPlacement:
    """Place some pieces in a window of the photo.

    Args:
        frame: that holds the pieces, in the photo.
        pieces: composited together.
        landmarks: (68, 2) where the face's landmarks come, in the photo.
        photo_window: of the photo.
        occlusions: what lies over the faces.

    Raises:
        InvalidRequestError: most of what is transferred is hidden.
    """
    canonical = canonical_frame(landmarks)
    radius = COVER_RADIUS * canonical.size / canonical.scale
    rows, columns = photo_window
    corner = np.array([columns.start, rows.start])
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    hull = landmarks[[index for piece in pieces for index in piece.hull]] - corner
    window = window_around(hull, shape, radius + EXEMPLAR_MARGIN_PX / frame.scale)
    side = min(_FINER * frame.size, max(round(frame.size / frame.scale), frame.size))
    fine, notices = _piece_coverage(
        frame.resized(side), frame.size / side, pieces, landmarks, radius, occlusions
    )
    inner = frame.within(photo_window)
    coverage = resample_mask(fine, inner.resized(side), window)
    return PartPlacement(inner, window, coverage, landmarks - corner, notices)


def fully_covered(placements: Sequence[PartPlacement], window: Window) -> Mask:
    """Return (h, w) uint8, 255 in the pixels of a window that are wholly covered, else 0."""
    shape = (window[0].stop - window[0].start, window[1].stop - window[1].start)
    covered = np.zeros(shape, np.uint8)
    for placement in placements:
        covered[placement.window][placement.coverage == 255] = 255
    return covered


def _piece_coverage(
    fine: Frame,
    coarser: float,
    pieces: list[PartPiece],
    landmarks: Points,
    radius: float,
    occlusions: Occlusions,
) -> tuple[Mask, tuple[str, ...]]:
    """Cover some pieces in a frame whose pixels are `1 / coarser` of the network's frame's.

    Returns:
        (S, S) uint8 coverage, and notices for the user.
    """
    shape = (fine.size, fine.size)
    distance = distance_to_pieces(shape, fine.to_frame(landmarks), pieces)
    coverage = ((radius * fine.scale - distance) * (coarser / _FEATHER_PX)).clip(0, 1)
    exemplar_hidden = occlusions.exemplar_warp.cut_moved(
        occlusions.exemplar, fine, occlusions.exemplar_matrix
    )
    exemplar_clear = exemplar_hidden <= _HIDDEN_FROM
    share = float(exemplar_clear[coverage > 0].mean()) if coverage.any() else 1.0
    if share < _LEAST_SHOWN:
        raise InvalidRequestError(_COVERED)
    own_clear = occlusions.own_warp.cut_moved(occlusions.own, fine) <= _HIDDEN_FROM
    fade = _fade_near_hidden((own_clear & exemplar_clear).astype(np.uint8), coarser)
    notices = (_PARTLY_COVERED,) if share < _FULLY_SHOWN else ()
    return np.minimum(np.ceil(coverage * 255).astype(np.uint8), fade), notices


def _fade_near_hidden(shown: Mask, scale: float) -> Mask:
    """Cover the more the further away pixels that are 0 lie.

    Args:
        shown: (h, w) uint8, 0 where something hides a face.
        scale: pixels of the network's frame per pixel.

    Returns:
        (h, w) uint8; 255 everywhere if nothing is 0.
    """
    if cv2.countNonZero(shown) == shown.size:
        return np.full(shown.shape, 255, np.uint8)
    step = max(int(_DISTANCE_STEP_PX / scale), 1)
    distance = cv2.distanceTransform(shown[::step, ::step].copy(), cv2.DIST_L2, cv2.DIST_MASK_5)
    fade = ((np.asarray(distance) * (step * scale) - _CLEARANCE_PX) / _FADE_PX).clip(0, 1)
    return np.asarray(cv2.resize(np.ceil(fade * 255).astype(np.uint8), shown.shape[::-1]), np.uint8)
