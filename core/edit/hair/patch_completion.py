"""Completes a picture by patches of itself, so that lines and texture go on behind what goes.

Antonio Criminisi, Patrick Pérez, Kentaro Toyama, "Region Filling and Object Removal by
Exemplar-Based Image Inpainting", 2004: patch after patch from the rim of the hole inwards, where
lines run into it first. Colours are float32 in 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Floats, Selection

_Points = npt.NDArray[np.int64]
"""(N, 2) row and column."""

_RADIUS = 5  # of a patch, in pixels
_SIDE = 2 * _RADIUS + 1
_KERNEL = np.ones((_SIDE, _SIDE), np.uint8)
_PLACED_PX = 4  # around the middle of a patch: how much of it is placed at once
_MOST_SOURCES = 4000
_DISTANCE_COST = 0.05
"""Mean squared difference that weighs as much as a source a whole side of the picture away."""
_REUSE_COST, _MOST_REUSES, _LEAST_VARIANCE = 0.06, 4, 5e-4
"""Share of a source's variance that each showing of it costs, so many of them: where there is
texture, repetition is seen as a pattern."""
_LEAST_SOURCES = 40
_LEAST_DATA = 0.02  # added to the strength of lines
_NEIGHBOURS = ((0, 1), (1, 0), (0, -1), (-1, 0))
_STIFFNESS, _RELAXATIONS = 0.05, 60
"""How closely colours are kept while the seams of patches are smoothed, and in how many steps."""
_FADED_CONFIDENCE = 0.98  # of what a patch shows, beside that of what it was found by


class Completion(NamedTuple):
    """A picture whose hole is filled."""

    image: Floats
    """(S, S, 3)"""
    origin: Floats
    """(S, S, 2) float32 x and y, in pixels: how far away lies what each pixel shows; 0 outside the
    hole."""


def complete_by_patches(image: Floats, hole: Selection, source: Selection) -> Completion | None:
    """Fill a hole by patches from elsewhere in the picture.

    What is neither hole nor source is not looked at.

    Args:
        image: (S, S, 3) float32 in 0..1.
        hole: (S, S) bool.
        source: (S, S) bool, where patches are taken from.

    Returns:
        None where hardly any patch is source as a whole.
    """
    patches = _SourcePatches.cut(image, source & ~hole)
    if len(patches.centres) < _LEAST_SOURCES:
        return None
    work = _Work(
        np.where(hole[..., None], np.float32(0), image),
        hole.copy(),
        np.where(source & ~hole, 1, 0).astype(np.float32),
        np.zeros((*hole.shape, 2), np.float32),
    )
    while work.hole.any():
        work.place(work.next_centre(), patches)
    known = (source & ~hole).astype(np.float32)
    return Completion(_smooth_seams(work.image, work.origin, hole, known), work.origin)


def _smooth_seams(image: Floats, origin: Floats, hole: Selection, known: Floats) -> Floats:
    """Let colours differ between neighbours as they do where each comes from (screened Poisson).

    Args:
        image: (S, S, 3) filled.
        origin: (S, S, 2) of a completion.
        hole: (S, S) bool.
        known: (S, S) 1 on what surrounds the hole, else 0.
    """
    at = np.dstack(np.meshgrid(*[np.arange(len(image), dtype=np.float32)] * 2)) + origin
    is_painted, part = hole.astype(np.float32), np.maximum(hole, known).astype(np.float32)
    steps = {step: np.array(step[::-1], np.float32) for step in _NEIGHBOURS}
    rises = {step: _sampled(image, at + offset) - image for step, offset in steps.items()}
    weights = {step: _shifted(part, step)[..., None] for step in _NEIGHBOURS}
    constant = image * np.float32(_STIFFNESS)
    for step in _NEIGHBOURS:
        back = -_shifted(rises[-step[0], -step[1]], step)
        share = _shifted(is_painted, step)[..., None] / 2
        constant -= weights[step] * (rises[step] + (back - rises[step]) * share)
    total, is_hole = sum(weights.values()) + np.float32(_STIFFNESS), hole[..., None]
    smooth = image
    for _ in range(_RELAXATIONS):
        mean = constant + sum(weights[step] * _shifted(smooth, step) for step in _NEIGHBOURS)
        smooth = np.where(is_hole, mean / total, image)
    return np.asarray(smooth.clip(0, 1), np.float32)


def _sampled(image: Floats, at: Floats) -> Floats:
    x, y = (np.asarray(axis, np.float32) for axis in cv2.split(at))
    nearest, border = cv2.INTER_NEAREST, cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(image, x, y, nearest, borderMode=border), np.float32)


def _shifted(values: Floats, step: tuple[int, int]) -> Floats:
    """Show at each pixel its neighbour a step further; 0 beyond the picture."""
    matrix = np.array([[1, 0, -step[1]], [0, 1, -step[0]]], np.float32)
    size = (values.shape[1], values.shape[0])
    return np.asarray(cv2.warpAffine(values, matrix, size, flags=cv2.INTER_NEAREST), np.float32)


@dataclass(frozen=True, eq=False)
class _SourcePatches:
    """Patches that are source as a whole."""

    image: Floats
    centres: _Points
    used: Floats
    """(S, S) how often each pixel was shown."""

    @classmethod
    def cut(cls, image: Floats, source: Selection) -> _SourcePatches:
        whole = cv2.erode(source.astype(np.uint8), _KERNEL, borderValue=0) > 0
        centres = np.argwhere(whole)
        if len(centres) > _MOST_SOURCES:
            chosen = np.random.default_rng(0).choice(len(centres), _MOST_SOURCES, replace=False)
            centres = centres[np.sort(chosen)]
        return cls(image, centres, np.zeros(source.shape, np.float32))

    @cached_property
    def colours(self) -> Floats:
        """(N, P) of all pixels and channels."""
        steps = np.arange(-_RADIUS, _RADIUS + 1)
        rows, columns = (self.centres[:, axis, None, None] for axis in (0, 1))
        cut = self.image[rows + steps[:, None], columns + steps]
        return np.asarray(cut.reshape(len(self.centres), -1), np.float32)

    @cached_property
    def squares(self) -> Floats:
        return np.square(self.colours)

    @cached_property
    def variance(self) -> Floats:
        """(N,) of each patch, mean over its channels."""
        pixels = self.colours.reshape(len(self.centres), -1, 3)
        return np.asarray(pixels.var(axis=1).mean(axis=1), np.float32)

    def most_similar(self, patch: Floats, weight: Floats, centre: _Points) -> _Points:
        """Return the (2,) centre of the patch that is most like another one, and near.

        Args:
            patch: (P,) colours.
            weight: (P,) that sums up to 1.
            centre: (2,) of the patch.
        """
        cost = self.squares @ weight - 2 * (self.colours @ (weight * patch))
        distance = np.square((self.centres - centre) / len(self.image)).sum(axis=1)
        cost += np.float32(_DISTANCE_COST) * distance.astype(np.float32)
        reuses = self.used[tuple(self.centres.T)].clip(0, _MOST_REUSES)
        cost += np.float32(_REUSE_COST) * reuses * (self.variance + np.float32(_LEAST_VARIANCE))
        return np.asarray(self.centres[cost.argmin()])


@dataclass(eq=False)
class _Work:
    """A picture that is being filled; arrays are changed in place."""

    image: Floats
    hole: Selection
    confidence: Floats
    """(S, S) 1 where the picture is source, less where it was filled, else 0."""
    origin: Floats

    def next_centre(self) -> _Points:
        """Return the (2,) pixel at the rim where most is known, and lines run into the hole."""
        inner = cv2.erode(self.hole.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
        rim = np.argwhere(self.hole & ~inner)
        if not len(rim):
            rim = np.argwhere(self.hole)
        rows, columns = rim.T
        known = cv2.boxFilter(self.confidence, -1, (_SIDE, _SIDE), borderType=cv2.BORDER_CONSTANT)
        return np.asarray(rim[(known[rows, columns] * self._lines()[rows, columns]).argmax()])

    def _lines(self) -> Floats:
        """Measure how strong the lines are near each pixel; (S, S)."""
        grey = cv2.cvtColor(self.image, cv2.COLOR_RGB2GRAY)
        is_known = (self.confidence > 0).astype(np.uint8)
        inside = cv2.erode(is_known, np.ones((3, 3), np.uint8), borderValue=0)
        across, down = (cv2.Sobel(grey, -1, *order, scale=0.125) for order in ((1, 0), (0, 1)))
        slope = cv2.magnitude(across, down) * inside
        return np.asarray(cv2.dilate(slope, _KERNEL), np.float32) + np.float32(_LEAST_DATA)

    def place(self, centre: _Points, patches: _SourcePatches) -> None:
        """Fill what of the hole lies around a pixel with the patch that suits what is known."""
        patch, weight = _cut(self.image, centre), _cut(self.confidence, centre)
        total = max(float(weight.sum()), 1e-6)
        weights = np.repeat(weight.ravel() / np.float32(total), 3)
        found = patches.most_similar(patch.ravel(), weights, centre)
        top, left = np.maximum(centre - _PLACED_PX, 0)
        bottom, right = centre + _PLACED_PX + 1
        placed = np.argwhere(self.hole[top:bottom, left:right]) + np.array([top, left])
        offset = found - centre
        rows, columns = placed.T
        self.image[rows, columns] = patches.image[rows + offset[0], columns + offset[1]]
        patches.used[rows + offset[0], columns + offset[1]] += 1
        self.origin[rows, columns] = offset[::-1]
        self.confidence[rows, columns] = _FADED_CONFIDENCE * total / _SIDE**2
        self.hole[rows, columns] = False


def _cut(values: Floats, centre: _Points) -> Floats:
    """Cut out a patch; beyond the picture it is 0."""
    start, size = centre - _RADIUS, values.shape[:2]
    patch = np.zeros((_SIDE, _SIDE, *values.shape[2:]), np.float32)
    (top, left), (bottom, right) = np.maximum(start, 0), np.minimum(start + _SIDE, size)
    inside = values[top:bottom, left:right]
    patch[top - start[0] : bottom - start[0], left - start[1] : right - start[1]] = inside
    return patch
