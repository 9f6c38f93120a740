"""The style encoder of pixel2style2pixel, which reads an exemplar for EXE-GAN.

Elad Richardson et al., "Encoding in Style", CVPR 2021. A face-recognition trunk (IR-SE-50) and a
feature pyramid, from whose coarse, middle and fine level heads read the rows of a style code.

One code, two sizes. `StyleEncoderConfig()` is the published network without the heads that
EXE-GAN does not use. `EMBEDDED` is slim and ours.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.errors import refusing
from core.models.stylegan_layers import EqualLinear
from core.runtime.checkpoints import check_fit, load_network, save_weights, write_card
from core.runtime.published import open_published, state_within
from core.runtime.stored_config import config_from

NAME = "psp"
TITLE = "pSp: style of an exemplar"
_AVERAGE = "latent_avg"
_SQUEEZE = 16  # channels to one in the middle of a squeeze
_HEAD_SLOPE = 0.01
_FIRST_MIDDLE_ROW, _FIRST_FINE_ROW = 3, 7
_PUBLISHED_ROWS = 18
_LEAST_STAGES, _MOST_UNITS, _MOST_SIZE = 4, 64, 1024
_IMPORTED = """Imported from a published checkpoint of pixel2style2pixel (Richardson et al., CVPR
2021), in single precision, without the heads that EXE-GAN does not use. The authors' code has
the MIT licence; they state no licence for the weights, which saw photos that are for
non-commercial research."""


@dataclass(frozen=True)
class StyleEncoderConfig:
    """The defaults are the published network, as far as EXE-GAN uses it."""

    units: tuple[int, ...] = (3, 4, 14, 3)
    """Units of the trunk's stages; each stage halves the side."""
    widths: tuple[int, ...] = (64, 128, 256, 512)
    """Channels of the trunk's stages; the pyramid has those of the last."""
    style_dim: int = 512
    """Numbers of one row of a style code."""
    first_row: int = 4
    last_row: int = 13
    """Which of the published 18 rows are read, both included."""
    shared_heads: bool = False
    """Ours: one head reads all rows of a pyramid level."""
    size: int = 256
    """Side in pixels at which an exemplar is seen, a power of 2."""

    def __post_init__(self) -> None:
        if (
            len(self.units) != len(self.widths)
            or not _LEAST_STAGES <= len(self.units) < self.size.bit_length()
            or self.size.bit_count() != 1
            or self.size > _MOST_SIZE
            or sum(self.units) > _MOST_UNITS
            or not 0 <= self.first_row <= self.last_row < _PUBLISHED_ROWS
        ):
            raise ValueError("no stages, rows or size of this network")

    @property
    def rows(self) -> int:
        """How many rows are read."""
        return self.last_row - self.first_row + 1

    @property
    def halvings(self) -> int:
        """How often the coarsest level of the pyramid is halved until one pixel is left."""
        return self.size.bit_length() - 1 - len(self.units)

    def heads(self) -> list[tuple[int, int]]:
        """List each head's pyramid level, 0 the coarsest, and how many rows it reads."""
        levels = [_level(row) for row in range(self.first_row, self.last_row + 1)]
        if not self.shared_heads:
            return [(level, 1) for level in levels]
        return [(level, len(list(same))) for level, same in itertools.groupby(levels)]


EMBEDDED = StyleEncoderConfig(
    units=(1, 2, 3, 2),
    widths=(16, 48, 64, 96),
    style_dim=128,
    last_row=11,
    shared_heads=True,
    size=128,
)
"""Ours: it reads the rows that a generator of frames of 128 pixels takes."""


class SqueezeExcitation(nn.Module):
    """Weighs channels by what the whole picture shows."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, channels // _SQUEEZE, 1, bias=False)
        self.excite = nn.Conv2d(channels // _SQUEEZE, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to the same shape."""
        mean = x.mean(dim=(2, 3), keepdim=True)
        return x * torch.sigmoid(self.excite(F.relu(self.squeeze(mean))))


class Unit(nn.Module):
    """Two convolutions and a squeeze beside a shortcut (IR-SE)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, 1, 1, bias=False)
        self.activation = nn.PReLU(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.excitation = SqueezeExcitation(out_channels)
        self.shortcut: nn.Module = nn.MaxPool2d(1, stride)
        if in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        y = self.activation(self.conv1(self.norm1(x)))
        kept: Tensor = self.shortcut(x)
        added: Tensor = self.excitation(self.norm2(self.conv2(y)))
        return kept + added


class StyleHead(nn.Module):
    """Reads rows of a style code off one level of the pyramid."""

    def __init__(self, channels: int, halvings: int, rows: int, style_dim: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(channels, channels, 3, 2, 1) for _ in range(halvings))
        self.linear = EqualLinear(channels, rows * style_dim)
        self.rows = rows

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W), H and W 2 to the number of halvings, to (N, rows, style_dim)."""
        for conv in self.convs:
            x = F.leaky_relu(conv(x), _HEAD_SLOPE)
        codes: Tensor = self.linear(x.flatten(1))
        return codes.reshape(len(x), self.rows, -1)


class GradualStyleEncoder(nn.Module):
    """Trunk, pyramid and heads."""

    average: Tensor

    def __init__(self, config: StyleEncoderConfig) -> None:
        super().__init__()
        self.config = config
        widths, top = config.widths, config.widths[-1]
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], 3, 1, 1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.PReLU(widths[0]),
        )
        self.stages = nn.ModuleList(
            _stage(above, width, count)
            for above, width, count in zip((widths[0], *widths), widths, config.units, strict=False)
        )
        self.lateral = nn.ModuleList(nn.Conv2d(width, top, 1) for width in widths[-2:0:-1])
        self.heads = nn.ModuleList(
            StyleHead(top, config.halvings + level, rows, config.style_dim)
            for level, rows in config.heads()
        )
        self.register_buffer("average", torch.zeros(config.rows, config.style_dim))

    def forward(self, exemplar: Tensor) -> Tensor:
        """Read a style code.

        Args:
            exemplar: (N, 3, S, S) RGB in [-1, 1], an aligned face, seen at the config's size.

        Returns:
            (N, rows, style_dim).
        """
        size = self.config.size
        if exemplar.shape[-1] != size:
            exemplar = F.interpolate(exemplar, size, mode="bilinear", align_corners=True)
        pyramid = self._pyramid(exemplar)
        codes = [
            head(pyramid[level])
            for head, (level, _) in zip(self.heads, self.config.heads(), strict=True)
        ]
        return self.average + torch.cat(codes, dim=1).float()

    def _pyramid(self, exemplar: Tensor) -> list[Tensor]:
        """Return (N, C, H, W) of a 16th, an eighth and a quarter of the side."""
        x, features = self.stem(exemplar), []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        pyramid = [features.pop()]
        for lateral in self.lateral:
            seen = lateral(features.pop())
            size = seen.shape[2:]
            coarser = F.interpolate(pyramid[-1], size, mode="bilinear", align_corners=True)
            pyramid.append(seen + coarser)
        return pyramid


def build(path: Path | None, device: torch.device) -> GradualStyleEncoder:
    """Load weights of either size, or start from random ones in the embedded size."""
    if path is None:
        encoder = GradualStyleEncoder(EMBEDDED)
    else:
        encoder = load_network(
            path,
            NAME,
            lambda values: GradualStyleEncoder(config_from(StyleEncoderConfig, values, path)),
        )
    convert_conv2d_weight_memory_format(encoder, torch.channels_last)
    return encoder.to(device).eval().requires_grad_(False)


def import_published(source: Path, target: Path) -> None:
    """Convert a published checkpoint into weights of this program, with a card beside them.

    Raises:
        CheckpointError: `source` is not a checkpoint of pSp with 18 styles.
    """
    convert_published(open_published(source), source, target)


def convert_published(checkpoint: object, source: Path, target: Path) -> None:
    """Convert what is read of a published checkpoint; see `import_published`."""
    with refusing(f"The file {source} is not a checkpoint of pSp; choose another file."):
        upstream = state_within(checkpoint, source, "state_dict")
        average = state_within({_AVERAGE: cast(Mapping[str, Tensor], checkpoint)[_AVERAGE]}, source)
        config = StyleEncoderConfig(
            widths=tuple(
                upstream[f"encoder.body.{unit}.res_layer.1.weight"].shape[0]
                for unit in _first_units()
            ),
            style_dim=upstream["encoder.styles.0.linear.weight"].shape[0],
        )
        state = convert_state_dict(
            {
                name.removeprefix("encoder."): tensor
                for name, tensor in upstream.items()
                if name.startswith("encoder.")
            },
            average[_AVERAGE],
        )
    check_fit(lambda: GradualStyleEncoder(config), state, source)
    save_weights(target, state, NAME, asdict(config), fp16=False)
    write_card(target, TITLE, _IMPORTED)


def convert_state_dict(upstream: Mapping[str, Tensor], average: Tensor) -> dict[str, Tensor]:
    """Rename a published encoder's tensors and leave out the heads that are not used.

    Args:
        upstream: tensors by published name, without the prefix `encoder.`; unknown names stay,
            for strict loading to refuse.
        average: (18, D) of the checkpoint, what the heads read is beside it.
    """
    config = StyleEncoderConfig()
    used = slice(config.first_row, config.last_row + 1)
    state = {"average": average[used].clone()}
    for name, tensor in upstream.items():
        head = re.match(r"styles\.(\d+)\.", name)
        if head is None or int(head[1]) in range(18)[used]:
            state[_renamed(name)] = tensor
    return state


def _head_name(found: re.Match[str]) -> str:
    return f"heads.{int(found[1]) - StyleEncoderConfig().first_row}."


def _conv_name(found: re.Match[str]) -> str:
    return f".convs.{int(found[1]) // 2}."  # there an activation follows each


def _unit_name(found: re.Match[str]) -> str:
    stage = max(i for i, first in enumerate(_first_units()) if first <= int(found[1]))
    return f"stages.{stage}.{int(found[1]) - _first_units()[stage]}."


_NAMES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^input_layer\.", "stem."),
    (r"^body\.(\d+)\.", _unit_name),
    (r"\.res_layer\.0\.", ".norm1."),
    (r"\.res_layer\.1\.", ".conv1."),
    (r"\.res_layer\.2\.", ".activation."),
    (r"\.res_layer\.3\.", ".conv2."),
    (r"\.res_layer\.4\.", ".norm2."),
    (r"\.res_layer\.5\.fc1\.", ".excitation.squeeze."),
    (r"\.res_layer\.5\.fc2\.", ".excitation.excite."),
    (r"\.shortcut_layer\.", ".shortcut."),
    (r"^latlayer1\.", "lateral.0."),
    (r"^latlayer2\.", "lateral.1."),
    (r"^styles\.(\d+)\.", _head_name),
    (r"\.convs\.(\d+)\.", _conv_name),
)


def _renamed(name: str) -> str:
    for pattern, ours in _NAMES:
        name = re.sub(pattern, ours, name)
    return name


def _first_units() -> tuple[int, ...]:
    """Return the number of the first unit of each published stage."""
    return tuple(itertools.accumulate(StyleEncoderConfig().units[:-1], initial=0))


def _level(row: int) -> int:
    return (row >= _FIRST_MIDDLE_ROW) + (row >= _FIRST_FINE_ROW)


def _stage(in_channels: int, out_channels: int, count: int) -> nn.Sequential:
    first = Unit(in_channels, out_channels, stride=2)
    return nn.Sequential(first, *(Unit(out_channels, out_channels, 1) for _ in range(count - 1)))
