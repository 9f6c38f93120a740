"""Samples whose hair follows an exemplar's: holes over both, the exemplar's edges drawn."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.anatomy.regions import Region
from core.training.data.batches import TensorBatch
from core.training.data.sketches import SKETCH_CHANNEL, draw_sketch

_SKETCHED_SHARE = 0.75
"""Share of samples with the edges of the exemplar's hair in their lines."""
_HIDDEN_SHARE = 0.5
"""Share of a face's own hair that a hole over its hair hides."""
_GROWN_PX, _EDGE_PX = 4, 2
"""Margins around the exemplar's hair, in a frame of 128."""
_KEPT_REGIONS = tuple(region for region in Region if Region.SKIN < region < Region.HAIR)


def add_exemplar_hair(batch: TensorBatch, rows: slice, rng: np.random.Generator) -> TensorBatch:
    """Extend holes over hair by the exemplar's hair, and draw its edges; exemplar of i is i - 1.

    Args:
        batch: with labels; all aligned to the canonical frame, so that faces coincide.
        rows: the samples that have an exemplar.
        rng: random numbers.
    """
    mask, lines = batch.mask.clone(), batch.lines.clone()
    hair, kept = exemplar_hair_mask(batch), region_mask(batch, *_KEPT_REGIONS)
    replacing = replaces_hair(batch)
    for row in range(*rows.indices(len(mask))):
        if replacing[row]:
            exemplar_area = _dilate(hair[row], _GROWN_PX) & ~kept[row]
            mask[row] = torch.maximum(mask[row], exemplar_area.to(mask))
            if rng.random() < _SKETCHED_SHARE:
                near = _dilate(hair[row], _EDGE_PX) & (mask[row] > 0)
                edges = _draw_edges(batch.image[row - 1], rng).to(lines) * near[0]
                lines[row, SKETCH_CHANNEL] = torch.maximum(lines[row, SKETCH_CHANNEL], edges)
    return batch._replace(mask=mask, lines=lines)


def replaces_hair(batch: TensorBatch) -> Tensor:
    """Return which samples have a hole over most of their hair; (N,) boolean."""
    own = region_mask(batch, Region.HAIR)
    hidden = own & (batch.mask > 0)
    return hidden.sum(dim=(1, 2, 3)) > _HIDDEN_SHARE * own.sum(dim=(1, 2, 3)).clamp(min=1)


def exemplar_hair_mask(batch: TensorBatch) -> Tensor:
    """Return where each exemplar, the sample before, has hair; (N, 1, S, S) boolean."""
    return region_mask(batch, Region.HAIR).roll(1, 0)


def region_mask(batch: TensorBatch, *regions: Region) -> Tensor:
    """Return where a batch shows some regions; (N, 1, S, S) boolean."""
    assert batch.labels is not None
    return torch.isin(batch.labels, batch.labels.new_tensor(regions))


def _dilate(area: Tensor, radius: int) -> Tensor:
    """Dilate a boolean mask (1, S, S)."""
    wide = F.max_pool2d(area[None].float(), 2 * radius + 1, stride=1, padding=radius)
    return wide[0] > 0


def _draw_edges(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Draw the edges of an image (3, S, S) in [-1, 1]; (S, S), 1 on a line."""
    grey = ((image.mean(dim=0) + 1.0) * 127.5).byte().cpu().numpy()
    return torch.from_numpy(draw_sketch(grey, rng)) / 255.0
