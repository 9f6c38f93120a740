"""How much a file may ask for: decided here, before anything is allocated or nested."""

from __future__ import annotations

from PIL import Image as Pillow
from PIL import PngImagePlugin

from core.errors import ImageFileError

MAX_MEGAPIXELS = 200
MAX_PROFILE_BYTES = 255 * 65_519
"""What the 255 segments of a JPEG hold."""
MAX_EXIF_BYTES = 8 << 20
MAX_XMP_BYTES = 8 << 20
MAX_XMP_DEPTH = 60
MAX_XMP_ELEMENTS = 50_000
MAX_TEXT_BYTES = 8 << 20
"""Of all texts and comments of a file together."""
MAX_FACES_BYTES = 32 << 20
"""Of a file of faces; each takes 3000 bytes."""
JPEG_SEGMENT_BYTES = 65_533
MAX_MEMBERS = 100_000
"""Of an archive; a layer that was painted all over in 24 megapixels has 1500 tiles."""
MAX_UNPACKED_BYTES = 32 << 30
"""Of all members together, by what the archive says of them; no more of one is ever unpacked."""
MAX_PHOTO_BYTES = 2 << 30
"""Of the photo's own file, or the merged picture, in an archive."""

Pillow.MAX_IMAGE_PIXELS = None  # `check_size` refuses large files with a sentence of its own
PngImagePlugin.MAX_TEXT_CHUNK = MAX_PROFILE_BYTES


def check_size(size: tuple[int, int], name: str) -> None:
    """Refuse a picture of so many pixels by what its header says.

    Raises:
        ImageFileError: it is too large.
    """
    megapixels = size[0] * size[1] / 1e6
    if megapixels > MAX_MEGAPIXELS:
        raise ImageFileError(
            f"{name} has {megapixels:.0f} megapixels, more than the {MAX_MEGAPIXELS} that can "
            "be edited; make a smaller copy of it."
        )
