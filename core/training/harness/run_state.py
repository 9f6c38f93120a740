"""What a run keeps of itself, so that it can go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

_FILE = "state.pt"


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Write tensors and numbers; a run that is cut off meanwhile keeps what it had."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{_FILE}.part"
    torch.save(state, part)
    part.replace(folder / _FILE)


def read_state(folder: Path, device: torch.device) -> dict[str, Any]:
    """Read what `write_state` wrote.

    Raises:
        FileNotFoundError: there is no run in that folder.
    """
    path = folder / _FILE
    if not path.is_file():
        raise FileNotFoundError(f"There is no run to go on with in {folder}.")
    state: dict[str, Any] = torch.load(path, weights_only=True, map_location=device)
    return state
