"""What every system promises the rest of the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor


class Task(StrEnum):
    """What a network does for the program."""

    FILL = "fill"  # an `Inpainter`, to be chosen by its name
    HARMONIZE = "harmonize"  # relights a part of an exemplar
    PARSE = "parse"  # labels the regions of a face
    STYLE = "style"  # fills in the style of an exemplar
    REFINE = "refine"  # adds to an enlarged result what larger frames show
    PORTRAIT = "portrait"  # paints a face after a label map, of embedded components
    ENLARGE = "enlarge"  # makes a small, worn picture large and clean
    EXPRESS = "express"  # paints another expression on a face


class Inpainter(Protocol):
    """Fills holes in a square frame."""

    def inpaint(self, image: Tensor, mask: Tensor, lines: Tensor) -> Tensor:
        """Fill the hole.

        Args:
            image: (N, 3, S, S) RGB in [-1, 1]; what it holds inside the hole is ignored.
            mask: (N, 1, S, S), 1 in the hole, 0 elsewhere.
            lines: (N, 3, S, S) in [0, 1] as `core.anatomy.landmarks.line_map` draws them; zeros
                where nothing is known.

        Returns:
            (N, 3, S, S) in [-1, 1], equal to `image` outside the hole.
        """


class RegionInpainter(Inpainter, Protocol):
    """Fills holes the better, the more it is told of the face's regions."""

    def inpaint(
        self, image: Tensor, mask: Tensor, lines: Tensor, labels: Tensor | None = None
    ) -> Tensor:
        """Fill the hole.

        Args:
            image, mask, lines: as for every `Inpainter`.
            labels: (N, 1, S, S) uint8, a `core.anatomy.regions.Region` in each pixel, also in the
                hole; any other value where it is not known. None: nothing is known.
        """


@dataclass(frozen=True)
class ModelSpec:
    """One row of the registry."""

    name: str
    """Key on the command line and stem of the weights file."""
    title: str
    """What the user reads."""
    build: Callable[[Path | None, torch.device], Any]
    """Make what its task asks for from a weights file, or with random weights in the embedded
    size from None.

    Raises `CheckpointError` if the weights are missing, damaged, or do not fit."""
    import_published: Callable[[Path, Path], None] | None = None
    """Convert a published checkpoint (first path) into our safetensors (second path)."""
    task: Task = Task.FILL
    sees_regions: bool = False
    """Whether it is a `RegionInpainter`."""
