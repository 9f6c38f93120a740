"""Reads pickled checkpoints, published ones and those of a training run, without their code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from core.errors import CheckpointError, refusing
from core.runtime.pickled_bounds import check_pickled
from core.runtime.weights_bounds import check_file_size, check_numbers

_KINDS = (torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64)
_MOST_SHARED = 4
"""Tensors of a published checkpoint may share numbers; so many times the file's size is refused."""


def read_published(path: Path, *keys: str) -> dict[str, Tensor]:
    """Read a state dict out of a published, pickled checkpoint without running its code.

    Args:
        path: what `torch.save` wrote.
        keys: where in the checkpoint the state dict is.

    Raises:
        CheckpointError: there is no such file, or it holds something else.
    """
    return state_within(open_published(path), path, *keys)


def open_published(path: Path) -> object:
    """Read all that a published, pickled checkpoint holds without running its code.

    Raises:
        CheckpointError: there is no such file, or it cannot be read.
    """
    if not path.is_file():
        raise CheckpointError(f"There is no file {path}; name a published checkpoint.")
    with refusing(f"The file {path} is not a checkpoint that can be read; choose another file."):
        return read_pickled(path)


def read_pickled(path: Path) -> object:
    """Read a checkpoint of tensors and numbers, or raise an exception of any kind."""
    check_file_size(path)
    check_pickled(path)
    return torch.load(path, map_location="cpu", weights_only=True)


def state_within(checkpoint: object, path: Path, *keys: str) -> dict[str, Tensor]:
    """Copy a state dict out of what `open_published` has read.

    Args:
        checkpoint: what was read.
        path: where it comes from, for the message.
        keys: where in the checkpoint the state dict is.

    Raises:
        CheckpointError: there is none, or it holds something else than finite numbers.
    """
    with refusing(f"The file {path} is not a checkpoint of this system; choose another file."):
        for key in keys:
            checkpoint = cast(Mapping[str, object], checkpoint)[key]
        state = dict(cast(Mapping[str, Tensor], checkpoint).items())
        total = sum(_checked_bytes(name, tensor) for name, tensor in state.items())
        if total > _MOST_SHARED * path.stat().st_size:
            raise ValueError("tensors that are one another")
        return {name: tensor.detach().clone() for name, tensor in state.items()}


def _checked_bytes(name: object, tensor: Tensor) -> int:
    """Return how much memory a copy of a published tensor takes."""
    is_plain = tensor.layout is torch.strided and not tensor.is_quantized and not tensor.is_meta
    if not isinstance(name, str) or not is_plain or tensor.dtype not in _KINDS:
        raise ValueError("no plain tensor")
    check_numbers(name, tensor)
    return tensor.numel() * tensor.element_size()
