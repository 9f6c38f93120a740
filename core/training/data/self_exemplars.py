"""Makes of a face its own exemplar: turned, moved, mirrored, in slightly other light."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

_TURN = math.radians(8.0)
_SCALE = 0.1  # logarithm
_SHIFT = 0.06  # of the side
_GAIN, _CHANNEL_GAIN = 0.06, 0.02  # logarithms; the colours are what an exemplar is there for


def make_self_exemplars(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Mirror half of the faces; turn, scale, move and relight all a little.

    Args:
        image: (N, 3, S, S) in [-1, 1].
        rng: random numbers.

    Returns:
        (N, 3, S, S) in [-1, 1]; beyond the border the image is mirrored.
    """
    count = len(image)
    turn = rng.uniform(-_TURN, _TURN, count)
    scale = np.exp(rng.uniform(-_SCALE, _SCALE, count))
    mirror = np.where(rng.random(count) < 0.5, -1.0, 1.0)
    matrix = np.empty((count, 2, 3))
    matrix[:, 0, 0], matrix[:, 0, 1] = mirror * scale * np.cos(turn), -scale * np.sin(turn)
    matrix[:, 1, 0], matrix[:, 1, 1] = mirror * scale * np.sin(turn), scale * np.cos(turn)
    matrix[:, :, 2] = rng.uniform(-2 * _SHIFT, 2 * _SHIFT, (count, 2))
    gain = rng.normal(0, _GAIN, (count, 1)) + rng.normal(0, _CHANNEL_GAIN, (count, 3))
    grid = F.affine_grid(torch.from_numpy(matrix).to(image), list(image.shape), align_corners=False)
    moved = F.grid_sample(image, grid, padding_mode="reflection", align_corners=False)
    light = torch.from_numpy(np.exp(gain)).to(image)[:, :, None, None]
    return (((moved + 1.0) * light) - 1.0).clamp(-1.0, 1.0)
