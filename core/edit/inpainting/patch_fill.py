"""Fills a hole with patches of what surrounds it, pixels of the photo at its own resolution.

Every patch that touches the hole looks for the known patch most like it, and the hole gets what
those agree on, again and again from a small copy of the picture to larger ones (Wexler, Shechtman
and Irani 2007; the search is PatchMatch, Barnes et al. 2009, for all pixels of the hole at once).
An edge that enters the hole is all that a small copy shows there, so it goes through first. What is
found is where pixels come from: these are taken from the photo, not from the small copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Floats, Image, Mask, Pixels, Selection
from core.imaging.depth import to_8_bit
from core.runtime.membrane import fill_membrane

_Cells = npt.NDArray[np.int64]
"""(K, 2) row and column."""

_RADIUS = 3
_MOST_CELLS = 5_000
"""Pixels of the hole in the largest copy that is searched."""
_LEAST_CELLS = 250
"""In the smallest one."""
_ROUNDS, _PASSES = 4, 2
"""In every copy: how often the hole is painted, and searched before each time."""
_FIRST_PASSES = 16
"""How often the smallest copy is searched before its hole is first painted: matches are random."""
_COHERENCE = 2e-3
"""How much nearer, squared, a match must be that breaks with its neighbours."""
_CROSSFADE = 3.0
"""How much steeper than linear pixels of two neighbours give way to each other."""
_CLASS_WEIGHT = 0.35
"""Distance between two classes beside colours in 0..1."""
_GRADIENT_WEIGHT = 1.5
_MOST_TONE = 0.1
"""How much, of white, what is copied is made brighter or darker to meet the border."""
_NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def fill_by_patches(
    image: Image, hole: Mask, sources: Selection, guess: Image, classes: Mask
) -> Image:
    """Fill a hole with patches of known pixels.

    Args:
        image: (H, W, 3) uint8 or uint16.
        hole: (H, W) uint8, above 0 in the hole.
        sources: (H, W) which pixels may be taken; those of the hole never are.
        guess: (H, W, 3) the picture, roughly filled: where to start.
        classes: (H, W) uint8, what every pixel is; one class is not taken for another where its
            own is at hand.

    Returns:
        (H, W, 3) in the dtype of `image`; the picture as it is where no patch can be taken.
    """
    count = int(np.count_nonzero(hole))
    scales = _scales(count)
    rng = np.random.default_rng(0)
    found: _Matches | None = None
    for scale in scales:
        copy = _Copy.of(guess, hole, sources, classes, scale)
        if not len(copy.candidates):
            continue
        found = _Matches.random(copy, rng) if found is None else found.enlarged(copy, rng)
        for round_number in range(_ROUNDS):
            is_first = scale == scales[0] and round_number == 0
            for _ in range(_FIRST_PASSES if is_first else _PASSES):
                found.improve(rng)
            found.paint()
    return image.copy() if found is None else found.copied(image, hole)


def _scales(count: int) -> list[float]:
    """List how large the copies are, from the smallest, for a hole of so many pixels."""
    largest = min(1.0, (_MOST_CELLS / max(count, 1)) ** 0.5)
    smallest = min(largest, (_LEAST_CELLS / max(count, 1)) ** 0.5)
    steps = max(int(np.ceil(np.log2(largest / smallest))), 0) + 1
    return list(np.geomspace(smallest, largest, steps)) if steps > 1 else [largest]


@dataclass(eq=False)
class _Copy:
    """A reduced picture, edges mirrored so that every patch is whole."""

    features: Floats
    """(h, w, C) float32: colour, its gradient, its class."""
    hole: Selection
    targets: _Cells
    """Where patches are that touch the hole."""
    numbers: npt.NDArray[np.int64]
    """(h, w) which of the targets a pixel is, -1 none."""
    allowed: Selection
    """(h, w) where whole patches may be taken from."""
    candidates: _Cells
    scale: tuple[float, float]
    """Rows and columns of the copy per one of the picture."""

    @classmethod
    def of(cls, guess: Image, hole: Mask, sources: Selection, classes: Mask, scale: float) -> Self:
        height, width = (max(round(scale * side), 2 * _RADIUS + 2) for side in hole.shape)
        size = (width, height)
        colours = cv2.resize(to_8_bit(guess), size, interpolation=cv2.INTER_AREA)
        unknown = (
            cv2.resize(
                np.where(hole > 0, 255, 0).astype(np.uint8), size, interpolation=cv2.INTER_AREA
            )
            > 0
        )
        taken = cv2.resize(
            (sources & (hole == 0)).astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA
        )
        labels = cv2.resize(classes, size, interpolation=cv2.INTER_NEAREST)
        pad = ((_RADIUS, _RADIUS),) * 2
        unknown, labels = np.pad(unknown, pad), np.pad(labels, pad, mode="reflect")
        padded = np.pad(colours, (*pad, (0, 0)), mode="reflect")
        colours = np.asarray(padded.astype(np.float32) / np.float32(255), np.float32)
        square = np.ones((2 * _RADIUS + 1,) * 2, np.uint8)
        bad = cv2.dilate((np.pad(taken, pad) < 255).astype(np.uint8), square, borderValue=1)
        touched = cv2.dilate(unknown.astype(np.uint8), square) > 0
        inside = np.zeros_like(touched)
        inside[_RADIUS:-_RADIUS, _RADIUS:-_RADIUS] = True
        targets = np.argwhere(touched & inside)
        numbers = np.full(unknown.shape, -1)
        numbers[tuple(targets.T)] = np.arange(len(targets))
        allowed = (bad == 0) & inside
        one_hot = _CLASS_WEIGHT * np.eye(4, dtype=np.float32)[np.minimum(labels, 3)]
        features = np.concatenate([colours, _gradient(colours), one_hot], axis=2)
        made = height / hole.shape[0], width / hole.shape[1]
        return cls(features, unknown, targets, numbers, allowed, np.argwhere(allowed), made)

    def patches(self, centres: _Cells) -> Floats:
        """Cut (K, P, C) patches."""
        width = self.features.shape[1]
        flat = self.features.reshape(-1, self.features.shape[2])
        ticks = np.arange(-_RADIUS, _RADIUS + 1, 2)
        steps = (ticks[:, None] * width + ticks).ravel()
        starts = centres[:, 0] * width + centres[:, 1]
        return np.asarray(flat[starts[:, None] + steps], np.float32)


@dataclass(eq=False)
class _Matches:
    """Where every patch that touches the hole finds one like it."""

    copy: _Copy
    source: _Cells
    """One for each of the copy's targets."""

    @classmethod
    def random(cls, copy: _Copy, rng: np.random.Generator) -> Self:
        return cls(copy, _draw(copy, rng))

    def enlarged(self, copy: _Copy, rng: np.random.Generator) -> Self:
        """Take the matches to a larger copy, and paint its hole by them."""
        gain = np.array(copy.scale) / np.array(self.copy.scale)
        small = np.rint((copy.targets - _RADIUS + 0.5) / gain - 0.5).astype(int) + _RADIUS
        known = self._nearest()[tuple(small.clip(0, np.array(self.copy.hole.shape) - 1).T)]
        offsets = np.rint((self.source[known] - self.copy.targets[known]) * gain).astype(int)
        source = (copy.targets + offsets).clip(0, np.array(copy.hole.shape) - 1)
        allowed = copy.allowed[tuple(source.T)]
        made = type(self)(copy, np.where(allowed[:, None], source, _draw(copy, rng)))
        made.paint()
        return made

    def improve(self, rng: np.random.Generator) -> None:
        """Try what the neighbours have found, and some patches at random around the best."""
        copy = self.copy
        own = copy.patches(copy.targets)
        best = self._cost(own, self.source)
        for step in _NEIGHBOURS:
            beside = copy.numbers[tuple((copy.targets + step).T)]
            tried = np.where((beside >= 0)[:, None], self.source[beside] - step, self.source)
            best = self._try(own, tried, best)
        reach = max(copy.hole.shape)
        while reach >= 1:
            spread = rng.integers(-reach, reach + 1, self.source.shape)
            best = self._try(own, self.source + spread, best, _COHERENCE)
            reach //= 4

    def paint(self) -> None:
        """Give every pixel of the hole the mean of what the patches over it show."""
        copy = self.copy
        cells = np.argwhere(copy.hole)
        weights = np.exp(-self._cost(copy.patches(copy.targets), self.source) / 0.01)
        total = np.zeros((len(cells), 3), np.float32)
        power = np.full((len(cells), 1), 1e-12, np.float32)
        for row in range(-_RADIUS, _RADIUS + 1):
            for column in range(-_RADIUS, _RADIUS + 1):
                number = copy.numbers[tuple((cells - (row, column)).T)]
                source = self.source[number] + (row, column)
                weight = np.where(number >= 0, weights[number] + 1e-9, 0)[:, None]
                total += weight * copy.features[tuple(source.T)][:, :3]
                power += weight.astype(np.float32)
        colours = copy.features[..., :3].copy()
        colours[tuple(cells.T)] = total / power
        copy.features[..., :3] = colours
        copy.features[..., 3:5] = _gradient(colours)

    def copied(self, image: Image, hole: Mask) -> Image:
        """Copy the photo's pixels from where the matches say, at its own resolution."""
        copy = self.copy
        height, width = hole.shape
        numbers = self._nearest()
        rows, columns = np.nonzero(hole)
        place = (
            np.column_stack([(rows + 0.5) * copy.scale[0], (columns + 0.5) * copy.scale[1]]) - 0.5
        )
        first = np.floor(place).astype(int)
        share = ((place - first - 0.5) * _CROSSFADE + 0.5).clip(0, 1)
        total = np.zeros((len(rows), 3), np.float32)
        for down in (0, 1):
            for across in (0, 1):
                cell = first + _RADIUS + (down, across)
                number = numbers[tuple(cell.clip(0, np.array(numbers.shape) - 1).T)]
                offset = np.rint((self.source - copy.targets)[number] / copy.scale).astype(int)
                weight = np.abs(1 - down - share[:, 0]) * np.abs(1 - across - share[:, 1])
                source_rows = (rows + offset[:, 0]).clip(0, height - 1)
                source_columns = (columns + offset[:, 1]).clip(0, width - 1)
                total += weight[:, None].astype(np.float32) * image[source_rows, source_columns]
        white = np.iinfo(image.dtype).max
        total += white * cv2.resize(self._tone(), (width, height))[rows, columns]
        result = image.copy()
        result[rows, columns] = np.rint(total).clip(0, white)
        return result

    def _tone(self) -> Floats:
        """Find what the hole lacks to meet its border, smooth within it; (h, w, 3) of the copy."""
        copy = self.copy
        beside = ~copy.hole[tuple(copy.targets.T)]
        target, source = copy.targets[beside], self.source[beside]
        gap = np.zeros((*copy.hole.shape, 3), np.float32)
        colours = copy.features[..., :3]
        gap[tuple(target.T)] = colours[tuple(target.T)] - colours[tuple(source.T)]
        gap = np.asarray(cv2.GaussianBlur(gap.clip(-_MOST_TONE, _MOST_TONE), (0, 0), 1.0))
        known = np.zeros(copy.hole.shape, np.float32)
        known[tuple(target.T)] = 1
        gap /= np.maximum(cv2.GaussianBlur(known, (0, 0), 1.0), 0.2)[..., None]
        smooth = fill_membrane(gap, np.where(copy.hole, 255, 0).astype(np.uint8))
        inner = slice(_RADIUS, -_RADIUS)
        return np.asarray(smooth[inner, inner], np.float32)

    def _nearest(self) -> npt.NDArray[np.int64]:
        """Number every pixel by the nearest target."""
        copy = self.copy
        away = (copy.numbers < 0).astype(np.uint8)
        _, label = cv2.distanceTransformWithLabels(
            away, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        by_label = np.zeros(int(label.max()) + 1, np.int64)
        by_label[label[tuple(copy.targets.T)]] = np.arange(len(copy.targets))
        return np.asarray(by_label[label], np.int64)

    def _try(self, own: Floats, tried: _Cells, best: Floats, lead: float = 0.0) -> Floats:
        copy = self.copy
        limit = np.array(copy.hole.shape) - 1
        tried = tried.clip(0, limit)
        index = np.flatnonzero(copy.allowed[tuple(tried.T)])
        cost = self._cost(own[index], tried[index])
        better = cost + lead < best[index]
        index, cost = index[better], cost[better]
        self.source[index] = tried[index]
        best[index] = cost
        return best

    def _cost(self, own: Floats, source: _Cells) -> Floats:
        difference = own - self.copy.patches(source)
        flat = difference.reshape(len(difference), -1)
        return np.asarray(
            np.einsum("kp,kp->k", flat, flat) / max(difference.shape[1], 1), np.float32
        )


def _draw(copy: _Copy, rng: np.random.Generator) -> _Cells:
    return copy.candidates[rng.integers(0, len(copy.candidates), len(copy.targets))]


def _gradient(colours: Pixels) -> Floats:
    """Measure how coarse the texture is around every pixel, across and down; (h, w, 2)."""
    grey = np.ascontiguousarray(colours.mean(axis=2))
    steps = [np.abs(cv2.Sobel(grey, cv2.CV_32F, *axes, ksize=1)) for axes in ((1, 0), (0, 1))]
    return _GRADIENT_WEIGHT * np.stack([cv2.blur(one, (5, 5)) for one in steps], axis=2)
