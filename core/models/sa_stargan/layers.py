"""Self-attention and residual blocks, as the expression network is made of."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_QUERY_SHARE = 8
"""Channels of the features per channel of queries and keys."""


class SelfAttention(nn.Module):
    """Every pixel adds what it gathers from all others (section 2.1, equations 1 to 4).

    Han Zhang et al., "Self-Attention Generative Adversarial Networks", ICML 2019. The paper's
    (4) mixes its indices; as in SAGAN, pixel j of the result belongs to query j.
    """

    def __init__(self, channels: int, key_side: int = 0) -> None:
        """Make the layer.

        Args:
            channels: C of the features.
            key_side: ours: keys and values are pooled to so many pixels a side; 0 keeps all.
        """
        super().__init__()
        self.key_side = key_side
        self.query = nn.Conv2d(channels, channels // _QUERY_SHARE, 1)
        self.key = nn.Conv2d(channels, channels // _QUERY_SHARE, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to the same shape; the identity at the start of a training."""
        seen = x
        if self.key_side and x.shape[-1] > self.key_side:
            seen = F.adaptive_avg_pool2d(x, self.key_side)
        queries = self.query(x).flatten(2).transpose(1, 2)  # (N, HW, C / 8)
        keys, values = self.key(seen).flatten(2), self.value(seen).flatten(2)
        shares = torch.bmm(queries, keys).softmax(dim=2).to(values.dtype)  # (N, HW, keys)
        gathered = torch.bmm(values, shares.transpose(1, 2)).view_as(x)
        return self.gamma.to(x.dtype) * gathered + x


class ResidualBlock(nn.Module):
    """Two convolutions with instance norm, added to what came in."""

    def __init__(self, channels: int, *, running_statistics: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = instance_norm(channels, running_statistics=running_statistics)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = instance_norm(channels, running_statistics=running_statistics)

    def forward(self, x: Tensor, shift: Tensor | None = None) -> Tensor:
        """Map (N, C, H, W) to the same shape; (N, C, 1, 1) shifts the first norm."""
        added: Tensor = self.norm2(self.conv2(relu_shifted(self.norm1(self.conv1(x)), shift)))
        return x + added


def relu_shifted(x: Tensor, shift: Tensor | None) -> Tensor:
    """Apply ReLU to (N, C, H, W), shifted by (N, C, 1, 1) if there is such."""
    return F.relu(x if shift is None else x + shift)


def instance_norm(channels: int, *, running_statistics: bool) -> nn.InstanceNorm2d:
    """Make the norm behind every convolution but the last.

    Published networks gather running statistics in training, and yet are run with those of each
    picture, which is what the norm does here unless told otherwise.
    """
    return nn.InstanceNorm2d(channels, affine=True, track_running_stats=running_statistics)
