"""Lays warped parts of an exemplar into a photo: painted in a small frame, sharp at full size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, cast

import cv2
import numpy as np
import torch

from core import tensors
from core.device import fast_arithmetic
from core.edit import blend
from core.edit.colours import keep_tones
from core.edit.counterpart import Counterpart
from core.edit.exchange import Exchanged, distance
from core.edit.inpaint import view
from core.edit.painters import Painters
from core.edit.request import ExemplarRequest
from core.edit.tones import match_tones
from core.edit.warp import Floats, Warp, Warped
from core.errors import InvalidRequestError
from core.face.align import Frame, Pixels, canonical_frame
from core.masks import Image, Mask, Points, Window, window_around
from core.models.base import Task
from core.models.harmonizer import Harmonizer
from core.progress import Report, part_of

RADIUS = 0.022
"""How far a part is covered around its points, of the canonical frame's side."""
_FEATHER_PX = 2.5  # of the frame
_REACH_PX = 8  # of the frame: how far the exemplar is looked at beyond the hole
_FINER = 3
"""How much finer than the network's the frame is in which large membranes are made."""
_LANCZOS_UP_TO = 1.3
"""Pixels of the photo per pixel of the exemplar above which more care shows nothing more."""
_LEAST_SHOWN = 0.5
"""Share of a part that the exemplar must show."""
_WHOLE = 0.9
"""Share of a part from which on nobody needs to be told what is missing."""
_PARTLY_HIDDEN = (
    "Hair or something else covers a piece of the exemplar's face; there the photo keeps its own."
)
_HIDDEN = 64
"""Of 255: a pixel of the exemplar that is covered more than this is not taken."""
_AWAY_PX, _FADING_PX = 1.0, 3.0
"""Of the frame: how far what is taken stays away from what hides the exemplar, and fades there."""
_SMOOTH_PX = 2.0  # of the frame: blur under which two brightnesses are compared
_DARK = 24.0
"""Added to brightnesses of 0..255 before they are divided: ratios of blacks mean nothing."""
_GAINS = (0.5, 1.8)
"""Between what detail is scaled; what is brighter than around it is a reflection, which no skin
makes stronger."""


class _Place(NamedTuple):
    """Where one cluster of pieces is laid, in a window of the photo."""

    frame: Frame
    """In pixels of the window."""
    near: Window
    """The part of the window that holds it."""
    soft: Mask
    """(h, w) coverage in `near`, above 0 in the hole."""
    points: Points
    """(68, 2) of the face, in pixels of the window."""


class _Brought(NamedTuple):
    """The exemplar warped to a place."""

    image: Image
    """(h, w, 3)"""
    shown: Mask
    """(h, w) 255 where it shows something."""
    notices: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Exchange:
    """Lays an exemplar's parts into a photo that has already moved."""

    request: ExemplarRequest
    painters: Painters
    other: Counterpart
    other_over: Mask
    """(h, w) what lies over the exemplar's face, in its picture."""
    warp: Warp
    """Moves the exemplar's points onto those of the moved photo."""
    light: Floats
    """(3,) by what the exemplar's tones are to be multiplied where they are no skin's."""

    def lay(
        self,
        moved: Warped,
        over: Mask,
        clusters: list[tuple[Frame, list[Exchanged]]],
        points: Points,
        report: Report,
    ) -> tuple[str, ...]:
        """Lay every cluster into the window, in place.

        Args:
            moved: the window.
            over: (h, w) what lies over the face there, and stays.
            clusters: each with its frame in the photo.
            points: (68, 2) where the face's landmarks are now, in the photo.

        Returns:
            Notices for the user.
        """
        inside = points - [moved.window[1].start, moved.window[0].start]
        found = [
            _place(frame.within(moved.window), pieces, inside, over) for frame, pieces in clusters
        ]
        brought = [self._bring(moved.window, place) for place in found if place.soft.any()]
        hole, notices = np.zeros_like(over), dict[str, None]()
        for place, there in brought:
            hole[place.near][place.soft > 0] = 255
            notices |= dict.fromkeys(there.notices)
        for number, (place, there) in enumerate(brought):
            span = part_of(report, number / len(brought), (number + 1) / len(brought))
            laid, changes = self._paint(moved, hole, place, there, span)
            _blend_in(moved, laid, place, self.request.strength)
            notices |= dict.fromkeys(changes)
        return tuple(notices)

    def _paint(
        self, moved: Warped, hole: Mask, place: _Place, there: _Brought, report: Report
    ) -> tuple[Image, tuple[str, ...]]:
        """Return what the photo shows in a place once the exemplar is laid there, and notices."""

        def paint(device: torch.device, size: int) -> tuple[Image, Floats, Frame]:
            frame = place.frame.resized(size)
            cut, seen = view(frame, moved.image, hole)
            exemplar = _in_frame(there, frame.within(place.near))
            own, points = _cut_8_bit(moved.image, frame), frame.to_frame(place.points)
            exemplar = match_tones(exemplar, own, seen, points, self.light)
            painted = self._harmonized(device, cut, seen, exemplar, report)
            painted = keep_tones(painted, exemplar, seen)
            return painted, painted - blend.membrane(cut, seen), frame

        (painted, residual, frame), notices = self.painters.run(paint)
        report(0.8, "Blending")
        laid = _laid(moved.image, hole, residual, frame, place.near)
        if not self.request.draft:
            _add_detail(laid, there, painted, frame.within(place.near))
        return laid, notices

    def _bring(self, window: Window, place: _Place) -> tuple[_Place, _Brought]:
        """Warp the exemplar to a place of a window; what hides it there leaves the place."""
        rows, columns = (
            slice(inner.start + outer.start, inner.stop + outer.start)
            for inner, outer in zip(place.near, window, strict=True)
        )
        draft = self.request.draft or self.other.coarseness > _LANCZOS_UP_TO
        brought, shown = self.warp.bring(
            self.other.image, self.other.matrix, (rows, columns), draft=draft
        )
        if _share(shown, place) < _LEAST_SHOWN:
            raise InvalidRequestError(
                "The exemplar's face is cut off by the edge of its picture there; take another one."
            )
        hidden, _ = self.warp.bring(self.other_over, self.other.matrix, (rows, columns), draft=True)
        shown = np.where(hidden > _HIDDEN, 0, shown).astype(np.uint8)
        share = _share(shown, place)
        if share < _LEAST_SHOWN:
            raise InvalidRequestError(
                "Hair or something else covers the exemplar's face there; take another picture."
            )
        notices = (_PARTLY_HIDDEN,) if share < _WHOLE else ()
        return _without_hidden(place, shown), _Brought(brought, shown, notices)

    def _harmonized(
        self, device: torch.device, image: Pixels, hole: Mask, exemplar: Pixels, report: Report
    ) -> Image:
        report(0.2, "Loading model")
        model = self.painters.model(self.request.model, device, Task.HARMONIZE)
        report(0.4, "Generating")
        with torch.inference_mode(), fast_arithmetic(device):
            answer = cast(Harmonizer, model).harmonize(
                tensors.from_image(np.asarray(image, np.uint8)).to(device),
                tensors.from_mask(hole).to(device),
                tensors.from_lines(exemplar).to(device),
            )
        return tensors.to_image(answer)


def _place(frame: Frame, pieces: list[Exchanged], points: Points, over: Mask) -> _Place:
    """Find what some pieces cover of a window; `points` and frame are in its pixels.

    `over` is what stays of the photo there.
    """
    canonical = canonical_frame(points)
    radius = RADIUS * canonical.size / canonical.scale
    hull = points[[index for piece in pieces for index in piece.hull]]
    near = window_around(hull, over.shape, radius + _REACH_PX / frame.scale)
    inside = points - [near[1].start, near[0].start]
    size = (near[0].stop - near[0].start, near[1].stop - near[1].start)
    away = distance(size, inside, pieces)
    soft = np.clip((radius - away) * frame.scale / _FEATHER_PX, 0, 1) * 255
    free = np.minimum(np.ceil(soft).astype(np.uint8), 255 - over[near])
    return _Place(frame, near, free, points)


def _without_hidden(place: _Place, shown: Mask) -> _Place:
    """Let the coverage of a place fade out towards what the exemplar does not show."""
    if shown.all():
        return place
    away = cv2.distanceTransform(shown, cv2.DIST_L2, cv2.DIST_MASK_5) * place.frame.scale
    fading = np.clip((np.asarray(away) - _AWAY_PX) / _FADING_PX, 0, 1) * 255
    return place._replace(soft=np.minimum(place.soft, np.ceil(fading).astype(np.uint8)))


def _share(shown: Mask, place: _Place) -> float:
    """Tell how much of a place the exemplar shows."""
    return float((shown[place.soft > 0] > 0).mean())


def _in_frame(there: _Brought, frame: Frame) -> Pixels:
    """Cut what the network sees of the exemplar: (S, S, 3) uint8, 0 where it shows nothing."""
    exemplar = _cut_8_bit(there.image, frame)
    exemplar[frame.cut(there.shown, cv2.INTER_LINEAR) < 255] = 0
    return exemplar


def _cut_8_bit(image: Image, frame: Frame) -> Pixels:
    cut: Pixels = frame.cut(image)
    return blend.to_8_bit(cut)


def _laid(image: Image, hole: Mask, residual: Floats, frame: Frame, near: Window) -> Image:
    """Fill a place of the photo by its membrane and what was painted on the frame's one.

    The membrane of a large hole is made in a finer frame, not of all the photo's pixels: it is
    smooth, its edge is feathered, and this takes a tenth of the time.
    """
    if frame.scale * _FINER >= 1:
        return blend.lay_residual(image, hole, residual, frame, near)
    finer = frame.resized(_FINER * frame.size)
    added = cv2.resize(residual, (finer.size, finer.size), interpolation=cv2.INTER_CUBIC)
    smooth = blend.membrane(*view(finer, image, hole)) + added
    most = np.iinfo(image.dtype).max
    laid: Image = image[near].copy()
    values = blend.into_window(smooth * np.float32(most / 255), finer, near, cv2.INTER_CUBIC)
    laid[:] = np.rint(values).clip(0, most)
    return laid


def _add_detail(laid: Image, there: _Brought, painted: Image, frame: Frame) -> None:
    """Add in place what the exemplar shows and the frame does not, in the light of the photo.

    Args:
        laid: (h, w, 3) a window of the photo, painted.
        there: the exemplar.
        painted: (S, S, 3) uint8 what was painted in the frame.
        frame: in pixels of the window.
    """
    fine = blend.fine_detail(there.image, frame)
    fine[there.shown == 0] = 0
    lights = [
        cv2.GaussianBlur(
            cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), _SMOOTH_PX
        )
        for one in (np.asarray(painted, np.uint8), _cut_8_bit(there.image, frame))
    ]
    gain = np.clip((lights[0] + _DARK) / (lights[1] + _DARK), *_GAINS).astype(np.float32)
    whole = slice(0, laid.shape[0]), slice(0, laid.shape[1])
    enlarged = np.asarray(blend.into_window(gain, frame, whole, cv2.INTER_LINEAR))[..., None]
    fine *= np.where(fine > 0, np.minimum(enlarged, 1), enlarged)
    laid[:] = np.rint(laid + fine).clip(0, np.iinfo(laid.dtype).max)


def _blend_in(moved: Warped, laid: Image, place: _Place, strength: float) -> None:
    """Lay a place into the moved window; where nothing had moved, the coverage weighs it."""
    image, coverage = moved.image[place.near], moved.coverage[place.near]
    soft = np.ceil(place.soft * strength).astype(np.uint8)
    still = (coverage == 0) & (soft > 0)
    moving = np.where(still, 0, soft).astype(np.uint8)
    image[:] = blend.mix(image, laid, moving)
    image[still] = laid[still]
    coverage[still] = soft[still]
