"""What a result makes of its photo."""

import numpy as np

from core.image_io.photo import photo_from_array


def shown(image, result):
    """Composite a result over its photo; (H, W, 3) in its depth."""
    photo = photo_from_array(image)
    return photo.with_patch(result.patch, result.left, result.top, result.coverage).image


def covered(image, result):
    """Return the coverage in the whole photo; (H, W) uint8."""
    whole = np.zeros(image.shape[:2], np.uint8)
    height, width = result.coverage.shape
    whole[result.top : result.top + height, result.left : result.left + width] = result.coverage
    return whole
