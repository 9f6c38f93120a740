"""Gives the irises of a lent eye the colour of the eye that is seen."""

from __future__ import annotations

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE, Landmarks
from core.edit.requests import Exemplar
from core.face.align import canonical_frame
from core.face.eyes import find_irises
from core.imaging.arrays import Image, Points, Reals
from core.imaging.depth import to_8_bit
from core.imaging.masks import feather, fill_polygon

_EYES = (LEFT_EYE, RIGHT_EYE)
_RADIUS = 6.0
"""Of an iris, in pixels of the canonical frame of 256: 11.7 mm where eyes are 63 mm apart."""
_RING = (0.45, 0.9)
"""Where an iris shows its colour, of its radius: between the pupil and the rim."""


def match_irises(exemplar: Exemplar, image: Image, landmarks: Landmarks, seen: int) -> Exemplar:
    """Shift the colour of an exemplar's irises to that of an eye of the photo.

    Args:
        exemplar: whose eyes are lent.
        image: (H, W, 3) the photo.
        landmarks: (68, 2) of its face.
        seen: 0 if the eye on the picture's left is seen, 1 for the right one.
    """
    wanted = _colour(image, landmarks, seen)
    own = _colour(exemplar.image, exemplar.landmarks, seen)
    if wanted is None or own is None:
        return exemplar
    picture = to_8_bit(exemplar.image)
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    centres, radius = _irises(exemplar.image, exemplar.landmarks)
    for eye, centre in zip(_EYES, centres, strict=True):
        disc = np.zeros(picture.shape[:2], np.uint8)
        cv2.circle(disc, [round(float(value)) for value in centre], round(radius), 255, -1)
        disc = np.minimum(disc, fill_polygon(picture.shape[:2], exemplar.landmarks[list(eye)]))
        weight = feather(disc, 0.12 * radius)[..., None].astype(np.float32) / 255
        bright = np.clip(lab[..., :1] / max(float(own[0]), 1.0), 0, 1)  # pupil and glint stay
        lab += weight * bright * (wanted - own).astype(np.float32)
    shifted = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).clip(0, 1) * 255
    return Exemplar(np.rint(shifted).astype(np.uint8), exemplar.landmarks)


def _irises(image: Image, landmarks: Landmarks) -> tuple[Points, float]:
    """Find (2, 2) centres of the irises and their radius, in pixels of the image."""
    frame = canonical_frame(landmarks)
    found = find_irises(image, frame, frame.to_frame(landmarks), _RADIUS)
    return frame.to_photo(found), _RADIUS / frame.scale


def _colour(image: Image, landmarks: Landmarks, eye: int) -> Reals | None:
    """Measure an iris; (3,) CIELAB median of its ring inside the lids, None if it is not seen."""
    centres, radius = _irises(image, landmarks)
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    distance = np.hypot(columns - centres[eye][0], rows - centres[eye][1]) / radius
    inside = fill_polygon(image.shape[:2], landmarks[list(_EYES[eye])]) > 0
    ring = inside & (distance > _RING[0]) & (distance < _RING[1])
    if np.count_nonzero(ring) < 8:
        return None
    pixels = to_8_bit(image)[ring]
    lab = cv2.cvtColor(pixels[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    return np.asarray(np.median(lab, axis=0))
