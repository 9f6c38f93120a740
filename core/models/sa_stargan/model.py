"""Paints another expression on a face: StarGAN with self-attention and spectral normalisation.

Su Mengjing, Wang Bo and Liu Benyong, "Expression image synthesis using GAN by introducing
self-attention mechanism and spectral normalization", 2022, on Yunjey Choi et al., "StarGAN",
CVPR 2018. Where the two attention modules stand is only drawn there; here they stand behind the
bottleneck and behind the first enlargement.

One code, two sizes. `PAPER` is the published network with attention. `EMBEDDED` is slim, ours:
it moves the picture's own pixels and shades them, and its attention looks at pooled keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.errors import refusing
from core.models.base import ModelSpec, Task
from core.models.sa_stargan.layers import (
    ResidualBlock,
    SelfAttention,
    instance_norm,
    relu_shifted,
)
from core.models.sa_stargan.state_dict import convert_state_dict, published_sizes
from core.runtime.checkpoints import check_fit, load_network, save_weights, write_card
from core.runtime.published import read_published
from core.runtime.stored_config import config_from

NAME = "sa_stargan"
TITLE = "SA + SN StarGAN: expressions, the paper's way"
CLASSES = (
    "angry",
    "contemptuous",
    "disgusted",
    "fearful",
    "happy",
    "neutral",
    "sad",
    "surprised",
)
"""The expressions in the order of the label, alphabetical as in the published data."""
SIDE = 128
"""Pixels of the frames that the network sees."""
_MOST_CLASSES, _MOST_WIDTH, _MOST_BLOCKS, _MOST_KERNEL = 64, 256, 32, 9
_MOST_MOVE = 0.12  # half sides: 8 pixels of 128
_MOVE_CELL = 4
_LEAST_WIDTH = 4  # attention divides the channels by 8, and there are twice as many
_IMPORTED = """Imported from a published checkpoint of StarGAN (Choi et al., CVPR 2018), in single
precision, without attention. The authors' code has the MIT licence; they state no licence for the
weights, which saw photos that are for non-commercial research. Norms use the statistics of each
picture, as the authors' program does, so the running ones are left out."""


@dataclass(frozen=True)
class SAStarGANConfig:
    """The defaults are the paper's network."""

    classes: int = len(CLASSES)
    width: int = 64
    """Channels at full resolution; each of the two halvings doubles them."""
    blocks: int = 6
    kernel: int = 7
    """Side of the first and the last convolution's kernel in pixels, odd."""
    attention: bool = True
    """False: StarGAN as it was published."""
    key_side: int = 0
    """Ours: attention looks at keys pooled to so many pixels a side; 0: at all."""
    steered: bool = False
    """Ours: the label shifts every norm. A norm by picture takes away what is the same all over it,
    so that the published planes of the label are felt from the frame's edges only."""
    moving: bool = False
    """Ours: the network moves the picture's own pixels and lightens or darkens them, neither at
    the start; of colours it is told nothing, which would pass for expressions too easily."""
    running_statistics: bool = False
    """Gather statistics of the norms in training, and use them in evaluation mode."""

    def __post_init__(self) -> None:
        if not (
            1 <= self.classes <= _MOST_CLASSES
            and _LEAST_WIDTH <= self.width <= _MOST_WIDTH
            and self.blocks <= _MOST_BLOCKS
            and self.kernel <= _MOST_KERNEL
            and self.kernel % 2
        ):
            raise ValueError("no widths, blocks or kernel of this network")


PAPER = SAStarGANConfig()
EMBEDDED = SAStarGANConfig(width=24, blocks=4, kernel=3, key_side=8, steered=True, moving=True)


class Stage(nn.Module):
    """A convolution that may halve or double the side, instance norm, ReLU."""

    def __init__(self, conv: nn.Conv2d | nn.ConvTranspose2d, *, running_statistics: bool) -> None:
        super().__init__()
        self.conv = conv
        self.norm = instance_norm(conv.out_channels, running_statistics=running_statistics)

    def forward(self, x: Tensor, shift: Tensor | None = None) -> Tensor:
        """Map (N, C, H, W) to what the convolution makes of it; (N, C', 1, 1) shifts the norm."""
        return relu_shifted(self.norm(self.conv(x)), shift)


class SAStarGANGenerator(nn.Module):
    """Down to a quarter of the side, residual blocks, attention, and up again (section 3.1)."""

    def __init__(self, config: SAStarGANConfig) -> None:
        super().__init__()
        self.config = config
        width, kernel, tracked = config.width, config.kernel, config.running_statistics
        channels = 3 + config.classes

        def stage(conv: nn.Conv2d | nn.ConvTranspose2d) -> Stage:
            return Stage(conv, running_statistics=tracked)

        self.stem = stage(nn.Conv2d(channels, width, kernel, 1, kernel // 2, bias=False))
        self.down = nn.ModuleList(
            stage(nn.Conv2d(above, 2 * above, 4, 2, 1, bias=False)) for above in (width, 2 * width)
        )
        self.blocks = nn.ModuleList(
            ResidualBlock(4 * width, running_statistics=tracked) for _ in range(config.blocks)
        )
        self.up = nn.ModuleList(
            stage(nn.ConvTranspose2d(2 * below, below, 4, 2, 1, bias=False))
            for below in (2 * width, width)
        )
        self.attention = nn.ModuleList(
            SelfAttention(below, config.key_side)
            for below in ((4 * width, 2 * width) if config.attention else ())
        )
        widths = [width, 2 * width, *[4 * width] * (1 + config.blocks), 2 * width, width]
        self.steer = nn.ModuleList(
            nn.Linear(config.classes, one, bias=False) for one in widths if config.steered
        )
        self.to_image = nn.Conv2d(width, 3, kernel, 1, kernel // 2, bias=False)
        if config.moving:
            nn.init.zeros_(self.to_image.weight)

    def forward(self, image: Tensor, label: Tensor) -> Tensor:
        """Paint another expression.

        Args:
            image: (N, 3, S, S) RGB in [-1, 1]; S a multiple of 4.
            label: (N, K), 1 for the expression asked for, 0 elsewhere.

        Returns:
            (N, 3, S, S) float32 in [-1, 1]; a network that moves pixels may leave it a bit.
        """
        move, change = self.changes(image, label)
        return change if move is None else move_pixels(image, move) + change

    def changes(self, image: Tensor, label: Tensor) -> tuple[Tensor | None, Tensor]:
        """Say what is done to a picture.

        Args:
            image, label: as for `forward`.

        Returns:
            (N, 2, S, S) float32 where each pixel comes from, x and y in half sides, beside where
            it is, and (N, 3, S, S) what is added; None and the answer itself if nothing moves.
        """
        planes = label[:, :, None, None].expand(-1, -1, *image.shape[2:])
        shifts = [steer(label)[:, :, None, None] for steer in self.steer]
        x = torch.cat([image, planes.to(image.dtype)], dim=1)
        before = 1 + len(self.down) + len(self.blocks)
        for number, layer in enumerate((self.stem, *self.down, *self.blocks, *self.up)):
            if self.config.attention and number >= before:
                x = self.attention[number - before](x)
            x = layer(x, shifts[number] if shifts else None)
        painted = self.to_image(x).float()
        if not self.config.moving:
            return None, torch.tanh(painted)
        coarse = F.avg_pool2d(painted[:, 1:], _MOVE_CELL)  # what moves, moves with its surroundings
        move = F.interpolate(coarse, size=image.shape[2:], mode="bicubic", align_corners=False)
        shade = torch.tanh(painted[:, :1]).expand(-1, 3, -1, -1)
        return _MOST_MOVE * torch.tanh(move), shade


def move_pixels(image: Tensor, move: Tensor) -> Tensor:
    """Take every pixel from elsewhere.

    Args:
        image: (N, C, S, S).
        move: (N, 2, S, S) as `SAStarGANGenerator.changes` gives it.
    """
    still = torch.eye(2, 3, device=image.device).repeat(len(image), 1, 1)
    grid = F.affine_grid(still, list(image.shape), align_corners=False)
    grid = grid + move.permute(0, 2, 3, 1)
    return F.grid_sample(image.float(), grid, padding_mode="border", align_corners=False)


class ExpressionChange(NamedTuple):
    """What the network does to one frame."""

    move: Tensor
    """(1, 2, S, S) float32 where each pixel comes from, x and y in pixels of the frame, beside
    where it is."""
    change: Tensor
    """(1, 3, S, S) float32 what is added to the moved frame, which has the range [-1, 1]."""


class ExpressionNetwork:
    """Runs the generator for the program: one face, one expression."""

    def __init__(self, generator: SAStarGANGenerator) -> None:
        self.generator = generator.eval().requires_grad_(False)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the expressions, none for an imported network of other attributes."""
        return CLASSES if self.generator.config.classes == len(CLASSES) else ()

    def express(self, image: Tensor, label: Tensor) -> ExpressionChange:
        """Say how to paint another expression.

        Args:
            image: (1, 3, S, S) RGB in [-1, 1]; S a multiple of 4.
            label: (1, K) as `one_hot` makes it.
        """
        move, change = self.generator.changes(image, label)
        if move is None:
            return ExpressionChange(torch.zeros_like(image[:, :2]), change - image)
        return ExpressionChange(move * (image.shape[-1] / 2), change)


def one_hot(weights: Mapping[str, float], device: torch.device) -> Tensor:
    """Make the label (1, K) of expressions by name and weight, each in 0..1.

    Raises:
        KeyError: there is no such expression.
    """
    label = torch.zeros(1, len(CLASSES), device=device)
    positions = {name: index for index, name in enumerate(CLASSES)}
    for name, weight in weights.items():
        label[0, positions[name]] = weight
    return label


def import_published(source: Path, target: Path) -> None:
    """Convert a published checkpoint of StarGAN into weights, with a card beside them.

    Raises:
        CheckpointError: `source` is not a generator of StarGAN.
    """
    upstream = read_published(source)
    with refusing(f"The file {source} is not a checkpoint of StarGAN; choose another file."):
        config = SAStarGANConfig(*published_sizes(upstream), attention=False)
        state = convert_state_dict(upstream)
    check_fit(lambda: SAStarGANGenerator(config), state, source)
    save_weights(target, state, NAME, asdict(config), fp16=False)
    write_card(target, TITLE, _IMPORTED)


def build(path: Path | None, device: torch.device) -> ExpressionNetwork:
    """Load weights of either size, or start from random ones in the embedded size.

    Raises:
        CheckpointError: the weights are missing, damaged, or do not fit.
    """
    if path is None:
        generator = SAStarGANGenerator(EMBEDDED)
    else:
        generator = load_network(path, NAME, lambda values: _made(values, path))
    convert_conv2d_weight_memory_format(generator, torch.channels_last)
    return ExpressionNetwork(generator.to(device))


def _made(values: Mapping[str, Any], path: Path) -> SAStarGANGenerator:
    return SAStarGANGenerator(config_from(SAStarGANConfig, values, path))


SPEC = ModelSpec(
    name=NAME, title=TITLE, build=build, import_published=import_published, task=Task.EXPRESS
)
