"""What a picture's sRGB becomes on the way to a display with other primaries.

Systems that manage colours themselves (macOS, Wayland compositors) want sRGB and no conversion.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColorSpace, QImage

Named = QColorSpace.NamedColorSpace
NAMED_DISPLAYS = {
    "sRGB": Named.SRgb,
    "Display P3": Named.DisplayP3,
    "Adobe RGB": Named.AdobeRgb,
}
"""Displays without a profile of their own, by the name that is stored."""
MAX_PROFILE_BYTES = 16 << 20
_SRGB = QColorSpace(Named.SRgb)
_display = _SRGB


class DisplayProfileError(ValueError):
    """A file is no profile of a display; the message says so to the user."""


def display_space(name: str) -> QColorSpace:
    """Find the colours of a display.

    Args:
        name: one of `NAMED_DISPLAYS`, or the path of an ICC profile.

    Raises:
        DisplayProfileError: the file cannot be read, or is no RGB profile.
    """
    if name in NAMED_DISPLAYS:
        return QColorSpace(NAMED_DISPLAYS[name])
    path = Path(name)
    try:
        with path.open("rb") as file:
            profile = file.read(MAX_PROFILE_BYTES)
    except (OSError, ValueError) as error:
        raise DisplayProfileError(f"{path.name} cannot be read; choose another profile.") from error
    space = QColorSpace.fromIccProfile(QByteArray(profile))
    if not space.isValidTarget() or space.colorModel() is not QColorSpace.ColorModel.Rgb:
        raise DisplayProfileError(f"{path.name} is no profile of a display; choose another one.")
    return space


def set_display(space: QColorSpace) -> None:
    """Show pictures on a display with these colours from now on."""
    global _display
    _display = space


def for_display(image: QImage) -> QImage:
    """Convert an image that is sRGB to the display's colours; its opacity stays."""
    if _display == _SRGB:
        return image
    tagged = QImage(image)
    tagged.setColorSpace(_SRGB)
    return tagged.convertedToColorSpace(_display)
