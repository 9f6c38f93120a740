"""Trains the embedded region norm: fills of which the regions are known, guessed, or not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from core.models.region_norm.model import (
    EMBEDDED,
    NAME,
    RegionNormGenerator,
    config_values,
    prepare_inputs,
)
from core.training.data import holes
from core.training.data.batches import TensorBatch
from core.training.data.faces import Folders
from core.training.data.frames import FrameSource
from core.training.data.label_maps import draw_labels, load_labelled_faces
from core.training.harness.config import TrainConfig
from core.training.losses.terms import Term
from core.training.recipes.mixes import FILL_HOLES, fill_mix
from core.training.trainer import TrainableModel

__all__ = ["DEFAULTS", "NAME", "TrainableRegionNorm", "sources"]

# The patent gives no weights; these are its four losses, at the weights of our other generators:
# the relativistic loss pulls at every painted patch twice.
DEFAULTS = TrainConfig(adversarial=0.075, style=0.1, relativistic=True)

_HOLES = (*FILL_HOLES, (10, holes.whole_mouth), (10, holes.half_face))


class TrainableRegionNorm(TrainableModel):
    """Lets the trainer train a `RegionNormGenerator`."""

    def __init__(self) -> None:
        self.network: nn.Module = RegionNormGenerator(EMBEDDED)

    def inpaint(self, network: nn.Module, batch: TensorBatch) -> tuple[Tensor, Sequence[Term]]:
        """Fill the hole; the network adds no loss terms of its own."""
        inputs = batch.image, batch.mask, batch.lines, batch.labels
        return network(prepare_inputs(*inputs, EMBEDDED)), ()

    def stored_config(self) -> dict[str, Any]:
        """What goes beside the weights."""
        return config_values(EMBEDDED)


def sources(folders: Folders, split: str) -> list[FrameSource]:
    """Frames, holes and maps to learn from."""
    return [
        replace(source, make_holes=_HOLES, draw_labels=draw_labels)
        for source in fill_mix(folders, split, load=load_labelled_faces)
    ]
