"""Label maps that may leave a choice: which labels each pixel of a training face can have.

Hand-drawn maps do not agree on what skin and background are, and landmarks know the inner parts
of a face exactly but nothing of its hair. So a pixel carries a set of labels, as bits; the loss
asks that the parser's label is one of the set.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import JAW, LEFT_EYE, RIGHT_EYE, Landmarks, interocular_distance
from core.anatomy.region_outlines import inner_region_masks
from core.anatomy.regions import MIRRORED_REGIONS, LabelMap, Region
from core.imaging.arrays import Mask, Points
from core.imaging.masks import dilate, fill_hull, fill_polygon

Choices = npt.NDArray[np.int32]
"""(H, W); bit l is set where label l is possible."""

_BORDER_TOLERANCE = 0.012
"""How far a drawn border may be off, in distances between the eyes; and so the next ones."""
_TOLERANCES = {
    Region.SKIN: 0.10,
    Region.NOSE: 0.07,
    Region.LEFT_BROW: 0.06,
    Region.RIGHT_BROW: 0.06,
    Region.LEFT_EYE: 0.035,
    Region.RIGHT_EYE: 0.035,
}
_LIPS_TOLERANCE = 0.02
_JAW_TOLERANCE = 0.10
_FOREHEAD = 0.45
"""Height above the brows below which a face is skin, brow or hair, in the height of the nose."""


def label_set(labels: Iterable[int]) -> int:
    """Return the set of some labels."""
    return int(sum(1 << int(label) for label in set(labels)))


ANY_LABEL = label_set(Region)
_BELOW_HEAD = (Region.CLOTH, Region.NECKLACE)
OUTSIDE_FACE = label_set(
    (
        *(Region.BACKGROUND, Region.HAIR, Region.NECK, Region.EARS),
        *(Region.GLASSES, Region.HAT, Region.EARRING, *_BELOW_HEAD),
    )
)
_COVERS_FACE = label_set((Region.SKIN, Region.HAIR, Region.GLASSES, Region.HAT))
WORN_OVER = {
    Region.BACKGROUND: (Region.HAT, Region.EARRING, *_BELOW_HEAD),
    Region.SKIN: (Region.GLASSES,),
    Region.LEFT_BROW: (Region.GLASSES,),
    Region.RIGHT_BROW: (Region.GLASSES,),
    Region.HAIR: (Region.HAT, Region.EARRING),
    Region.NECK: _BELOW_HEAD,
    Region.EARS: (Region.EARRING,),
}
"""What may be worn where a map that knows only the head has that label."""


def exact_choices(labels: LabelMap) -> Choices:
    """Turn a label map (H, W) into choices of one label each; `UNKNOWN` leaves every label."""
    table = np.full(256, ANY_LABEL, np.int32)
    table[: len(Region)] = [1 << region for region in Region]
    return np.asarray(table[labels])


def bare_choices(labels: LabelMap) -> Choices:
    """Turn a map (H, W) that knows nothing of what is worn into choices."""
    table = np.full(256, ANY_LABEL, np.int32)
    table[: len(Region)] = [label_set((region, *WORN_OVER.get(region, ()))) for region in Region]
    return np.asarray(table[labels])


def narrow_choices(choices: Choices, allowed: Choices) -> Choices:
    """Keep the choices that another map allows too, or all where the two contradict."""
    both = choices & allowed
    return np.where(both > 0, both, choices)


def _mirror_table() -> Choices:
    table = np.zeros(ANY_LABEL + 1, np.int32)
    for region, neighbour in enumerate(MIRRORED_REGIONS.tolist()):
        table |= ((np.arange(ANY_LABEL + 1) >> region & 1) << neighbour).astype(np.int32)
    return table


_MIRRORED_SETS = _mirror_table()


def mirror_choices(choices: Choices) -> Choices:
    """Mirror the (H, W) map: the left eye becomes the right one."""
    return np.asarray(_MIRRORED_SETS[choices[:, ::-1]])


def portrait_choices(labels: LabelMap) -> Choices:
    """Read a label map (H, W) in which neck and ears are background (MGPE)."""
    choices = bare_choices(labels)
    choices[labels == Region.BACKGROUND] |= label_set((Region.NECK, Region.EARS))
    return choices


def head_choices(labels: LabelMap, landmarks: Landmarks | None) -> Choices:
    """Read a map in which neck and ears are skin (FASSEG).

    Args:
        labels: (H, W).
        landmarks: (68, 2) that separate neck and ears from the face's skin; None leaves all three.
    """
    choices = bare_choices(labels)
    skin = labels == Region.SKIN
    choices[skin] |= label_set((Region.NECK, Region.EARS, Region.EARRING, *_BELOW_HEAD))
    if landmarks is None:
        return choices
    for region, area in _skin_areas(labels.shape, landmarks).items():
        choices[skin & (area > 0)] = label_set((region, *WORN_OVER[region]))
    return choices


def _skin_areas(shape: tuple[int, ...], landmarks: Landmarks) -> dict[Region, Mask]:
    """Find where skin is surely the face's, the neck's, or an ear's."""
    size = (shape[0], shape[1])
    tolerance = _JAW_TOLERANCE * interocular_distance(landmarks)
    down = _down_direction(landmarks)
    face = fill_polygon(size, _head_outline(landmarks))
    beyond = dilate(face, tolerance) == 0
    height = _height_map(size, landmarks[[4, 12]].mean(axis=0), down)
    below_brows = _height_map(size, landmarks[[0, 16]].mean(axis=0), down) > -tolerance
    inside = cv2.erode(face, np.ones((3, 3), np.uint8), iterations=max(round(tolerance), 1))
    return {
        Region.SKIN: np.asarray(inside, np.uint8),
        Region.NECK: (beyond & (height > 0)).astype(np.uint8),
        Region.EARS: (beyond & below_brows & (height < -2 * tolerance)).astype(np.uint8),
    }


def landmark_choices(shape: tuple[int, int], landmarks: Landmarks) -> Choices:
    """Derive choices from landmarks alone: the inner parts, and what cannot be outside of the face.

    Args:
        shape: height and width of the image.
        landmarks: (68, 2).

    Returns:
        (H, W) sets of labels.
    """
    eye_distance = interocular_distance(landmarks)
    face = fill_polygon(shape, _face_outline(landmarks))
    near = dilate(face, _JAW_TOLERANCE * eye_distance) > 0
    choices = np.where(near, np.int32(OUTSIDE_FACE | _COVERS_FACE), np.int32(OUTSIDE_FACE))
    above = _height_map(shape, landmarks[[0, 16]].mean(axis=0), _down_direction(landmarks)) < 0
    choices[above] |= 1 << Region.SKIN
    choices[face > 0] = _COVERS_FACE
    choices[_certain_skin(shape, landmarks) > 0] = label_set((Region.SKIN, Region.GLASSES))
    for region, mask in inner_region_masks(shape, landmarks).items():
        widened = dilate(mask, _TOLERANCES.get(region, _LIPS_TOLERANCE) * eye_distance) > 0
        choices[widened] |= np.int32(1 << region)
    _set_certain_regions(choices, landmarks)
    return choices


def _set_certain_regions(choices: Choices, landmarks: Landmarks) -> None:
    shape, margin = choices.shape, _BORDER_TOLERANCE * interocular_distance(landmarks)
    masks = inner_region_masks((shape[0], shape[1]), landmarks)
    for region, mask in masks.items():
        neighbours = np.zeros_like(mask)
        for neighbour, neighbour_mask in masks.items():
            if neighbour is not region:
                neighbours |= neighbour_mask
        certain = (mask > 0) & (dilate(neighbours, max(margin, 1.0)) == 0)
        choices[certain] = label_set((region, *WORN_OVER.get(region, ())))


def _certain_skin(shape: tuple[int, int], landmarks: Landmarks) -> Mask:
    """Cover cheeks, chin and what is between the eyes, where hair is rare."""
    middle = landmarks[30]
    inner = middle + 0.8 * (landmarks[2:15] - middle)
    return fill_hull(shape, np.vstack([inner, landmarks[[27, 39, 42]]]))


def _face_outline(landmarks: Landmarks) -> Points:
    """Close the jaw line above the brows."""
    nose = np.linalg.norm(landmarks[27] - landmarks[33])
    above = landmarks[[24, 19]] - _FOREHEAD * nose * _down_direction(landmarks)
    return np.vstack([landmarks[list(JAW)], above])


def _head_outline(landmarks: Landmarks) -> Points:
    """Open the jaw line upwards, far beyond the hair."""
    far = 100.0 * interocular_distance(landmarks) * _down_direction(landmarks)
    return np.vstack([landmarks[list(JAW)], landmarks[[16, 0]] - far])


def _down_direction(landmarks: Landmarks) -> npt.NDArray[np.float64]:
    """Return the direction from the eyes to the mouth, one pixel long; (2,)."""
    eyes = landmarks[list(LEFT_EYE + RIGHT_EYE)].mean(axis=0)
    direction = landmarks[[48, 54]].mean(axis=0) - eyes
    return np.asarray(direction / max(float(np.linalg.norm(direction)), 1e-9))


def _height_map(
    shape: tuple[int, int], origin: Points, down: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Tell for each pixel how far below the origin it is."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    return np.asarray((x - origin[0]) * down[0] + (y - origin[1]) * down[1])
