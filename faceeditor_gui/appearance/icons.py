"""Icons, in the colours of the present theme."""

from __future__ import annotations

import qtawesome
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QApplication


def themed_icon(name: str) -> QIcon:
    """Make an icon in the colours of the present theme; make it again when that changes.

    Args:
        name: of Material Design Icons, such as "brush".
    """
    palette = QApplication.palette()
    text = palette.color(QPalette.ColorRole.ButtonText)
    faded = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    made: QIcon = qtawesome.icon(f"mdi6.{name}", color=text, color_disabled=faded)
    return made
