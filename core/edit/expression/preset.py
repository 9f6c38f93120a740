"""Expressions as files: what is asked of a face, as JSON that people can read and write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.anatomy.expressions import Expression, both_sides, unknown_shapes
from core.errors import InvalidRequestError

_MOST_BYTES = 1 << 16


@dataclass(frozen=True)
class Preset:
    """What is asked of a face."""

    expression: Expression | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    """-1..1 by names of `BLEND_SHAPES` and `FACE_SHAPES`."""


def read_preset(path: Path) -> Preset:
    """Read a preset; a name without Left or Right is both.

    Raises:
        InvalidRequestError: the file is no preset.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES)  # what is longer is none
    try:
        return _preset_of(json.loads(content))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidRequestError(
            f'{path} is no preset of an expression; one reads {{"weights": {{"jawOpen": 0.4}}}}.'
        ) from error


def write_preset(path: Path, preset: Preset) -> None:
    """Write a preset.

    Raises:
        OSError: the file cannot be written.
    """
    state = {
        "expression": None if preset.expression is None else str(preset.expression),
        "weights": {name: round(weight, 4) for name, weight in preset.weights.items() if weight},
    }
    path.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")


def both_sided(weights: Mapping[str, float]) -> dict[str, float]:
    """Give names without a side to both sides.

    Raises:
        InvalidRequestError: a name is none, or a weight does not lie between -1 and 1.
    """
    expanded: dict[str, float] = {}
    for name, weight in weights.items():
        if not -1 <= weight <= 1:
            raise InvalidRequestError(f"The weight of {name} lies between -1 and 1.")
        expanded |= dict.fromkeys(both_sides(name), weight)
    unknown = unknown_shapes(expanded)
    if unknown:
        raise InvalidRequestError(
            f"No slider of a face is called {unknown[0]}; "
            "`faceeditor express --help` names them all."
        )
    return expanded


def _preset_of(state: dict[str, Any]) -> Preset:
    if not state or not state.keys() <= {"expression", "weights"}:
        raise ValueError("a preset has an expression, weights, or both")
    expression = state.get("expression")
    weights = {name: float(weight) for name, weight in state.get("weights", {}).items()}
    return Preset(None if expression is None else Expression(expression), both_sided(weights))
