"""Layers of face-api.js (MIT), whose small networks take faces of 112 pixels."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

SIZE = 112
_MEAN = (122.782, 117.001, 104.298)

State = dict[str, Tensor]


def normalise_pixels(pixels: Tensor, divisor: float) -> Tensor:
    """Normalise RGB values 0..255, (N, 3, 112, 112), as the networks expect them."""
    return (pixels - pixels.new_tensor(_MEAN).view(1, 3, 1, 1)) / divisor


def convolve(state: State, name: str, x: Tensor, stride: int) -> Tensor:
    """Convolve by 3 x 3 or 1 x 1 `filters`."""
    filters = state[f"{name}.filters"]
    x = pad_same(x, stride) if filters.shape[-1] > 1 else x
    return F.conv2d(x, filters, state[f"{name}.bias"], stride)


def convolve_separably(state: State, name: str, x: Tensor, stride: int = 1) -> Tensor:
    """Convolve every channel by 3 x 3, then mix the channels."""
    depthwise = state[f"{name}.depthwise_filter"]
    x = F.conv2d(pad_same(x, stride), depthwise, stride=stride, groups=x.shape[1])
    return F.conv2d(x, state[f"{name}.pointwise_filter"], state[f"{name}.bias"])


def pad_same(x: Tensor, stride: int, value: float = 0.0) -> Tensor:
    """Pad for a 3 x 3 kernel so that ceil(n / stride) outputs come; the odd value comes last."""
    before = 0 if stride == 2 else 1
    return F.pad(x, (before, 1, before, 1), value=value)
