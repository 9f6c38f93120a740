"""The layers of CTSDG: partial convolutions, gated fusion, attention to similar regions.

Guo, Yang and Huang, ICCV 2021; `core.models.ctsdg` builds the generator of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SLOPE = 0.2
"""Of all leaky ReLUs."""
_KERNELS = (7, 5, 5)  # of the first encoder layers; 3 below
_ATTENTION_SCALE = 10.0
_ATTENTION_FLOOR = 1e-8
_NORM_FLOOR = 1e-4


class Masked(NamedTuple):
    """Features and where they are known."""

    features: Tensor
    """(N, C, H, W)."""
    known: Tensor | None
    """(N, 1, H, W) float32, 1 where the features are known, 0 elsewhere: the paper's mask. None
    means everywhere."""


class PartialConv(nn.Module):
    """Convolution over known values only, with a mask that shrinks.

    The published layer has as many mask channels as feature channels. Here every group of
    channels shares one mask of one channel: the sums are the same whole numbers.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, stride: int) -> None:
        super().__init__()
        padding = kernel_size // 2
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False)

    def forward(self, groups: Sequence[Masked]) -> Masked:
        """Convolve the concatenated groups.

        Args:
            groups: (N, C_i, H, W) features whose C_i sum up to `in_channels`.

        Returns:
            (N, out_channels, H / stride, W / stride), known where any input under the
            kernel is.
        """
        if all(known is None for _, known in groups):
            return Masked(self.conv(torch.cat([features for features, _ in groups], dim=1)), None)
        ratio, known = self.count_known(groups)
        # Under autocast one float32 picture would turn all the features beside it to float32.
        dtype = groups[0].features.dtype
        values = self.conv(torch.cat([keep_known(group).to(dtype) for group in groups], dim=1))
        return Masked(values * ratio.to(values.dtype), known)

    def count_known(self, groups: Sequence[Masked]) -> tuple[Tensor, Tensor | None]:
        """Return how many inputs there are for every known one, and where there is any."""
        size, stride = self.conv.kernel_size[0], self.conv.stride[0]
        weighted = sum_tensors([known_or_ones(group) * group.features.shape[1] for group in groups])
        # Pooling, unlike convolution, stays in float32 under autocast.
        count = F.avg_pool2d(weighted, size, stride, size // 2, divisor_override=1)
        ratio = self.conv.in_channels * size**2 / count.clamp(min=1.0)
        if any(known is None for _, known in groups):
            return ratio, None
        known = (count > 0.5).to(count.dtype)
        return ratio * known, known


class EncoderLayer(nn.Module):
    """Partial convolution of stride 2, batch norm (not in the first layer), ReLU."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, *, norm: bool
    ) -> None:
        super().__init__()
        self.conv = PartialConv(in_channels, out_channels, kernel_size, stride=2)
        self.norm = nn.BatchNorm2d(out_channels) if norm else nn.Identity()

    def forward(self, groups: Sequence[Masked]) -> Masked:
        """Map (N, in_channels, H, W) to (N, out_channels, H / 2, W / 2)."""
        features, known = self.conv(groups)
        return Masked(F.relu(self.norm(features)), known)


class DecoderLayer(nn.Module):
    """Enlarge by two, join the skip connection, partial convolution, batch norm, leaky ReLU."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = PartialConv(in_channels, out_channels, kernel_size=3, stride=1)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, below: Masked, skip: Sequence[Masked]) -> Masked:
        """Map (N, C, H, W) and a skip of (2 H, 2 W) to (N, out_channels, 2 H, 2 W)."""
        known = None if below.known is None else F.interpolate(below.known, scale_factor=2.0)
        features, known = self.conv([Masked(upsample(below.features), known), *skip])
        return Masked(F.leaky_relu(self.norm(features), SLOPE), known)


class Stream(nn.Module):
    """Encoder and decoder of texture or of structure."""

    def __init__(self, in_channels: int, widths: Sequence[int]) -> None:
        super().__init__()
        above = (in_channels, *widths[:-1])  # channels of what each level's skip carries
        kernels = (*_KERNELS, *[3] * len(widths))
        self.encoder = nn.ModuleList(
            EncoderLayer(above[level], width, kernels[level], norm=level > 0)
            for level, width in enumerate(widths)
        )
        self.decoder = nn.ModuleList(
            DecoderLayer(width + above[level], widths[max(level - 1, 0)])
            for level, width in enumerate(widths)
        )

    def encode(self, groups: Sequence[Masked]) -> list[Sequence[Masked]]:
        """Return the input and what every layer makes of it, the bottleneck last."""
        levels = [groups]
        for layer in self.encoder:
            levels.append([layer(levels[-1])])
        return levels

    def decode(self, bottleneck: Masked, skips: Sequence[Sequence[Masked]]) -> Tensor:
        """Return (N, widths[0], S, S) from a bottleneck and this stream's own skips."""
        state = bottleneck
        for layer, skip in zip(reversed(self.decoder), reversed(skips), strict=True):
            state = layer(state, skip)
        return state.features


class BiGFF(nn.Module):
    """Bi-directional gated feature fusion (section 3.2 of the paper)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gates = nn.Conv2d(2 * channels, 2 * channels, 3, padding=1)
        self.structure_gamma = nn.Parameter(torch.zeros(1))
        self.texture_gamma = nn.Parameter(torch.zeros(1))

    def forward(self, texture: Tensor, structure: Tensor) -> Tensor:
        """Exchange what each stream knows.

        Args:
            texture: (N, C, H, W) texture decoder features.
            structure: (N, C, H, W) structure decoder features.

        Returns:
            (N, 2C, H, W): fused texture, then fused structure.
        """
        both = torch.cat([texture, structure], dim=1)  # (N, 2C, H, W)
        to_texture, to_structure = torch.sigmoid(self.gates(both)).chunk(2, dim=1)
        texture_gamma, structure_gamma = (
            gamma.to(texture.dtype) for gamma in (self.texture_gamma, self.structure_gamma)
        )
        fused_texture = texture + texture_gamma * (to_texture * structure)
        # The released weights were trained with the *fused* texture here, not the raw one.
        fused_structure = structure + structure_gamma * (to_structure * fused_texture)
        return torch.cat([fused_texture, fused_structure], dim=1)


class RegionAffinity(nn.Module):
    """Rebuilds every region from those that look like it; it learns nothing itself.

    Keys and queries are 3 x 3 patches of the reduced features, values are patches of the
    features themselves. Patches of the hole attend to each other too, as published.
    """

    def __init__(self, rate: int, *, as_published: bool) -> None:
        super().__init__()
        self.rate = rate
        self._mix = mix_by_convolution if as_published else mix_by_product

    def forward(self, x: Tensor) -> Tensor:
        """Mix regions of (N, C, H, W); H and W are multiples of the rate."""
        with torch.autocast(x.device.type, enabled=False):  # scores reach far beyond bfloat16
            x = x.float()
            reduced = F.interpolate(
                x, scale_factor=1 / self.rate, mode="bilinear", align_corners=True
            )
            return self._mix(x, reduced) / 4.0  # four windows overlap, at the border fewer


def mix_by_product(x: Tensor, reduced: Tensor) -> Tensor:
    """Sum, at every place, all windows weighted by how alike the places are.

    Args:
        x: (N, C, H, W) features; windows are 2 rate wide and `rate` apart.
        reduced: (N, C, H / rate, W / rate) features, whose 3 x 3 patches are compared.

    Returns:
        (N, C, H, W), the sum of overlapping windows.
    """
    rate = x.shape[-1] // reduced.shape[-1]
    queries = F.unfold(reduced, 3, padding=1)  # (N, 9 C, K)
    # Only keys are normalised: a query's norm acts as a temperature.
    keys = queries / _norms(queries)
    weights = _attention(keys.transpose(1, 2) @ queries)  # (N, K keys, K queries)
    values = F.unfold(x, 2 * rate, padding=rate // 2, stride=rate)  # (N, C (2 rate)^2, K)
    return F.fold(values @ weights, x.shape[-2:], 2 * rate, padding=rate // 2, stride=rate)


def mix_by_convolution(x: Tensor, reduced: Tensor) -> Tensor:
    """Do the same by convolution with the patches, a third slower, for published weights.

    Rounding tells the two apart: thousands of weights at the floor get lost beside large ones
    in the convolution, and the published network's sharp attention makes that visible.
    """
    count, channels, height, width = reduced.shape
    rate = x.shape[-1] // width
    patches = F.unfold(reduced, 3, padding=1)
    keys = (patches / _norms(patches)).transpose(1, 2).reshape(-1, channels, 3, 3)
    pictures = reduced.reshape(1, -1, height, width)
    scores = F.conv2d(pictures, keys, padding=1, groups=count)  # (1, N K, H / rate, W / rate)
    weights = _attention(scores.reshape(count, -1, height, width)).reshape(scores.shape)
    values = F.unfold(x, 2 * rate, padding=rate // 2, stride=rate).transpose(1, 2)
    windows = values.reshape(-1, channels, 2 * rate, 2 * rate)  # (N K, C, 2 rate, 2 rate)
    summed = F.conv_transpose2d(weights, windows, None, rate, rate // 2, groups=count)
    return summed.reshape(x.shape)


def _norms(patches: Tensor) -> Tensor:
    # The floor goes under the root: the gradient of the root of zero is infinite.
    return patches.square().sum(dim=1, keepdim=True).clamp(min=_NORM_FLOOR**2).sqrt()


def _attention(scores: Tensor) -> Tensor:
    return (_ATTENTION_SCALE * scores).softmax(dim=1).clamp(min=_ATTENTION_FLOOR)


class ScaleAggregation(nn.Module):
    """Convolutions of four dilations, mixed by weights for every pixel (MSFA)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)
            for dilation in (1, 2, 4, 8)
        )
        self.to_hidden = nn.Conv2d(channels, channels, 3, padding=1)
        self.to_weights = nn.Conv2d(channels, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to the same shape."""
        weights = F.relu(self.to_weights(F.relu(self.to_hidden(x)))).softmax(dim=1)
        return sum_tensors(
            [F.relu(branch(x)) * weights[:, i : i + 1] for i, branch in enumerate(self.branches)]
        )


class FeatureAggregation(nn.Module):
    """Contextual feature aggregation (CFA, section 3.2): similar regions, then many scales."""

    def __init__(self, channels: int, rate: int, *, as_published: bool) -> None:
        super().__init__()
        self.affinity = RegionAffinity(rate, as_published=as_published)
        self.scales = ScaleAggregation(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to the same shape."""
        aggregated: Tensor = self.scales(self.affinity(x))
        return aggregated


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions with batch norm around a shortcut."""

    def __init__(self, channels: int, hidden: int, *, bias: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, hidden, 3, padding=1, bias=bias)
        self.norm1 = nn.BatchNorm2d(hidden)
        self.conv2 = nn.Conv2d(hidden, channels, 3, padding=1, bias=bias)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to the same shape."""
        return F.relu(self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))) + x)


class Projection(nn.Module):
    """Shows what one stream knows by itself, for the intermediate losses only."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.block = ResidualBlock(channels, channels // 4)
        self.to_out = nn.Conv2d(channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, out_channels, H, W), before any activation."""
        projected: Tensor = self.to_out(self.block(x))
        return projected


def upsample(features: Tensor) -> Tensor:
    """Enlarge (N, C, H, W) to (N, C, 2 H, 2 W) bilinearly."""
    return F.interpolate(features, scale_factor=2.0, mode="bilinear", align_corners=False)


def known_or_ones(group: Masked) -> Tensor:
    """Return (N, 1, H, W), ones for a group that is known everywhere."""
    if group.known is not None:
        return group.known
    return torch.ones_like(group.features[:, :1], dtype=torch.float32)


def keep_known(group: Masked) -> Tensor:
    """Return (N, C, H, W) features with zeros where they are not known."""
    return group.features if group.known is None else group.features * group.known


def sum_tensors(tensors: Sequence[Tensor]) -> Tensor:
    """Add tensors of one shape."""
    total = tensors[0]
    for tensor in tensors[1:]:
        total = total + tensor
    return total
