"""Bounds what a weights file may hold; every check raises a `ValueError`."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from pathlib import Path

from torch import Tensor

_MOST_FILE_BYTES = 8 << 30
_MOST_HEADER_BYTES = 1 << 20
_KINDS = frozenset(["F16", "BF16", "F32", "F64", "I64", "U8"])
"""Numbers in safetensors that networks are made of, and bytes of pictures."""


def check_file_size(path: Path) -> None:
    """Bound what any reading of a file takes."""
    if path.stat().st_size > _MOST_FILE_BYTES:
        raise ValueError("the file is too large")


def check_header(path: Path) -> None:
    """Bound what safetensors reads of a file before it compares shapes with what is there."""
    check_file_size(path)
    with path.open("rb") as file:
        if int.from_bytes(file.read(8), "little") > _MOST_HEADER_BYTES:
            raise ValueError("the header is too long")


def check_slice(kind: str, shape: Sequence[int]) -> None:
    """Refuse a tensor of safetensors that no network has, before it is read."""
    if kind not in _KINDS or not prod(shape):
        raise ValueError("a tensor is empty, or no network's")


def check_numbers(name: str, tensor: Tensor) -> None:
    """Refuse what would make a network answer nonsense: numbers that are none, for one."""
    if not tensor.numel() or not tensor.isfinite().all():
        raise ValueError(f"{name} is empty or not finite")
    if name.endswith("running_var") and tensor.min() < 0:
        raise ValueError(f"{name} is a variance and negative")
