"""Which device computes, and what happens when its memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import DeviceError

T = TypeVar("T")

DEVICE_NAMES = ("auto", "cpu", "cuda", "mps")

_CPU = torch.device("cpu")
_IS_AVAILABLE: dict[str, Callable[[], bool]] = {
    "cuda": torch.cuda.is_available,
    "mps": torch.backends.mps.is_available,
}
_TITLES = {"cuda": "CUDA graphics card", "mps": "Apple graphics processor"}
_NATIVE_BFLOAT16 = {"avx512_bf16", "amx_bf16"}
_PROBE_SIZE_PX = 64
_PROBE_TOLERANCE = 0.02
"""Of values with a standard deviation near 1; half precision inside a convolution stays below."""
_OUT_OF_MEMORY = ("out of memory", "not enough memory", "allocate memory", "alloc_failed")
"""What the errors say that torch has no class for: on MPS, in cuDNN and on the CPU."""


def choose_device(name: str = "auto") -> torch.device:
    """Find the device to compute on.

    Args:
        name: one of `DEVICE_NAMES`; "auto" is the accelerator if there is one that computes
            what the CPU computes, else the CPU.

    Raises:
        DeviceError: the device asked for is not there.
    """
    if name not in DEVICE_NAMES:
        raise DeviceError(f"There is no device {name}; choose one of {', '.join(DEVICE_NAMES)}.")
    if name == "auto":
        present = (
            torch.device(kind) for kind, is_available in _IS_AVAILABLE.items() if is_available()
        )
        return next(filter(_agrees_with_cpu, present), _CPU)
    if name != "cpu" and not _IS_AVAILABLE[name]():
        raise DeviceError(
            f"This computer has no {_TITLES[name]} ready for use; choose cpu or auto."
        )
    return torch.device(name)


def fast_arithmetic(device: torch.device) -> AbstractContextManager[object]:
    """Let networks calculate in bfloat16 where the processor does so natively.

    That halves their time; 8-bit pictures differ by one level at most here and there.
    """
    if device == _CPU and _cpu_has_bfloat16():
        return torch.autocast("cpu", torch.bfloat16)
    return nullcontext()


def training_arithmetic(device: torch.device) -> AbstractContextManager[object]:
    """Let networks learn in bfloat16, except on a processor that only imitates it.

    There a step takes ten times as long as in float32.
    """
    if device == _CPU and not _cpu_has_bfloat16():
        return nullcontext()
    return torch.autocast(device.type, torch.bfloat16)


def run_with_fallback(
    work: Callable[[torch.device, int], T], device: torch.device, sizes: Sequence[int]
) -> tuple[T, tuple[str, ...]]:
    """Do some work; where memory runs out, in a smaller frame, and at last on the CPU.

    Args:
        work: is called with a device and the side of the frame in pixels, until it succeeds.
        device: where to begin.
        sizes: sides of the frame, the best first.

    Returns:
        What `work` returned, and sentences for the user about what had to be changed.

    Raises:
        DeviceError: even the smallest frame does not fit into the CPU's memory.
    """
    attempts = [(device, size) for size in sizes]
    if device != _CPU:
        attempts += [(_CPU, size) for size in sizes]
    problem, unsupported = "", None
    for attempted, size in attempts:
        if attempted == unsupported:
            continue
        try:
            result = work(attempted, size)
        except (RuntimeError, MemoryError) as error:
            if _is_out_of_memory(error):
                problem = "ran out of memory"
            elif isinstance(error, NotImplementedError) and attempted != _CPU:
                problem, unsupported = "cannot do this edit", attempted
            else:
                raise
        else:
            changed = (attempted, size) != attempts[0]
            return result, (_notice(problem, attempts[0], (attempted, size)),) if changed else ()
        _release_memory(attempted)  # here the failed work's tensors are gone with its error
    raise DeviceError("The computer's memory is too small for this edit; close other programs.")


def _cpu_has_bfloat16() -> bool:
    return bool(_NATIVE_BFLOAT16 & _cpu_capabilities())


@cache
def _cpu_capabilities() -> set[str]:
    capabilities: Callable[[], dict[str, object]] = getattr(torch.cpu, "get_capabilities", dict)
    return {name for name, is_available in capabilities().items() if is_available}


def _agrees_with_cpu(device: torch.device) -> bool:
    try:
        found = _probe(device)
    except (RuntimeError, AssertionError):  # the latter where torch is built without the device
        return False
    return torch.allclose(found, _probe(_CPU), rtol=0, atol=_PROBE_TOLERANCE)


def _probe(device: torch.device) -> Tensor:
    """Compute (1, 16, 64, 64) through the layers that networks are made of."""
    generator = torch.Generator().manual_seed(0)

    def noise(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator).to(device)

    values = noise(1, 3, _PROBE_SIZE_PX, _PROBE_SIZE_PX)
    with torch.inference_mode():
        values = F.conv2d(values, noise(16, 3, 3, 3), padding=1)
        values = F.leaky_relu(F.instance_norm(values), 0.2)
        values = F.conv2d(values, noise(16, 16, 3, 3), stride=2, padding=1)
        values = F.interpolate(values, scale_factor=2, mode="bilinear")
        return F.instance_norm(values).cpu()


def _is_out_of_memory(error: RuntimeError | MemoryError) -> bool:
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    message = str(error).lower()
    return any(phrase in message for phrase in _OUT_OF_MEMORY)


def _release_memory(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def _notice(problem: str, wanted: tuple[torch.device, int], used: tuple[torch.device, int]) -> str:
    subject = "The computer" if wanted[0] == _CPU else "The graphics card"
    changes = []
    if used[0] != wanted[0]:
        changes.append("on the CPU")
    if used[1] != wanted[1]:
        changes.append(f"with {used[1]} pixels instead of {wanted[1]}")
    return f"{subject} {problem}; the edit was computed {' '.join(changes)}."
