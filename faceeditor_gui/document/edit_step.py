"""Edit steps: the settings of an edit and the changed window only. No Qt.

A step knows the steps that it was made over. When one of them changes it is stale: it is shown
as it was until it has run again.
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
from core.imaging.masks import add_stroke, shown_coverage
from core.imaging.windows import (
    intersection,
    is_empty,
    shift_window,
    union,
    window_at,
    windows_overlap,
)
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    EditSettings,
    FillSettings,
    is_same_request,
    weight_of,
)
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import SparseMask

AnySettings = TypeVar("AnySettings", bound=EditSettings)
StepFingerprint = tuple[int, int, float, float]
"""Changes with a step's pixels: checksums of its pixels and its layer mask, opacity, weight."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """The pixels of a step, and the steps that they were made over."""

    patch: StoredArray[Image]
    """(h, w, 3) in the photo's depth, uint8 or uint16."""
    coverage: StoredArray[Mask]
    """(h, w) uint8."""
    left: int
    top: int
    below: tuple[StepFingerprint, ...]
    """Of the visible steps below, lowest first, when this was made."""
    fingerprint: int
    landmark_offsets: Landmarks | None = None
    """(68, 2) displacement of its face's landmarks, in photo pixels."""

    @classmethod
    def of(
        cls,
        patch: Image,
        coverage: Mask,
        left: int,
        top: int,
        below: Steps = (),
        landmark_offsets: Landmarks | None = None,
    ) -> Self:
        """Make an outcome of an (h, w, 3) patch and its (h, w) uint8 coverage at left, top."""
        height, width = coverage.shape
        window = window_at(left, top, width, height)
        checksum = zlib.crc32(
            np.ascontiguousarray(patch).data, zlib.crc32(repr((left, top)).encode())
        )
        checksum = zlib.crc32(np.ascontiguousarray(coverage).data, checksum)
        return cls(
            StoredArray(patch),
            StoredArray(coverage),
            left,
            top,
            fingerprints(below, window),
            checksum,
            landmark_offsets,
        )

    @property
    def window(self) -> Window:
        """The part of the photo that it changes."""
        height, width = self.coverage.array.shape
        return window_at(self.left, self.top, width, height)


@dataclass(frozen=True, eq=False)
class EditStep:
    """One result: photo + (patch - photo) x coverage / 255."""

    settings: EditSettings
    outcome: Outcome
    number: int = 0
    """Identity of the step; assigned by the document."""
    opacity: float = 1.0
    """0..1"""
    is_visible: bool = True
    layer_mask: SparseMask = field(default_factory=SparseMask)
    """Full where the result is shown; the user erases and restores it."""
    name: str = ""
    """What the user calls it; empty: what it does says enough."""

    @classmethod
    def from_result(cls, settings: EditSettings, result: EditResult, below: Steps) -> Self:
        """Make a step of a result, which is in pixels of the settings' window."""
        return cls(settings, outcome_of(settings, result, below))

    @property
    def window(self) -> Window:
        """The part of the photo that the step changes."""
        return self.outcome.window

    @property
    def fingerprint(self) -> StepFingerprint:
        """Changes when the step's pixels change."""
        return self.outcome.fingerprint, self.layer_mask.fingerprint, self.opacity, self.weight

    @property
    def weight(self) -> float:
        """Factor of the coverage by the settings' strength, 0..1."""
        return weight_of(self.settings)

    def coverage(self, window: Window) -> Mask:
        """Return the (h, w) uint8 coverage in a window within the step's."""
        return shown_coverage(self.full_coverage(window), self.weight, self.opacity)

    def full_coverage(self, window: Window) -> Mask:
        """Return the (h, w) uint8 coverage without weight and opacity."""
        inside = shift_window(window, **_to_origin(self.window))
        coverage = self.outcome.coverage.array[inside]
        if self.layer_mask.tiles:
            shown = self.layer_mask.read(window).astype(np.uint16)
            coverage = ((coverage * shown + 127) // 255).astype(np.uint8)
        return coverage

    def with_stroke(self, stroke: Patch, *, erase: bool) -> EditStep:
        """Erase or restore the layer mask under a stroke; returns itself if nothing changes."""
        shared = intersection(stroke.window, self.window)
        if is_empty(shared):
            return self
        pixels = stroke.pixels[shift_window(shared, down=-stroke.top, right=-stroke.left)]
        after = add_stroke(self.layer_mask.read(shared), pixels, erase=erase)
        changed = replace(self, layer_mask=self.layer_mask.with_coverage(shared, after))
        same = np.array_equal(changed.coverage(shared), self.coverage(shared))
        return self if same else changed


Steps = tuple[EditStep, ...]


def outcome_of(settings: EditSettings, result: EditResult, below: Steps) -> Outcome:
    """Make an outcome of a result, which is in pixels of the settings' window."""
    left, top = _origin(settings.window)
    left, top = left + result.left, top + result.top
    return Outcome.of(result.patch, result.coverage, left, top, below, _landmark_offsets_of(result))


def _landmark_offsets_of(result: EditResult) -> Landmarks | None:
    if result.landmarks is None or isinstance(result.request, InpaintRequest):
        return None
    return result.landmarks - result.request.landmarks


def landmarks_after(landmarks: Landmarks, steps: Iterable[EditStep]) -> Landmarks:
    """Return a face's (68, 2) landmarks after some steps, which may have moved them."""
    now = landmarks
    for step in steps:
        settings, offsets = step.settings, step.outcome.landmark_offsets
        if step.is_visible and offsets is not None and not isinstance(settings, FillSettings):
            is_own = is_same_face(settings.landmarks, landmarks)
            now = now + step.weight * offsets if is_own else now
    return now


def rebase_settings(settings: AnySettings, faces: Iterable[Landmarks], below: Steps) -> AnySettings:
    """Move the landmarks of settings to where the steps below have moved them.

    Args:
        settings: of the edit.
        faces: (68, 2) landmarks of each face in the photo itself.
        below: the steps below the edit.
    """
    known = list(faces)

    def moved(landmarks: Landmarks) -> Landmarks:
        own = next((one for one in known if is_same_face(one, landmarks)), None)
        return landmarks if own is None else landmarks_after(own, below)

    return cast(AnySettings, settings.with_landmarks(moved)) if known else settings


def find_adjusted_step(settings: AdjustableSettings, steps: Steps) -> EditStep | None:
    """Find the step that these settings adjust."""
    return next((step for step in steps if settings.adjusts(step.settings)), None)


def fingerprints(steps: Iterable[EditStep], window: Window) -> tuple[StepFingerprint, ...]:
    """Return the fingerprints of the visible steps in a window, lowest first."""
    return tuple(
        step.fingerprint
        for step in steps
        if step.is_visible and windows_overlap(step.window, window)
    )


def is_stale(steps: Steps, index: int) -> bool:
    """Tell whether the steps below a step are no longer those it was made over."""
    step = steps[index]
    return fingerprints(steps[:index], step.window) != step.outcome.below


def lowest_stale_index(steps: Steps) -> int | None:
    """Find the index of the lowest visible step that has to run again."""
    for index, step in enumerate(steps):
        if step.is_visible and is_stale(steps, index):
            return index
    return None


def changed_window(before: Steps, after: Steps) -> Window | None:
    """Find the window in which two lists of steps may differ."""
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
    if first is None or second is None or not _differ_in_layer_mask_only(first, second):
        return [step.window for step in (first, second) if step is not None]
    painted_window = first.layer_mask.changed_window(second.layer_mask)
    return [intersection(painted_window, first.window)] if painted_window else []


def _differ_in_layer_mask_only(first: EditStep, second: EditStep) -> bool:
    same_pixels = (
        first.outcome is second.outcome and first.fingerprint[2:] == second.fingerprint[2:]
    )
    return same_pixels and first.is_visible is second.is_visible


def refresh_steps(steps: Steps, fresh: EditStep) -> Steps:
    """Set the new pixels of a step that has run again, if it still lies over the same steps."""

    def refreshed(index: int, step: EditStep) -> EditStep:
        is_fresh = step.number == fresh.number and is_same_request(step.settings, fresh.settings)
        below = fingerprints(steps[:index], fresh.window)
        if is_fresh and below == fresh.outcome.below and is_stale(steps, index):
            return replace(step, outcome=fresh.outcome)
        return step

    return tuple(refreshed(index, step) for index, step in enumerate(steps))


@dataclass(frozen=True, eq=False)
class Preview:
    """A quick, downscaled result of a step that is being adjusted."""

    window: Window
    """The part of the photo that was downscaled."""
    replaced: EditStep | None
    """The step that it is shown in place of."""
    result: EditResult | None = None
    """In pixels of the downscaled window; None shows the image without the step."""


def composite_steps(image: Image, steps: Iterable[EditStep], window: Window) -> Image:
    """Composite steps over one window of the photo.

    Args:
        image: (H, W, 3) uint8 or uint16, the whole photo, which stays as it is.
        steps: lowest first.
        window: the part to return.

    Returns:
        (h, w, 3) a copy in the photo's depth.
    """
    composited = image[window].copy()
    origin = _to_origin(window)
    for step in steps:
        shared = intersection(step.window, window)
        if step.is_visible and not is_empty(shared):
            inside = shift_window(shared, **_to_origin(step.window))
            below = composited[shift_window(shared, **origin)]
            composite(below, step.outcome.patch.array[inside], step.coverage(shared))
    return composited


def _origin(window: Window) -> tuple[int, int]:
    rows, columns = window
    return columns.start, rows.start


def _to_origin(window: Window) -> dict[str, int]:
    rows, columns = window
    return {"down": -rows.start, "right": -columns.start}
