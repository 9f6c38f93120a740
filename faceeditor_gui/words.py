"""Results in words, for lists and labels."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from core.edit.request import SmileKind
from faceeditor_gui.edit_settings import FillSettings, Settings, SmileSettings

TITLES = (
    QT_TRANSLATE_NOOP("Words", "Fill"),
    QT_TRANSLATE_NOOP("Words", "Fill again"),
    QT_TRANSLATE_NOOP("Words", "Smile"),
    QT_TRANSLATE_NOOP("Words", "Remove Smile"),
)
"""What modules without Qt call an edit."""


def title_in_words(title: str) -> str:
    """Name an edit, for the undo history."""
    return _tr(title)


def in_words(settings: Settings) -> str:
    """Say what an edit was asked for."""
    match settings:
        case SmileSettings():
            return _tr("Smile {0:.0f} %, {1}").format(
                100 * settings.strength, kind_in_words(settings.kind).lower()
            )
        case FillSettings():
            height, width = settings.hole.pixels.shape
            size = f"{width} \N{MULTIPLICATION SIGN} {height} px"
            grown = f" + {settings.grow} px" if settings.grow else ""
            return _tr("Fill {0}").format(size + grown)


def kind_in_words(kind: SmileKind) -> str:
    """Name a kind of smile."""
    return {
        SmileKind.CLOSED: _tr("Closed"),
        SmileKind.CLOSED: _tr("Closed"),
        SmileKind.GENTLE: _tr("Gentle"),
        SmileKind.OPEN: _tr("Open"),
        SmileKind.WIDE: _tr("Wide"),
        SmileKind.ONE_SIDED: _tr("One-sided"),
        SmileKind.ONE_SIDED: _tr("One-sided"),
    }[kind]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Words", text)
