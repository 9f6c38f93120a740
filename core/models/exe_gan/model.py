"""EXE-GAN: facial inpainting guided by an exemplar through multi-style modulation.

Wanglong Lu et al., "Do Inpainting Yourself: Generative Facial Inpainting Guided by Exemplars",
2022. A generator of StyleGAN2's kind starts from what an encoder sees of the photo; its styles
join the photo's global style to random ones in the coarse rows and to an exemplar's in the rest.

One code, two sizes. `ExeGANConfig()` is the published network and loads published weights, with
those of its encoder beside them. `EMBEDDED` is slim, ours, paints frames of 128 pixels, and departs
from the paper where its comments say so; its encoder lies in the same file.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models import psp
from core.models.psp import GradualStyleEncoder, StyleEncoderConfig
from core.models.stylegan_layers import (
    EqualConv2d,
    EqualLinear,
    MappingNetwork,
    StyledConv,
    ToRGB,
)
from core.runtime.membrane import smooth_fill

NAME = "exe_gan"
RANDOM_ROWS = 4
"""Rows of a style code that are random; an exemplar gives those from here on."""
_COARSEST = 4  # side in pixels of the deepest features
_MOST_SIZE, _MOST_LAYERS, _LINE_CHANNELS = 1024, 64, 3


@dataclass(frozen=True)
class ExeGANConfig:
    """The defaults are the published network; `membrane` and `line_channels` are ours."""

    widths: tuple[int, ...] = (128, 256, 512, 512, 512, 512, 512)
    """Channels at each level from full resolution down to 4 x 4 pixels."""
    style_dim: int = 512
    """Numbers of one row of a style code."""
    global_dim: int = 1024
    """Numbers of the style that the photo itself gives."""
    mapping_layers: int = 8
    dropout: float = 0.5
    """Of the photo's own style; only while training."""
    membrane: bool = False
    """Start from a smooth fill of the hole and return a residual."""
    line_channels: int = 0
    """Lines told beside the picture, as `core.anatomy.landmarks.line_map` draws them."""

    def __post_init__(self) -> None:
        if (
            self.rows <= RANDOM_ROWS
            or self.image_size > _MOST_SIZE
            or self.mapping_layers > _MOST_LAYERS
            or self.line_channels > _LINE_CHANNELS
        ):
            raise ValueError("no levels, layers or lines of this network")

    @property
    def image_size(self) -> int:
        """Side of a frame in pixels."""
        return int(_COARSEST * 2 ** (len(self.widths) - 1))

    @property
    def rows(self) -> int:
        """Rows of a style code."""
        return 2 * len(self.widths)


@dataclass(frozen=True)
class StyleConfig:
    """Both networks; the defaults are ours: 6.6 and 2.9 MB in half precision."""

    generator: ExeGANConfig = ExeGANConfig(
        widths=(32, 64, 96, 128, 128, 128),
        style_dim=128,
        global_dim=160,
        mapping_layers=4,
        membrane=True,
        line_channels=3,
    )
    encoder: StyleEncoderConfig = psp.EMBEDDED
    known: int = 64
    """Codes of faces that are kept; random styles are mixed of them."""

    def __post_init__(self) -> None:
        given = (self.encoder.rows + RANDOM_ROWS, self.encoder.style_dim)
        if given != (self.generator.rows, self.generator.style_dim) or not self.known:
            raise ValueError("a generator and an encoder that do not fit")


EMBEDDED = StyleConfig()


class ExeGANInputs(NamedTuple):
    """What the generator sees; `prepare_inputs` makes it."""

    base: Tensor
    """(N, 3, S, S) RGB in [-1, 1]; in the hole zeros or, with `membrane`, the smooth fill."""
    mask: Tensor
    """(N, 1, S, S), 1 in the hole, 0 elsewhere."""
    lines: Tensor
    """(N, line_channels, S, S) in [0, 1]."""


class ExeGANOutput(NamedTuple):
    """What the losses need."""

    image: Tensor
    """(N, 3, S, S) float32: the composite, equal to the photo outside the hole, not clipped."""
    painted: Tensor
    """(N, 3, S, S) float32: what was painted, also outside the hole; a residual with `membrane`."""


class PhotoFeatures(NamedTuple):
    """What the encoder sees of a photo, whatever the styles."""

    levels: list[Tensor]
    """(N, C, H, W) from full resolution down to 8 x 8 pixels."""
    deepest: Tensor
    """(N, C, 4, 4), where the decoder starts."""
    style: Tensor
    """(N, global_dim), the photo's global style."""


class EncoderLevel(nn.Module):
    """Looks at one resolution and goes to the next."""

    def __init__(self, width: int, below: int) -> None:
        super().__init__()
        self.conv = EqualConv2d(width, width, 3)
        self.down = EqualConv2d(width, below, 3, downsample=True)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (N, width, H, W) to features of the same shape and (N, below, H / 2, W / 2)."""
        features = self.conv(x)
        return features, self.down(features)


class DecoderLevel(nn.Module):
    """Comes from the coarser resolution and adds what the encoder has seen at this one."""

    def __init__(self, below: int, width: int, style_dim: int) -> None:
        super().__init__()
        self.up = StyledConv(below, width, style_dim, upsample=True)
        self.conv = StyledConv(width, width, style_dim)
        self.to_rgb = ToRGB(width, style_dim)

    def forward(
        self, x: Tensor, image: Tensor, seen: Tensor, styles: Tensor, noise: Sequence[Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Decode one level.

        Args:
            x: (N, below, H, W).
            image: (N, 3, H, W), the picture so far.
            seen: (N, width, 2H, 2W), the encoder's features.
            styles: (N, 3, D) of the two convolutions and the picture.
            noise: two of (N, 1, 2H, 2W).

        Returns:
            (N, width, 2H, 2W) and the picture (N, 3, 2H, 2W).
        """
        x = self.up(x, styles[:, 0], noise[0]) + seen
        x = self.conv(x, styles[:, 1], noise[1])
        return x, self.to_rgb(x, styles[:, 2], image)


class ExeGANGenerator(nn.Module):
    """An encoder of the photo and a decoder that styles modulate."""

    def __init__(self, config: ExeGANConfig) -> None:
        super().__init__()
        self.config = config
        widths, deepest = config.widths, config.widths[-1]
        styles = config.style_dim + config.global_dim
        self.mapping = MappingNetwork(config.style_dim, config.mapping_layers)
        self.stem = EqualConv2d(4 + config.line_channels, widths[0], 1)
        self.encoder = nn.ModuleList(EncoderLevel(*pair) for pair in itertools.pairwise(widths))
        self.bottom = EqualConv2d(deepest, deepest, 3)
        area = deepest * _COARSEST**2
        self.to_global = EqualLinear(area, config.global_dim, activated=True)
        self.from_global = EqualLinear(config.global_dim, area, activated=True)
        self.first = StyledConv(deepest, deepest, styles)
        self.first_rgb = ToRGB(deepest, styles)
        self.decoder = nn.ModuleList(
            DecoderLevel(below, width, styles)
            for below, width in itertools.pairwise(reversed(widths))
        )
        if config.membrane:  # ours: the first result is the membrane
            for module in self.modules():
                if isinstance(module, ToRGB):
                    nn.init.zeros_(module.conv.weight)

    def forward(self, inputs: ExeGANInputs, codes: Tensor, noise: Sequence[Tensor]) -> ExeGANOutput:
        """Fill the hole.

        Args:
            inputs: what `prepare_inputs` made.
            codes: (N, rows, style_dim) style code, random rows first; see `join_styles`.
            noise: what `draw_noise` drew.
        """
        painted = self.decode(self.encode(inputs), codes, noise).float()
        return ExeGANOutput(inputs.base + painted * inputs.mask, painted)

    def encode(self, inputs: ExeGANInputs) -> PhotoFeatures:
        """Look at the photo."""
        seen = [inputs.base, inputs.mask - 0.5]
        seen += [inputs.lines] if self.config.line_channels else []
        x = self.stem(torch.cat(seen, dim=1))
        levels = []
        for level in self.encoder:
            features, x = level(x)
            levels.append(features)
        x = self.bottom(x)
        style = F.dropout(self.to_global(x.flatten(1)), self.config.dropout, self.training)
        return PhotoFeatures(levels, x + self.from_global(style).reshape(x.shape), style)

    def decode(self, features: PhotoFeatures, codes: Tensor, noise: Sequence[Tensor]) -> Tensor:
        """Paint (N, 3, S, S), also outside the hole; see `forward`."""
        shared = features.style[:, None].expand(-1, codes.shape[1], -1)
        styles = torch.cat([codes.to(shared.dtype), shared], dim=2)
        x = self.first(features.deepest, styles[:, 0], noise[0])
        image: Tensor = self.first_rgb(x, styles[:, 1])
        rows = range(1, codes.shape[1] - 1, 2)
        for row, level, seen in zip(rows, self.decoder, features.levels[::-1], strict=True):
            x, image = level(x, image, seen, styles[:, row : row + 3], noise[row : row + 2])
        return image


def prepare_inputs(
    image: Tensor, mask: Tensor, lines: Tensor, config: ExeGANConfig
) -> ExeGANInputs:
    """Make what the generator sees, in training and at run time alike.

    Args:
        image: (N, 3, S, S) RGB in [-1, 1]; what it holds inside the hole is ignored.
        mask: (N, 1, S, S), 1 in the hole, 0 elsewhere.
        lines: (N, 3, S, S) in [0, 1]; the published network knows nothing of lines.
    """
    image, mask = image.float(), mask.float()
    base = smooth_fill(image, mask) if config.membrane else image * (1.0 - mask)
    return ExeGANInputs(base, mask, lines[:, : config.line_channels].float())


def join_styles(random: Tensor, exemplar: Tensor) -> Tensor:
    """Put random rows before those of an exemplar.

    Args:
        random: w (N, D) of the mapping network.
        exemplar: (N, rows - 4, D) of the style encoder.

    Returns:
        (N, rows, D) style code.
    """
    return torch.cat([random[:, None].expand(-1, RANDOM_ROWS, -1), exemplar], dim=1)


def mix_styles(first: Tensor, second: Tensor, start: int, stop: int) -> Tensor:
    """Replace rows start..stop of one style code by another's.

    Args:
        first: (N, L, D).
        second: (N, L, D).
        start, stop: half-open range of rows taken from `second`, in [0, L].

    Returns:
        (N, L, D).
    """
    return torch.cat([first[:, :start], second[:, start:stop], first[:, stop:]], dim=1)


def draw_noise(config: ExeGANConfig, count: int, generator: torch.Generator) -> list[Tensor]:
    """Draw what the decoder adds to its features: (count, 1, H, W) a layer, coarse to fine."""
    sides = [_COARSEST * 2 ** ((layer + 1) // 2) for layer in range(config.rows - 1)]
    return [
        torch.randn(count, 1, side, side, generator=generator, device=generator.device)
        for side in sides
    ]


class ExeGAN(nn.Module):
    """Generator and style encoder, which learn and are stored together."""

    known: Tensor

    def __init__(self, config: StyleConfig) -> None:
        super().__init__()
        self.config = config
        self.generator = ExeGANGenerator(config.generator)
        self.encoder = GradualStyleEncoder(config.encoder)
        shape = (config.known, config.encoder.rows, config.encoder.style_dim)
        self.register_buffer("known", torch.zeros(shape))

    def forward(
        self, inputs: ExeGANInputs, codes: Tensor, latent: Tensor, noise: Sequence[Tensor]
    ) -> ExeGANOutput:
        """Fill the hole.

        Args:
            inputs: what `prepare_inputs` made.
            codes: (N, rows - 4, D) of the encoder or of `random_codes`.
            latent: (N, D) normal noise, for the random rows.
            noise: what `draw_noise` drew.
        """
        joined = join_styles(self.generator.mapping(latent), codes)
        output: ExeGANOutput = self.generator(inputs, joined, noise)
        return output

    def random_codes(self, shares: Tensor) -> Tensor:
        """Mix styles of nobody, spread as those of the known faces are.

        Args:
            shares: (N, known) normal noise.

        Returns:
            (N, rows - 4, D).
        """
        mean = self.known.mean(dim=0)
        spread = (self.known - mean) * len(self.known) ** -0.5
        return mean + torch.einsum("nk,krd->nrd", shares, spread)


class ExeGANInpainter:
    """Adapts the project's conventions to `ExeGAN`."""

    def __init__(self, network: ExeGAN) -> None:
        self.network = network.eval().requires_grad_(False)

    def encode(self, exemplar: Tensor) -> Tensor:
        """Read the style of aligned faces.

        Args:
            exemplar: (N, 3, S, S) RGB in [-1, 1].

        Returns:
            (N, L, D) style code: the rows that an exemplar gives.
        """
        codes: Tensor = self.network.encoder(exemplar)
        return codes

    def paint(
        self, image: Tensor, mask: Tensor, lines: Tensor, codes: Tensor | None, seed: int
    ) -> Tensor:
        """Fill the hole in a style.

        Args:
            image: (N, 3, S, S) RGB in [-1, 1]; what it holds inside the hole is ignored. A frame
                of another side than the network's is painted at that one.
            mask: (N, 1, S, S), 1 in the hole, 0 elsewhere.
            lines: (N, 3, S, S) in [0, 1]; zeros where nothing is known.
            codes: (N, L, D) of `encode`; None: a random style.
            seed: which of the variations; on every device the same.

        Returns:
            (N, 3, S, S) in [-1, 1], equal to `image` outside the hole.
        """
        config, randomness = self.network.config.generator, torch.Generator().manual_seed(seed)

        def draw(columns: int) -> Tensor:
            return torch.randn(len(image), columns, generator=randomness).to(image.device)

        latent = draw(config.style_dim)
        noise = [one.to(image.device) for one in draw_noise(config, len(image), randomness)]
        if codes is None:
            codes = self.network.random_codes(draw(len(self.network.known)))
        inputs = prepare_inputs(*_resized(image, mask, lines, config.image_size), config)
        output: ExeGANOutput = self.network(inputs, codes, latent, noise)
        painted = F.interpolate(output.image, size=image.shape[2:], mode="bilinear", antialias=True)
        return torch.where(mask > 0, painted.clamp(-1.0, 1.0), image)


def _resized(
    image: Tensor, mask: Tensor, lines: Tensor, side: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Resize a frame to another side; what the hole hides does not shine through."""
    if image.shape[-1] == side:
        return image, mask, lines
    shown = smooth_fill(image, mask)
    return (
        F.interpolate(shown, side, mode="bilinear", antialias=True),
        F.adaptive_max_pool2d(mask, side),
        F.adaptive_max_pool2d(lines, side),
    )
