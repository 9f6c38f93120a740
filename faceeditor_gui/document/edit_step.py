"""Edits as the document keeps them: what was asked, and the changed window only. No Qt.

A step knows over which picture it was made. When a step below it changes it is stale: it is
shown as it was until it has run again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Self, TypeVar, cast

import numpy as np

from core.anatomy.landmarks import Landmarks, is_same_face
from core.edit.requests import EditResult, InpaintRequest
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Mask, Window
from core.imaging.masks import painted, weaken
from core.imaging.windows import intersection, is_empty, overlap, shifted, union, window_at
from faceeditor_gui.document.array_store import Stored
from faceeditor_gui.document.edit_settings import (
    Adjustable,
    FillSettings,
    Settings,
    asks_for_same,
    weight_of,
)
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import SparseMask

SomeSettings = TypeVar("SomeSettings", bound=Settings)
Look = tuple[int, int, float, float]
"""What tells whether a step still looks the same: fingerprints of pixels and of painting,
opacity, weight."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a run has made, and over what."""

    patch: Stored[Image]
    """(h, w, 3) in the photo's depth."""
    coverage: Stored[Mask]
    """(h, w)"""
    left: int
    top: int
    below: tuple[Look, ...]
    """The steps that shone through, lowest first, as they looked then."""
    fingerprint: int
    move: Landmarks | None = None
    """(68, 2) how far it has moved the points of its face, in photo pixels."""

    @classmethod
    def of(
        cls,
        patch: Image,
        coverage: Mask,
        left: int,
        top: int,
        below: Steps = (),
        move: Landmarks | None = None,
    ) -> Self:
        """Place pixels in the photo, made over some steps."""
        height, width = coverage.shape
        window = window_at(left, top, width, height)
        mark = zlib.crc32(np.ascontiguousarray(patch).data, zlib.crc32(repr((left, top)).encode()))
        mark = zlib.crc32(np.ascontiguousarray(coverage).data, mark)
        return cls(Stored(patch), Stored(coverage), left, top, looks(below, window), mark, move)

    @property
    def window(self) -> Window:
        """The part of the photo that it changes."""
        height, width = self.coverage.array.shape
        return window_at(self.left, self.top, width, height)


@dataclass(frozen=True, eq=False)
class EditStep:
    """One result: photo + (patch - photo) x coverage / 255."""

    settings: Settings
    outcome: Outcome
    number: int = 0
    """Stays with the step however it changes; the document gives it."""
    opacity: float = 1.0
    """0..1"""
    is_visible: bool = True
    kept: SparseMask = field(default_factory=SparseMask)
    """Where the user has brought the photo back, coverage is less than full."""

    @classmethod
    def from_result(cls, settings: Settings, result: EditResult, below: Steps) -> Self:
        """Place a result, which is in pixels of the request's window, in the photo."""
        return cls(settings, outcome_of(settings, result, below))

    @property
    def window(self) -> Window:
        """The part of the photo that the step changes."""
        return self.outcome.window

    @property
    def look(self) -> Look:
        """What tells whether the step still looks the same."""
        return self.outcome.fingerprint, self.kept.fingerprint, self.opacity, self.weight

    @property
    def weight(self) -> float:
        """How much of what was made its settings show, 0..1."""
        return weight_of(self.settings)

    def coverage(self, window: Window) -> Mask:
        """Return how much of the patch is shown in a window that lies within the step's."""
        coverage = self.full_coverage(window)
        if self.weight < 1:
            coverage = weaken(coverage, self.weight)
        if self.opacity < 1:
            table = np.rint(np.arange(256) * self.opacity).astype(np.uint8)
            coverage = table[coverage]
        return coverage

    def full_coverage(self, window: Window) -> Mask:
        """Return the coverage with neither weight nor opacity."""
        inside = shifted(window, **_to_origin(self.window))
        coverage = self.outcome.coverage.array[inside]
        if self.kept.tiles:
            kept = self.kept.read(window).astype(np.uint16)
            coverage = ((coverage * kept + 127) // 255).astype(np.uint8)
        return coverage

    def painted(self, stroke: Patch, *, erase: bool) -> EditStep:
        """Bring the photo back under a stroke, or the result; itself if nothing changes."""
        shared = intersection(stroke.window, self.window)
        if is_empty(shared):
            return self
        pixels = stroke.pixels[shifted(shared, down=-stroke.top, right=-stroke.left)]
        after = painted(self.kept.read(shared), pixels, erase=erase)
        changed = replace(self, kept=self.kept.written(shared, after))
        same = np.array_equal(changed.coverage(shared), self.coverage(shared))
        return self if same else changed


Steps = tuple[EditStep, ...]


def outcome_of(settings: Settings, result: EditResult, below: Steps) -> Outcome:
    """Place a result, which is in pixels of the settings' window, in the photo."""
    left, top = _origin(settings.window)
    left, top = left + result.left, top + result.top
    return Outcome.of(result.patch, result.coverage, left, top, below, _move_of(result))


def _move_of(result: EditResult) -> Landmarks | None:
    if result.landmarks is None or isinstance(result.request, InpaintRequest):
        return None
    return result.landmarks - result.request.landmarks


def followed(landmarks: Landmarks, steps: Iterable[EditStep]) -> Landmarks:
    """Find where a face's points are after some steps, which may have moved them."""
    now = landmarks
    for step in steps:
        settings, move = step.settings, step.outcome.move
        if step.is_visible and move is not None and not isinstance(settings, FillSettings):
            is_its = is_same_face(settings.landmarks, landmarks)
            now = now + step.weight * move if is_its else now
    return now


def over(settings: SomeSettings, faces: Iterable[Landmarks], below: Steps) -> SomeSettings:
    """Bring the points that settings know to where the steps below have moved them.

    Args:
        settings: what is asked for.
        faces: (68, 2) of each face as it is in the photo itself.
        below: the steps over which it is made.
    """
    known = list(faces)

    def moved(points: Landmarks) -> Landmarks:
        own = next((one for one in known if is_same_face(one, points)), None)
        return points if own is None else followed(own, below)

    return cast(SomeSettings, settings.with_points(moved)) if known else settings


def adjusted_by(settings: Adjustable, steps: Steps) -> EditStep | None:
    """Find the step that already is what these settings adjust."""
    return next((step for step in steps if settings.adjusts(step.settings)), None)


def looks(steps: Iterable[EditStep], window: Window) -> tuple[Look, ...]:
    """List how the visible steps look that touch a window, lowest first."""
    return tuple(step.look for step in steps if step.is_visible and overlap(step.window, window))


def is_stale(steps: Steps, index: int) -> bool:
    """Tell whether the picture below a step is no longer what the step was made over."""
    step = steps[index]
    return looks(steps[:index], step.window) != step.outcome.below


def lowest_stale(steps: Steps) -> int | None:
    """Find the lowest visible step that has to run again."""
    for index, step in enumerate(steps):
        if step.is_visible and is_stale(steps, index):
            return index
    return None


def changed_window(before: Steps, after: Steps) -> Window | None:
    """Find the part of the photo in which two lists of steps may look different."""
    old = {step.number: step for step in before}
    new = {step.number: step for step in after}
    windows = [
        window
        for number in {*old, *new}
        for window in _difference(old.get(number), new.get(number))
    ]
    return reduce(union, windows) if windows else None


def _difference(first: EditStep | None, second: EditStep | None) -> list[Window]:
    if first is second:
        return []
    if first is None or second is None or not _differ_in_painting_only(first, second):
        return [step.window for step in (first, second) if step is not None]
    painted_on = first.kept.difference(second.kept)
    return [intersection(painted_on, first.window)] if painted_on else []


def _differ_in_painting_only(first: EditStep, second: EditStep) -> bool:
    same_pixels = first.outcome is second.outcome and first.look[2:] == second.look[2:]
    return same_pixels and first.is_visible is second.is_visible


def refreshed(steps: Steps, fresh: EditStep) -> Steps:
    """Give a step that has run again its new pixels, where it stands over the same picture."""

    def taken(index: int, step: EditStep) -> EditStep:
        is_it = step.number == fresh.number and asks_for_same(step.settings, fresh.settings)
        below = looks(steps[:index], fresh.window)
        if is_it and below == fresh.outcome.below and is_stale(steps, index):
            return replace(step, outcome=fresh.outcome)
        return step

    return tuple(taken(index, step) for index, step in enumerate(steps))


@dataclass(frozen=True, eq=False)
class Preview:
    """A quick, reduced look at a step that is being adjusted."""

    window: Window
    """The part of the photo that was reduced."""
    replaced: EditStep | None
    """The step that it stands for."""
    result: EditResult | None = None
    """In pixels of the reduced window; None shows the picture without the step."""


def compose(image: Image, steps: Iterable[EditStep], window: Window) -> Image:
    """Lay steps over one window of the photo.

    Args:
        image: (H, W, 3) the whole photo, which stays as it is.
        steps: lowest first.
        window: the part to return.

    Returns:
        (h, w, 3) a copy.
    """
    composed = image[window].copy()
    origin = _to_origin(window)
    for step in steps:
        shared = intersection(step.window, window)
        if step.is_visible and not is_empty(shared):
            inside = shifted(shared, **_to_origin(step.window))
            below = composed[shifted(shared, **origin)]
            composite(below, step.outcome.patch.array[inside], step.coverage(shared))
    return composed


def _origin(window: Window) -> tuple[int, int]:
    rows, columns = window
    return columns.start, rows.start


def _to_origin(window: Window) -> dict[str, int]:
    rows, columns = window
    return {"down": -rows.start, "right": -columns.start}
