"""Descriptions of edits and their parts, for lists and labels."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from core.anatomy import landmarks
from core.anatomy.expressions import Expression
from core.anatomy.parts import Component, FacePart
from core.anatomy.places import FacePlace
from core.anatomy.regions import LEGEND, Region
from core.edit.requests import FillSource, Guide, SmileKind
from faceeditor_gui.document.edit_settings import (
    ComponentSettings,
    EditSettings,
    ExemplarSettings,
    Expressed,
    ExpressionSettings,
    FillSettings,
    HairColour,
    HairColourSettings,
    MakeUp,
    MakeUpSettings,
    MapSettings,
    ReshapeSettings,
    RestoreSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.state.exemplar_parts import ExemplarPart, ExemplarParts, WholePart
from faceeditor_gui.state.expression_sliders import SLIDER_GROUPS, ExpressionSlider, SliderGroup
from faceeditor_gui.state.hair_swatches import HAIR_SWATCHES
from faceeditor_gui.state.make_up_swatches import MAKE_UP_SWATCHES, MakeUpLayer
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL, describe_fill
from faceeditor_gui.state.source_names import name_source

TITLES = (
    QT_TRANSLATE_NOOP("Wording", "Fill"),
    QT_TRANSLATE_NOOP("Wording", "Fill again"),
    QT_TRANSLATE_NOOP("Wording", "Heal"),
    QT_TRANSLATE_NOOP("Wording", "Remove Glasses"),
    QT_TRANSLATE_NOOP("Wording", "Smile"),
    QT_TRANSLATE_NOOP("Wording", "Remove Smile"),
    QT_TRANSLATE_NOOP("Wording", "Expression"),
    QT_TRANSLATE_NOOP("Wording", "Remove Expression"),
    QT_TRANSLATE_NOOP("Wording", "Hair Colour"),
    QT_TRANSLATE_NOOP("Wording", "Remove Hair Colour"),
    QT_TRANSLATE_NOOP("Wording", "Make-up"),
    QT_TRANSLATE_NOOP("Wording", "Remove Make-up"),
    QT_TRANSLATE_NOOP("Wording", "Components"),
    QT_TRANSLATE_NOOP("Wording", "Remove Components"),
    QT_TRANSLATE_NOOP("Wording", "Follow Map"),
    QT_TRANSLATE_NOOP("Wording", "Remove Follow Map"),
    QT_TRANSLATE_NOOP("Wording", "Reshape"),
    QT_TRANSLATE_NOOP("Wording", "Remove Reshape"),
)
"""Titles of edits that modules without Qt use."""
_USUAL_SOURCES = (FillSource.NETWORK, FillSource.AUTO)
_SLIDERS = [slider for group in SLIDER_GROUPS for slider in group.sliders]
MAX_NAME_LENGTH = 28
"""A longer name of an exemplar is elided."""


def describe_edit(settings: EditSettings) -> str:
    """Name an edit, for the undo history."""
    if isinstance(settings, ExemplarSettings):
        return describe_exemplar_edit(settings.parts, settings.exemplar.name)
    if isinstance(settings, ComponentSettings):
        taken = ", ".join(describe_component(one) for one in settings.components)
        return _tr("{0} from {1}").format(taken.capitalize(), _elide(settings.exemplar.name))
    if isinstance(settings, StyleSettings):
        exemplars = (settings.exemplar, settings.second)
        return describe_style_edit(
            settings.parts, [one.name for one in exemplars if one is not None]
        )
    return _tr(settings.title)


def describe_settings(settings: EditSettings) -> str:
    """Describe the settings of an edit."""
    match settings:
        case SmileSettings():
            return _tr("Smile {0:.0f} %, {1}").format(
                100 * settings.strength, describe_smile_kind(settings.kind).lower()
            )
        case ExpressionSettings():
            return _with_strength(_describe_expressed(settings.wanted), settings.strength)
        case HairColourSettings() | MakeUpSettings() | RestoreSettings() | MapSettings():
            return _describe_look(settings)
        case FillSettings():
            return _describe_fill_settings(settings)
        case ReshapeSettings():
            text = _tr("Reshape {0}").format(_describe_moved_landmarks(settings))
            return _with_strength(text, settings.strength)
        case ComponentSettings():
            return describe_edit(settings)
        case ExemplarSettings() | StyleSettings():
            return _with_strength(describe_edit(settings), settings.strength)


def _describe_look(
    settings: HairColourSettings | MakeUpSettings | RestoreSettings | MapSettings,
) -> str:
    match settings:
        case HairColourSettings():
            text = _tr("Hair: {0}").format(_describe_hair_colour(settings.wanted))
            return _with_strength(text, settings.wanted.strength)
        case MakeUpSettings():
            text = _tr("Make-up: {0}").format(_describe_make_up(settings.wanted))
            return _with_strength(text, settings.wanted.strength)
        case RestoreSettings():
            return _with_strength(_tr("Restore"), settings.strength)
        case MapSettings():
            return _tr("Repainted map")


def _describe_fill_settings(settings: FillSettings) -> str:
    grown = f" + {settings.grow} px" if settings.grow else ""
    is_usual = settings.model == DEFAULT_FILL_MODEL
    by = "" if is_usual else f", {describe_fill(settings.model).lower()}"
    source = "" if settings.source in _USUAL_SOURCES else name_source(settings.source)
    said = source and f", {source.lower()}"
    return _tr("Fill{0}").format(_describe_place(settings) + grown + by + said)


def _describe_place(settings: FillSettings) -> str:
    """Say where a hole lies: on which part of a face, else how large it is."""
    if settings.place is not None:
        return _tr(", {0}").format(describe_place(settings.place))
    height, width = settings.hole.pixels.shape
    return f" {width} \N{MULTIPLICATION SIGN} {height} px"


def describe_place(place: FacePlace) -> str:
    """Name a place on a face, within a sentence."""
    return {
        FacePlace.FACE: _tr("face"),
        FacePlace.FOREHEAD: _tr("forehead"),
        FacePlace.LEFT_BROW: _tr("left brow"),
        FacePlace.RIGHT_BROW: _tr("right brow"),
        FacePlace.LEFT_EYE: _tr("left eye"),
        FacePlace.RIGHT_EYE: _tr("right eye"),
        FacePlace.NOSE: _tr("nose"),
        FacePlace.LEFT_CHEEK: _tr("left cheek"),
        FacePlace.RIGHT_CHEEK: _tr("right cheek"),
        FacePlace.MOUTH: _tr("mouth"),
        FacePlace.CHIN: _tr("chin"),
    }[place]


def _describe_expressed(wanted: Expressed) -> str:
    parts = [] if wanted.expression is None else [describe_expression(wanted.expression)]
    parts += [] if wanted.like is None else [_tr("Like another face")]
    moved = sum(any(map(wanted.weights.get, one.shapes)) for one in _SLIDERS) + any(
        "Look" in name for name in wanted.weights
    )
    if moved:
        parts.append(_tr("1 slider") if moved == 1 else _tr("{0} sliders").format(moved))
    return ", ".join(parts)


def describe_slider_group(group: SliderGroup) -> str:
    """Name a group of sliders."""
    return _tr(group.name)


def describe_slider(slider: ExpressionSlider, shapes: tuple[str, ...]) -> str:
    """Name a slider, and the person's side if it moves only one."""
    name = _tr(slider.name)
    if shapes == slider.shapes:
        return name
    side = _tr("left") if shapes[0].endswith("Left") else _tr("right")
    return _tr("{0}, {1}").format(name, side)


def describe_expression(expression: Expression) -> str:
    """Name what a face expresses."""
    return {
        Expression.HAPPY: _tr("Happy"),
        Expression.SAD: _tr("Sad"),
        Expression.ANGRY: _tr("Angry"),
        Expression.SURPRISED: _tr("Surprised"),
        Expression.FEARFUL: _tr("Fearful"),
        Expression.DISGUSTED: _tr("Disgusted"),
        Expression.CONTEMPTUOUS: _tr("Contemptuous"),
        Expression.NEUTRAL: _tr("Neutral"),
    }[expression]


def _describe_hair_colour(wanted: HairColour) -> str:
    amounts = {_tr("lightness"): wanted.lightness, _tr("warmth"): wanted.warmth}
    parts = [] if wanted.colour is None else [describe_colour(wanted.colour)]
    parts += [f"{name} {100 * amount:+.0f} %" for name, amount in amounts.items() if amount]
    return ", ".join(parts)


def describe_colour(colour: tuple[int, int, int]) -> str:
    """Name an RGB colour of hair, by its numbers if it is none of the usual ones."""
    names = {swatch.colour: _tr(swatch.name) for swatch in HAIR_SWATCHES}
    return names.get(colour, "#" + bytes(colour).hex())


def _describe_make_up(wanted: MakeUp) -> str:
    parts = [
        f"{describe_make_up_layer(layer).lower()} {describe_make_up_colour(layer, colour).lower()}"
        for layer in MakeUpLayer
        if (colour := wanted.colour(layer)) is not None
    ]
    if wanted.brows:
        parts.append(f"{_tr('brows')} {100 * wanted.brows:+.0f} %")
    return ", ".join(parts)


def describe_make_up_layer(layer: MakeUpLayer) -> str:
    """Name a layer of make-up."""
    return {
        MakeUpLayer.LIPS: _tr("Lips"),
        MakeUpLayer.SHADOW: _tr("Shadow"),
        MakeUpLayer.LINER: _tr("Liner"),
        MakeUpLayer.BLUSH: _tr("Blush"),
    }[layer]


def describe_make_up_colour(layer: MakeUpLayer, colour: tuple[int, int, int]) -> str:
    """Name an RGB colour of a layer, by its numbers if it is none of the usual ones."""
    names = {swatch.colour: _tr(swatch.name) for swatch in MAKE_UP_SWATCHES[layer]}
    return names.get(colour, "#" + bytes(colour).hex())


def _with_strength(text: str, strength: float) -> str:
    return text if strength == 1 else _tr("{0}, {1:.0f} %").format(text, 100 * strength)


def _describe_moved_landmarks(settings: ReshapeSettings) -> str:
    """List the landmark groups that were moved."""
    is_moved = (settings.landmarks != settings.targets).any(axis=1)
    parts = {
        _tr("jaw"): landmarks.JAW,
        _tr("brows"): landmarks.LEFT_BROW + landmarks.RIGHT_BROW,
        _tr("nose"): landmarks.NOSE_BRIDGE + landmarks.NOSE_BASE,
        _tr("eyes"): landmarks.LEFT_EYE + landmarks.RIGHT_EYE,
        _tr("mouth"): landmarks.MOUTH,
    }
    return ", ".join(name for name, points in parts.items() if is_moved[list(points)].any())


def describe_exemplar_edit(parts: ExemplarParts, name: str) -> str:
    """Describe a transfer of pixels: Mouth from Anna."""
    return _tr("{0} from {1}").format(describe_parts(parts), _elide(name))


def describe_style_edit(parts: ExemplarParts, names: list[str]) -> str:
    """Describe a style: Hair like Anna; without names it is random."""
    if not names:
        return _tr("{0} in a random style").format(describe_parts(parts))
    exemplars = _tr(" and ").join(_elide(name) for name in names)
    return _tr("{0} like {1}").format(describe_parts(parts), exemplars)


def describe_parts(parts: ExemplarParts) -> str:
    """List exemplar parts: Mouth, eyes."""
    return ", ".join(describe_part(one) for one in parts).capitalize()


def describe_part(part: ExemplarPart) -> str:
    """Name an exemplar part, within a sentence."""
    if isinstance(part, FacePart):
        return describe_face_part(part)
    return {
        WholePart.HAIR: _tr("hair"),
        WholePart.GLASSES: _tr("glasses"),
        WholePart.MASK: _tr("painted mask"),
        WholePart.LOOK: _tr("whole look"),
    }[part]


def describe_component(component: Component) -> str:
    """Name a component of a head, within a sentence."""
    return {
        Component.LEFT_EYE: _tr("left eye"),
        Component.RIGHT_EYE: _tr("right eye"),
        Component.MOUTH: _tr("mouth"),
        Component.SKIN: _tr("skin"),
        Component.HAIR: _tr("hair"),
    }[component]


def describe_part_briefly(part: ExemplarPart) -> str:
    """Name an exemplar part on a small button."""
    if isinstance(part, FacePart):
        return describe_face_part_briefly(part)
    return {
        WholePart.HAIR: _tr("Hair"),
        WholePart.GLASSES: _tr("Glasses"),
        WholePart.MASK: _tr("What my mask covers"),
        WholePart.LOOK: _tr("Whole look"),
    }[part]


def _elide(name: str) -> str:
    is_long = len(name) > MAX_NAME_LENGTH
    return name[: MAX_NAME_LENGTH - 1].rstrip() + "…" if is_long else name


def describe_face_part(part: FacePart) -> str:
    """Name a part of a face, within a sentence."""
    return _tr("inner face") if part is FacePart.FACE else describe_face_part_briefly(part).lower()


def describe_face_part_briefly(part: FacePart) -> str:
    """Name a part of a face on a small button."""
    return {
        FacePart.MOUTH: _tr("Mouth"),
        FacePart.EYES: _tr("Eyes"),
        FacePart.BROWS: _tr("Brows"),
        FacePart.NOSE: _tr("Nose"),
        FacePart.FACE: _tr("Face"),
    }[part]


def describe_guide(guide: Guide) -> str:
    """Name a use of exemplars, as a heading."""
    return {Guide.PIXELS: _tr("As pixels"), Guide.STYLE: _tr("As a style")}[guide]


def describe_region(region: Region) -> str:
    """Name a region of a face."""
    return _tr(LEGEND[region].title)


def describe_smile_kind(kind: SmileKind) -> str:
    """Name a kind of smile."""
    return {
        SmileKind.CLOSED: _tr("Closed"),
        SmileKind.GENTLE: _tr("Gentle"),
        SmileKind.OPEN: _tr("Open"),
        SmileKind.WIDE: _tr("Wide"),
        SmileKind.ONE_SIDED: _tr("One-sided"),
    }[kind]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Wording", text)
