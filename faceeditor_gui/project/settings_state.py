"""The settings of each kind of edit as JSON holds them, and back. No Qt.

Numbers come back bit for bit. A later version may add keys; none is ever renamed or removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from core.anatomy.expressions import Expression, unknown_shapes
from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import Component, FacePart
from core.edit.requests import FillSource, SmileKind
from core.imaging.arrays import Window
from faceeditor_gui.document.edit_settings import (
    Colour,
    ComponentSettings,
    EditSettings,
    ExemplarSettings,
    Expressed,
    ExpressionSettings,
    FaceSettings,
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
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.project.array_table import ArrayReader, ArrayWriter, State
from faceeditor_gui.state.exemplar_parts import ExemplarPart, ExemplarParts, WholePart
from faceeditor_gui.state.make_up_swatches import MakeUpLayer
from faceeditor_gui.state.model_names import FILL_MODELS

Thing = TypeVar("Thing")


class ExemplarTable:
    """The exemplars that a state names: those of the list, and those that only edits still hold."""

    def __init__(self, exemplars: Sequence[ListedExemplar] = ()) -> None:
        self.items = list(exemplars)

    def add(self, exemplar: ListedExemplar | None) -> int | None:
        """Return an exemplar's place in the table."""
        if exemplar is None:
            return None
        if not any(one is exemplar for one in self.items):
            self.items.append(exemplar)
        return next(place for place, one in enumerate(self.items) if one is exemplar)


def settings_to_state(
    settings: EditSettings, arrays: ArrayWriter, exemplars: ExemplarTable
) -> State:
    """Turn settings into a state."""
    match settings:
        case FillSettings():
            state: State = {
                "kind": "fill",
                "hole": arrays.add_patch(settings.hole),
                "faces": [landmarks_to_state(one) for one in settings.faces],
                "grow": int(settings.grow),
                "painted": arrays.add_mask(settings.painted),
                "model": settings.model,
                "sketch": arrays.add_patch(settings.sketch),
                "source": str(settings.source),
                "variant": int(settings.variant),
            }
        case SmileSettings() | ExpressionSettings() | ReshapeSettings():
            state = {"strength": float(settings.strength), **_move_state(settings)}
        case HairColourSettings() | MakeUpSettings() | RestoreSettings():
            state = _look_state(settings)
        case ComponentSettings() | MapSettings():
            state = _portrait_state(settings, arrays, exemplars)
        case ExemplarSettings():
            state = {
                "kind": "exemplar",
                "exemplar": exemplars.add(settings.exemplar),
                "shape": None if settings.shape is None else float(settings.shape),
                "keeps_hat": bool(settings.keeps_hat),
                **_transfer_state(settings, arrays),
            }
        case StyleSettings():
            state = {
                "kind": "style",
                "exemplar": exemplars.add(settings.exemplar),
                "second": exemplars.add(settings.second),
                "sketch": arrays.add_patch(settings.sketch),
                "layers": list(settings.layers),
                "seed": int(settings.seed),
                **_transfer_state(settings, arrays),
            }
    if not isinstance(settings, FillSettings):
        state["landmarks"] = landmarks_to_state(settings.landmarks)
    return {**state, "window": window_to_state(settings.window)}


def _move_state(settings: SmileSettings | ExpressionSettings | ReshapeSettings) -> State:
    """Turn what moves a face into a state; strength and landmarks are not in it."""
    match settings:
        case SmileSettings():
            return {"kind": "smile", "smile": str(settings.kind)}
        case ExpressionSettings():
            return {"kind": "expression", **_expressed_to_state(settings.wanted)}
        case ReshapeSettings():
            targets = landmarks_to_state(settings.targets)
            return {"kind": "reshape", "targets": targets, "number": settings.number}


def _look_state(settings: HairColourSettings | MakeUpSettings | RestoreSettings) -> State:
    """Turn what leaves a face in its place into a state; landmarks are not in it."""
    match settings:
        case HairColourSettings():
            return {"kind": "hair colour", **_hair_colour_to_state(settings.wanted)}
        case MakeUpSettings():
            return {"kind": "make-up", **_make_up_to_state(settings.wanted)}
        case RestoreSettings():
            return {"kind": "restore", "strength": float(settings.strength)}


def _portrait_state(
    settings: ComponentSettings | MapSettings, arrays: ArrayWriter, exemplars: ExemplarTable
) -> State:
    match settings:
        case ComponentSettings():
            components = [str(one) for one in settings.components]
            exemplar = exemplars.add(settings.exemplar)
            return {"kind": "components", "exemplar": exemplar, "components": components}
        case MapSettings():
            return {"kind": "map", "painted": arrays.add_mask(settings.painted)}


def _hair_colour_to_state(wanted: HairColour) -> State:
    return {
        "colour": _colour_to_state(wanted.colour),
        "lightness": float(wanted.lightness),
        "warmth": float(wanted.warmth),
        "strength": float(wanted.strength),
    }


def _make_up_to_state(wanted: MakeUp) -> State:
    colours = {str(layer): _colour_to_state(wanted.colour(layer)) for layer in MakeUpLayer}
    return {**colours, "brows": float(wanted.brows), "strength": float(wanted.strength)}


def _colour_to_state(colour: Colour | None) -> list[int] | None:
    return None if colour is None else [int(value) for value in colour]


def _expressed_to_state(wanted: Expressed) -> State:
    return {
        "expression": None if wanted.expression is None else str(wanted.expression),
        "weights": {name: float(weight) for name, weight in wanted.weights.items()},
        "like": None if wanted.like is None else [[float(x), float(y)] for x, y in wanted.like],
    }


def _transfer_state(settings: ExemplarSettings | StyleSettings, arrays: ArrayWriter) -> State:
    return {
        "parts": [str(part) for part in settings.parts],
        "number": settings.number,
        "hole": arrays.add_patch(settings.hole),
        "strength": float(settings.strength),
    }


def settings_from_state(
    state: State, arrays: ArrayReader, exemplars: Sequence[ListedExemplar | None]
) -> EditSettings:
    """Make settings of a state.

    Raises:
        LookupError, TypeError, ValueError: the state is malformed, or what it names is not there.
    """
    window = window_from_state(state["window"])
    if state["kind"] == "fill":
        return _fill_from_state(state, window, arrays)
    landmarks = landmarks_from_state(state["landmarks"])
    alone = _alone_from_state(state, window, landmarks)
    if alone is not None:
        return alone
    match state["kind"]:
        case "map":
            return MapSettings(window, landmarks, arrays.sparse_mask(state["painted"]))
        case "components":
            exemplar = _exemplar_at(state["exemplar"], exemplars)
            components = tuple(Component(name) for name in state["components"])
            return ComponentSettings(window, landmarks, exemplar, components)
        case "exemplar":
            shape = None if state["shape"] is None else _share(state["shape"])
            return ExemplarSettings(
                window,
                landmarks,
                _exemplar_at(state["exemplar"], exemplars),
                _parts_from_state(state["parts"]),
                int(state["number"]),
                arrays.patch(state["hole"]),
                shape,
                _share(state["strength"]),
                bool(state.get("keeps_hat", False)),
            )
        case "style":
            return _style_from_state(state, window, landmarks, arrays, exemplars)
    raise ValueError(f"no edit is called {state['kind']}")


def _alone_from_state(
    state: State, window: Window, landmarks: Landmarks
) -> FaceSettings | ReshapeSettings | None:
    """Make settings of a state, if they are of a kind that needs nothing but its face."""
    match state["kind"]:
        case "smile":
            kind, strength = SmileKind(state["smile"]), _share(state["strength"], least=-1.0)
            return SmileSettings(window, landmarks, strength, kind)
        case "expression":
            wanted = _expressed_from_state(state)
            return ExpressionSettings(window, landmarks, wanted, _share(state["strength"]))
        case "reshape":
            targets = landmarks_from_state(state["targets"])
            strength = _share(state.get("strength", 1.0))
            return ReshapeSettings(window, landmarks, targets, int(state["number"]), strength)
        case "hair colour":
            return HairColourSettings(window, landmarks, _hair_colour_from_state(state))
        case "make-up":
            return MakeUpSettings(window, landmarks, _make_up_from_state(state))
        case "restore":
            return RestoreSettings(window, landmarks, _share(state["strength"]))
    return None


def _expressed_from_state(state: State) -> Expressed:
    expression, like = state["expression"], state["like"]
    weights = {name: _share(weight, least=-1.0) for name, weight in state["weights"].items()}
    if unknown_shapes(weights):
        raise ValueError(f"no slider is called {unknown_shapes(weights)[0]}")
    if like is not None:
        like = tuple((float(x), float(y)) for x, y in landmarks_from_state(like))
    return Expressed(None if expression is None else Expression(expression), weights, like)


def _fill_from_state(state: State, window: Window, arrays: ArrayReader) -> FillSettings:
    if state["model"] not in FILL_MODELS:
        raise ValueError(f"no network is called {state['model']}")
    return FillSettings(
        _there(arrays.patch(state["hole"])),
        window,
        tuple(landmarks_from_state(one) for one in state["faces"]),
        int(state["grow"]),
        arrays.sparse_mask(state["painted"]),
        state["model"],
        arrays.patch(state["sketch"]),
        FillSource(state.get("source", FillSource.NETWORK)),
        max(int(state.get("variant", 0)), 0),
    )


def _colour_from_state(state: Sequence[int] | None) -> Colour | None:
    if state is None:
        return None
    red, green, blue = (int(value) for value in state)
    if min(red, green, blue) < 0 or max(red, green, blue) > 255:
        raise ValueError("a colour has red, green and blue from 0 to 255")
    return red, green, blue


def _make_up_from_state(state: State) -> MakeUp:
    lips, shadow, liner, blush = (_colour_from_state(state[str(layer)]) for layer in MakeUpLayer)
    brows, strength = _share(state["brows"], least=-1.0), _share(state["strength"])
    return MakeUp(lips, shadow, liner, blush, brows, strength)


def _hair_colour_from_state(state: State) -> HairColour:
    colour = _colour_from_state(state["colour"])
    lightness, warmth = (_share(state[key], least=-1.0) for key in ("lightness", "warmth"))
    return HairColour(colour, lightness, warmth, _share(state["strength"]))


def _style_from_state(
    state: State,
    window: Window,
    landmarks: Landmarks,
    arrays: ArrayReader,
    exemplars: Sequence[ListedExemplar | None],
) -> StyleSettings:
    first, second = (
        None if state[key] is None else _exemplar_at(state[key], exemplars)
        for key in ("exemplar", "second")
    )
    start, stop = state["layers"]
    return StyleSettings(
        window,
        landmarks,
        _parts_from_state(state["parts"]),
        int(state["number"]),
        first,
        arrays.patch(state["hole"]),
        arrays.patch(state["sketch"]),
        second,
        (int(start), int(stop)),
        int(state["seed"]),
        _share(state["strength"]),
    )


def landmarks_to_state(landmarks: Landmarks) -> list[list[float]]:
    """Turn (68, 2) landmarks into lists of numbers, which JSON keeps bit for bit."""
    return [[float(x), float(y)] for x, y in landmarks]


def landmarks_from_state(state: object) -> Landmarks:
    """Make (68, 2) landmarks of lists of numbers.

    Raises:
        ValueError: they are not so many, or not finite.
    """
    landmarks = np.array(state, np.float64)
    if landmarks.shape != (68, 2) or not np.isfinite(landmarks).all():
        raise ValueError("landmarks are 68 pairs of numbers")
    return landmarks


def window_to_state(window: Window) -> list[int]:
    """Turn a window into its top, bottom, left and right."""
    rows, columns = window
    return [int(edge) for edge in (rows.start, rows.stop, columns.start, columns.stop)]


def window_from_state(state: Sequence[int]) -> Window:
    """Make a window of its top, bottom, left and right.

    Raises:
        ValueError: nothing lies between them.
    """
    top, bottom, left, right = map(int, state)
    if not (0 <= top < bottom and 0 <= left < right):
        raise ValueError("a window has rows and columns")
    return slice(top, bottom), slice(left, right)


def _parts_from_state(state: Sequence[str]) -> ExemplarParts:
    if not state:
        raise ValueError("an exemplar gives at least one part")
    return tuple(_part(name) for name in state)


def _part(name: str) -> ExemplarPart:
    return WholePart(name) if name in tuple(WholePart) else FacePart(name)


def _exemplar_at(place: int, exemplars: Sequence[ListedExemplar | None]) -> ListedExemplar:
    if place < 0:
        raise IndexError("exemplars are counted from 0")
    return _there(exemplars[place])


def _there(thing: Thing | None) -> Thing:
    if thing is None:
        raise LookupError("what an edit needs is damaged")
    return thing


def _share(value: float, least: float = 0.0) -> float:
    number = float(value)
    if not least <= number <= 1.0:
        raise ValueError(f"{number} is out of range")
    return number
