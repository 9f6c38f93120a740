"""The settings of each kind of edit, from which it can be run again. No Qt, no whole photos."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self, TypeVar

import cv2
import numpy as np

from core.anatomy.expressions import Expression
from core.anatomy.landmarks import Landmarks, is_same_face
from core.anatomy.parts import Component
from core.anatomy.places import FacePlace, place_of
from core.anatomy.region_outlines import UNKNOWN
from core.edit.requests import (
    STYLE_ROWS,
    ExemplarRequest,
    ExpressionRequest,
    FillSource,
    HairColourRequest,
    InpaintRequest,
    MakeUpRequest,
    ReshapeRequest,
    RestoreRequest,
    SmileKind,
    SmileRequest,
    StyleRequest,
    TransferRequest,
)
from core.imaging.arrays import Image, Mask, Window
from core.imaging.masks import dilate
from core.imaging.windows import shift_window
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import SparseMask
from faceeditor_gui.state.exemplar_parts import (
    ExemplarParts,
    WholePart,
    face_parts_of,
    has_glasses,
    has_hair,
)
from faceeditor_gui.state.make_up_swatches import MakeUpLayer
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL

MAX_GROW_PX = 50
"""Less than the width of a fill's context."""
FINE_LAYERS = (9, STYLE_ROWS)
"""Style rows of the second exemplar by default: colours, not shapes."""
Colour = tuple[int, int, int]
"""RGB, 0..255 each."""


@dataclass(frozen=True, eq=False)
class FillSettings:
    """Settings of a fill; with the image below the step they make a request."""

    hole: Patch
    window: Window
    """The part of the photo that the network reads; holds the hole."""
    faces: tuple[Landmarks, ...]
    """(68, 2) landmarks in photo pixels of each face near the hole."""
    grow: int = 0
    """By how many pixels the hole is dilated."""
    painted: SparseMask = field(default_factory=SparseMask)
    """A `core.anatomy.regions.Region` where the user has painted one, else 255, in photo pixels."""
    model: str = DEFAULT_FILL_MODEL
    sketch: Patch | None = None
    """The sketch within `window`."""
    source: FillSource = FillSource.NETWORK
    """Where the pixels come from."""
    variant: int = 0
    """Which of the donors: 0 suits best."""

    title = "Fill"

    def request(self, image: Image) -> InpaintRequest:
        """Make the request for `image`: (h, w, 3), `window` of the image below this step."""
        mask = dilate(_mask_of(self.hole, self.window), self.grow)
        sketch = None if self.sketch is None else _mask_of(self.sketch, self.window)
        faces = tuple(_to_window(landmarks, self.window, image) for landmarks in self.faces)
        painted = self.painted.read(self.window)
        labels = painted if (painted != UNKNOWN).any() else None
        return InpaintRequest(
            image,
            mask,
            faces,
            sketch,
            self.model,
            labels,
            self.source,
            variant=self.variant,
        )

    @cached_property
    def place(self) -> FacePlace | None:
        """The place of a face where most of the hole lies; None: on none."""
        origin = self.hole.left, self.hole.top
        places = (place_of(self.hole.pixels, landmarks - origin) for landmarks in self.faces)
        return next((place for place in places if place is not None), None)

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with every face's landmarks transformed."""
        return replace(self, faces=tuple(transform(landmarks) for landmarks in self.faces))


@dataclass(frozen=True, eq=False)
class SmileSettings:
    """Settings of a smile."""

    window: Window
    """The part of the photo that the edit reads; holds the face's canonical frame."""
    landmarks: Landmarks
    """(68, 2) in photo pixels."""
    strength: float
    """-1..1."""
    kind: SmileKind

    title = "Smile"

    @property
    def is_identity(self) -> bool:
        """Tell whether the edit leaves the image as it is."""
        return not self.strength

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same smile."""
        return isinstance(other, SmileSettings) and is_same_face(self.landmarks, other.landmarks)

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, SmileSettings):
            return False
        same_points = np.array_equal(self.landmarks, other.landmarks)
        return same_points and (self.strength, self.kind) == (other.strength, other.kind)

    def request(self, image: Image) -> SmileRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        landmarks = _to_window(self.landmarks, self.window, image)
        return SmileRequest(image, landmarks, self.strength, self.kind)

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


@dataclass(frozen=True)
class Expressed:
    """What a face is to express, and its shape; the default is as it is."""

    expression: Expression | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    """-1..1 by names of `BLEND_SHAPES` and `FACE_SHAPES`; those that are 0 are left out."""
    like: tuple[tuple[float, float], ...] | None = None
    """The 68 points of a face that is imitated, in its own picture."""

    @property
    def is_own(self) -> bool:
        """Tell whether that is how the face is, at any strength."""
        return self == Expressed()

    def with_weights(self, weights: Mapping[str, float]) -> Self:
        """Return the same with some weights set; 0 takes one away."""
        every = {**self.weights, **weights}
        return replace(self, weights={name: weight for name, weight in every.items() if weight})


@dataclass(frozen=True, eq=False)
class ExpressionSettings:
    """Settings of what a face expresses."""

    window: Window
    """The part of the photo that the edit reads; holds the face's canonical frame."""
    landmarks: Landmarks
    """(68, 2) in photo pixels."""
    wanted: Expressed
    strength: float = 1.0
    """0..1."""

    title = "Expression"

    @property
    def is_identity(self) -> bool:
        """Tell whether nothing is asked for; at strength 0 it stays, to be strengthened again."""
        return self.wanted.is_own

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same face's expression."""
        return isinstance(other, ExpressionSettings) and is_same_face(
            self.landmarks, other.landmarks
        )

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, ExpressionSettings):
            return False
        same = (self.wanted, self.strength) == (other.wanted, other.strength)
        return same and np.array_equal(self.landmarks, other.landmarks)

    def request(self, image: Image) -> ExpressionRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        wanted = self.wanted
        return ExpressionRequest(
            image,
            _to_window(self.landmarks, self.window, image),
            wanted.expression,
            wanted.weights,
            None if wanted.like is None else np.array(wanted.like),
            self.strength,
        )

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


@dataclass(frozen=True, eq=False)
class ReshapeSettings:
    """Settings of a reshape: a warp that moves a face's landmarks."""

    window: Window
    """The part of the photo that the edit reads; holds the face's canonical frame."""
    landmarks: Landmarks
    """(68, 2) in photo pixels, below this step."""
    targets: Landmarks
    """(68, 2) in photo pixels: where the landmarks are moved to."""
    number: int
    """Identity of the edit: stays the same when the landmarks are dragged on."""
    strength: float = 1.0
    """0..1 of the way to the targets."""

    title = "Reshape"

    @property
    def is_identity(self) -> bool:
        """Tell whether nothing was dragged; at strength 0 it stays, to be strengthened again."""
        return np.array_equal(self.landmarks, self.targets)

    @property
    def offsets(self) -> Landmarks:
        """(68, 2) by how many photo pixels the landmarks move."""
        return self.strength * (self.targets - self.landmarks)

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same reshape."""
        return isinstance(other, ReshapeSettings) and self.number == other.number

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, ReshapeSettings):
            return False
        same_offsets = np.array_equal(self.offsets, other.offsets)
        return same_offsets and np.array_equal(self.landmarks, other.landmarks)

    def request(self, image: Image) -> ReshapeRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        landmarks, targets = (
            _to_window(points, self.window, image)
            for points in (self.landmarks, self.landmarks + self.offsets)
        )
        return ReshapeRequest(image, landmarks, targets)

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed and the same displacements."""
        landmarks = transform(self.landmarks)
        targets = self.targets + (landmarks - self.landmarks)
        return replace(self, landmarks=landmarks, targets=targets)


@dataclass(frozen=True, eq=False)
class ExemplarSettings:
    """Settings of transferring parts of an exemplar's pixels."""

    window: Window
    """The part of the photo that the edit reads; holds the face's canonical frame."""
    landmarks: Landmarks
    """(68, 2) in photo pixels of the face that is edited."""
    exemplar: ListedExemplar
    parts: ExemplarParts
    number: int
    """Identity of the edit: stays the same when it is adjusted."""
    hole: Patch | None = None
    """The painted mask, if that is what is edited."""
    shape: float | None = None
    """0..1 from the face's own shape to the exemplar's; None: the default of the parts."""
    strength: float = 1.0
    """0..1."""
    keeps_hat: bool = False
    """Whether a hat that the face wears stays on, over the hair that it gets."""

    title = "Exemplar"
    is_identity = False
    """Even at strength 0 it stays in the list, to be strengthened again."""

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same edit, even as a style."""
        return isinstance(other, ExemplarSettings | StyleSettings) and self.number == other.number

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, ExemplarSettings) or self.exemplar is not other.exemplar:
            return False
        same = (self.parts, self.hole, self.shape, self.strength, self.keeps_hat) == (
            other.parts,
            other.hole,
            other.shape,
            other.strength,
            other.keeps_hat,
        )
        return same and np.array_equal(self.landmarks, other.landmarks)

    @property
    def is_blend_only(self) -> bool:
        """Tell whether strength only scales the coverage; for face parts also the warp."""
        return not face_parts_of(self.parts)

    def request(self, image: Image) -> ExemplarRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        return ExemplarRequest(
            image,
            _to_window(self.landmarks, self.window, image),
            self.exemplar.image,
            self.exemplar.landmarks,
            face_parts_of(self.parts),
            has_hair(self.parts),
            has_glasses(self.parts),
            self.keeps_hat,
            _scaled_mask_of(self.hole, self.window, image),
            shape=self.shape,
            strength=1.0 if self.is_blend_only else self.strength,
        )

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


@dataclass(frozen=True, eq=False)
class StyleSettings:
    """Settings of repainting parts in an exemplar's style."""

    window: Window
    """The part of the photo that the edit reads; holds the face's frame and the hole."""
    landmarks: Landmarks
    """(68, 2) in photo pixels of the face that is edited."""
    parts: ExemplarParts
    number: int
    """Identity of the edit: stays the same when it is adjusted."""
    exemplar: ListedExemplar | None = None
    """None: a random style."""
    hole: Patch | None = None
    """The painted mask, if that is what is edited."""
    sketch: Patch | None = None
    """The sketch within `window`."""
    second: ListedExemplar | None = None
    layers: tuple[int, int] = FINE_LAYERS
    """Half-open range of a style's rows that the second exemplar gives."""
    seed: int = 0
    strength: float = 1.0
    """0..1."""

    title = "Style"
    is_identity = False
    """Even at strength 0 it stays in the list, to be strengthened again."""

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same edit, even as pixels."""
        return isinstance(other, ExemplarSettings | StyleSettings) and self.number == other.number

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, StyleSettings):
            return False
        return self.content_key == other.content_key and self._amounts == other._amounts

    @property
    def content_key(self) -> tuple[object, ...]:
        """All settings but seed and strength."""
        return (
            self.parts,
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
    def is_blend_only(self) -> bool:
        """Tell whether strength only scales the coverage; a whole look is also warped."""
        return self.exemplar is None or WholePart.LOOK not in self.parts

    def request(self, image: Image) -> StyleRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        return StyleRequest(
            image,
            _to_window(self.landmarks, self.window, image),
            self.exemplar.as_exemplar if self.exemplar is not None else None,
            face_parts_of(self.parts),
            has_hair(self.parts),
            _scaled_mask_of(self.hole, self.window, image),
            self.second.as_exemplar if self.second is not None else None,
            self.layers,
            self.seed,
            1.0 if self.is_blend_only else self.strength,
            _scaled_mask_of(self.sketch, self.window, image),
        )

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


@dataclass(frozen=True)
class HairColour:
    """How hair is to look; the default is as it is."""

    colour: tuple[int, int, int] | None = None
    """RGB, 0..255 each; None: its own."""
    lightness: float = 0.0
    """-1..1."""
    warmth: float = 0.0
    """-1..1."""
    strength: float = 1.0
    """0..1."""

    @property
    def is_own(self) -> bool:
        """Tell whether that is how the hair is, at any strength."""
        return replace(self, strength=1.0) == HairColour()


@dataclass(frozen=True, eq=False)
class HairColourSettings:
    """Settings of giving a face's hair another colour."""

    window: Window
    """The part of the photo that the edit reads; holds the face and its hair."""
    landmarks: Landmarks
    """(68, 2) in photo pixels."""
    wanted: HairColour

    title = "Hair Colour"

    @property
    def is_identity(self) -> bool:
        """Tell whether the hair keeps its colour; at strength 0 it stays, to be strengthened."""
        return self.wanted.is_own

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same head of hair."""
        return isinstance(other, HairColourSettings) and is_same_face(
            self.landmarks, other.landmarks
        )

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, HairColourSettings):
            return False
        return self.wanted == other.wanted and np.array_equal(self.landmarks, other.landmarks)

    def request(self, image: Image) -> HairColourRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        landmarks, wanted = _to_window(self.landmarks, self.window, image), self.wanted
        return HairColourRequest(
            image, landmarks, wanted.colour, wanted.lightness, wanted.warmth, wanted.strength
        )

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


@dataclass(frozen=True)
class MakeUp:
    """How a face is made up; the default is as it is."""

    lips: Colour | None = None
    """None: as they are. So are the next three."""
    shadow: Colour | None = None
    liner: Colour | None = None
    blush: Colour | None = None
    brows: float = 0.0
    """-1 fainter .. 1 stronger."""
    strength: float = MakeUpRequest.strength
    """0..1."""

    @property
    def is_none(self) -> bool:
        """Tell whether nothing is made up, at any strength."""
        return replace(self, strength=MakeUp.strength) == MakeUp()

    def colour(self, layer: MakeUpLayer) -> Colour | None:
        """Return the colour of a layer."""
        return {
            MakeUpLayer.LIPS: self.lips,
            MakeUpLayer.SHADOW: self.shadow,
            MakeUpLayer.LINER: self.liner,
            MakeUpLayer.BLUSH: self.blush,
        }[layer]

    def with_colour(self, layer: MakeUpLayer, colour: Colour | None) -> Self:
        """Return the same with another colour of one layer."""
        match layer:
            case MakeUpLayer.LIPS:
                return replace(self, lips=colour)
            case MakeUpLayer.SHADOW:
                return replace(self, shadow=colour)
            case MakeUpLayer.LINER:
                return replace(self, liner=colour)
            case MakeUpLayer.BLUSH:
                return replace(self, blush=colour)


@dataclass(frozen=True, eq=False)
class MakeUpSettings:
    """Settings of making a face up."""

    window: Window
    """The part of the photo that the edit reads; holds the face and its hair."""
    landmarks: Landmarks
    """(68, 2) in photo pixels."""
    wanted: MakeUp

    title = "Make-up"

    @property
    def is_identity(self) -> bool:
        """Tell whether there is none; at strength 0 it stays, to be strengthened again."""
        return self.wanted.is_none

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same face's make-up."""
        return isinstance(other, MakeUpSettings) and is_same_face(self.landmarks, other.landmarks)

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, MakeUpSettings):
            return False
        return self.wanted == other.wanted and np.array_equal(self.landmarks, other.landmarks)

    def request(self, image: Image) -> MakeUpRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        landmarks, wanted = _to_window(self.landmarks, self.window, image), self.wanted
        colours = wanted.lips, wanted.shadow, wanted.liner, wanted.blush
        return MakeUpRequest(image, landmarks, *colours, wanted.brows, wanted.strength)

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


@dataclass(frozen=True, eq=False)
class RestoreSettings:
    """Settings of sharpening and cleaning a face."""

    window: Window
    """The part of the photo that the edit reads; holds the face and its hair."""
    landmarks: Landmarks
    """(68, 2) in photo pixels."""
    strength: float = RestoreRequest.strength
    """0..1; scales the coverage of what the network shows."""

    title = "Restore"
    is_identity = False
    """Even at strength 0 it stays in the list, to be strengthened again."""
    is_blend_only = True

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same face's restoration."""
        return isinstance(other, RestoreSettings) and is_same_face(self.landmarks, other.landmarks)

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, RestoreSettings) or self.strength != other.strength:
            return False
        return np.array_equal(self.landmarks, other.landmarks)

    def request(self, image: Image) -> RestoreRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step."""
        return RestoreRequest(image, _to_window(self.landmarks, self.window, image), 1.0)

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


@dataclass(frozen=True, eq=False)
class ComponentSettings:
    """Settings of a face that takes components of an exemplar."""

    window: Window
    """The part of the photo that the edit reads; holds the face and its hair."""
    landmarks: Landmarks
    """(68, 2) in photo pixels."""
    exemplar: ListedExemplar
    components: tuple[Component, ...]

    title = "Components"

    @property
    def is_identity(self) -> bool:
        """Tell whether nothing is taken."""
        return not self.components

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same face's components."""
        return isinstance(other, ComponentSettings) and is_same_face(
            self.landmarks, other.landmarks
        )

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, ComponentSettings) or self.exemplar is not other.exemplar:
            return False
        same = set(self.components) == set(other.components)
        return same and np.array_equal(self.landmarks, other.landmarks)

    def request(self, image: Image) -> TransferRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        landmarks = _to_window(self.landmarks, self.window, image)
        return TransferRequest(image, landmarks, self.exemplar.as_exemplar, self.components)

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


@dataclass(frozen=True, eq=False)
class MapSettings:
    """Settings of a face that follows its repainted map of regions."""

    window: Window
    """The part of the photo that the edit reads; holds the face and its hair."""
    landmarks: Landmarks
    """(68, 2) in photo pixels."""
    painted: SparseMask
    """A `core.anatomy.regions.Region` where the user has painted one, else 255, in photo pixels."""

    title = "Follow Map"

    @property
    def is_identity(self) -> bool:
        """Tell whether nothing is painted where the edit could see it."""
        return bool((self.painted.read(self.window) == UNKNOWN).all())

    def adjusts(self, other: EditSettings) -> bool:
        """Tell whether the other settings are of the same face's map."""
        return isinstance(other, MapSettings) and is_same_face(self.landmarks, other.landmarks)

    def has_same_result(self, other: EditSettings) -> bool:
        """Tell whether the other settings have the same result."""
        if not isinstance(other, MapSettings):
            return False
        same_map = self.painted.fingerprint == other.painted.fingerprint
        return same_map and np.array_equal(self.landmarks, other.landmarks)

    def request(self, image: Image) -> TransferRequest:
        """Make the request for `image`: (h, w, 3), `window` below this step, perhaps downscaled."""
        labels, (height, width) = self.painted.read(self.window), image.shape[:2]
        scaled = cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST)
        landmarks = _to_window(self.landmarks, self.window, image)
        return TransferRequest(image, landmarks, labels=np.asarray(scaled, np.uint8))

    def with_landmarks(self, transform: LandmarkTransform) -> Self:
        """Return settings with the landmarks transformed."""
        return replace(self, landmarks=transform(self.landmarks))


ExemplarEditSettings = ExemplarSettings | StyleSettings
"""Settings of an edit with an exemplar; each kind can be turned into the other."""
WeighedSettings = ExemplarEditSettings | RestoreSettings
"""Settings of which the strength may only scale the coverage: see `is_blend_only`."""
FaceSettings = (
    SmileSettings
    | ExpressionSettings
    | HairColourSettings
    | MakeUpSettings
    | RestoreSettings
    | MapSettings
    | ComponentSettings
)
"""Settings of which a face has one of each kind."""
OneKind = TypeVar("OneKind", bound=FaceSettings)
AdjustableSettings = FaceSettings | ReshapeSettings | ExemplarEditSettings
"""Settings that sliders and drags adjust: they have previews, and replace the same step."""
EditSettings = FillSettings | AdjustableSettings
LandmarkTransform = Callable[[Landmarks], Landmarks]
"""Maps (68, 2) landmarks to (68, 2) landmarks."""


def is_same_request(one: EditSettings, other: EditSettings) -> bool:
    """Tell whether both make the same request; how much of the result is shown may differ."""
    if one is other:
        return True
    if not isinstance(one, WeighedSettings) or not isinstance(other, WeighedSettings):
        return False
    return one.is_blend_only and replace(one, strength=other.strength).has_same_result(other)


def moves_pixels(settings: EditSettings) -> bool:
    """Tell whether an edit moves the face's pixels: half of its result would show them twice."""
    if isinstance(settings, WeighedSettings):
        return not settings.is_blend_only
    return isinstance(settings, SmileSettings | ExpressionSettings | ReshapeSettings)


def weight_of(settings: EditSettings) -> float:
    """Return the factor of a result's coverage, 0..1."""
    if isinstance(settings, WeighedSettings) and settings.is_blend_only:
        return settings.strength
    return 1.0


def _mask_of(patch: Patch, window: Window) -> Mask:
    """Return a patch as an (h, w) uint8 mask of a window that holds it."""
    rows, columns = window
    mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    mask[shift_window(patch.window, down=-rows.start, right=-columns.start)] = patch.pixels
    return mask


def _scaled_mask_of(patch: Patch | None, window: Window, image: Image) -> Mask | None:
    """Return a patch as a mask of a window at the scale of `image`; thin lines are kept."""
    if patch is None:
        return None
    drawn, (height, width) = _mask_of(patch, window), image.shape[:2]
    if drawn.shape == (height, width):
        return drawn
    every = -(-drawn.shape[0] // height)
    thick = cv2.dilate(drawn, np.ones((every, every), np.uint8))
    return np.asarray(cv2.resize(thick, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _to_window(landmarks: Landmarks, window: Window, image: Image) -> Landmarks:
    """Transform landmarks from photo pixels to those of `image`, its window."""
    rows, columns = window
    size = columns.stop - columns.start, rows.stop - rows.start
    # A downscaled side is a whole number of pixels, so the two scales differ a little.
    scale = np.divide(image.shape[1::-1], size)
    # Centres are at whole numbers, so a downscaled image's first centre is not at the corner.
    moved: Landmarks = (landmarks - (columns.start, rows.start) + 0.5) * scale - 0.5
    return moved
