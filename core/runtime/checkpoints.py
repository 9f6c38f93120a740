"""Finds, verifies and loads weights, or says in a sentence why not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from core.errors import CheckpointError, refusing
from core.runtime.model_card import NON_COMMERCIAL, card_path, stated_digest
from core.runtime.stored_config import read_config
from core.runtime.weights_bounds import check_header, check_numbers, check_slice
from core.runtime.weights_folder import DONORS_DIR
from core.runtime.weights_folder import WEIGHTS_DIR as WEIGHTS_DIR

Network = TypeVar("Network", bound=nn.Module)

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
        CheckpointError: the file is missing or damaged, or holds numbers that are none.
    """
    if not path.is_file():
        raise CheckpointError(f"The weights {path} are missing; install the program again.")
    with refusing(_damaged(path)):
        check_header(path)
        _verify(path)
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            names = file.keys()
            for name in names:
                declared = file.get_slice(name)
                check_slice(declared.get_dtype(), declared.get_shape())
            state = {name: _widened(name, file.get_tensor(name)) for name in names}
    return state, metadata


def load_arrays(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """Read a weights file that is no network's: tensors of known names and shapes.

    Raises:
        CheckpointError: the file is missing or damaged, or holds something else.
    """
    state, _ = load_weights(path)
    if {name: tuple(tensor.shape) for name, tensor in state.items()} != shapes:
        raise CheckpointError(_belongs_elsewhere(path))
    return state


def load_network(path: Path, system: str, make: Callable[[dict[str, Any]], Network]) -> Network:
    """Make the network whose weights and config are in a file.

    Args:
        path: the safetensors file.
        system: key of the registry.
        make: makes the network of the stored config's values; see `fitted_network`.

    Raises:
        CheckpointError: the file is missing or damaged, or another system's.
    """
    state, metadata = load_weights(path)
    values = read_config(metadata, system, path)
    return fitted_network(lambda: make(values), state, path)


def fitted_network(make: Callable[[], Network], state: Mapping[str, Tensor], path: Path) -> Network:
    """Make a network and put tensors into it; no memory is taken before every shape matches.

    Args:
        make: makes the network, on the device that is the default.
        state: tensors by parameter name.
        path: where they come from, for the message.

    Raises:
        CheckpointError: the weights belong to another network.
    """
    network = check_fit(make, state, path)
    load_state(network.to_empty(device="cpu"), state, path)
    return network


def check_fit(make: Callable[[], Network], state: Mapping[str, Tensor], path: Path) -> Network:
    """Compare tensors with a network; return the network, without memory for its own.

    Raises:
        CheckpointError: the weights belong to another network.
    """
    with refusing(_damaged(path)), torch.device("meta"):
        network = make()
        expected = {name: tensor.shape for name, tensor in network.state_dict().items()}
    if expected != {name: tensor.shape for name, tensor in state.items()}:
        raise CheckpointError(_belongs_elsewhere(path))
    return network


def load_state(network: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Put tensors into a network; every name and shape must match.

    Args:
        network: what receives the weights.
        state: tensors by parameter name.
        path: where they come from, for the message.

    Raises:
        CheckpointError: the weights belong to another network.
    """
    with refusing(_belongs_elsewhere(path)):
        network.load_state_dict(state, strict=True)


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


def write_card(path: Path, title: str, text: str, *, terms: str = NON_COMMERCIAL) -> None:
    """Write the model card beside a weights file, with the digest that loading checks.

    Args:
        path: the safetensors file.
        title: of the card.
        text: what it says, in Markdown.
        terms: under which the weights may be used, in a few words.
    """
    card_path(path).write_text(
        f"# {title}\n\n{text}\n\n- terms: {terms}\n"
        f"- file: {path.name}, {path.stat().st_size:,} bytes\n"
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


def _verify(path: Path) -> None:
    card = card_path(path)
    if not card.is_file():
        if path.parent in (WEIGHTS_DIR, DONORS_DIR):
            raise CheckpointError(f"The model card {card} is missing; install the program again.")
        return
    if stated_digest(path) != file_digest(path):
        raise CheckpointError(_damaged(path))


def _damaged(path: Path) -> str:
    return f"The weights {path} are damaged; install the program again or fetch them anew."


def _belongs_elsewhere(path: Path) -> str:
    return f"The weights {path} belong to another network; choose the file of this system."


def _widened(name: str, tensor: Tensor) -> Tensor:
    widened = tensor.float() if tensor.is_floating_point() else tensor
    check_numbers(name, widened)
    return widened


def _stored(tensor: Tensor, *, fp16: bool) -> Tensor:
    tensor = tensor.detach().cpu().contiguous()
    return tensor.half() if fp16 and tensor.is_floating_point() else tensor
