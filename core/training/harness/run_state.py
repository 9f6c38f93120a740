"""What a run keeps of itself, so that it can go on as if it had not stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.errors import refusing
from core.runtime.published import read_pickled
from core.runtime.weights_bounds import check_numbers

_FILE = "state.pt"
_OPTIMISER_KEYS = {"step", "exp_avg", "exp_avg_sq"}


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Write tensors and numbers; a run that is cut off meanwhile keeps what it had."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{_FILE}.part"
    torch.save(state, part)
    part.replace(folder / _FILE)


def read_state(folder: Path) -> dict[str, Any]:
    """Read what `write_state` wrote.

    Raises:
        FileNotFoundError: there is no run in that folder.
        CheckpointError: what is there is damaged.
    """
    path = folder / _FILE
    if not path.is_file():
        raise FileNotFoundError(f"There is no run to go on with in {folder}.")
    with refusing(_damaged(folder)):
        state = read_pickled(path)
        if not isinstance(state, dict):
            raise TypeError("no state")
        for name, tensor in _tensors("", state):
            check_numbers(name, tensor)
        return state


def restore(items: Mapping[str, Any], state: Mapping[str, Any], folder: Path) -> None:
    """Put what `read_state` found in a folder into networks, optimisers and what else there is.

    Raises:
        CheckpointError: it belongs to something else.
    """
    with refusing(_damaged(folder)):
        for name, item in items.items():
            if isinstance(item, torch.optim.Optimizer):
                _restore_optimiser(item, state[name])
            else:
                item.load_state_dict(state[name])


def counts(state: Mapping[str, Any], *names: str, folder: Path) -> list[int]:
    """Read numbers of steps or samples out of a state.

    Raises:
        CheckpointError: they are none.
    """
    with refusing(_damaged(folder)):
        found: list[int] = [state[name] for name in names]
        if any(type(value) is not int or value < 0 for value in found):
            raise ValueError(found)
        return found


def spent_seconds(state: Mapping[str, Any], folder: Path) -> float:
    """Read how long a run took so far; states of old do not say.

    Raises:
        CheckpointError: it is no time.
    """
    with refusing(_damaged(folder)):
        spent = float(state.get("spent_s", 0.0))
        if not 0.0 <= spent < float("inf"):
            raise ValueError(spent)
        return spent


def _restore_optimiser(optimiser: torch.optim.Optimizer, saved: Mapping[str, Any]) -> None:
    """Restore what an optimiser has gathered; its settings are those of this run."""
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": saved["state"], "param_groups": groups})
    for parameter, gathered in optimiser.state.items():
        if gathered.keys() != _OPTIMISER_KEYS or any(
            tensor.shape != (() if key == "step" else parameter.shape)
            for key, tensor in gathered.items()
        ):
            raise ValueError("an optimiser of other parameters")


def _tensors(name: str, value: object) -> Iterator[tuple[str, Tensor]]:
    if isinstance(value, Tensor):
        yield name, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _tensors(str(key), part)


def _damaged(folder: Path) -> str:
    return f"The run in {folder} is damaged or another's; start it anew from its weights."
