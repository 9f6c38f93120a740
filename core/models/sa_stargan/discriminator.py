"""Judges whether a face is a photo, and which expression it shows; only training needs it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

PAPER_WIDTHS = (64, 128, 256, 512, 1024, 2048)
EMBEDDED_WIDTHS = (32, 64, 128, 256, 256)
"""Suits the embedded generator."""
PAPER_SIDE = 128
"""Pixels of the frames that the head of the classes spans."""
_SLOPE = 0.01


class Verdict(NamedTuple):
    """What the discriminator says of a batch."""

    realness: Tensor
    """(N, 1, S / 2^L, S / 2^L) of L hidden layers; higher is more real."""
    classes: Tensor
    """(N, K) logits of the expressions."""


class SAStarGANDiscriminator(nn.Module):
    """Strided convolutions, and two heads (section 3.1); every layer has spectral norm."""

    def __init__(
        self,
        classes: int,
        widths: Sequence[int] = PAPER_WIDTHS,
        side: int = PAPER_SIDE,
        *,
        spectral: bool = True,
    ) -> None:
        """Make the network.

        Args:
            classes: K, how many expressions there are.
            widths: channels of the hidden layers, each of which halves the side.
            side: of the frames in pixels.
            spectral: False leaves spectral norm out, as in StarGAN.
        """
        super().__init__()
        normed: Callable[[nn.Conv2d], nn.Module] = spectral_norm if spectral else _as_it_is
        self.layers = nn.ModuleList(
            normed(nn.Conv2d(above, below, 4, 2, 1))
            for above, below in itertools.pairwise((3, *widths))
        )
        self.to_realness = normed(nn.Conv2d(widths[-1], 1, 3, padding=1, bias=False))
        last_side = side >> len(widths)
        self.to_classes = normed(nn.Conv2d(widths[-1], classes, last_side, bias=False))

    def forward(self, image: Tensor) -> Verdict:
        """Judge (N, 3, S, S) in [-1, 1], S the side of the frames."""
        x = image
        for layer in self.layers:
            x = F.leaky_relu(layer(x), _SLOPE)
        return Verdict(self.to_realness(x), self.to_classes(x).flatten(1))


def _as_it_is(layer: nn.Conv2d) -> nn.Module:
    return layer
