"""Sketches as somebody might draw them: the longer edges of what a hole hides."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from core.edit.style.sketch_edges import long_edges
from core.training.data.batches import TensorBatch

_BLUR_PX = (1.0, 2.2)
_EDGE = (40.0, 110.0)
"""Steps, of 255 and summed over a 3 x 3 Sobel window, above which an edge begins."""
SKETCH_CHANNEL = 2
"""Channel of the lines in which the program draws a sketch."""


def add_sketches(batch: TensorBatch, share: float, rng: np.random.Generator) -> TensorBatch:
    """Draw edges of the photo into the holes of some samples, beside the lines that are there."""
    lines = batch.lines.clone()
    for row in np.flatnonzero(rng.random(len(lines)) < share):
        grey = ((batch.image[row].mean(dim=0) + 1.0) * 127.5).byte().cpu().numpy()
        edges = torch.from_numpy(draw_sketch(grey, rng)).to(lines) / 255.0
        lines[row, SKETCH_CHANNEL] = torch.maximum(
            lines[row, SKETCH_CHANNEL], edges * batch.mask[row, 0]
        )
    return batch._replace(lines=lines)


def draw_sketch(grey: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Draw the long edges of an image (H, W): 255 on a line of one pixel, 0 elsewhere."""
    return long_edges(grey, rng.uniform(*_BLUR_PX), rng.uniform(*_EDGE))
