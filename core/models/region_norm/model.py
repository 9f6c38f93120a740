"""Inpainting by the style of face regions: patent CN113298736A (Yan, Li, Zhu and others, 2021).

A style net averages features over each region of the face; every skip connection of a U-Net is
normalised and, in the regions that the hole touches, scaled and shifted by those styles. No code
or weights were published; where the patent contradicts itself, comments say what is done here.

One code, two sizes. `RegionNormConfig()` is the patent's network. `EMBEDDED` is slim, ours, and
departs from the patent where its comments say so.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import HEAD_COUNT, HEAD_LABELS, StyleRegion, to_style_regions
from core.models.base import ModelSpec
from core.models.region_norm.layers import (
    SLOPE,
    Down,
    RegionRepair,
    StyleNet,
    Up,
    damaged_regions,
    style_matrix,
)
from core.runtime.checkpoints import load_network
from core.runtime.membrane import smooth_fill
from core.runtime.stored_config import config_from

NAME = "region_norm"
TITLE = "Region norm: the style of each face region"
_LABELS = HEAD_COUNT
_MOST_LEVELS = 5  # the smallest frames have 64 pixels, the deepest features two
_INPUT_CHANNELS = 3 + 1 + 3 + _LABELS
"""Channels that the embedded network sees: smooth fill, mask, lines, and the map itself."""
_STYLE_OF = to_style_regions(np.arange(_LABELS, dtype=np.uint8))
_HEAD_LABELS = torch.from_numpy(HEAD_LABELS)
_GROUPS = torch.from_numpy(np.arange(StyleRegion.REST)[:, None] == _STYLE_OF)
"""(8, 13), true where a label belongs to a region."""


@dataclass(frozen=True)
class RegionNormConfig:
    """The defaults are the patent's network, whose widths are ours to choose; it names none."""

    widths: tuple[int, ...] = (64, 128, 256, 512, 512)
    """Channels of the encoder layers; each halves the side."""
    style_down: tuple[int, ...] = (64, 128, 256, 512)
    style_up: tuple[int, ...] = (256, 256, 256)
    """Channels of the style net; the last one is the length of a style."""
    membrane: bool = False
    """Start from a smooth fill of the hole, see mask, lines and map, return a residual."""
    head: int = 64
    """Channels of the last layer, at full resolution."""

    def __post_init__(self) -> None:
        depths = (len(self.widths), len(self.style_down))
        if max(depths) > _MOST_LEVELS or len(self.style_up) > len(self.style_down):
            raise ValueError("frames cannot be halved or doubled so often")


EMBEDDED = RegionNormConfig(
    widths=(48, 80, 128, 160, 160),
    style_down=(32, 48, 64, 96),
    style_up=(64, 64, 64),
    membrane=True,
    head=32,
)


class RegionNormInputs(NamedTuple):
    """What the generator sees; `prepare_inputs` makes it."""

    picture: Tensor
    """(N, 3 or 20, S, S): the damaged picture, or the smooth fill and all conditions."""
    membrane: Tensor
    """(N, 3, S, S) in [-1, 1], the image with its hole filled smoothly."""
    mask: Tensor
    """(N, 1, S, S), 1 in the hole, 0 elsewhere."""
    regions: Tensor
    """(N, 9, S, S) one-hot over `StyleRegion`."""


class RegionNormGenerator(nn.Module):
    """A U-Net whose skips are repaired region by region."""

    def __init__(self, config: RegionNormConfig) -> None:
        super().__init__()
        self.config = config
        seen = _INPUT_CHANNELS if config.membrane else 3
        widths, regions, style = config.widths, len(StyleRegion), config.style_up[-1]
        # Ours: a style is colour too, which instance norm would take away.
        self.style = StyleNet(
            seen, config.style_down, config.style_up, normalised=not config.membrane
        )
        # The patent's stride of 1 could not halve the side; 4 skips need 5 layers up.
        self.encoder = nn.ModuleList(
            Down(above, below) for above, below in itertools.pairwise((seen, *widths))
        )
        self.repairs = nn.ModuleList(RegionRepair(regions, style, width) for width in widths[:-1])
        outwards = (*reversed(widths[:-1]), config.head)
        inwards = (widths[-1], *(2 * width for width in outwards[:-1]))
        self.decoder = nn.ModuleList(
            Up(below, above) for below, above in zip(inwards, outwards, strict=True)
        )
        if config.membrane:  # ours: without it the full resolution is seen by no layer
            self.detail = nn.Conv2d(config.head + seen, config.head, 3, 1, 1)
        self.to_image = nn.Conv2d(config.head, 3, 3, 1, 1)
        if config.membrane:  # ours: the first result is the membrane
            for parameter in self.to_image.parameters():
                nn.init.zeros_(parameter)

    def forward(self, inputs: RegionNormInputs) -> Tensor:
        """Fill the hole; the side is a multiple of 2^depth, and at least twice that.

        Returns:
            (N, 3, S, S) float32. As patented: the whole picture in [-1, 1], also outside the
            hole. With a membrane: equal to the image outside the hole, not clipped.
        """
        mask, regions = inputs.mask, inputs.regions
        matrix = style_matrix(self.style(inputs.picture), regions, mask)
        damaged = damaged_regions(regions, mask)
        x, skips = inputs.picture, list[Tensor]()
        for down in self.encoder:  # (8) to (10)
            x = down(x)
            skips.append(x)
        x = self.decoder[0](skips.pop())  # (19)
        repairs = list(self.repairs)
        for up in itertools.islice(self.decoder, 1, None):
            repaired = repairs.pop()(skips.pop(), matrix, regions, damaged)  # (11)
            # (20), where the patent writes the features before the gate of (18).
            x = up(torch.cat([x, repaired], dim=1))
        return self._paint(x, inputs)

    def _paint(self, x: Tensor, inputs: RegionNormInputs) -> Tensor:
        if not self.config.membrane:
            return torch.tanh(self.to_image(x).float())  # (21)
        x = F.leaky_relu(self.detail(torch.cat([x, inputs.picture], dim=1)), SLOPE)
        residual: Tensor = self.to_image(x)
        return inputs.membrane + residual.float() * inputs.mask


def prepare_inputs(
    image: Tensor, mask: Tensor, lines: Tensor, labels: Tensor | None, config: RegionNormConfig
) -> RegionNormInputs:
    """Make what the generator sees, in training and at run time alike.

    Args:
        image: (N, 3, S, S) RGB in [-1, 1]; what it holds inside the hole is ignored.
        mask: (N, 1, S, S), 1 in the hole, 0 elsewhere.
        lines: (N, 3, S, S) in [0, 1]; the patent's network knows nothing of lines.
        labels: (N, 1, S, S) uint8, a `Region` each; other values and None are not known.
        config: of the network.
    """
    mask = mask.float()
    membrane = smooth_fill(image, mask)
    if labels is None:
        labels = torch.full_like(mask, UNKNOWN, dtype=torch.uint8)
    known = one_hot(labels)
    if config.membrane:
        picture = torch.cat([membrane, mask, lines.float(), known], dim=1)
    else:
        picture = image.float() * (1.0 - mask)
    return RegionNormInputs(picture, membrane, mask, partition(known))


def one_hot(labels: Tensor) -> Tensor:
    """Map (N, 1, S, S) labels to (N, 13, S, S), 1 or 0; zeros where the label is not known.

    What is worn counts as what lies beneath it.
    """
    every = torch.arange(_LABELS, device=labels.device)[:, None, None]
    head = _HEAD_LABELS.to(labels.device)[labels.long()]
    return (head == every).float()


def partition(known: Tensor) -> Tensor:
    """Sum one-hot labels (N, 13, S, S) to the patent's regions (N, 9, S, S).

    The patent has no region for background and clothes, whose features would be lost; what is
    not known counts as the rest too.
    """
    parts = torch.einsum("rl,nlhw->nrhw", _GROUPS.to(known), known).float()
    return torch.cat([parts, 1.0 - parts.sum(dim=1, keepdim=True)], dim=1)


class RegionNormInpainter:
    """Adapts the project's conventions to `RegionNormGenerator`."""

    def __init__(self, generator: RegionNormGenerator) -> None:
        self.generator = generator.eval().requires_grad_(False)

    def inpaint(
        self, image: Tensor, mask: Tensor, lines: Tensor, labels: Tensor | None = None
    ) -> Tensor:
        """Fill the hole; see `core.models.base.RegionInpainter`."""
        inputs = prepare_inputs(image, mask, lines, labels, self.generator.config)
        filled: Tensor = self.generator(inputs).clamp(-1.0, 1.0)
        return torch.where(mask > 0, filled, image)


def build(path: Path | None, device: torch.device) -> RegionNormInpainter:
    """Load weights of either size, or start from random ones in the embedded size."""
    if path is None:
        generator = RegionNormGenerator(EMBEDDED)
    else:
        generator = load_network(
            path,
            NAME,
            lambda values: RegionNormGenerator(config_from(RegionNormConfig, values, path)),
        )
    convert_conv2d_weight_memory_format(generator, torch.channels_last)
    return RegionNormInpainter(generator.to(device))


def config_values(config: RegionNormConfig) -> dict[str, Any]:
    """Write the config as plain values."""
    return asdict(config)


SPEC = ModelSpec(NAME, TITLE, build, sees_regions=True)
