"""Label maps in image files: PNG with a palette, whose levels are the labels."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from core.anatomy.regions import LEGEND, LabelMap, Region
from core.errors import InvalidRequestError
from core.image_io.decoders import opened, refusing_damage
from core.image_io.mask_file import check_same_size
from core.image_io.photo import write_file

SUFFIX = ".png"


def write_labels(labels: LabelMap, path: Path) -> None:
    """Save a label map (H, W) uint8 as a PNG whose palette holds the legend's colours.

    Raises:
        ImageWriteError: the file cannot be written; what was there is unharmed.
    """
    image = Pillow.fromarray(labels)
    image.putpalette([value for region in Region for value in LEGEND[region].colour])
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    write_file(path, file.getvalue())


def read_labels(path: Path, size: tuple[int, int]) -> LabelMap:
    """Read a label map from a PNG, with a palette or grey.

    Args:
        path: the file.
        size: width and height that it must have.

    Returns:
        (H, W) uint8, a `Region` in each pixel.

    Raises:
        InvalidRequestError: the file holds no labels, or is of another size.
        ImageFileError: the file is not a readable image.
    """
    with refusing_damage(path, "a label map in a PNG file"), opened(path, ("PNG",)) as image:
        check_same_size(path, image.size, size, "label map")
        levels = np.array(image) if image.mode in ("P", "L") else None
    if levels is None or levels.max() >= len(Region):
        raise InvalidRequestError(
            f"{path} does not hold labels as `faceeditor parse` writes them; choose a label map."
        )
    return np.asarray(levels, np.uint8)
