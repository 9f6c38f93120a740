"""Finds, verifies and loads weights, or says in a sentence why not."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from core.errors import CheckpointError
from core.runtime.weights_folder import WEIGHTS_DIR as WEIGHTS_DIR

T = TypeVar("T")

_DIGEST = re.compile(r"sha256: `?([0-9a-f]{64})\b")
_CHUNK_BYTES = 1 << 20


def weights_path(name: str) -> Path:
    """Return where the shipped weights of a system are, whether they are there or not."""
    return WEIGHTS_DIR / f"{name}.safetensors"


def load_weights(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read a weights file after checking it against its model card.

    The card is NAME.md beside NAME.safetensors. Shipped weights must have one; a file of the
    user's own may go without, since safetensors cannot run code.

    Returns:
        Tensors in float32 (integers as they are) by name, and the file's metadata: "system"
        and "config", a JSON object.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    if not path.is_file():
        raise CheckpointError(f"The weights {path} are missing; install the program again.")
    _verify(path)
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            names = file.keys()
            state = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(_damaged(path)) from error
    return {name: _widened(tensor) for name, tensor in state.items()}, metadata


def load_state(network: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Put tensors into a network; every name and shape must match.

    Args:
        network: what receives the weights.
        state: tensors by parameter name.
        path: where they come from, for the message.

    Raises:
        CheckpointError: the weights belong to another network.
    """
    try:
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        raise CheckpointError(
            f"The weights {path} belong to another network; choose the file of this system."
        ) from error


def read_config(metadata: Mapping[str, str], system: str, path: Path) -> dict[str, Any]:
    """Return the config stored beside the weights.

    Raises:
        CheckpointError: the file holds another system's weights, or no config.
    """
    try:
        config = json.loads(metadata["config"])
    except (KeyError, ValueError) as error:
        raise CheckpointError(f"The file {path} does not hold weights of this program.") from error
    if metadata.get("system") != system or not isinstance(config, dict):
        raise CheckpointError(
            f"The weights {path} belong to another system; choose the file of {system}."
        )
    return config


def config_from(kind: type[T], values: Mapping[str, Any], path: Path) -> T:
    """Make the config dataclass whose `dataclasses.asdict` is stored beside the weights at `path`.

    Raises:
        CheckpointError: a later version of the program wrote it.
    """
    try:
        return kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})
    except TypeError as error:
        raise CheckpointError(
            f"The weights {path} need another version of this program; install the latest one."
        ) from error


def save_weights(
    path: Path,
    state: Mapping[str, Tensor],
    system: str,
    config: Mapping[str, Any],
    *,
    fp16: bool = True,
) -> None:
    """Write weights beside which their card goes; an existing file is replaced at once.

    Args:
        path: the safetensors file.
        state: tensors by parameter name.
        system: key of the registry.
        config: what the system's config dataclass holds, as plain values.
        fp16: store floating-point tensors in half precision.
    """
    tensors = {name: _stored(tensor, fp16=fp16) for name, tensor in state.items()}
    metadata = {"system": system, "config": json.dumps(config)}
    part = path.with_name(path.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, part, metadata)
    part.replace(path)


def read_published(path: Path, *keys: str) -> dict[str, Tensor]:
    """Read a state dict out of a published, pickled checkpoint without running its code.

    Args:
        path: what `torch.save` wrote.
        keys: where in the checkpoint the state dict is.

    Raises:
        CheckpointError: there is no such file, or it holds something else.
    """
    try:
        state: Any = open_published(path)
        for key in keys:
            state = state[key]
        return {name: tensor.detach().clone() for name, tensor in state.items()}
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise CheckpointError(
            f"The file {path} is not a checkpoint of this system; choose another file."
        ) from error


def open_published(path: Path) -> dict[str, Any]:
    """Read all that a published, pickled checkpoint holds without running its code.

    Raises:
        CheckpointError: there is no such file, or it cannot be read.
    """
    if not path.is_file():
        raise CheckpointError(f"There is no file {path}; name a published checkpoint.")
    try:
        checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, OSError, EOFError) as error:
        raise CheckpointError(f"The file {path} is not a checkpoint that can be read.") from error
    return checkpoint


def write_card(path: Path, title: str, text: str) -> None:
    """Write the model card beside a weights file, with the digest that loading checks."""
    card_path(path).write_text(
        f"# {title}\n\n{text}\n\n- file: {path.name}, {path.stat().st_size:,} bytes\n"
        f"- sha256: {file_digest(path)}\n",
        encoding="utf-8",
    )


def file_digest(path: Path) -> str:
    """Return a file's sha256 as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def card_path(path: Path) -> Path:
    """Return where the model card of a weights file is."""
    return path.with_suffix(".md")


def _verify(path: Path) -> None:
    card = card_path(path)
    if not card.is_file():
        if path.parent == WEIGHTS_DIR:
            raise CheckpointError(f"The model card {card} is missing; install the program again.")
        return
    found = _DIGEST.search(card.read_text(encoding="utf-8", errors="replace"))
    if found is None or found.group(1) != file_digest(path):
        raise CheckpointError(_damaged(path))


def _damaged(path: Path) -> str:
    return f"The weights {path} are damaged; install the program again or fetch them anew."


def _widened(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def _stored(tensor: Tensor, *, fp16: bool) -> Tensor:
    tensor = tensor.detach().cpu().contiguous()
    return tensor.half() if fp16 and tensor.is_floating_point() else tensor
