"""What each kind of edit was asked for, to be asked for again. No Qt, no whole photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks, is_same_face
from core.anatomy.region_outlines import UNKNOWN
from core.edit.requests import (
    STYLE_ROWS,
    ExemplarRequest,
    InpaintRequest,
    ReshapeRequest,
    SmileKind,
    SmileRequest,
    StyleRequest,
)
from core.imaging.arrays import Image, Mask, Window
from core.imaging.masks import dilate
from core.imaging.windows import shifted
from faceeditor_gui.document.exemplar import Exemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import SparseMask
from faceeditor_gui.state.face_targets import StyleTarget, Targets, has_hair, parts_of
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL

MAX_GROW_PX = 50
"""Less than a fill sees beyond its hole."""
FINE_LAYERS = (9, STYLE_ROWS)
"""What a second exemplar gives unless the user says otherwise: colours, not shapes."""


@dataclass(frozen=True, eq=False)
class FillSettings:
    """What a fill needs besides the picture below it."""

    hole: Patch
    window: Window
    """The part of the photo that the fill looks at; holds the hole."""
    faces: tuple[Landmarks, ...]
    """(68, 2) in photo pixels of each face near the hole."""
    grow: int = 0
    """By how many pixels the hole is larger than it was painted."""
    painted: SparseMask = field(default_factory=SparseMask)
    """A `core.labels.Region` where the user has painted one, else 255, in photo pixels."""
    model: str = DEFAULT_FILL_MODEL
    sketch: Patch | None = None
    """The lines that were drawn within `window`."""

    title = "Fill"

    def request(self, image: Image) -> InpaintRequest:
        """Ask for this fill in `image`, which is what `window` shows below this step."""
        mask = dilate(_drawn(self.hole, self.window), self.grow)
        lines = None if self.sketch is None else _drawn(self.sketch, self.window)
        faces = tuple(_placed(landmarks, self.window, image) for landmarks in self.faces)
        painted = self.painted.read(self.window)
        labels = painted if (painted != UNKNOWN).any() else None
        return InpaintRequest(image, mask, faces, lines, self.model, labels=labels)

    def with_points(self, moved: Moved) -> Self:
        """Ask for the same where faces have their points elsewhere."""
        return replace(self, faces=tuple(moved(landmarks) for landmarks in self.faces))


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

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the picture would stay as it is without it."""
        return not self.strength

    def adjusts(self, other: Settings) -> bool:
        """Tell whether the other is the same smile, as strong or otherwise."""
        return isinstance(other, SmileSettings) and is_same_face(self.landmarks, other.landmarks)

    def is_like(self, other: Settings) -> bool:
        """Tell whether the other looks the same."""
        if not isinstance(other, SmileSettings):
            return False
        same_points = np.array_equal(self.landmarks, other.landmarks)
        return same_points and (self.strength, self.kind) == (other.strength, other.kind)

    def request(self, image: Image) -> SmileRequest:
        """Ask for this smile in `image`: what `window` shows below this step, perhaps reduced."""
        landmarks = _placed(self.landmarks, self.window, image)
        return SmileRequest(image, landmarks, self.strength, self.kind)

    def with_points(self, moved: Moved) -> Self:
        """Ask for the same where the face has its points elsewhere."""
        return replace(self, landmarks=moved(self.landmarks))


@dataclass(frozen=True, eq=False)
class ReshapeSettings:
    """What moving a face's points needs besides the picture below it."""

    window: Window
    """The part of the photo that it looks at; holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) in photo pixels: where the points are below this step."""
    targets: Landmarks
    """(68, 2) in photo pixels: where they go."""
    number: int
    """Stays the same however the points are dragged on."""

    title = "Reshape"

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the picture would stay as it is without it."""
        return np.array_equal(self.landmarks, self.targets)

    def adjusts(self, other: Settings) -> bool:
        """Tell whether the other is the same step, with its points here or there."""
        return isinstance(other, ReshapeSettings) and self.number == other.number

    def is_like(self, other: Settings) -> bool:
        """Tell whether the other looks the same."""
        if not isinstance(other, ReshapeSettings):
            return False
        same_goal = np.array_equal(self.targets, other.targets)
        return same_goal and np.array_equal(self.landmarks, other.landmarks)

    def request(self, image: Image) -> ReshapeRequest:
        """Ask for it in `image`: what `window` shows below this step, perhaps reduced."""
        landmarks, targets = (
            _placed(points, self.window, image) for points in (self.landmarks, self.targets)
        )
        return ReshapeRequest(image, landmarks, targets)

    def with_points(self, moved: Moved) -> Self:
        """Ask for the same move where the face has its points elsewhere."""
        landmarks = moved(self.landmarks)
        targets = self.targets + (landmarks - self.landmarks)
        return replace(self, landmarks=landmarks, targets=targets)


@dataclass(frozen=True, eq=False)
class ExemplarSettings:
    """What taking parts of an exemplar needs besides the picture below it."""

    window: Window
    """The part of the photo that it looks at; holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) in photo pixels of the face that changes."""
    exemplar: Exemplar
    targets: Targets
    number: int
    """Stays the same however the result is adjusted."""
    hole: Patch | None = None
    """What the user has painted, if that is what changes."""
    shape: float | None = None
    """0..1 from the face's own shape to the exemplar's; None: as suits the parts."""
    strength: float = 1.0
    """0..1."""

    title = "Exemplar"
    changes_nothing = False
    """Even at strength 0 it stays in the list, to be made stronger again."""

    def adjusts(self, other: Settings) -> bool:
        """Tell whether the other is the same loan, with whatever settings, even as a style."""
        return isinstance(other, ExemplarSettings | StyleSettings) and self.number == other.number

    def is_like(self, other: Settings) -> bool:
        """Tell whether the other looks the same."""
        if not isinstance(other, ExemplarSettings) or self.exemplar is not other.exemplar:
            return False
        same = (self.targets, self.hole, self.shape, self.strength) == (
            other.targets,
            other.hole,
            other.shape,
            other.strength,
        )
        return same and np.array_equal(self.landmarks, other.landmarks)

    @property
    def only_blends(self) -> bool:
        """Tell whether strength just weighs what was made: parts of a face also move."""
        return not parts_of(self.targets)

    def request(self, image: Image) -> ExemplarRequest:
        """Ask for it in `image`: what `window` shows below this step, perhaps reduced."""
        return ExemplarRequest(
            image,
            _placed(self.landmarks, self.window, image),
            self.exemplar.image,
            self.exemplar.landmarks,
            parts_of(self.targets),
            has_hair(self.targets),
            _fitted(self.hole, self.window, image),
            shape=self.shape,
            strength=1.0 if self.only_blends else self.strength,
        )

    def with_points(self, moved: Moved) -> Self:
        """Ask for the same where the face has its points elsewhere."""
        return replace(self, landmarks=moved(self.landmarks))


@dataclass(frozen=True, eq=False)
class StyleSettings:
    """What painting anew in a style needs besides the picture below it."""

    window: Window
    """The part of the photo that it looks at; holds the face's frame and the hole."""
    landmarks: Landmarks
    """(68, 2) in photo pixels of the face that changes."""
    targets: Targets
    number: int
    """Stays the same however the result is adjusted."""
    exemplar: Exemplar | None = None
    """None: a random style."""
    hole: Patch | None = None
    """What the user has painted, if that is what changes."""
    sketch: Patch | None = None
    """The lines that were drawn within `window`."""
    second: Exemplar | None = None
    layers: tuple[int, int] = FINE_LAYERS
    """Half-open range of a style's rows that the second exemplar gives."""
    seed: int = 0
    strength: float = 1.0
    """0..1."""

    title = "Style"
    changes_nothing = False
    """Even at strength 0 it stays in the list, to be made stronger again."""

    def adjusts(self, other: Settings) -> bool:
        """Tell whether the other is the same result, with whatever settings, even as pixels."""
        return isinstance(other, ExemplarSettings | StyleSettings) and self.number == other.number

    def is_like(self, other: Settings) -> bool:
        """Tell whether the other looks the same."""
        if not isinstance(other, StyleSettings):
            return False
        return self.kind == other.kind and self._amounts == other._amounts

    @property
    def kind(self) -> tuple[object, ...]:
        """All but how strong it is and which of the variations."""
        return (
            self.targets,
            self.exemplar,
            self.hole,
            self.sketch,
            self.second,
            self.layers if self.second is not None else None,
            self.landmarks.tobytes(),
        )

    @property
    def _amounts(self) -> tuple[int, float]:
        return self.seed, self.strength

    @property
    def only_blends(self) -> bool:
        """Tell whether strength just weighs what was painted: a borrowed look also moves."""
        return self.exemplar is None or StyleTarget.LOOK not in self.targets

    def request(self, image: Image) -> StyleRequest:
        """Ask for it in `image`: what `window` shows below this step, perhaps reduced."""
        return StyleRequest(
            image,
            _placed(self.landmarks, self.window, image),
            self.exemplar.lent if self.exemplar is not None else None,
            parts_of(self.targets),
            has_hair(self.targets),
            _fitted(self.hole, self.window, image),
            self.second.lent if self.second is not None else None,
            self.layers,
            self.seed,
            1.0 if self.only_blends else self.strength,
            _fitted(self.sketch, self.window, image),
        )

    def with_points(self, moved: Moved) -> Self:
        """Ask for the same where the face has its points elsewhere."""
        return replace(self, landmarks=moved(self.landmarks))


Borrowed = ExemplarSettings | StyleSettings
"""What an exemplar gives; one can be made anew as the other."""
Adjustable = SmileSettings | ReshapeSettings | Borrowed
"""What a slider or a hand sets: previews are shown meanwhile, and the same step is set anew."""
Settings = FillSettings | Adjustable
Moved = Callable[[Landmarks], Landmarks]
"""Finds where the points of a face are now."""


def asks_for_same(one: Settings, other: Settings) -> bool:
    """Tell whether the core makes the same of both; how much of it is shown may differ."""
    if one is other:
        return True
    if not isinstance(one, Borrowed) or not isinstance(other, Borrowed):
        return False
    return one.only_blends and replace(one, strength=other.strength).is_like(other)


def weight_of(settings: Settings) -> float:
    """Tell how much is shown of what the core makes of settings, 0..1."""
    if isinstance(settings, Borrowed) and settings.only_blends:
        return settings.strength
    return 1.0


def _drawn(patch: Patch, window: Window) -> Mask:
    """Place a patch in an empty mask of a window that holds it."""
    rows, columns = window
    mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    mask[shifted(patch.window, down=-rows.start, right=-columns.start)] = patch.pixels
    return mask


def _fitted(patch: Patch | None, window: Window, image: Image) -> Mask | None:
    """Place a patch in a window that may be reduced; thin lines stay visible in it."""
    if patch is None:
        return None
    drawn, (height, width) = _drawn(patch, window), image.shape[:2]
    if drawn.shape == (height, width):
        return drawn
    every = -(-drawn.shape[0] // height)
    thick = cv2.dilate(drawn, np.ones((every, every), np.uint8))
    return np.asarray(cv2.resize(thick, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _placed(landmarks: Landmarks, window: Window, image: Image) -> Landmarks:
    """Bring points from the photo to a window of it that may be reduced."""
    rows, columns = window
    size = columns.stop - columns.start, rows.stop - rows.start
    # A reduced side is a whole number of pixels, so the two scales differ a little.
    scale = np.divide(image.shape[1::-1], size)
    # Centres are at whole numbers, so a reduced picture's first centre is not at the corner.
    moved: Landmarks = (landmarks - (columns.start, rows.start) + 0.5) * scale - 0.5
    return moved
