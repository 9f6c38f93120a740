"""EXE-GAN's losses beside the usual ones: the exemplar's attributes, regular style paths.

Wanglong Lu et al., "Do Inpainting Yourself", 2022: gradients are weighed spatially, so that the
middle of a hole follows the exemplar and its border the photo. Tero Karras et al., "Analyzing and
Improving the Image Quality of StyleGAN", 2020: regular paths.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

_SWEEPS = 7
_SIDE_PER_RADIUS = 8  # published: 32 pixels of 256
_AVERAGING_RATE = 0.01
_CELL_PX, _LEAST_OF_CELL = 8, 0.5
_MIN_SHARE = 0.001
"""Of a frame: fewer pixels of a part have no colour to speak of."""


def weigh_gradient(x: Tensor, weights: Tensor) -> Tensor:
    """Return `x` as it is; the gradient that comes back is multiplied by `weights`.

    Args:
        x: (N, C, H, W), finite.
        weights: (N, 1, H, W).
    """
    return x.detach() + (x - x.detach()) * weights


def photo_weights(mask: Tensor) -> Tensor:
    """Weigh how much each pixel should follow the photo: M_w.

    The published filter is called a Gaussian and is a box, to half a thousandth.

    Args:
        mask: (N, 1, S, S), 1 in the hole, 0 elsewhere.

    Returns:
        (N, 1, S, S): 1 outside the hole, falling towards its middle.
    """
    known = 1.0 - mask
    weights = known
    radius = mask.shape[-1] // _SIDE_PER_RADIUS
    for _ in range(_SWEEPS):
        weights = known + mask * _box_blur(weights, radius)
    return weights


def exemplar_weights(mask: Tensor) -> Tensor:
    """Weigh how much each pixel should follow the exemplar.

    Args:
        mask: (N, 1, S, S), 1 in the hole, 0 elsewhere.

    Returns:
        (N, 1, S, S): 0 outside the hole, 1 where in the batch it is furthest from the photo.
    """
    weights = (1.0 - photo_weights(mask)) * mask
    return weights / weights.max().clamp(min=torch.finfo(weights.dtype).tiny)


def attribute_loss(
    encode: Callable[[Tensor], Tensor], output: Tensor, exemplar: Tensor, mask: Tensor
) -> Tensor:
    """Compare what a style encoder reads off a composite with what it reads off the exemplar.

    Args:
        encode: maps images (N, 3, S, S) to style codes (N, L, D); frozen.
        output: (N, 3, S, S), the composite.
        exemplar: (N, L, D), the exemplar's style code.
        mask: (N, 1, S, S), 1 in the hole; weighs the gradient spatially.
    """
    codes = encode(weigh_gradient(output, exemplar_weights(mask)))
    return F.mse_loss(codes.float(), exemplar.detach().float())


def tone_loss(output: Tensor, parts: Tensor, exemplar: Tensor, exemplar_parts: Tensor) -> Tensor:
    """Compare the mean colours of parts that both images show.

    Args:
        output: (N, 3, S, S), the composite.
        parts: (N, K, S, S) boolean, where the fill shows each of K parts.
        exemplar: (N, 3, S, S).
        exemplar_parts: (N, K, S, S) boolean, the same parts of the exemplar.

    Returns:
        The mean absolute difference of colours, a scalar; 0 where no part is large enough.
    """
    min_pixels = _MIN_SHARE * output.shape[-1] ** 2
    is_visible = (parts.sum((2, 3)) >= min_pixels) & (exemplar_parts.sum((2, 3)) >= min_pixels)
    difference = (
        (_mean_colours(output, parts) - _mean_colours(exemplar, exemplar_parts)).abs().mean(2)
    )
    return (difference * is_visible).sum() / is_visible.sum().clamp(min=1)


def local_tone_loss(output: Tensor, exemplar: Tensor, area: Tensor) -> Tensor:
    """Compare two images blurred over cells of 8 x 8 pixels, where one thing lies in both.

    Args:
        output, exemplar: (N, 3, S, S).
        area: (N, 1, S, S) boolean; cells of which it covers less than half do not count.

    Returns:
        The mean absolute difference of colours, a scalar; 0 without such a cell.
    """
    weight = area.to(torch.float32)
    share = F.avg_pool2d(weight, _CELL_PX)
    difference = F.avg_pool2d((output.float() - exemplar.float()) * weight, _CELL_PX).abs()
    is_visible = share >= _LEAST_OF_CELL
    mean = difference.mean(dim=1, keepdim=True) / share.clamp(min=_LEAST_OF_CELL)
    return (mean * is_visible).sum() / is_visible.sum().clamp(min=1)


def path_lengths(painted: Tensor, codes: Tensor, generator: torch.Generator) -> Tensor:
    """Measure how far an image moves when its style does, in a random direction.

    Args:
        painted: (N, 3, H, W), computed from `codes`.
        codes: (N, L, D), requires a gradient.
        generator: draws the direction, on the device of the tensors.

    Returns:
        (N,), differentiable.
    """
    direction = torch.randn(painted.shape, generator=generator, device=painted.device)
    moved = (painted * direction).sum() / math.sqrt(painted.shape[2] * painted.shape[3])
    (gradient,) = torch.autograd.grad(moved, codes, create_graph=True)
    return gradient.square().sum(dim=2).mean(dim=1).sqrt()


def path_penalty(lengths: Tensor, average: Tensor) -> tuple[Tensor, Tensor]:
    """Punish lengths that differ from their running average.

    Args:
        lengths: (N,) of `path_lengths`.
        average: scalar, 0 at first.

    Returns:
        The penalty, a scalar, and the new average.
    """
    average = torch.lerp(average, lengths.mean().detach(), _AVERAGING_RATE)
    return (lengths - average).square().mean(), average


def _mean_colours(image: Tensor, parts: Tensor) -> Tensor:
    """Average images (N, 3, S, S) over parts (N, K, S, S); returns (N, K, 3)."""
    weights = parts.flatten(2).to(torch.float32)
    sums = weights @ image.float().flatten(2).transpose(1, 2)
    return sums / weights.sum(dim=2, keepdim=True).clamp(min=1.0)


def _box_blur(x: Tensor, radius: int) -> Tensor:
    """Average (N, 1, S, S) over squares of 2 radius + 1 pixels, mirrored at the border."""
    padded = F.pad(x, (radius,) * 4, mode="reflect")
    size = 2 * radius + 1
    return F.avg_pool2d(F.avg_pool2d(padded, (1, size), stride=1), (size, 1), stride=1)
