"""Lays warped parts of an exemplar into a photo: painted in a small frame, sharp at full size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import cv2
import numpy as np
import torch

from core.edit.compositing.detail_overlay import compose, detail, ground
from core.edit.compositing.smooth_base import Surface, looked_at
from core.edit.compositing.tone_matching import keep_tones, match_tones
from core.edit.networks import Painters
from core.edit.requests import ExemplarRequest
from core.edit.transfer.part_placement import Place
from core.edit.transfer.prepared_exemplar import Counterpart
from core.edit.warping.warp import Warp, Warped
from core.errors import InvalidRequestError
from core.face.align import Frame
from core.imaging.alpha import composite
from core.imaging.arrays import Floats, Image, Mask, Pixels, Window
from core.imaging.depth import to_8_bit
from core.imaging.masks import weaken
from core.imaging.windows import within_window
from core.models.base import Task
from core.models.harmonizer import Harmonizer
from core.progress import Report, part_of
from core.runtime import tensors
from core.runtime.device import fast_arithmetic
from core.runtime.membrane import membrane

_LANCZOS_UP_TO = 1.3
"""Pixels of the photo per pixel of the exemplar above which more care shows nothing more."""
_LEAST_SHOWN = 0.5
"""Share of a part that the exemplar must show."""


class _Brought(NamedTuple):
    """The exemplar warped to a place."""

    image: Image
    """(h, w, 3)"""
    shown: Mask
    """(h, w) 255 where it shows something."""


@dataclass(frozen=True, eq=False)
class Exchange:
    """Lays an exemplar's parts into a photo that has already moved."""

    request: ExemplarRequest
    painters: Painters
    other: Counterpart
    warp: Warp
    """Moves the exemplar's points onto those of the moved photo."""
    light: Floats
    """(3,) by what the exemplar's tones are to be multiplied where they are no skin's."""

    def lay(self, moved: Warped, places: Sequence[Place], report: Report) -> tuple[str, ...]:
        """Lay the exemplar into every place of the window.

        Args:
            moved: the window; changed in place.
            places: in that window.
            report: of the progress.

        Returns:
            Notices for the user.
        """
        brought = [self._bring(moved.window, place) for place in places if place.soft.any()]
        hole, notices = np.zeros_like(moved.coverage), dict[str, None]()
        for place, _ in brought:
            hole[place.near][place.soft > 0] = 255
            notices |= dict.fromkeys(place.notices)
        for number, (place, there) in enumerate(brought):
            span = part_of(report, number / len(brought), (number + 1) / len(brought))
            laid, changes = self._paint(moved, hole, place, there, span)
            _blend_in(moved, laid, place, self.request.strength)
            notices |= dict.fromkeys(changes)
        return tuple(notices)

    def _paint(
        self, moved: Warped, hole: Mask, place: Place, there: _Brought, report: Report
    ) -> tuple[Image, tuple[str, ...]]:
        """Return what the photo shows in a place once the exemplar is laid there, and notices."""
        seen_of = looked_at(place.frame, place.near, hole.shape)
        surface = Surface.of(moved.image[seen_of], hole[seen_of])

        def paint(device: torch.device, size: int) -> tuple[Image, Pixels, Floats, Frame]:
            frame = place.frame.resized(size)
            cut, seen = surface.view(frame.within(seen_of))
            shown: Pixels = frame.within(place.near).cut(there.image)
            exemplar = _without_hidden(shown, there.shown, frame.within(place.near))
            own, points = _cut_8_bit(moved.image, frame), frame.to_frame(place.points)
            exemplar = match_tones(exemplar, own, seen, points, self.light)
            painted = self._harmonized(device, cut, seen, exemplar, report)
            painted = keep_tones(painted, exemplar, seen)
            return painted, shown, painted - membrane(cut, seen), frame

        (painted, shown, residual, frame), notices = self.painters.run(paint)
        report(0.8, "Blending")
        near = within_window(place.near, seen_of)
        base = ground(surface, residual, frame.within(seen_of), near)
        inside = frame.within(place.near)
        fine = None if self.request.draft else detail(there.image, shown, painted, inside)
        return compose(base, fine, moved.image[place.near]), notices

    def _bring(self, window: Window, place: Place) -> tuple[Place, _Brought]:
        """Warp the exemplar to a place of a window, and leave out what its picture cuts off."""
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
        return place.within(shown), _Brought(brought, shown)

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


def _share(shown: Mask, place: Place) -> float:
    """Tell how much of a place the exemplar's picture shows."""
    if shown.all():
        return 1.0
    return cv2.countNonZero(cv2.min(shown, place.soft)) / cv2.countNonZero(place.soft)


def _without_hidden(shown: Pixels, mask: Mask, frame: Frame) -> Pixels:
    """Return what the network sees of an exemplar: (S, S, 3) uint8, 0 where it shows nothing."""
    exemplar = to_8_bit(shown).copy()
    if not mask.all():
        exemplar[frame.cut(mask, cv2.INTER_LINEAR) < 255] = 0
    return exemplar


def _cut_8_bit(image: Image, frame: Frame) -> Pixels:
    cut: Pixels = frame.cut(image)
    return to_8_bit(cut)


def _blend_in(moved: Warped, laid: Image, place: Place, strength: float) -> None:
    """Lay a place into the moved window; where nothing had moved, the coverage weighs it."""
    image, coverage = moved.image[place.near], moved.coverage[place.near]
    soft = weaken(place.soft, strength)
    still = np.asarray(cv2.min(soft, cv2.inRange(coverage, 0, 0)), np.uint8)
    composite(image, laid, soft - still)
    cv2.copyTo(laid, still, image)
    np.maximum(coverage, still, out=coverage)
