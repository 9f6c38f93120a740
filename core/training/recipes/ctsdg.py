"""Trains the embedded CTSDG: fill first; the smile's mouths join for the fine-tune."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from core.models.ctsdg.edges import detect_edges
from core.models.ctsdg.model import EMBEDDED, CTSDGGenerator, CTSDGOutput, prepare_inputs
from core.training.data.batches import TensorBatch
from core.training.data.faces import Folders
from core.training.data.frames import FrameSource
from core.training.harness.config import TrainConfig
from core.training.losses.terms import Term
from core.training.recipes.mixes import fill_mix, smile_mix
from core.training.trainer import TrainableModel

NAME = "ctsdg"
DEFAULTS = TrainConfig(adversarial=0.1)
_INTERMEDIATE_WEIGHT = 0.1
"""Of the paper's 1.0, as the hole's weight is a tenth of the paper's 60."""


class TrainableCTSDG(TrainableModel):
    """Lets the trainer train a `CTSDGGenerator`."""

    def __init__(self) -> None:
        self.network: nn.Module = CTSDGGenerator(EMBEDDED)

    def inpaint(self, network: nn.Module, batch: TensorBatch) -> tuple[Tensor, Sequence[Term]]:
        """Fill the hole; both streams have a loss of their own (the intermediate loss)."""
        inputs = prepare_inputs(batch.image, batch.mask, batch.lines, EMBEDDED)
        output: CTSDGOutput = network(inputs)
        texture = (output.projected_image - batch.image).abs().mean()
        edge = detect_edges(batch.image)
        structure = F.binary_cross_entropy_with_logits(output.projected_edge, edge)
        return output.image, (
            Term("texture", _INTERMEDIATE_WEIGHT, texture),
            Term("structure", _INTERMEDIATE_WEIGHT, structure),
        )

    def stored_config(self) -> dict[str, Any]:
        """Return what goes beside the weights."""
        return asdict(EMBEDDED)


def fill_sources(folders: Folders, split: str) -> list[FrameSource]:
    """Frames and holes of the first stage."""
    return fill_mix(folders, split)


def smile_sources(folders: Folders, split: str) -> list[FrameSource]:
    """Frames and holes of the fine-tune: half of it mouths, so that filling is not forgotten."""
    return fill_mix(folders, split) + smile_mix(folders, split, 0.5)
