"""Samples that take the hair of another face, as the program asks for it: where it lies, drawn."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.anatomy.regions import Region
from core.training.data.batches import Tensors
from core.training.data.sketches import SKETCHED, sketch

_DRAWN = 0.75
"""Share of samples that are told the edges of the other's hair."""
_MOSTLY = 0.5
"""Share of a face's own hair that a hole over its hair hides."""
_GROWN_PX, _EDGE_PX = 4, 2
"""Around the other's hair, of a frame of 128."""
_STAYING = tuple(region for region in Region if Region.SKIN < region < Region.HAIR)


def lend_hair(batch: Tensors, rows: slice, rng: np.random.Generator) -> Tensors:
    """Let holes over hair hide all that the hair of the sample before covers, and draw its edges.

    Args:
        batch: with labels; all of the same frame, so that face lies upon face.
        rows: the samples that follow the one before.
        rng: random numbers.
    """
    mask, lines = batch.mask.clone(), batch.lines.clone()
    hair, staying = hair_before(batch), shows(batch, *_STAYING)
    taking = takes_hair(batch)
    for row in range(*rows.indices(len(mask))):
        if taking[row]:
            borrowed = _grown(hair[row], _GROWN_PX) & ~staying[row]
            mask[row] = torch.maximum(mask[row], borrowed.to(mask))
            if rng.random() < _DRAWN:
                near = _grown(hair[row], _EDGE_PX) & (mask[row] > 0)
                drawn = _edges(batch.image[row - 1], rng).to(lines) * near[0]
                lines[row, SKETCHED] = torch.maximum(lines[row, SKETCHED], drawn)
    return batch._replace(mask=mask, lines=lines)


def takes_hair(batch: Tensors) -> Tensor:
    """Tell of which samples the hole hides most of the hair; (N,) boolean."""
    own = shows(batch, Region.HAIR)
    hidden = own & (batch.mask > 0)
    return hidden.sum(dim=(1, 2, 3)) > _MOSTLY * own.sum(dim=(1, 2, 3)).clamp(min=1)


def hair_before(batch: Tensors) -> Tensor:
    """Tell where the sample before each has hair; (N, 1, S, S) boolean."""
    return shows(batch, Region.HAIR).roll(1, 0)


def shows(batch: Tensors, *regions: Region) -> Tensor:
    """Tell where a batch shows some regions; (N, 1, S, S) boolean."""
    assert batch.labels is not None
    return torch.isin(batch.labels, batch.labels.new_tensor(regions))


def _grown(area: Tensor, radius: int) -> Tensor:
    """Grow a boolean area (1, S, S)."""
    wide = F.max_pool2d(area[None].float(), 2 * radius + 1, stride=1, padding=radius)
    return wide[0] > 0


def _edges(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Draw the edges of a picture (3, S, S) in [-1, 1]; (S, S), 1 on a line."""
    grey = ((image.mean(dim=0) + 1.0) * 127.5).byte().cpu().numpy()
    return torch.from_numpy(sketch(grey, rng)) / 255.0
