"""The configuration stored beside weights: what it says is checked before a network is made."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, TypeVar, cast, get_origin, get_type_hints

from core.errors import CheckpointError, refusing

T = TypeVar("T")

_MOST = 4096
"""No width or count of a network is larger."""
_MOST_ITEMS = 16


def read_config(metadata: Mapping[str, str], system: str, path: Path) -> dict[str, Any]:
    """Return the config stored beside the weights.

    Raises:
        CheckpointError: the file holds another system's weights, or no config.
    """
    with refusing(f"The file {path} does not hold weights of this program; choose another file."):
        config = json.loads(metadata["config"])
    if metadata.get("system") != system or not isinstance(config, dict):
        raise CheckpointError(
            f"The weights {path} belong to another system; choose the file of {system}."
        )
    return config


def config_from(kind: type[T], values: Mapping[str, Any], path: Path) -> T:
    """Make the config dataclass whose `dataclasses.asdict` is stored beside the weights at `path`.

    Numbers are whole and at most 4096, fractions between 0 and 1; what else a system asks of them,
    its dataclass refuses with a `ValueError`.

    Raises:
        CheckpointError: a later version of the program wrote it, or it is damaged.
    """
    with refusing(f"The settings in {path} are damaged; fetch the weights anew."):
        if _has_unknown_keys(kind, values):
            raise CheckpointError(
                f"The weights {path} need another version of this program; install the latest one."
            )
        return cast(T, _checked(kind, values))


def _has_unknown_keys(kind: object, values: Mapping[str, Any]) -> bool:
    kinds = get_type_hints(kind)
    return not kinds.keys() >= values.keys() or any(
        is_dataclass(kinds[key]) and _has_unknown_keys(kinds[key], value)
        for key, value in values.items()
    )


def _checked(kind: object, value: object) -> object:
    if is_dataclass(kind):
        values, kinds = cast(Mapping[str, object], value), get_type_hints(kind)
        make = cast(Callable[..., object], kind)
        return make(**{key: _checked(kinds[key], one) for key, one in values.items()})
    if get_origin(kind) is tuple:
        return _checked_numbers(cast(Sequence[object], value))
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and type(value) is int and 0 <= value <= _MOST:
        return value
    if kind is float and type(value) in (int, float) and 0 <= cast(float, value) <= 1:
        return value
    raise ValueError(value)


def _checked_numbers(values: Sequence[object]) -> tuple[object, ...]:
    if not 1 <= len(values) <= _MOST_ITEMS or not all(
        type(value) is int and 1 <= value <= _MOST for value in values
    ):
        raise ValueError(values)
    return tuple(values)
