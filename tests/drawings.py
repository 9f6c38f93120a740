"""Paintings and drawings of the sample portrait, made when they are needed."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from skimage.data import astronaut

from core.imaging.arrays import Image


def portrait() -> Image:
    """Return the sample's head, (500, 500, 3), large enough to lend its parts."""
    return cv2.resize(astronaut()[:250, 100:350], (500, 500), interpolation=cv2.INTER_CUBIC)


def watercolour() -> Image:
    """Return flat colours with dark outlines."""
    return cv2.stylization(portrait(), sigma_s=60, sigma_r=0.45)


def pencil() -> Image:
    """Return grey strokes on white paper."""
    grey, _ = cv2.pencilSketch(portrait(), sigma_s=60, sigma_r=0.07, shade_factor=0.05)
    return np.dstack([grey] * 3)


def crayons() -> Image:
    """Return pencil strokes in colour."""
    return cv2.pencilSketch(portrait(), sigma_s=60, sigma_r=0.07, shade_factor=0.05)[1]


def poster() -> Image:
    """Return five levels of each colour."""
    smooth = cv2.edgePreservingFilter(portrait(), flags=1, sigma_s=60, sigma_r=0.4)
    return (smooth // 51 * 51 + 25).astype(np.uint8)


def grey() -> Image:
    """Return a photo without colours."""
    return np.dstack([cv2.cvtColor(portrait(), cv2.COLOR_RGB2GRAY)] * 3)


def tree() -> Image:
    """Return a crown on a trunk, in which no face is found."""
    drawn = np.full((300, 300, 3), 255, np.uint8)
    cv2.rectangle(drawn, (135, 170), (165, 290), (110, 70, 40), -1)
    cv2.circle(drawn, (150, 110), 80, (60, 140, 60), -1)
    return drawn


OF_A_FACE: dict[str, Callable[[], Image]] = {
    made.__name__: made for made in (watercolour, pencil, crayons, poster, grey)
}
"""Those in which the program finds the face."""
