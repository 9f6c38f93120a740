"""The parts of region-normalised inpainting; numbers in brackets are the patent's equations.

Everywhere `regions` is (N, R, H, W), how much of each pixel belongs to each of R regions, summing
to 1; the last region is the rest of the picture, which the patent leaves out.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SLOPE = 0.2

_INITIAL_STD = 0.02
_EPSILON = 1e-6


class Down(nn.Module):
    """3x3 convolution that halves the side, instance norm, leaky ReLU."""

    def __init__(self, in_channels: int, out_channels: int, *, normalised: bool = True) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, 2, 1, bias=not normalised)
        self.normalised = normalised

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, H / 2, W / 2)."""
        return _activated(self.conv(x), self.normalised)


class Up(nn.Module):
    """4x4 transposed convolution that doubles the side, instance norm, leaky ReLU."""

    def __init__(self, in_channels: int, out_channels: int, *, normalised: bool = True) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=not normalised)
        self.normalised = normalised

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, 2 H, 2 W)."""
        return _activated(self.conv(x), self.normalised)


class StyleNet(nn.Module):
    """Four layers down, three up: the features of which styles are means (1)."""

    def __init__(
        self, in_channels: int, down: Sequence[int], up: Sequence[int], *, normalised: bool
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            Down(above, below, normalised=normalised)
            for above, below in itertools.pairwise((in_channels, *down))
        ]
        layers += [
            Up(below, above, normalised=normalised)
            for below, above in itertools.pairwise((down[-1], *up))
        ]
        self.layers = nn.Sequential(*layers)

    def forward(self, image: Tensor) -> Tensor:
        """Map (N, in_channels, S, S) to (N, up[-1], S / 2, S / 2)."""
        features: Tensor = self.layers(image)
        return features


class Affine(NamedTuple):
    """What the regions of one skip connection are scaled by and shifted by, pixel by pixel."""

    scale: Tensor
    """(N, C, H, W) gamma of each damaged region, 0 in the others."""
    shift: Tensor
    """(N, C, H, W) beta of each damaged region, 0 in the others."""


class StyleFusion(nn.Module):
    """Learns how much of each region's affine parameters is its own style, how much the face's.

    The patent writes one gamma for features of all widths; here every skip has its own layers,
    and, as in the equations, its three region norms share them.
    """

    def __init__(self, regions: int, style: int, channels: int) -> None:
        super().__init__()
        self.local_weight = nn.Parameter(torch.empty(regions, 2 * channels, style))
        self.local_bias = nn.Parameter(torch.zeros(regions, 2 * channels))
        self.global_weight = nn.Parameter(torch.empty(regions, 2 * channels, style))
        self.global_bias = nn.Parameter(torch.zeros(regions, 2 * channels))
        self.alpha = nn.Parameter(torch.zeros(regions, 2))  # of gamma, of beta
        for weight in (self.local_weight, self.global_weight):
            nn.init.trunc_normal_(weight, 0.0, _INITIAL_STD)  # quick on the meta device, too

    def forward(self, matrix: Tensor) -> tuple[Tensor, Tensor]:
        """Mix each pair of styles (5) into gamma (6) and beta (7).

        Args:
            matrix: (N, style, R + 1): the regions' styles, then the face's.

        Returns:
            gamma and beta, (N, R, C) each.
        """
        own = torch.einsum("nsr,rcs->nrc", matrix[..., :-1], self.local_weight) + self.local_bias
        whole = torch.einsum("ns,rcs->nrc", matrix[..., -1], self.global_weight) + self.global_bias
        share = torch.sigmoid(self.alpha)
        gammas, betas = zip(own.chunk(2, dim=-1), whole.chunk(2, dim=-1), strict=True)
        gamma, beta = (
            share[:, index, None] * local + (1.0 - share[:, index, None]) * face
            for index, (local, face) in enumerate((gammas, betas))
        )
        return gamma, beta


class RegionRepair(nn.Module):
    """Repairs the features of one skip connection, region by region (11)."""

    def __init__(self, regions: int, style: int, channels: int) -> None:
        super().__init__()
        self.fusion = StyleFusion(regions, style, channels)
        self.repair = nn.Conv2d(channels, channels, 3, 1, 1)
        self.boundary = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, matrix: Tensor, regions: Tensor, damaged: Tensor) -> Tensor:
        """Repair features.

        Args:
            x: (N, C, H, W).
            matrix: (N, style, R + 1) as `style_matrix` makes it.
            regions: (N, R, S, S) of the whole frame.
            damaged: (N, R), 1 for each region that the hole touches.
        """
        gamma, beta = self.fusion(matrix)
        affine = affine_maps(gamma, beta, resized(regions, x.shape[-1]), damaged)
        boundary = torch.sigmoid(region_norm(self.boundary(x), affine))  # (12)
        repaired = self.repair(region_norm(x, affine))  # (16)
        repaired = region_norm(F.leaky_relu(repaired, SLOPE), affine)  # (17)
        return repaired * boundary  # (18)


def region_norm(x: Tensor, affine: Affine) -> Tensor:
    """Bring every channel to mean 0 and variance 1 (13), then scale and shift (14), (15).

    As the regions sum to 1, so do their normalised features; where no region is damaged nothing
    but the norm happens.
    """
    normed = F.instance_norm(x)
    return normed + normed * affine.scale + affine.shift


def affine_maps(gamma: Tensor, beta: Tensor, regions: Tensor, damaged: Tensor) -> Affine:
    """Broadcast the parameters (N, R, C) of the damaged regions to their pixels (14).

    The patent adds beta everywhere; here it stays in its region.
    """
    where = regions * damaged[..., None, None]
    scale, shift = (torch.einsum("nrhw,nrc->nchw", where, one) for one in (gamma, beta))
    return Affine(scale, shift)


def resized(regions: Tensor, side: int) -> Tensor:
    """Downsample (N, R, H, W) regions; a pixel may then belong to several in part."""
    return F.adaptive_avg_pool2d(regions, side)


def damaged_regions(regions: Tensor, mask: Tensor, least_pixels: float = 0.0) -> Tensor:
    """Tell which regions the hole touches, picture by picture.

    Args:
        regions: (N, R, S, S) of the whole frame.
        mask: (N, 1, S, S), 1 in the hole.
        least_pixels: a region with no more than these in the hole counts as whole.

    Returns:
        (N, R) of 1 and 0.
    """
    return ((regions * mask).sum(dim=(2, 3)) > least_pixels).to(regions.dtype)


def style_matrix(features: Tensor, regions: Tensor, mask: Tensor) -> Tensor:
    """Average features over each region (2) and over the face (3), side by side (4).

    Only what can be seen counts. A region of which nothing can be seen has the face's style; a
    picture without a face has its own.

    Args:
        features: (N, C, H, W).
        regions: (N, R, S, S) of the whole frame, the rest last.
        mask: (N, 1, S, S), 1 in the hole.

    Returns:
        (N, C, R + 1): the regions' styles, then the face's.
    """
    seen = resized(regions * (1.0 - mask), features.shape[-1])
    everything = seen.sum(dim=1, keepdim=True)
    face = everything - seen[:, -1:]
    has_face = (face.sum(dim=(2, 3), keepdim=True) > _EPSILON).to(face.dtype)
    whole = _mean(features, torch.lerp(everything, face, has_face))
    visible = seen.sum(dim=(2, 3))[:, None] > _EPSILON
    own = _mean(features, seen)
    local = torch.lerp(whole.expand_as(own), own, visible.to(own.dtype))
    return torch.cat([local, whole], dim=2)


def _mean(features: Tensor, weights: Tensor) -> Tensor:
    """Average (N, C, H, W) by each of the weights (N, K, H, W); (N, C, K)."""
    shares = weights / weights.sum(dim=(2, 3), keepdim=True).clamp(min=_EPSILON)
    return torch.einsum("nchw,nkhw->nck", features, shares.to(features.dtype))


def _activated(x: Tensor, normalised: bool) -> Tensor:
    return F.leaky_relu(F.instance_norm(x) if normalised else x, SLOPE)
