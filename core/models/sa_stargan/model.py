"""Paints another expression on a face: StarGAN with self-attention and spectral normalisation.

Su Mengjing, Wang Bo and Liu Benyong, "Expression image synthesis using GAN by introducing
self-attention mechanism and spectral normalization", 2022, on Yunjey Choi et al., "StarGAN",
CVPR 2018. Where the two attention modules stand is only drawn there; here they stand behind the
bottleneck and behind the first enlargement.

One code, two sizes. `PAPER` is the published network with attention. `EMBEDDED` is slim, ours:
it paints what changes, and its attention looks at pooled keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.errors import refusing
from core.models.base import ModelSpec, Task
from core.models.sa_stargan.layers import ResidualBlock, SelfAttention, instance_norm
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
    residual: bool = False
    """Ours: the network paints what is added to the picture, nothing at the start."""
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
EMBEDDED = SAStarGANConfig(width=24, blocks=4, kernel=3, key_side=16, residual=True)


class Stage(nn.Module):
    """A convolution that may halve or double the side, instance norm, ReLU."""

    def __init__(self, conv: nn.Conv2d | nn.ConvTranspose2d, *, running_statistics: bool) -> None:
        super().__init__()
        self.conv = conv
        self.norm = instance_norm(conv.out_channels, running_statistics=running_statistics)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to what the convolution makes of it."""
        return F.relu(self.norm(self.conv(x)))


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
        self.to_image = nn.Conv2d(width, 3, kernel, 1, kernel // 2, bias=False)
        if config.residual:
            nn.init.zeros_(self.to_image.weight)

    def forward(self, image: Tensor, label: Tensor) -> Tensor:
        """Paint another expression.

        Args:
            image: (N, 3, S, S) RGB in [-1, 1]; S a multiple of 4.
            label: (N, K), 1 for the expression asked for, 0 elsewhere.

        Returns:
            (N, 3, S, S) float32 in [-1, 1]; a network that paints a residual may leave it a bit.
        """
        planes = label[:, :, None, None].expand(-1, -1, *image.shape[2:])
        x = self.stem(torch.cat([image, planes.to(image.dtype)], dim=1))
        for layer in (*self.down, *self.blocks):
            x = layer(x)
        for number, layer in enumerate(self.up):
            if self.config.attention:
                x = self.attention[number](x)
            x = layer(x)
        painted = torch.tanh(self.to_image(x).float())
        return image + 2 * painted if self.config.residual else painted


class ExpressionNetwork:
    """Runs the generator for the program: one face, one expression."""

    def __init__(self, generator: SAStarGANGenerator) -> None:
        self.generator = generator.eval().requires_grad_(False)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the expressions, none for an imported network of other attributes."""
        return CLASSES if self.generator.config.classes == len(CLASSES) else ()

    def express(self, image: Tensor, label: Tensor) -> Tensor:
        """Paint another expression; see `SAStarGANGenerator.forward`; within [-1, 1]."""
        answer: Tensor = self.generator(image, label)
        return answer.clamp(-1.0, 1.0)


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
        config = SAStarGANConfig(**published_sizes(upstream), attention=False)
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
