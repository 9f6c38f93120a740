"""Edits as the document keeps them: what was asked, and the changed window only. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.request import EditResult, InpaintRequest, SmileKind, SmileRequest
from core.masks import Image, Mask, Window
from core.regions import Landmarks
from faceeditor_gui.windows import intersection, is_empty, shifted, window_at


@dataclass(frozen=True, eq=False)
class Patch:
    """One window of the mask."""

    left: int
    top: int
    pixels: Mask
    """(h, w) coverage."""

    @property
    def window(self) -> Window:
        """Where it lies."""
        height, width = self.pixels.shape
        return window_at(self.left, self.top, width, height)


@dataclass(frozen=True, eq=False)
class FillSettings:
    """What a fill needs besides the picture below it."""

    hole: Patch
    window: Window
    """The part of the photo that the fill looks at; holds the hole."""
    faces: tuple[Landmarks, ...]
    """(68, 2) in photo pixels of each face near the hole."""

    title = "Fill"

    def request(self, image: Image) -> InpaintRequest:
        """Ask for this fill in `image`, which is what `window` shows below this step."""
        mask = np.zeros(image.shape[:2], np.uint8)
        mask[shifted(self.hole.window, **_to_origin(self.window))] = self.hole.pixels
        faces = tuple(landmarks - _origin(self.window) for landmarks in self.faces)
        return InpaintRequest(image, mask, faces)


@dataclass(frozen=True, eq=False)
class SmileSettings:
    """What a smile needs besides the picture below it."""

    window: Window
    """The part of the photo that the smile looks at; holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) in photo pixels."""
    strength: float
    """-1..1."""
    kind: SmileKind

    title = "Smile"

    def request(self, image: Image) -> SmileRequest:
        """Ask for this smile in `image`, which is what `window` shows below this step."""
        landmarks = self.landmarks - _origin(self.window)
        return SmileRequest(image, landmarks, self.strength, self.kind)

    def with_strength(self, strength: float) -> SmileSettings:
        """Ask for more or less of the same smile."""
        return replace(self, strength=strength)


Settings = FillSettings | SmileSettings


@dataclass(frozen=True, eq=False)
class EditStep:
    """One result: photo + (patch - photo) x coverage / 255."""

    settings: Settings
    patch: Image
    """(h, w, 3) in the photo's depth."""
    coverage: Mask
    """(h, w)"""
    left: int
    top: int

    @classmethod
    def from_result(cls, settings: Settings, result: EditResult) -> EditStep:
        """Place a result, which is in pixels of the request's window, in the photo."""
        rows, columns = settings.window
        left, top = columns.start + result.left, rows.start + result.top
        return cls(settings, result.patch, result.coverage, left, top)

    @property
    def window(self) -> Window:
        """The part of the photo that the step changes."""
        height, width = self.coverage.shape
        return window_at(self.left, self.top, width, height)


Steps = tuple[EditStep, ...]


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
        if not is_empty(shared):
            inside = shifted(shared, down=-step.top, right=-step.left)
            below = composed[shifted(shared, **origin)]
            _lay(below, step.patch[inside], step.coverage[inside])
    return composed


def painted(before: Mask, stroke: Mask, *, erase: bool) -> Mask:
    """Lay a stroke over coverage, or take it away; both (h, w)."""
    after: Mask = np.minimum(before, ~stroke) if erase else np.maximum(before, stroke)
    return after


def to_8_bits(image: Image) -> npt.NDArray[np.uint8]:
    """Bring an image to 8 bits a channel, for the screen."""
    if image.dtype == np.uint8:
        return np.asarray(image, np.uint8)
    return np.asarray(cv2.convertScaleAbs(np.ascontiguousarray(image), alpha=1 / 257), np.uint8)


def _lay(below: Image, patch: Image, coverage: Mask) -> None:
    """Write a patch over `below`: whole samples are copied, only soft ones calculated."""
    whole = coverage == 255
    below[whole] = patch[whole]
    soft = (coverage > 0) & ~whole
    weight = coverage[soft].astype(np.float32)[:, None] / 255
    base = below[soft].astype(np.float32)
    below[soft] = np.rint(base + (patch[soft] - base) * weight).astype(below.dtype)


def _origin(window: Window) -> tuple[int, int]:
    rows, columns = window
    return columns.start, rows.start


def _to_origin(window: Window) -> dict[str, int]:
    rows, columns = window
    return {"down": -rows.start, "right": -columns.start}
