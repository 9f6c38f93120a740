"""Other people's eyes, noses and mouths, as crops that ship with the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from core.anatomy.landmarks import (
    LEFT_BROW,
    LEFT_EYE,
    MOUTH,
    NOSE_BASE,
    NOSE_BRIDGE,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
    mirror_landmarks,
)
from core.anatomy.parts import FacePart
from core.edit.requests import Exemplar
from core.errors import CheckpointError, refusing
from core.face.align import canonical_frame
from core.face.apparent_traits import ApparentTraits, apparent_traits
from core.face.feature_masks import draw_feature_masks
from core.face.pose import estimate_yaw
from core.imaging.arrays import Floats, Image, Image8, Mask, Points, Reals, Window
from core.imaging.depth import to_8_bit
from core.imaging.windows import window_around
from core.runtime.checkpoints import load_weights
from core.runtime.weights_folder import DONORS_DIR

LENT_PARTS = (FacePart.EYES, FacePart.NOSE, FacePart.MOUTH)
"""In the order in which they are composited."""
PART_LANDMARKS = {
    FacePart.EYES: LEFT_EYE + RIGHT_EYE + LEFT_BROW + RIGHT_BROW,
    FacePart.NOSE: NOSE_BRIDGE + NOSE_BASE,
    FacePart.MOUTH: MOUTH,
}
REACH = 0.22
"""How far around its landmarks a part is lent, in distances between the eyes."""
_CROP_REACH = 0.34
"""How far the crops go: what is lent fades inside, and is warped."""
TONES_SIDE = 64
"""Of the canonical frame in which faces are compared."""
_LEAST_SKIN = 60  # pixels of the canonical frame


def donor_path(part: FacePart) -> Path:
    """Return where the crops of a part are."""
    return DONORS_DIR / f"{part}.safetensors"


@dataclass(frozen=True, eq=False)
class Donor:
    """A face, or a crop of one, that may lend a part."""

    picture: Image | bytes
    """(h, w, 3), or as JPEG."""
    landmarks: Landmarks
    """(68, 2) in pixels of the picture; many lie outside a crop."""
    skin: Reals
    """(3,) CIELAB of its skin."""
    traits: ApparentTraits
    is_mirrored: bool = False

    @classmethod
    def of(cls, exemplar: Exemplar) -> Self:
        """Judge a whole face."""
        skin = skin_colour(exemplar.image, exemplar.landmarks)
        traits = apparent_traits(exemplar.landmarks)
        return cls(exemplar.image, exemplar.landmarks, skin, traits)

    @cached_property
    def yaw(self) -> float:
        """Degrees, before it is mirrored."""
        return estimate_yaw(self.landmarks)

    @cached_property
    def shape(self) -> Points:
        """(68, 2) in its canonical frame of 256 pixels."""
        return canonical_frame(self.landmarks).to_frame(self.landmarks)

    @cached_property
    def tones(self) -> Floats:
        """(64, 64) see `coarse_tones`; before it is mirrored."""
        shown = replace(self, is_mirrored=False).exemplar()
        return coarse_tones(shown.image, shown.landmarks)

    def exemplar(self) -> Exemplar:
        """Decode the picture, mirrored if that is wanted.

        Raises:
            CheckpointError: the crop is no picture.
        """
        picture = self.picture
        image: Image = _decode(picture) if isinstance(picture, bytes) else picture
        if not self.is_mirrored:
            return Exemplar(image, self.landmarks)
        landmarks = mirror_landmarks(self.landmarks, image.shape[1])
        return Exemplar(image[:, ::-1], landmarks)


def part_window(part: FacePart, landmarks: Landmarks, shape: tuple[int, ...]) -> Window:
    """Return the window of a face's picture that a crop of a part is."""
    reach = _CROP_REACH * interocular_distance(landmarks)
    return window_around(landmarks[list(PART_LANDMARKS[part])], shape, reach)


def skin_colour(image: Image, landmarks: Landmarks, hole: Mask | None = None) -> Reals:
    """Measure the colour of a face's skin, without features, and without what a hole hides.

    Returns:
        (3,) CIELAB medians; not a number where too little of it is seen.
    """
    canonical = canonical_frame(landmarks)
    skin = draw_feature_masks(canonical.to_frame(landmarks), canonical.size).skin > 0
    if hole is not None:
        skin &= canonical.crop(hole, cv2.INTER_LINEAR) == 0
    if np.count_nonzero(skin) < _LEAST_SKIN:
        return np.full(3, np.nan)
    crop: Image8 = to_8_bit(canonical.crop(image))
    lab = cv2.cvtColor(crop.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(np.median(lab[skin], axis=0), np.float64)


def coarse_tones(image: Image, landmarks: Landmarks) -> Floats:
    """Return the (64, 64) CIELAB lightness of a face's canonical frame, blurred, 0..100."""
    crop: Image8 = to_8_bit(canonical_frame(landmarks, TONES_SIDE).crop(image))
    lab = cv2.cvtColor(crop.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(cv2.GaussianBlur(lab[..., 0], (0, 0), 0.7), np.float32)


@cache
def shipped_donors(part: FacePart) -> Sequence[Donor]:
    """Read the crops of a part, which are decoded when they are used.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = donor_path(part)
    state, _ = load_weights(path)
    with refusing(f"The donors {path} are damaged; install the program again."):
        landmarks, skin = (state[name].double().numpy() for name in ("landmarks", "skin"))
        return [
            Donor(
                state[f"{number:03d}.jpg"].numpy().tobytes(),
                points,
                colour,
                apparent_traits(points),
            )
            for number, (points, colour) in enumerate(zip(landmarks, skin, strict=True))
        ]


def _decode(jpeg: bytes) -> Image8:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise CheckpointError(f"The donors in {DONORS_DIR} are damaged; install the program again.")
    return np.asarray(image, np.uint8)
