"""Lays planned hair into a photo at full size, tile by tile, so that little memory is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.edit.compositing.blend import added
from core.edit.hair.guided_matting import Layers, coverage_of, front_colours
from core.edit.hair.hair_layout import Plan
from core.face.align import Frame, chained
from core.imaging.arrays import Floats, Image, Mask, Matrix, Pixels, Window
from core.imaging.parallel import on_all_cores
from core.imaging.resampling import four, three

TILE_PX = 256
_LEAST = 0.5 / 255  # share of a pixel that shows


@dataclass(frozen=True, eq=False)
class Laying:
    """A photo's window, and what is laid into it."""

    photo: Image
    """(h, w, 3)"""
    exemplar: Pixels
    """(H', W', 3) in the photo's depth."""
    frame: Frame
    """The plan's, in pixels of `photo`."""
    back: Matrix
    """(2, 3) from the plan's frame to pixels of the exemplar."""
    plan: Plan
    light: float
    """By what the hair is multiplied."""
    grain: Floats | None = None
    """(`TILE_PX`, `TILE_PX`, 3) of the photo's grain, in 0..1."""

    def laid(self) -> tuple[Image, Mask]:
        """Return the window with everything laid into it, and (h, w) 255 where it changed."""
        made, changed = self.photo.copy(), np.zeros(self.photo.shape[:2], np.uint8)

        def one(tile: Window) -> None:
            shares = self._enlarged(self._shares, tile)
            if shares.any():
                self._lay(tile, shares, made[tile], changed[tile])

        on_all_cores(one, self._tiles())
        return made, changed

    def _tiles(self) -> Iterator[Window]:
        height, width = self.photo.shape[:2]
        for top in range(0, height, TILE_PX):
            for left in range(0, width, TILE_PX):
                bottom, right = min(top + TILE_PX, height), min(left + TILE_PX, width)
                yield slice(top, bottom), slice(left, right)

    def _lay(self, tile: Window, shares: Floats, made: Image, changed: Mask) -> None:
        """Lay what belongs into one tile, bottom up, in place."""
        most = np.float32(np.iinfo(made.dtype).max)
        allowed, bare, freed, _ = (np.asarray(one, np.float32) for one in cv2.split(shares))
        picture, values = self._exemplar(tile) / most, made.astype(np.float32) / most
        hair, front = np.zeros_like(bare), self._colours(self._front, tile)
        if allowed.any():
            matte = self._enlarged(self._matte, tile)
            offset = np.asarray(cv2.extractChannel(matte, 3), np.float32)
            hair = coverage_of(np.asarray(three(matte), np.float32), offset, picture) * allowed
        if freed.any():
            _mix(values, self._background(tile), freed)
        if bare.any():
            _mix(values, self._skin(picture, hair, front, tile), bare)
        if hair.any():
            layers = Layers(front, self._colours(self._behind, tile))
            _mix(values, front_colours(picture, hair, layers) * self.light, hair)
        np.multiply(np.maximum(np.maximum(hair, bare), freed) > _LEAST, np.uint8(255), out=changed)
        cv2.copyTo(added(values * most, np.zeros_like(values), made.dtype), changed, made)

    def _background(self, tile: Window) -> Floats:
        """Return what was behind the old hair, with the photo's grain."""
        background = self._colours(self._uncovered, tile)
        if self.grain is not None:
            height, width = background.shape[:2]
            background += self.grain[:height, :width]
        return background

    def _skin(self, picture: Floats, hair: Floats, front: Floats, tile: Window) -> Floats:
        """Return the exemplar's skin in the face's tones, without the hair over it."""
        below, tones = (self._colours(one, tile) for one in self._below)
        below -= front
        below *= three(hair)
        below += picture
        below *= tones
        return below

    @cached_property
    def _shares(self) -> Floats:
        shares = [self.plan.allowed, self.plan.skin.share, self.plan.freed]
        return np.dstack([*shares, np.zeros_like(self.plan.freed)]).astype(np.float32)

    @cached_property
    def _matte(self) -> Floats:
        return np.dstack(self.plan.matte)

    @cached_property
    def _front(self) -> Pixels:
        return four(self.plan.layers.front)

    @cached_property
    def _behind(self) -> Pixels:
        return four(self.plan.layers.behind)

    @cached_property
    def _uncovered(self) -> Pixels:
        return four(self.plan.background)

    @cached_property
    def _below(self) -> tuple[Pixels, Pixels]:
        """What is below the hair, and the tones of skin."""
        return four(self.plan.skin.mean), four(self.plan.skin.tones.astype(np.float32))

    def _colours(self, values: Pixels, tile: Window) -> Floats:
        """Enlarge the first three of four channels to a tile."""
        return np.asarray(three(self._enlarged(values, tile)), np.float32)

    def _enlarged(self, values: Pixels, tile: Window) -> Floats:
        height, width = (side.stop - side.start for side in tile)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        matrix = self.frame.within(tile).matrix
        border = cv2.BORDER_REPLICATE
        return np.asarray(
            cv2.warpAffine(values, matrix, (width, height), flags=flags, borderMode=border),
            np.float32,
        )

    def _exemplar(self, tile: Window) -> Floats:
        """Bring the exemplar's own pixels to a tile; beyond its edge they are mirrored."""
        height, width = (side.stop - side.start for side in tile)
        matrix = chained(self.frame.within(tile).matrix, self.back)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        border = cv2.BORDER_REFLECT
        return np.asarray(
            cv2.warpAffine(self.exemplar, matrix, (width, height), flags=flags, borderMode=border),
            np.float32,
        )


def _mix(below: Floats, above: Floats, share: Floats) -> None:
    """Lay (h, w, 3) colours over others in place; `above` is not to be used again."""
    above -= below
    above *= three(share)
    below += above
