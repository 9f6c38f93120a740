"""The whole contract between window and core: frozen requests in, results out.

No torch, no Qt. A request holds the window of the photo that the edit needs; points and
results are in pixels of that window. Every request validates itself, so an impossible one
cannot exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

import numpy as np

from core.anatomy.expressions import Expression, unknown_shapes
from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import Component, FacePart
from core.anatomy.regions import LabelMap
from core.errors import InvalidRequestError
from core.face.face import Face
from core.imaging.arrays import Image, Mask, Window
from core.imaging.windows import bounding_window, window_at


class SmileKind(StrEnum):
    """Which smile is asked for; each is a set of landmark displacements."""

    CLOSED = "closed"  # lips stay closed
    GENTLE = "gentle"  # lips barely part: the mean of posed smiles
    OPEN = "open"  # teeth show
    WIDE = "wide"  # corners further out than the mouth opens
    ONE_SIDED = "one-sided"  # one corner rises, the other hardly


class SmileMethod(StrEnum):
    """How the smile is made."""

    WARP = "warp"  # the photo's own pixels move, the inside of the mouth is painted
    REPAINT = "repaint"  # the whole mouth is painted anew (seed 000, procedure 1)


class ExpressionMethod(StrEnum):
    """How an expression is made."""

    WARP = "warp"  # a mesh moves the photo's own pixels, what opens is painted
    NETWORK = "network"  # the paper's way: a network says what moves and what is shaded


@dataclass(frozen=True, eq=False)
class FindFacesRequest:
    """Find every face and its 68 landmarks, largest first."""

    image: Image
    thorough: bool = True
    """False looks only at a copy of at most 2 megapixels, which takes a fraction of a second."""

    def __post_init__(self) -> None:
        _check_image(self.image)


@dataclass(frozen=True, eq=False)
class ParseRequest:
    """Label the region of one face to which every pixel belongs."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16."""
    landmarks: Landmarks
    """(68, 2) of the face."""
    model: str = "face_parser"

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)


class FillSource(StrEnum):
    """What a hole is filled with."""

    NETWORK = "network"  # painted by the request's model
    OWN_SIDE = "own-side"  # the face's other side, mirrored, wherever that can be
    DONORS = "donors"  # parts of other people, chosen to suit; of the same person if given
    SURROUNDINGS = "surroundings"  # patches of what lies around, beside faces
    AUTO = "auto"  # whichever of them measures best for what the hole hides


@dataclass(frozen=True, eq=False)
class CheckHairRequest:
    """Say whether the hair of an exemplar can be transferred."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: its photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) of the face."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)


@dataclass(frozen=True, eq=False)
class InpaintRequest:
    """Fill the masked pixels so that the face looks whole."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the window the edit needs, not the whole photo."""
    mask: Mask
    """(H, W) uint8 coverage: 0 keep .. 255 replace."""
    faces: tuple[Landmarks, ...] = ()
    """(68, 2) of each face that the mask may lie on or near; optional."""
    lines: Mask | None = None
    """(H, W) uint8 sketch, above 127 where a line is; steers the structure inside the hole."""
    model: str = "residual_unet"
    labels: LabelMap | None = None
    """(H, W) uint8, a `core.anatomy.regions.Region` each, 255 where not known; for models that see
    regions. None: the face is parsed."""
    source: FillSource = FillSource.NETWORK
    """Where the pixels come from; what no other source can fill is the network's."""
    references: tuple[Exemplar, ...] = ()
    """Other photos of the same person, preferred for eyes, nose and mouth."""
    donors: tuple[Exemplar, ...] | None = None
    """Other people who may lend parts; None: those that ship."""
    variant: int = 0
    """Which of those who may lend: 0 suits best."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_map(self.mask, "mask", self.image)
        if self.variant < 0:
            raise InvalidRequestError("Donors are counted from 0, the one that suits best.")
        if self.source not in [*FillSource]:
            raise InvalidRequestError(
                f"A fill has no source {self.source}; choose one of {', '.join(FillSource)}."
            )
        if not self.mask.any():
            raise InvalidRequestError("Paint over the part of the picture to fill first.")
        _check_map(self.lines, "sketch", self.image)
        _check_map(self.labels, "map of regions", self.image)
        for landmarks in self.faces:
            _check_landmarks(landmarks)

    def within(self, window: Window) -> InpaintRequest:
        """Ask for the same in a window of the image that holds the whole mask."""
        rows, columns = window
        corner = np.array([columns.start, rows.start])
        return replace(
            self,
            image=self.image[window],
            mask=self.mask[window],
            faces=tuple(landmarks - corner for landmarks in self.faces),
            lines=None if self.lines is None else self.lines[window],
            labels=None if self.labels is None else self.labels[window],
        )


@dataclass(frozen=True, eq=False)
class SmileRequest:
    """Make one face smile, or stop smiling."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) of the face."""
    strength: float = 1.0
    """-1..1: 0 is the photo, 1 the whole smile, below 0 takes a smile away."""
    kind: SmileKind = SmileKind.OPEN
    method: SmileMethod = SmileMethod.WARP
    model: str = "residual_unet"
    draft: bool = False
    """Quicker and a little softer, for previews while a slider moves."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)
        if not -1.0 <= self.strength <= 1.0:
            raise InvalidRequestError("The strength of a smile lies between -1 and 1.")
        if self.method is SmileMethod.REPAINT and self.strength < 0:
            raise InvalidRequestError("Repainting the mouth can only add a smile.")


@dataclass(frozen=True, eq=False)
class ExpressionRequest:
    """Change what a face expresses, or its shape; all that is asked for adds up."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) of the face."""
    expression: Expression | None = None
    """What it is to express."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """-1..1 by names of `BLEND_SHAPES` and `FACE_SHAPES`: how much of each is added; below 0 it is
    taken away."""
    like: Landmarks | None = None
    """(68, 2) of another face, in any picture, whose expression this face takes on."""
    strength: float = 1.0
    """0..1: 0 is the photo."""
    model: str = "residual_unet"
    draft: bool = False
    """Quicker and a little softer, for previews while a slider moves."""
    method: ExpressionMethod = ExpressionMethod.WARP
    """The network knows the expressions only, neither sliders nor other faces."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)
        if self.like is not None:
            _check_landmarks(self.like)
        _check_share(self.strength, "strength of an expression")
        unknown = unknown_shapes(self.weights)
        if unknown:
            raise InvalidRequestError(
                f"No slider of a face is called {unknown[0]}; "
                "`faceeditor express --help` names them all."
            )
        if not all(abs(weight) <= 1 for weight in self.weights.values()):
            raise InvalidRequestError("The weight of a slider lies between -1 and 1.")
        is_more = self.expression is None or self.like is not None or any(self.weights.values())
        if self.method is ExpressionMethod.NETWORK and is_more:
            raise InvalidRequestError(
                "The network paints the expressions only; name one, without sliders or another "
                "face."
            )

    @property
    def is_identity(self) -> bool:
        """Whether nothing changes."""
        is_asked = self.expression is not None or self.like is not None
        return self.strength == 0 or not (is_asked or any(self.weights.values()))


@dataclass(frozen=True, eq=False)
class ReshapeRequest:
    """Move a face's landmarks to targets; the photo is warped, what opened is painted."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) where they are."""
    targets: Landmarks
    """(68, 2) where they move to."""
    model: str = "residual_unet"
    draft: bool = False
    """Only move the photo's pixels, quickly: for previews while a point is dragged."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)
        _check_landmarks(self.targets)


@dataclass(frozen=True, eq=False)
class HairColourRequest:
    """Give a face's hair another colour."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) of the face."""
    colour: tuple[int, int, int] | None = None
    """RGB, 0..255 each, that the hair has on average afterwards; None: its own."""
    lightness: float = 0.0
    """-1 darker .. 1 lighter than that."""
    warmth: float = 0.0
    """-1 ashen .. 1 golden."""
    strength: float = 1.0
    """0..1: 0 is the photo."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)
        if self.colour is not None and not all(0 <= value <= 255 for value in self.colour):
            raise InvalidRequestError("A colour has red, green and blue from 0 to 255.")
        if not (abs(self.lightness) <= 1 and abs(self.warmth) <= 1):
            raise InvalidRequestError("Lightness and warmth of hair lie between -1 and 1.")
        _check_share(self.strength, "strength of a hair colour")

    @property
    def is_neutral(self) -> bool:
        """Whether nothing changes."""
        return self.strength == 0 or (
            self.colour is None and self.lightness == 0 and self.warmth == 0
        )


DEFAULT_SHAPE = {
    FacePart.MOUTH: 0.5,
    FacePart.EYES: 0.3,
    FacePart.BROWS: 0.3,
    FacePart.NOSE: 0.3,
    FacePart.FACE: 0.3,
}
"""How far each part goes from the face's own shape, 0, to the exemplar's, 1, by default."""


class Guide(StrEnum):
    """How an exemplar is used."""

    PIXELS = "pixels"  # an `ExemplarRequest`: its own pixels, moved and relit
    STYLE = "style"  # a `StyleRequest`: painted anew, in its style


@dataclass(frozen=True, eq=False)
class ExemplarRequest:
    """Transfer parts of an exemplar's face, hair or glasses to this face: the pixels, relit.

    What is transferred is either `mask`, or `parts`, `hair` and `glasses`.
    """

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) of the face that changes."""
    exemplar: Image
    """(H', W', 3) RGB, uint8 or uint16: the exemplar's photo, or a window with its face's frame."""
    exemplar_landmarks: Landmarks
    """(68, 2) of the exemplar's face, in pixels of `exemplar`."""
    parts: tuple[FacePart, ...] = ()
    """What is transferred; `FACE` is the inner face."""
    hair: bool = False
    """Whether the hair is transferred too, or alone."""
    glasses: bool = False
    """Whether the glasses are transferred too, or alone: over all else."""
    keeps_hat: bool = False
    """Whether a hat that the face wears stays on, over the hair that it gets; else it comes off."""
    mask: Mask | None = None
    """(H, W) uint8 coverage: 0 keep .. 255 replace; in place of parts and hair. All that the
    exemplar shows there is transferred."""
    shape: float | None = None
    """0..1 from the own shape to the exemplar's; None: as suits each part (`DEFAULT_SHAPE`)."""
    strength: float = 1.0
    """0..1: 0 is the photo."""
    model: str = "harmonizer"
    draft: bool = False
    """Quicker and a little softer, for previews while a slider moves."""
    any_yaw: bool = False
    """Take the exemplar however its head is turned, and never mirror it."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_image(self.exemplar)
        _check_landmarks(self.landmarks)
        _check_landmarks(self.exemplar_landmarks)
        _check_selection(self.parts, self.mask, self.image, other=self.hair or self.glasses)
        _check_share(self.strength, "strength of an exemplar")
        if self.shape is not None:
            _check_share(self.shape, "shape of an exemplar")


STYLE_ROWS = 14
"""Rows of a style, coarse to fine, as the published network counts them, whatever the size in
use."""
RANDOM_STYLE_ROWS = 4
"""The first rows are drawn by the seed; an exemplar gives those from here on."""


@dataclass(frozen=True, eq=False)
class Exemplar:
    """A face whose style is used."""

    image: Image
    """(H', W', 3) RGB, uint8 or uint16: its photo, or a window with the face's frame."""
    landmarks: Landmarks
    """(68, 2) in pixels of `image`."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)


@dataclass(frozen=True, eq=False)
class StyleRequest:
    """Paint parts of a face anew in the style of an exemplar, or in a random one.

    What is painted is either `mask`, or `parts` and `hair`. The inner face and hair together are
    the whole look; of an exemplar's, the inner face is transferred as pixels, which suit faces
    better. It is no `ExemplarRequest`: that one needs an exemplar and parts, and has a shape.
    """

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) of the face that changes."""
    exemplar: Exemplar | None = None
    """Whose style is used; None: a random one, which the seed chooses."""
    parts: tuple[FacePart, ...] = ()
    """Parts that landmarks outline; `FACE` holds all others and the forehead."""
    hair: bool = False
    """Whether the hair is painted too, or alone."""
    mask: Mask | None = None
    """(H, W) uint8 coverage: 0 keep .. 255 replace; in place of parts and hair."""
    second: Exemplar | None = None
    """Mixed with the first one."""
    layers: tuple[int, int] = (RANDOM_STYLE_ROWS, STYLE_ROWS)
    """Half-open range of the `STYLE_ROWS` rows that come from `second`: the coarse ones carry
    shapes, the fine ones colours."""
    seed: int = 0
    """0..2^32 - 1: which of the variations."""
    strength: float = 1.0
    """0..1: 0 is the photo."""
    lines: Mask | None = None
    """(H, W) uint8 sketch, above 127 where a line is; guides hair and contours in the hole."""
    model: str = "exe_gan"
    draft: bool = False
    """Quicker and a little softer, for previews while a slider moves."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)
        _check_share(self.strength, "strength of an exemplar")
        _check_selection(self.parts, self.mask, self.image, other=self.hair)
        self._check_mix()
        _check_map(self.lines, "sketch", self.image)
        if not 0 <= self.seed < 2**32:
            raise InvalidRequestError("The seed of a variation lies between 0 and 4294967295.")

    @property
    def is_whole_look(self) -> bool:
        """Whether the inner face and the hair are asked for, and nothing else."""
        return self.hair and self.parts == (FacePart.FACE,)

    def within(self, window: Window) -> StyleRequest:
        """Ask for the same in a window of the image that holds all that is painted."""
        rows, columns = window
        return replace(
            self,
            image=self.image[window],
            landmarks=self.landmarks - [columns.start, rows.start],
            mask=None if self.mask is None else self.mask[window],
            lines=None if self.lines is None else self.lines[window],
        )

    def _check_mix(self) -> None:
        start, stop = self.layers
        if self.second is not None and self.exemplar is None:
            raise InvalidRequestError("Mixing takes two exemplars; choose a first one too.")
        if not (0 <= start < stop <= STYLE_ROWS and stop > RANDOM_STYLE_ROWS):
            raise InvalidRequestError(
                f"A range of layers i:j lies between {RANDOM_STYLE_ROWS} and {STYLE_ROWS}, "
                "i below j."
            )


class TransferMethod(StrEnum):
    """How a face is given other components, or follows a map."""

    PIXELS = "pixels"  # the photo's and the exemplar's own pixels, moved; fills where they lack
    NETWORK = "network"  # painted by the network of seed 001, softly: the paper's way


@dataclass(frozen=True, eq=False)
class TransferRequest:
    """Give a face components of an exemplar's, let it follow a repainted map, or both."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) of the face that changes."""
    exemplar: Exemplar | None = None
    """Whose components are taken."""
    parts: tuple[Component, ...] = ()
    """Which are taken; as pixels the skin is the inner face, and all five are the whole look."""
    labels: LabelMap | None = None
    """(H, W) uint8, the wanted map: a `core.anatomy.regions.Region` each, 255 as it is. Where it
    names no neck or ears, or nothing that is worn, these stay as they are."""
    method: TransferMethod = TransferMethod.PIXELS
    strength: float = 1.0
    """0..1: 0 is the photo."""
    model: str = "mask_portrait"

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)
        _check_map(self.labels, "map of regions", self.image)
        _check_share(self.strength, "strength of a transfer")
        if (self.exemplar is None) != (not self.parts):
            raise InvalidRequestError("Parts of another face need both: its picture and the parts.")
        if self.exemplar is None and self.labels is None:
            raise InvalidRequestError("Say what changes: parts of another face, or a map.")


@dataclass(frozen=True, eq=False)
class MakeUpRequest:
    """Make a face up: lips, eyelids, lash line, cheeks and brows; texture and light stay."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's frame."""
    landmarks: Landmarks
    """(68, 2) of the face."""
    lips: tuple[int, int, int] | None = None
    """RGB of the swatch, 0..255 each; None: as they are. So are the next three."""
    shadow: tuple[int, int, int] | None = None
    liner: tuple[int, int, int] | None = None
    blush: tuple[int, int, int] | None = None
    brows: float = 0.0
    """-1 fainter .. 1 stronger."""
    strength: float = 0.5
    """0..1: 0 is the photo."""

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)
        for colour in (self.lips, self.shadow, self.liner, self.blush):
            if colour is not None and not all(0 <= value <= 255 for value in colour):
                raise InvalidRequestError("A colour has red, green and blue from 0 to 255.")
        if not abs(self.brows) <= 1:
            raise InvalidRequestError("The strength of brows lies between -1 and 1.")
        _check_share(self.strength, "strength of make-up")

    @property
    def is_neutral(self) -> bool:
        """Whether nothing changes."""
        colours = (self.lips, self.shadow, self.liner, self.blush)
        return self.strength == 0 or (self.brows == 0 and all(one is None for one in colours))


@dataclass(frozen=True, eq=False)
class RestoreRequest:
    """Sharpen and clean a small, old or compressed face; whose it is stays."""

    image: Image
    """(H, W, 3) RGB, uint8 or uint16: the photo, or a window that holds the face's head window."""
    landmarks: Landmarks
    """(68, 2) of the face."""
    strength: float = 0.6
    """0..1: 0 is the photo, 1 only what the network shows."""
    model: str = "super_resolution"

    def __post_init__(self) -> None:
        _check_image(self.image)
        _check_landmarks(self.landmarks)
        _check_share(self.strength, "strength of a restoration")


@dataclass(frozen=True, eq=False)
class CheckEditRequest:
    """Say how an edited face looks beside the photo: whose it is, and whether the edit shows."""

    before: Image
    """(h, w, 3) a window of the photo that holds the face and the edits, uint8 or uint16."""
    after: Image
    """(h, w, 3) the same window, edited."""
    coverage: Mask
    """(h, w) uint8: 0 where no edit may have changed anything."""
    landmarks_before: Landmarks
    """(68, 2) of the face in the photo."""
    landmarks_after: Landmarks
    """(68, 2) where its points are now."""

    def __post_init__(self) -> None:
        _check_image(self.before)
        if not self.before.shape == self.after.shape == (*self.coverage.shape, 3):
            raise InvalidRequestError("The photo, the result and its mask differ in size.")
        _check_landmarks(self.landmarks_before)
        _check_landmarks(self.landmarks_after)


@dataclass(frozen=True)
class CheckEditResult:
    """What was found."""

    identity: float
    """Distance of dlib's 128-number descriptors, before to after; 0 is unchanged."""
    seam: float
    """How much steeper the edits' border is than it was, in the contrast of what is around it."""
    changed_outside: int
    """Pixels that differ from the photo where no edit is."""


EditRequest = (
    InpaintRequest
    | SmileRequest
    | ExpressionRequest
    | ReshapeRequest
    | ExemplarRequest
    | StyleRequest
    | HairColourRequest
    | RestoreRequest
    | TransferRequest
    | MakeUpRequest
)


@dataclass(frozen=True, eq=False)
class FindFacesResult:
    """Every face in the photo, largest first."""

    faces: tuple[Face, ...]
    request: FindFacesRequest


@dataclass(frozen=True, eq=False)
class ParseResult:
    """The regions of one face."""

    labels: LabelMap
    """(H, W) uint8 of the request's image, a `core.anatomy.regions.Region` each; background beyond
    the face's frame."""
    request: ParseRequest
    notices: tuple[str, ...] = ()
    """Sentences the user should see, such as a fall-back to the CPU."""


@dataclass(frozen=True, eq=False)
class CheckHairResult:
    """What is wrong with an exemplar's hair."""

    problem: str | None
    """One sentence; None: nothing."""
    request: CheckHairRequest


@dataclass(frozen=True, eq=False)
class EditResult:
    """What changed, and what is needed to explain or repeat it."""

    patch: Image
    """(h, w, 3) the changed window only, in the depth of the request's image; not yet mixed
    with the photo: the composite is photo + (patch - photo) x coverage / 255."""
    left: int
    top: int
    coverage: Mask
    """(h, w) uint8: 0 where the photo's sample stays untouched."""
    request: EditRequest
    notices: tuple[str, ...] = ()
    """Sentences the user should see, such as a fall-back to the CPU."""
    is_painted: bool = True
    """Whether a network painted any of it; a smile may only have moved the photo's own pixels."""
    landmarks: Landmarks | None = None
    """(68, 2) where the face's points are now, if it has moved."""

    @property
    def window(self) -> Window:
        """The part of the request's image that changed."""
        height, width = self.coverage.shape
        return window_at(self.left, self.top, width, height)

    @classmethod
    def trimmed(
        cls,
        image: Image,
        coverage: Mask,
        window: Window,
        request: EditRequest,
        notices: tuple[str, ...] = (),
        *,
        is_painted: bool = True,
        landmarks: Landmarks | None = None,
    ) -> Self:
        """Cut what is covered out of a window of the photo; `unchanged` where nothing is.

        Args:
            image: (h, w, 3) what the window shows now.
            coverage: (h, w) uint8, 0 where nothing changed.
            window: the part of the request's image that both show.
        """
        if not coverage.any():
            return cls.unchanged(request, notices)
        inner = bounding_window(coverage)
        left, top = window[1].start + inner[1].start, window[0].start + inner[0].start
        patch, covered = image[inner].copy(), coverage[inner].copy()
        return cls(patch, left, top, covered, request, notices, is_painted, landmarks)

    @classmethod
    def unchanged(cls, request: EditRequest, notices: tuple[str, ...] = ()) -> Self:
        """Return one pixel of the photo with no coverage: nothing changed."""
        nothing = np.zeros((1, 1), np.uint8)
        return cls(request.image[:1, :1].copy(), 0, 0, nothing, request, notices, is_painted=False)


def _check_image(image: Image) -> None:
    if image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise InvalidRequestError("An edit needs a colour image with at least one pixel.")
    if image.dtype not in (np.uint8, np.uint16):
        raise InvalidRequestError("An edit needs an image with 8 or 16 bits a channel.")


def _check_landmarks(landmarks: Landmarks) -> None:
    if landmarks.shape != (68, 2) or not np.isfinite(landmarks).all():
        raise InvalidRequestError("A face needs 68 landmarks, each with x and y.")


def _check_map(values: Mask | None, name: str, image: Image) -> None:
    if values is not None and values.shape != image.shape[:2]:
        raise InvalidRequestError(f"The {name} and the image differ in size.")


def _check_selection(
    parts: tuple[FacePart, ...], mask: Mask | None, image: Image, *, other: bool
) -> None:
    """Refuse a request that says nothing about what changes, or two things."""
    _check_map(mask, "mask", image)
    if mask is None and not parts and not other:
        raise InvalidRequestError("Say which part of the face to change, or paint a mask.")
    if mask is not None and (parts or other):
        raise InvalidRequestError("Choose either parts of the face or a mask, not both.")
    if mask is not None and not mask.any():
        raise InvalidRequestError("Paint over the part of the picture to replace first.")


def _check_share(value: float, name: str) -> None:
    if not 0.0 <= value <= 1.0:
        raise InvalidRequestError(f"The {name} lies between 0 and 1.")
