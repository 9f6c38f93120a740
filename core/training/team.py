"""One process, or several on as many graphics cards that train one network together.

`accelerate launch -m core.training RECIPE ...` starts them; nothing here schedules processes.
"""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import nn

_SEED_STEP = 1_000_003


class Team:
    """Averages gradients over all processes; alone, does nothing."""

    def __init__(self, accelerator: Any = None) -> None:  # noqa: ANN401 - an optional package's
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

    def device(self, wanted: torch.device) -> torch.device:
        """Return the device of this process."""
        return wanted if self._accelerator is None else torch.device(self._accelerator.device)

    def average_gradients(self, module: nn.Module) -> None:
        """Replace every gradient by its mean over the processes."""
        if self._accelerator is None:
            return
        gradients = [one.grad for one in module.parameters() if one.grad is not None]
        flat = torch.cat([one.flatten() for one in gradients])
        mean = self._accelerator.reduce(flat, reduction="mean")
        parts = mean.split([one.numel() for one in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def agree(self, value: float, device: torch.device) -> float:
        """Return the first process's number in all of them, so that all stop together."""
        if self._accelerator is None:
            return value
        numbers = self._accelerator.gather(torch.tensor([value], device=device))
        return float(numbers[0])


def join_team(device: torch.device) -> Team:
    """Find out whether this process was launched as one of several."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        return Team()
    from accelerate import Accelerator

    return Team(Accelerator(cpu=device.type == "cpu"))
