"""Gives hair another colour: strands, roots and highlights stay, and so does all that is no hair.

Lightness follows a curve that leaves black and white where they are, so that gaps between strands
stay dark and gloss stays bright; colour is strongest in between. All of it in CIE Lab.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.compositing.frame_resampling import add_saturated
from core.edit.hair.guided_matting import matte_coverage
from core.edit.hair.hair_compositing import TILE_PX, enlarge
from core.edit.hair.hair_matte import HairMatte, hair_matte_of
from core.edit.networks import Networks
from core.edit.requests import EditResult, HairColourRequest
from core.errors import InvalidRequestError
from core.imaging.arrays import Floats, Window
from core.imaging.masks import scale_coverage
from core.imaging.parallel import on_all_cores
from core.imaging.resampling import to_three_channels
from core.imaging.windows import cut_tiles, whole_window
from core.progress import Report

Lab = npt.NDArray[np.float32]
"""(3,): lightness 0..100, and a and b."""

_LEAST_HAIR = 0.005  # of the frame
_SURE_COVERAGE = 0.9
_LIGHTNESS_REACH = 30.0  # in Lab
_WARMTH_REACH = np.array([0.0, 5.0, 16.0], np.float32)
"""How far the sliders' ends are from their middle, in Lab."""
_DARKEST, _LIGHTEST = 4.0, 92.0
"""Of a hair's mean lightness."""
_CURVES = (0.45, 2.6)
"""Exponents of the lightness curve, at most: beyond them grain and blocks show."""
_OWN_VARIATION = 0.4
"""How much of the differences in colour between strands stays."""
_NO_HAIR = "No hair is seen around this face; choose another face."


class _Recipe(NamedTuple):
    """How one head's hair is coloured."""

    mean: Lab
    wanted: Lab
    exponent: float

    @classmethod
    def between(cls, mean: Lab, wanted: Lab) -> _Recipe:
        share = np.clip([mean[0], wanted[0]], _DARKEST, _LIGHTEST) / 100
        exponent = float(np.clip(np.log(share[1]) / np.log(share[0]), *_CURVES))
        return cls(mean, wanted, exponent)

    def apply(self, lab: Floats) -> Floats:
        """Colour (h, w, 3) of Lab."""
        lightness = 100 * (lab[..., 0].clip(0, 100) / 100) ** np.float32(self.exponent)
        reached = 100 * (self.mean[0].clip(_DARKEST, _LIGHTEST) / 100) ** self.exponent
        below = (lightness / reached).clip(0, 1)
        above = ((100 - lightness) / (100 - reached)).clip(0, 1)
        depth = min(reached / max(float(self.wanted[0]), _DARKEST), 1.0)  # else blonde is mustard
        share = np.sqrt(below * above)[..., None] * np.float32(depth)
        colours = self.wanted[1:] * share + (lab[..., 1:] - self.mean[1:]) * _OWN_VARIATION
        return np.dstack([lightness, colours]).astype(np.float32)


def recolour_hair(request: HairColourRequest, networks: Networks, report: Report) -> EditResult:
    """Give the hair of one face another colour.

    Raises:
        InvalidRequestError: no hair is seen.
        CheckpointError: the weights of the parser are missing or damaged.
    """
    report(0.0, "Finding the hair")
    matte = hair_matte_of(request.image, request.landmarks, networks)
    if (matte.coverage * (matte.visible > 0)).mean() < _LEAST_HAIR:
        raise InvalidRequestError(_NO_HAIR)
    if request.is_neutral:
        return EditResult.unchanged(request)
    report(0.4, "Colouring the hair")
    mean = _mean_colour(matte)
    recipe = _Recipe.between(mean, _wanted_colour(request, mean))
    window = matte.frame.window(request.image.shape)
    photo, frame = request.image[window], matte.frame.within(window)
    white = np.float32(np.iinfo(photo.dtype).max)
    coloured, coverage = photo.copy(), np.zeros(photo.shape[:2], np.uint8)
    lines = np.dstack([*matte.matte]).astype(np.float32)

    def colour_tile(tile: Window) -> None:
        allowed = enlarge(matte.allowed, frame, tile)
        if not allowed.any():
            return
        values = photo[tile].astype(np.float32) / white
        line = enlarge(lines, frame, tile)
        offset = np.asarray(cv2.extractChannel(line, 3), np.float32)
        slope = np.asarray(to_three_channels(line), np.float32)
        coverage[tile] = np.rint(matte_coverage(slope, offset, values) * allowed * 255)
        lab = recipe.apply(np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2LAB), np.float32))
        new = np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.float32) * white
        coloured[tile] = add_saturated(new, np.zeros_like(new), photo.dtype)

    on_all_cores(colour_tile, cut_tiles(whole_window(*photo.shape[:2]), TILE_PX))
    coverage = scale_coverage(coverage, request.strength)
    return EditResult.trimmed(coloured, coverage, window, request, is_painted=False)


def _mean_colour(matte: HairMatte) -> Lab:
    """Return the mean of surely hair in the fine frame, or of all that there is."""
    lab = np.asarray(cv2.cvtColor(matte.image, cv2.COLOR_RGB2LAB), np.float32)
    seen = np.where(matte.visible > 0, matte.coverage, 0)
    weight = np.where(seen > min(_SURE_COVERAGE, float(seen.max())) - 1e-3, seen, 0)
    mean: Lab = np.average(lab.reshape(-1, 3), axis=0, weights=weight.ravel()).astype(np.float32)
    return mean


def _wanted_colour(request: HairColourRequest, mean: Lab) -> Lab:
    wanted = mean.copy()
    if request.colour is not None:
        swatch = np.array([[request.colour]], np.float32) / 255
        wanted = np.asarray(cv2.cvtColor(swatch, cv2.COLOR_RGB2LAB), np.float32)[0, 0]
    wanted[0] += request.lightness * _LIGHTNESS_REACH
    return wanted + request.warmth * _WARMTH_REACH
