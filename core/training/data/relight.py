"""Makes a face's exemplar from itself, to be restored from: other light, colours, shape."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

_HARDNESS = (0.1, 1.0)
"""Times the spreads of light and colour: the program matches tones before the network sees them,
and some pairs of faces differ little."""
_GAMMA = 0.45  # standard deviations of logarithms, down to the saturation
_GAIN = 0.5
_CHANNEL_GAMMA = 0.15
_CHANNEL_GAIN = 0.18
_LIGHT = 0.45
_COLOURED_LIGHT = 0.1
_SATURATION = 0.35
_OFFSET = 0.04
_MAX_MEAN = 0.8
"""A gain stops where the mean of the part is as bright as this: photos are not burnt out."""
_BLURRED, _BLUR_PX = 0.3, (0.3, 1.2)
_BLUR_REACH = 3
_WARP_PX = 1.2
_OCCLUDED = 0.3
"""Share of the samples in which something hides a piece of the exemplar."""
_OCCLUDER_WIDTH = (0.1, 0.4)


def relit_exemplars(image: Tensor, mask: Tensor, rng: np.random.Generator) -> Tensor:
    """Relight, recolour, blur and bend what a hole hides; sometimes a piece is missing.

    Args:
        image: (N, 3, S, S) in [-1, 1].
        mask: (N, 1, S, S), 1 in the hole.

    Returns:
        (N, 3, S, S) in [0, 1], zero outside the hole.
    """
    count, device = len(image), image.device

    hardness = torch.from_numpy(rng.uniform(*_HARDNESS, (count, 1, 1, 1))).to(image)

    def draw(spread: float, channels: int = 1, side: int = 1) -> Tensor:
        return _normal(rng, (count, channels, side, side), device) * hardness * spread

    bend = _normal(rng, (count, 2, 4, 4), device) * _WARP_PX
    x = _warp((image.float() + 1) / 2, bend)
    x = _blur_some(x, rng).clamp(1e-3, 1.0) ** (draw(_GAMMA) + draw(_CHANNEL_GAMMA, 3)).exp()
    grey = x.mean(dim=1, keepdim=True)
    x = (grey + (x - grey) * draw(_SATURATION).exp()).clamp(min=0.0)
    light = draw(_LIGHT, 1, 3) + draw(_COLOURED_LIGHT, 3, 3)
    x = x * _upsample(light, x.shape[-1]).exp() * draw(_CHANNEL_GAIN, 3).exp()
    mean = (x * mask).sum(dim=(1, 2, 3)) / (3 * mask.sum(dim=(1, 2, 3))).clamp(min=1.0)
    most = (_MAX_MEAN / mean.clamp(min=1e-3))[:, None, None, None]
    x = x * torch.minimum(draw(_GAIN).exp(), most) + draw(_OFFSET, 3)
    return x.clamp(0.0, 1.0) * mask * _visible_mask(rng, count, x.shape[-1], device)


def _warp(x: Tensor, move: Tensor) -> Tensor:
    """Move pixels by a smooth field; `move` is (N, 2, k, k) in pixels."""
    count, size = len(x), x.shape[-1]
    identity = torch.eye(2, 3, device=x.device).repeat(count, 1, 1)
    grid = F.affine_grid(identity, [count, 1, size, size], align_corners=False)
    grid = grid + _upsample(move, size).permute(0, 2, 3, 1) * (2.0 / size)
    return F.grid_sample(x, grid, mode="bicubic", padding_mode="reflection", align_corners=False)


def _blur_some(x: Tensor, rng: np.random.Generator) -> Tensor:
    """Blur some of (N, 3, S, S), each by its own Gaussian."""
    chosen = np.flatnonzero(rng.random(len(x)) < _BLURRED)
    if not len(chosen):
        return x
    sigma = torch.from_numpy(rng.uniform(*_BLUR_PX, len(chosen))).to(x)
    ticks = torch.arange(-_BLUR_REACH, _BLUR_REACH + 1, device=x.device)
    kernel = (-0.5 * (ticks / sigma[:, None]) ** 2).exp()
    kernel = (kernel / kernel.sum(dim=1, keepdim=True)).repeat_interleave(3, dim=0)  # (3K, taps)
    rows = torch.from_numpy(chosen).to(x.device)
    soft = F.pad(x[rows], (_BLUR_REACH,) * 4, mode="reflect").flatten(0, 1)[None]
    soft = F.conv2d(soft, kernel[:, None, :, None], groups=len(kernel))
    soft = F.conv2d(soft, kernel[:, None, None, :], groups=len(kernel))
    changed = x.clone()
    changed[rows] = soft.view(len(chosen), 3, *x.shape[-2:])
    return changed


def _visible_mask(rng: np.random.Generator, count: int, size: int, device: torch.device) -> Tensor:
    """Return (N, 1, S, S): 0 on strands and patches that hide a piece of some exemplars."""
    field = _upsample(_normal(rng, (count, 1, 5, 5), device), size)
    width = torch.from_numpy(rng.uniform(*_OCCLUDER_WIDTH, count)).to(field)
    width[torch.from_numpy(rng.random(count) >= _OCCLUDED).to(device)] = 0.0
    level = _normal(rng, (count, 1, 1, 1), device)
    return ((field - level).abs() >= width[:, None, None, None]).float()


def _upsample(numbers: Tensor, size: int) -> Tensor:
    return F.interpolate(numbers, size=(size, size), mode="bicubic", align_corners=True)


def _normal(rng: np.random.Generator, shape: Sequence[int], device: torch.device) -> Tensor:
    return torch.from_numpy(rng.standard_normal(shape, np.float32)).to(device)
