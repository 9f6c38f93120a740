"""Composites a hair layout into a photo at full size, tile by tile: little memory is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.edit.compositing.frame_resampling import add_saturated
from core.edit.hair.guided_matting import MatteLayers, foreground_colours, matte_coverage
from core.edit.hair.hair_layout import HairLayout
from core.face.align import Frame, compose_transforms
from core.imaging.arrays import Floats, Image, Mask, Matrix, Pixels, Points, Window
from core.imaging.parallel import on_all_cores
from core.imaging.resampling import to_four_channels, to_three_channels
from core.imaging.windows import cut_tiles, whole_window

TILE_PX = 256
_LEAST_VISIBLE = 0.5 / 255  # coverage that shows


@dataclass(frozen=True, eq=False)
class HairCompositor:
    """A photo's window, and what is composited into it."""

    photo: Image
    """(h, w, 3) uint8 or uint16"""
    exemplar: Pixels
    """(H', W', 3) in the photo's depth."""
    frame: Frame
    """The layout's, in pixels of `photo`."""
    to_exemplar: Matrix
    """(2, 3) from the layout's frame to pixels of the exemplar."""
    layout: HairLayout
    light: float
    """Factor of the hair's brightness."""
    grain: Floats | None = None
    """(`TILE_PX`, `TILE_PX`, 3) of the photo's grain, in 0..1."""

    def composite(self) -> tuple[Image, Mask]:
        """Return the composited (h, w, 3) window, and (h, w) uint8, 255 where it changed."""
        result, changed = self.photo.copy(), np.zeros(self.photo.shape[:2], np.uint8)

        def composite_tile(tile: Window) -> None:
            coverages = enlarge(self._coverages, self.frame, tile)
            if coverages.any():
                self._composite_tile(tile, coverages, result[tile], changed[tile])

        on_all_cores(composite_tile, cut_tiles(whole_window(*result.shape[:2]), TILE_PX))
        return result, changed

    def _composite_tile(
        self, tile: Window, coverages: Floats, result: Image, changed: Mask
    ) -> None:
        """Composite all layers of one tile, bottom up, in place."""
        white = np.float32(np.iinfo(result.dtype).max)
        allowed, skin, freed, _ = (
            np.asarray(channel, np.float32) for channel in cv2.split(coverages)
        )
        exemplar, values = self._resampled_exemplar(tile) / white, result.astype(np.float32) / white
        hair, foreground = np.zeros_like(skin), self._colours(self._foreground, tile)
        if allowed.any():
            matte = enlarge(self._matte, self.frame, tile)
            offset = np.asarray(cv2.extractChannel(matte, 3), np.float32)
            hair = (
                matte_coverage(np.asarray(to_three_channels(matte), np.float32), offset, exemplar)
                * allowed
            )
        if freed.any():
            _composite(values, self._old_background(tile), freed)
        if skin.any():
            _composite(values, self._skin(exemplar, hair, foreground, tile), skin)
        if hair.any():
            layers = MatteLayers(foreground, self._colours(self._hair_background, tile))
            _composite(values, foreground_colours(exemplar, hair, layers) * self.light, hair)
        np.multiply(
            np.maximum(np.maximum(hair, skin), freed) > _LEAST_VISIBLE, np.uint8(255), out=changed
        )
        cv2.copyTo(
            add_saturated(values * white, np.zeros_like(values), result.dtype), changed, result
        )

    def _old_background(self, tile: Window) -> Floats:
        """Return what was behind the face's own hair, with the photo's detail or its grain."""
        background = self._colours(self._uncovered, tile)
        texture = enlarge(self._texture, self.frame, tile)
        share = np.asarray(cv2.extractChannel(texture, 3), np.float32)
        if self.grain is not None:
            height, width = background.shape[:2]
            background += self.grain[:height, :width] * to_three_channels(1 - share)
        if share.any():
            background += self._detail(tile) * to_three_channels(share)
        return background

    def _detail(self, tile: Window) -> Floats:
        """Return the photo's fine detail from where the layout takes it; (h, w, 3) in 0..1."""
        height, width = (side.stop - side.start for side in tile)
        rows, columns = np.indices((height, width), np.float32)
        points = self.frame.within(tile).to_frame(np.column_stack([columns.flat, rows.flat]))
        origin = enlarge(self.layout.texture.origin, self.frame, tile, cv2.INTER_NEAREST)
        taken = points + origin.reshape(-1, 2)
        shape = (height, width)
        fine = _sampled(self.photo, self.frame.to_photo(taken), shape)
        coarse = _sampled(self.layout.texture.coarse, taken, shape)
        return fine / np.float32(np.iinfo(self.photo.dtype).max) - coarse

    def _skin(self, exemplar: Floats, hair: Floats, foreground: Floats, tile: Window) -> Floats:
        """Return the exemplar's skin in the face's tones, without the hair over it.

        Args:
            exemplar: (h, w, 3) the tile of it, in 0..1.
            hair: (h, w) its coverage, 0..1.
            foreground: (h, w, 3) the colours of that hair, smooth.
            tile: of the window.
        """
        below, gain = (self._colours(values, tile) for values in self._skin_layers)
        below -= foreground
        below *= to_three_channels(hair)
        below += exemplar
        below *= gain
        return below

    @cached_property
    def _coverages(self) -> Floats:
        coverages = [self.layout.allowed, self.layout.skin.coverage, self.layout.freed]
        return np.dstack([*coverages, np.zeros_like(self.layout.freed)]).astype(np.float32)

    @cached_property
    def _matte(self) -> Floats:
        return np.dstack(self.layout.matte)

    @cached_property
    def _foreground(self) -> Pixels:
        return to_four_channels(self.layout.layers.foreground)

    @cached_property
    def _hair_background(self) -> Pixels:
        return to_four_channels(self.layout.layers.background)

    @cached_property
    def _uncovered(self) -> Pixels:
        return to_four_channels(self.layout.background)

    @cached_property
    def _texture(self) -> Pixels:
        """The share of the photo's detail, in the last of four channels."""
        nothing = np.zeros_like(self.layout.texture.coverage)
        return np.dstack([nothing, nothing, nothing, self.layout.texture.coverage])

    @cached_property
    def _skin_layers(self) -> tuple[Pixels, Pixels]:
        """The colours of the skin below the hair, and its gain."""
        return to_four_channels(self.layout.skin.mean), to_four_channels(
            self.layout.skin.gain.astype(np.float32)
        )

    def _colours(self, values: Pixels, tile: Window) -> Floats:
        """Enlarge the first three of four channels to a tile."""
        return np.asarray(to_three_channels(enlarge(values, self.frame, tile)), np.float32)

    def _resampled_exemplar(self, tile: Window) -> Floats:
        """Resample the exemplar's own pixels into a tile; beyond its edge they are mirrored."""
        height, width = (side.stop - side.start for side in tile)
        matrix = compose_transforms(self.frame.within(tile).matrix, self.to_exemplar)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        border = cv2.BORDER_REFLECT
        return np.asarray(
            cv2.warpAffine(self.exemplar, matrix, (width, height), flags=flags, borderMode=border),
            np.float32,
        )


def enlarge(
    values: Pixels, frame: Frame, tile: Window, interpolation: int = cv2.INTER_LINEAR
) -> Floats:
    """Enlarge a map of a frame to a tile of the photo.

    Args:
        values: (S, S) or (S, S, C).
        frame: where the map lies, in pixels of the photo.
        tile: of the photo.
        interpolation: one of OpenCV's.

    Returns:
        (h, w) or (h, w, C) float32.
    """
    height, width = (side.stop - side.start for side in tile)
    flags = interpolation | cv2.WARP_INVERSE_MAP
    matrix, border = frame.within(tile).matrix, cv2.BORDER_REPLICATE
    return np.asarray(
        cv2.warpAffine(values, matrix, (width, height), flags=flags, borderMode=border), np.float32
    )


def _sampled(image: Pixels, points: Points, shape: tuple[int, int]) -> Floats:
    """Sample an (H, W, C) image at (h w, 2) points, x and y; (h, w, C) float32."""
    x, y = (points[:, axis].reshape(shape).astype(np.float32) for axis in (0, 1))
    border = cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=border), np.float32)


def _composite(below: Floats, above: Floats, coverage: Floats) -> None:
    """Mix (h, w, 3) colours over others by an (h, w) coverage, in place; `above` is used up."""
    above -= below
    above *= to_three_channels(coverage)
    below += above
