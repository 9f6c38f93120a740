"""Which files can be opened; what can be saved is the table of encoders in `photo`."""

from __future__ import annotations

READABLE = "a JPEG, PNG, WebP, TIFF or BMP file"
READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
"""By Pillow's names; MPO is opened as a JPEG."""
READABLE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".mpo")
