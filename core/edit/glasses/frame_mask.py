"""Which pixels of an exemplar are its glasses, all of them, or why that cannot be told."""

from __future__ import annotations

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, NOSE_BRIDGE, RIGHT_EYE, Landmarks, interocular_distance
from core.anatomy.regions import LabelMap, Region
from core.edit.inpainting.glasses_hole import WornGlasses, find_glasses
from core.errors import InvalidRequestError
from core.imaging.arrays import Mask, Pixels
from core.imaging.colour_distance import colour_distances
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate, fill_polygon

_REACH = 0.35
"""This and what follows in distances between the eyes: how far from what was found the rest of a
frame may lie."""
_EYE = 0.03  # around the eyes, which are no frame
_LENS = 0.12  # how far within a lens its frame is left behind
_MOST_IN_LENS = 0.4
"""Share of the lenses that may look like a frame: more is what is seen in them or through them."""
_LEAST_SYMMETRY = 0.65
"""Area of a frame on one side of the nose, of that on the other."""
_LEAST_RATIO = 4.0
"""Squared distance of a colour from skin's over that from the frame's, each by its spread."""
_MOST_DISTANCE = 9.0  # squared, of a colour from others that it is like, by their spread
_LEAST_SURE, _LEAST_SAMPLES = 0.3, 30
"""Share of a frame that is unlike skin, and how many pixels tell its colours."""
_UNDER_FRAMES = (Region.SKIN, Region.NOSE, Region.EARS, Region.GLASSES)
_LEAST_VARIANCE = 9.0  # of colours in Lab
_NO_GLASSES = "The exemplar wears no glasses that can be told from its face; take another picture."
_UNCLEAR = (
    "The exemplar's glasses cannot be told whole from what is seen through them; take a picture of "
    "a darker or more colourful frame."
)


def whole_glasses(image: Pixels, labels: LabelMap, landmarks: Landmarks) -> WornGlasses:
    """Find all of a face's glasses.

    Args:
        image: (H, W, 3) uint8 or uint16.
        labels: (H, W) uint8, a `Region` in each pixel.
        landmarks: (68, 2) of the face.

    Raises:
        InvalidRequestError: it wears none, or they cannot be told from what is around them.
    """
    found = find_glasses(image, labels, landmarks)
    if not found.are_worn:
        raise InvalidRequestError(_NO_GLASSES)
    if found.hide_eyes:
        return found
    unit = interocular_distance(landmarks)
    lenses = dilate(np.where(labels == Region.GLASSES, 0, 255).astype(np.uint8), _LENS * unit) == 0
    if lenses.any() and (found.opaque[lenses] > 0).mean() > _MOST_IN_LENS:
        raise InvalidRequestError(_UNCLEAR)
    whole = _corrected_by_colour(to_8_bit(image), labels, landmarks, found.opaque)
    whole[lenses] = 0
    if _symmetry(whole, landmarks) < _LEAST_SYMMETRY:
        raise InvalidRequestError(_UNCLEAR)
    return found._replace(opaque=whole, features=found.features & (whole == 0))


def _corrected_by_colour(
    image: Pixels, labels: LabelMap, landmarks: Landmarks, frame: Mask
) -> Mask:
    """Drop what looks like skin; add what is joined to a frame and has its colours.

    Raises:
        InvalidRequestError: most of it looks like skin.
    """
    unit = interocular_distance(landmarks)
    colours = np.asarray(cv2.cvtColor(np.asarray(image, np.uint8), cv2.COLOR_RGB2LAB), np.float32)
    skin, found = (labels == Region.SKIN) & (frame == 0), frame > 0
    if skin.sum() < _LEAST_SAMPLES:
        return frame
    to_skin = colour_distances(colours, skin, _LEAST_VARIANCE)
    sure = found & (to_skin > _MOST_DISTANCE)
    if sure.sum() < max(_LEAST_SURE * found.sum(), _LEAST_SAMPLES):
        raise InvalidRequestError(_UNCLEAR)
    to_frame = colour_distances(colours, sure, _LEAST_VARIANCE)
    eyes = np.zeros_like(frame)
    for eye in (LEFT_EYE, RIGHT_EYE):
        np.maximum(eyes, fill_polygon(frame.shape, landmarks[list(eye)]), out=eyes)
    alike = (to_skin > _LEAST_RATIO * to_frame) & (to_frame < _MOST_DISTANCE)
    brows = np.isin(labels, (Region.LEFT_BROW, Region.RIGHT_BROW))
    is_unlike_brows = not brows.any() or np.median(to_frame[brows]) > _MOST_DISTANCE
    alike &= np.isin(labels, _UNDER_FRAMES) | (brows & is_unlike_brows)
    alike &= (dilate(frame, _REACH * unit) > 0) & (dilate(eyes, _EYE * unit) == 0)
    whole = alike | (found & (to_skin > to_frame))
    _, pieces = cv2.connectedComponents(whole.astype(np.uint8))
    joined = np.unique(np.asarray(pieces)[sure])
    return np.where(np.isin(pieces, joined[joined > 0]), 255, 0).astype(np.uint8)


def _symmetry(frame: Mask, landmarks: Landmarks) -> float:
    """Compare the frame's areas on both sides of the nose; 1 where they are alike."""
    across = landmarks[list(RIGHT_EYE)].mean(axis=0) - landmarks[list(LEFT_EYE)].mean(axis=0)
    points = np.argwhere(frame > 0)[:, ::-1] - landmarks[NOSE_BRIDGE[0]]
    on_right = int((points @ across > 0).sum())
    sides = sorted((on_right, len(points) - on_right))
    return sides[0] / max(sides[1], 1)
