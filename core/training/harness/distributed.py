"""One process, or several on as many graphics cards that train one network together.

`accelerate launch -m core.training RECIPE ...` starts them; nothing here schedules processes.
"""

from __future__ import annotations

import os
from typing import Protocol

import torch
from torch import Tensor, nn

_SEED_STEP = 1_000_003


class Accelerator(Protocol):
    """What of the optional package `accelerate` is used."""

    @property
    def is_main_process(self) -> bool:
        """Whether this process is the first."""

    @property
    def process_index(self) -> int:
        """Which process this is, from 0."""

    @property
    def num_processes(self) -> int:
        """How many there are."""

    @property
    def device(self) -> torch.device:
        """Where this process computes."""

    def reduce(self, tensor: Tensor, reduction: str) -> Tensor:
        """Combine the tensors of all processes."""

    def gather(self, tensor: Tensor) -> Tensor:
        """Join the tensors of all processes along their first axis."""


class ProcessGroup:
    """Averages gradients over all processes; alone, does nothing."""

    def __init__(self, accelerator: Accelerator | None = None) -> None:
        self._accelerator = accelerator

    @property
    def is_first(self) -> bool:
        """Tell whether this process is the one that writes files."""
        return self._accelerator is None or bool(self._accelerator.is_main_process)

    @property
    def seed_offset(self) -> int:
        """A number to add to seeds, so that no two processes draw the same samples."""
        return 0 if self._accelerator is None else _SEED_STEP * self._accelerator.process_index

    @property
    def size(self) -> int:
        """How many processes there are."""
        return 1 if self._accelerator is None else int(self._accelerator.num_processes)

    def device(self, default: torch.device) -> torch.device:
        """Return the device of this process."""
        return default if self._accelerator is None else torch.device(self._accelerator.device)

    def average_gradients(self, module: nn.Module) -> None:
        """Replace every gradient by its mean over the processes."""
        if self._accelerator is None:
            return
        gradients = [one.grad for one in module.parameters() if one.grad is not None]
        flat = torch.cat([one.flatten() for one in gradients])
        mean = self._accelerator.reduce(flat, reduction="mean")
        parts = torch.split_with_sizes(mean, [one.numel() for one in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def broadcast_first(self, value: float, device: torch.device) -> float:
        """Return the first process's number in all of them, so that all stop together."""
        if self._accelerator is None:
            return value
        values = self._accelerator.gather(torch.tensor([value], device=device))
        return float(values[0])


def join_process_group(device: torch.device) -> ProcessGroup:
    """Find out whether this process was launched as one of several."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        return ProcessGroup()
    import accelerate

    return ProcessGroup(accelerate.Accelerator(cpu=device.type == "cpu"))
