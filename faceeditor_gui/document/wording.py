"""Results in words, for lists and labels."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from core.anatomy import landmarks
from core.anatomy.parts import FacePart
from core.anatomy.regions import LOOKS, Region
from core.edit.requests import Guide, SmileKind
from faceeditor_gui.document.edit_settings import (
    ExemplarSettings,
    FillSettings,
    ReshapeSettings,
    Settings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.state.face_targets import StyleTarget, Target, Targets
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL, model_title

TITLES = (
    QT_TRANSLATE_NOOP("Words", "Fill"),
    QT_TRANSLATE_NOOP("Words", "Fill again"),
    QT_TRANSLATE_NOOP("Words", "Smile"),
    QT_TRANSLATE_NOOP("Words", "Remove Smile"),
    QT_TRANSLATE_NOOP("Words", "Reshape"),
    QT_TRANSLATE_NOOP("Words", "Remove Reshape"),
)
"""What modules without Qt call an edit."""
MOST_LETTERS = 28
"""A longer name of an exemplar is cut."""


def title_in_words(settings: Settings) -> str:
    """Name an edit, for the undo history."""
    if isinstance(settings, ExemplarSettings):
        return borrowed_in_words(settings.targets, settings.exemplar.name)
    if isinstance(settings, StyleSettings):
        exemplars = (settings.exemplar, settings.second)
        return styled_in_words(settings.targets, [one.name for one in exemplars if one is not None])
    return _tr(settings.title)


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
            is_usual = settings.model == DEFAULT_FILL_MODEL
            by = "" if is_usual else f", {model_title(settings.model)}"
            return _tr("Fill {0}").format(size + grown + by)
        case ReshapeSettings():
            return _tr("Reshape {0}").format(_moved_parts(settings))
        case ExemplarSettings() | StyleSettings():
            text = title_in_words(settings)
            share = 100 * settings.strength
            return text if share == 100 else _tr("{0}, {1:.0f} %").format(text, share)


def _moved_parts(settings: ReshapeSettings) -> str:
    """Name what of a face was moved."""
    is_moved = (settings.landmarks != settings.targets).any(axis=1)
    parts = {
        _tr("jaw"): landmarks.JAW,
        _tr("brows"): landmarks.LEFT_BROW + landmarks.RIGHT_BROW,
        _tr("nose"): landmarks.NOSE_BRIDGE + landmarks.NOSE_BASE,
        _tr("eyes"): landmarks.LEFT_EYE + landmarks.RIGHT_EYE,
        _tr("mouth"): landmarks.MOUTH,
    }
    return ", ".join(name for name, points in parts.items() if is_moved[list(points)].any())


def borrowed_in_words(targets: Targets, name: str) -> str:
    """Say what was taken from whom: Mouth from Anna."""
    return _tr("{0} from {1}").format(targets_in_words(targets), _short(name))


def styled_in_words(targets: Targets, names: list[str]) -> str:
    """Say what was made like whom: Hair like Anna; without names the style is random."""
    if not names:
        return _tr("{0} in a random style").format(targets_in_words(targets))
    whom = _tr(" and ").join(_short(name) for name in names)
    return _tr("{0} like {1}").format(targets_in_words(targets), whom)


def targets_in_words(targets: Targets) -> str:
    """List what changes: Mouth, eyes."""
    return ", ".join(target_in_words(one) for one in targets).capitalize()


def target_in_words(target: Target) -> str:
    """Name what changes, within a sentence."""
    if isinstance(target, FacePart):
        return part_in_words(target)
    return {
        StyleTarget.HAIR: _tr("hair"),
        StyleTarget.MASK: _tr("painted mask"),
        StyleTarget.LOOK: _tr("whole look"),
    }[target]


def short_target_in_words(target: Target) -> str:
    """Name what changes on a small button."""
    if isinstance(target, FacePart):
        return short_part_in_words(target)
    return {
        StyleTarget.HAIR: _tr("Hair"),
        StyleTarget.MASK: _tr("Mask"),
        StyleTarget.LOOK: _tr("Look"),
    }[target]


def _short(name: str) -> str:
    is_long = len(name) > MOST_LETTERS
    return name[: MOST_LETTERS - 1].rstrip() + "…" if is_long else name


def part_in_words(part: FacePart) -> str:
    """Name a part of a face, within a sentence."""
    return _tr("inner face") if part is FacePart.FACE else short_part_in_words(part).lower()


def short_part_in_words(part: FacePart) -> str:
    """Name a part of a face on a small button."""
    return {
        FacePart.MOUTH: _tr("Mouth"),
        FacePart.EYES: _tr("Eyes"),
        FacePart.BROWS: _tr("Brows"),
        FacePart.NOSE: _tr("Nose"),
        FacePart.FACE: _tr("Face"),
    }[part]


def guide_in_words(guide: Guide) -> str:
    """Say how an exemplar is used, as a heading."""
    return {Guide.PIXELS: _tr("As pixels"), Guide.STYLE: _tr("As a style")}[guide]


def region_in_words(region: Region) -> str:
    """Name a region of a face."""
    return _tr(LOOKS[region].title)


def kind_in_words(kind: SmileKind) -> str:
    """Name a kind of smile."""
    return {
        SmileKind.CLOSED: _tr("Closed"),
        SmileKind.GENTLE: _tr("Gentle"),
        SmileKind.OPEN: _tr("Open"),
        SmileKind.WIDE: _tr("Wide"),
        SmileKind.ONE_SIDED: _tr("One-sided"),
    }[kind]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Words", text)
