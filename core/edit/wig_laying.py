"""Lays planned hair into a photo at full size, tile by tile, so that little memory is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.edit.cores import on_all_cores
from core.edit.matting import Layers, coverage_of, front_colours
from core.edit.warp import Floats
from core.edit.wig_plan import Plan
from core.face.align import Frame, Matrix, Pixels, chained
from core.masks import Image, Mask, Window

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
            self._lay(tile, made[tile], changed[tile])

        on_all_cores(one, self._tiles())
        return made, changed

    def _tiles(self) -> Iterator[Window]:
        """Yield the tiles in which something may be laid."""
        shows = self._shares.max(axis=2)
        height, width = self.photo.shape[:2]
        touched = self._enlarged(shows, (slice(0, height), slice(0, width)))
        for top in range(0, height, TILE_PX):
            for left in range(0, width, TILE_PX):
                tile = slice(top, top + TILE_PX), slice(left, left + TILE_PX)
                if touched[tile].any():
                    yield tile

    def _lay(self, tile: Window, made: Image, changed: Mask) -> None:
        """Lay what belongs into one tile, bottom up, in place."""
        most = np.float32(np.iinfo(made.dtype).max)
        rows, columns = tile[0].start, tile[1].start
        place = slice(rows, rows + made.shape[0]), slice(columns, columns + made.shape[1])
        allowed, bare, freed = np.moveaxis(self._enlarged(self._shares, place), 2, 0)
        picture, values = self._exemplar(place) / most, made.astype(np.float32) / most
        hair = np.zeros_like(bare)
        if allowed.any():
            matte = self._enlarged(self._matte, place)
            hair = coverage_of(matte[..., :3], matte[..., 3], picture) * allowed
        if freed.any():
            self._uncover(values, freed, place)
        front = self._enlarged(self.plan.layers.front, place)
        if bare.any():
            skin = self._skin(picture, hair, front, place)
            values += (skin - values) * bare[..., None]
        if hair.any():
            layers = Layers(front, self._enlarged(self.plan.layers.behind, place))
            strands = front_colours(picture, hair, layers) * self.light
            values += (strands - values) * hair[..., None]
        shows = np.maximum(np.maximum(hair, bare), freed) > _LEAST
        made[shows] = np.rint(values.clip(0, 1) * most)[shows]
        changed[shows] = 255

    def _uncover(self, values: Floats, freed: Floats, place: Window) -> None:
        """Show the background where the old hair was, with its grain, in place."""
        background = self._enlarged(self.plan.background, place)
        if self.grain is not None:
            height, width = freed.shape
            background += self.grain[:height, :width]
        values += (background - values) * freed[..., None]

    def _skin(self, picture: Floats, hair: Floats, front: Floats, place: Window) -> Floats:
        """Return the exemplar's skin in the face's tones, without the hair over it."""
        below, tones = (self._enlarged(one, place) for one in self.plan.skin[:2])
        return (picture + (below - front) * hair[..., None]) * tones

    @cached_property
    def _shares(self) -> Floats:
        return np.dstack([self.plan.allowed, self.plan.skin.share, self.plan.freed])

    @cached_property
    def _matte(self) -> Floats:
        return np.dstack(self.plan.matte)

    def _enlarged(self, values: Floats, tile: Window) -> Floats:
        height, width = (side.stop - side.start for side in tile)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        matrix = self.frame.within(tile).matrix
        border = cv2.BORDER_REPLICATE
        return np.asarray(
            cv2.warpAffine(values, matrix, (width, height), flags=flags, borderMode=border),
            np.float32,
        )

    def _exemplar(self, tile: Window) -> Floats:
        """Bring the exemplar's own pixels to a tile."""
        height, width = (side.stop - side.start for side in tile)
        matrix = chained(self.frame.within(tile).matrix, self.back)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        border = cv2.BORDER_REPLICATE
        return np.asarray(
            cv2.warpAffine(self.exemplar, matrix, (width, height), flags=flags, borderMode=border),
            np.float32,
        )
