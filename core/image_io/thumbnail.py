"""Small pictures of files, for lists: read as fast as the format allows."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from core.image_io.photo import read_photo
from core.imaging.arrays import Image, Image8
from core.imaging.depth import to_8_bit

THUMBNAIL_PX = 256
"""The longest side."""


def read_thumbnail(path: Path) -> Image8:
    """Read a photo's file as a small picture, (h, w, 3) uint8.

    A JPEG is decoded at an eighth of its size or more, without its colour profile; all others are
    read as a whole.

    Raises:
        ImageFileError: there is no such file, or no picture in it that can be read.
    """
    if path.suffix.lower() in (".jpg", ".jpeg"):
        try:
            with Pillow.open(path, formats=("JPEG",)) as file:
                file.draft("RGB", (2 * THUMBNAIL_PX, 2 * THUMBNAIL_PX))
                return shrink(np.asarray(ImageOps.exif_transpose(file).convert("RGB")))
        except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
            pass  # the careful way says what is wrong with it
    return shrink(read_photo(path).image)


def shrink(image: Image, side: int = THUMBNAIL_PX) -> Image8:
    """Shrink an (H, W, 3) image so that its longest side has so many pixels at most.

    Returns:
        (h, w, 3) uint8.
    """
    height, width = image.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return to_8_bit(np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA)))
