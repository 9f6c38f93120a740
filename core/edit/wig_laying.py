"""Lays planned hair into a photo at full size, tile by tile, so that little memory is needed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.edit.matting import Layers, coverage_of, front_colours
from core.edit.warp import Floats
from core.edit.wig_plan import Plan
from core.face.align import Frame, Matrix, Pixels
from core.masks import Image, Mask, Window

_TILE_PX = 256
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
    light: Floats
    """(3,) by what the hair is multiplied."""

    def laid(self) -> tuple[Image, Mask]:
        """Return the window with everything laid into it, and (h, w) 255 where it changed."""
        made, changed = self.photo.copy(), np.zeros(self.photo.shape[:2], np.uint8)

        def one(tile: Window) -> None:
            self._lay(tile, made[tile], changed[tile])

        with ThreadPoolExecutor(max(cv2.getNumThreads(), 1)) as pool:
            list(pool.map(one, self._tiles()))
        return made, changed

    def _tiles(self) -> Iterator[Window]:
        """Yield the tiles in which something may be laid."""
        plan = self.plan
        shows = (plan.freed > 0) | (plan.bare > 0) | (plan.allowed > 0)
        height, width = self.photo.shape[:2]
        touched = self._enlarged(shows.astype(np.float32), (slice(0, height), slice(0, width)))
        for top in range(0, height, _TILE_PX):
            for left in range(0, width, _TILE_PX):
                tile = slice(top, top + _TILE_PX), slice(left, left + _TILE_PX)
                if touched[tile].any():
                    yield tile

    def _lay(self, tile: Window, made: Image, changed: Mask) -> None:
        most = np.float32(np.iinfo(made.dtype).max)
        rows, columns = tile[0].start, tile[1].start
        place = slice(rows, rows + made.shape[0]), slice(columns, columns + made.shape[1])
        slope, offset, front, allowed, behind, bare, below, freed, skin, tones = self._split(place)
        picture = self._exemplar(place) / most
        hair = coverage_of(slope, offset, picture) * allowed
        shows = np.maximum(np.maximum(hair, bare), freed) > _LEAST
        values = made / most
        values += (below - values) * freed[..., None]
        skin = (picture + (skin - front) * hair[..., None]) * tones
        values += (skin - values) * bare[..., None]
        strands = front_colours(picture, hair, Layers(front, behind)) * self.light
        values += (strands - values) * hair[..., None]
        made[shows] = np.rint(values.clip(0, 1) * most)[shows]
        changed[shows] = 255

    @cached_property
    def _stacks(self) -> list[Floats]:
        """The plan's maps, four channels each, as OpenCV can resample."""
        plan = self.plan
        return [
            np.dstack(pair)
            for pair in (
                (plan.matte.slope, plan.matte.offset),
                (plan.layers.front, plan.allowed),
                (plan.layers.behind, plan.bare),
                (plan.background, plan.freed),
            )
        ]

    def _split(self, tile: Window) -> list[Floats]:
        found = []
        for stack in self._stacks:
            values = self._enlarged(stack, tile)
            found += [values[..., :3], values[..., 3]]
        return [*found, *(self._enlarged(one, tile) for one in (self.plan.skin, self.plan.tones))]

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


def chained(first: Matrix, then: Matrix) -> Matrix:
    """Return the (2, 3) transform that does one after the other."""
    linear = then[:, :2] @ first[:, :2]
    return np.column_stack([linear, then[:, :2] @ first[:, 2] + then[:, 2]])


def inverse(matrix: Matrix) -> Matrix:
    """Return the (2, 3) transform that takes one back."""
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])
