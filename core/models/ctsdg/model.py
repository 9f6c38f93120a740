"""CTSDG: image inpainting by conditional texture and structure dual generation.

Guo, Yang and Huang, ICCV 2021. Two encoder-decoders of partial convolutions, one for texture
and one for structure, each decoding from the other's bottleneck; their features are fused by
gates (Bi-GFF) and refined by attention to similar regions (CFA).

One code, two sizes. `CTSDGConfig()` is the published network and loads published weights.
`EMBEDDED` is slim, ours, and departs from the paper where its comments say so.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.errors import refusing
from core.models.base import ModelSpec
from core.models.ctsdg.edges import canny_edges, detect_edges, to_grey, wrap_image
from core.models.ctsdg.layers import (
    SLOPE,
    BiGFF,
    FeatureAggregation,
    Masked,
    Projection,
    Stream,
    upsample,
)
from core.models.ctsdg.state_dict import convert_state_dict, published_widths
from core.runtime.checkpoints import check_fit, load_network, save_weights, write_card
from core.runtime.membrane import smooth_fill
from core.runtime.published import read_published
from core.runtime.stored_config import config_from

NAME = "ctsdg"
TITLE = "CTSDG: texture and structure"
_INITIAL_STD = 0.02
_BANDS = range(1, 32, 2)
_FAINT_LINE = 0.1  # fainter lines make no band: the far side of an anti-aliased stroke
_IMPORTED = """Imported from a published checkpoint of CTSDG (Guo, Yang and Huang, ICCV 2021), in
single precision. The authors' code has the MIT licence; they state no licence for the
weights, which saw photos that are for non-commercial research. Edges and grey are computed
of the wrapped picture, as these weights have seen them; they know no lines inside the hole.
The side of a frame is a multiple of 128 pixels, best 256."""


@dataclass(frozen=True)
class CTSDGConfig:
    """The defaults are the published network; `membrane` and `line_band` are ours."""

    widths: tuple[int, ...] = (64, 128, 256, 512, 512, 512, 512)
    """Channels of the encoder layers; each halves the side."""
    attention_rate: int = 2
    """Attention compares patches of features this much smaller than those it mixes."""
    membrane: bool = False
    """Start from a smooth fill of the hole and return a residual."""
    line_band: int = 0
    """Lines may be drawn inside the hole; edges are then known in a band of so many pixels."""
    wrap_u8: bool = False
    """Compute edges and grey of the wrapped picture that the published weights have seen."""

    def __post_init__(self) -> None:
        if self.attention_rate not in (2, 4, 8) or self.line_band not in (0, *_BANDS):
            raise ValueError("no rate or band of this network")


# Multiples of 16: with others oneDNN's bfloat16 gradient of dilated convolutions is wrong.
EMBEDDED = CTSDGConfig(
    widths=(32, 48, 96, 128, 160, 160), attention_rate=4, membrane=True, line_band=9
)


class CTSDGInputs(NamedTuple):
    """What the generator sees; `prepare_inputs` makes it."""

    image: Tensor
    """(N, 3, S, S) RGB in [-1, 1]."""
    mask: Tensor
    """(N, 1, S, S), 1 in the hole, 0 elsewhere."""
    edge: Tensor
    """(N, 1, S, S) in [0, 1]."""
    edge_known: Tensor
    """(N, 1, S, S), 1 outside the hole and, with `line_band`, around the lines in it."""
    grey: Tensor
    """(N, 1, S, S) in [0, 1]."""
    membrane: Tensor
    """(N, 3, S, S), the image with its hole filled smoothly; used if the config says so."""
    openings: Tensor
    """(N, 1, S, S) in [0, 1], openings of mouth and eyes; used with `line_band`."""

    @property
    def known(self) -> Tensor:
        """(N, 1, S, S), what the paper calls the mask: 1 outside the hole."""
        return 1.0 - self.mask


class CTSDGOutput(NamedTuple):
    """What the losses need."""

    image: Tensor
    """(N, 3, S, S) float32. Published: the whole picture in [-1, 1], also outside the hole.
    With a membrane: the composite, equal to the image outside the hole, not clipped."""
    projected_image: Tensor
    """(N, 3, S, S) in [-1, 1]: the picture that the texture stream alone sees."""
    projected_edge: Tensor
    """(N, 1, S, S): logits of the edges that the structure stream alone sees."""


class CTSDGGenerator(nn.Module):
    """Texture and structure streams, fused and refined."""

    def __init__(self, config: CTSDGConfig) -> None:
        super().__init__()
        self.config = config
        width = config.widths[0]
        # Ours: the membrane and the mask for texture, openings for structure, known everywhere.
        self.texture = Stream(3 + 4 * config.membrane, config.widths)
        self.structure = Stream(2 + (config.line_band > 0), config.widths)
        self.texture_projection = Projection(width, 3)
        self.structure_projection = Projection(width, 1)
        self.fusion = BiGFF(width)
        self.reduce = nn.Conv2d(2 * width, width, 3, stride=2, padding=1)
        self.aggregation = FeatureAggregation(
            width, config.attention_rate, as_published=not config.membrane
        )
        self.refine = nn.Conv2d(2 * width, width, 3, padding=1)
        self.to_image = nn.Conv2d(3 * width, 3, 1)
        self._initialise()

    def forward(self, inputs: CTSDGInputs) -> CTSDGOutput:
        """Fill the hole and show what each stream knows; the side is a multiple of 2^depth."""
        texture, structure = self._decode(inputs)
        return CTSDGOutput(
            self._paint(inputs, texture, structure),
            torch.tanh(self.texture_projection(texture).float()),
            self.structure_projection(structure).float(),
        )

    def fill(self, inputs: CTSDGInputs) -> Tensor:
        """Return only `CTSDGOutput.image`, without the cost of the projections."""
        return self._paint(inputs, *self._decode(inputs))

    def _decode(self, inputs: CTSDGInputs) -> tuple[Tensor, Tensor]:
        texture_levels = self.texture.encode(self._texture_groups(inputs))
        structure_levels = self.structure.encode(self._structure_groups(inputs))
        # Each decoder starts from the other stream's bottleneck.
        texture = self.texture.decode(structure_levels[-1][0], texture_levels[:-1])
        structure = self.structure.decode(texture_levels[-1][0], structure_levels[:-1])
        return texture, structure

    def _paint(self, inputs: CTSDGInputs, texture: Tensor, structure: Tensor) -> Tensor:
        fused = self.fusion(texture, structure)
        reduced = F.leaky_relu(self.reduce(fused), SLOPE)
        similar = self.aggregation(reduced)
        refined = self.refine(torch.cat([reduced, similar.to(reduced.dtype)], dim=1))
        refined = upsample(F.leaky_relu(refined, SLOPE))
        painted: Tensor = self.to_image(torch.cat([refined, fused], dim=1)).float()
        if self.config.membrane:
            return inputs.membrane + painted * inputs.mask
        return torch.tanh(painted)

    def _texture_groups(self, inputs: CTSDGInputs) -> list[Masked]:
        groups = [Masked(inputs.image, inputs.known)]
        if self.config.membrane:
            # With the membrane nothing is unknown below the first layer, so the mask is an input.
            groups.append(Masked(torch.cat([inputs.membrane, inputs.mask], dim=1), None))
        return groups

    def _structure_groups(self, inputs: CTSDGInputs) -> list[Masked]:
        groups = [Masked(inputs.edge, inputs.edge_known), Masked(inputs.grey, inputs.known)]
        if self.config.line_band:
            groups.append(Masked(inputs.openings, None))
        return groups

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.weight, 1.0, _INITIAL_STD)
            elif isinstance(module, nn.Conv2d):
                self._initialise_conv(module)
        if self.config.membrane:  # ours: the first result is the membrane
            nn.init.zeros_(self.to_image.weight)

    def _initialise_conv(self, conv: nn.Conv2d) -> None:
        if self.config.membrane:  # ours: 0.02 would starve layers this slim
            nn.init.kaiming_normal_(conv.weight, SLOPE)
        else:
            nn.init.normal_(conv.weight, 0.0, _INITIAL_STD)
        if conv.bias is not None:
            nn.init.zeros_(conv.bias)


def prepare_inputs(image: Tensor, mask: Tensor, lines: Tensor, config: CTSDGConfig) -> CTSDGInputs:
    """Make what the generator sees, in training and at run time alike.

    The published network knows nothing of lines.

    Args:
        image: (N, 3, S, S) RGB in [-1, 1]; what it holds inside the hole is ignored.
        mask: (N, 1, S, S), 1 in the hole, 0 elsewhere.
        lines: (N, 3, S, S) in [0, 1]: lips, openings, other lines.
    """
    mask = mask.float()
    membrane = smooth_fill(image, mask)
    seen = wrap_image(membrane) if config.wrap_u8 else membrane
    grey = to_grey(seen)
    if config.line_band:
        line = torch.maximum(lines[:, :1], lines[:, 2:]).float()
        edge, edge_known = _draw_lines(detect_edges(seen), line, mask, config.line_band)
    else:
        edge, edge_known = canny_edges(grey), 1.0 - mask
    return CTSDGInputs(
        image.float(), mask, edge, edge_known, grey, membrane, openings=lines[:, 1:2].float()
    )


def _draw_lines(edge: Tensor, line: Tensor, mask: Tensor, band: int) -> tuple[Tensor, Tensor]:
    """Return edges outside the hole and lines inside, and where either is known."""
    line = line * mask
    near = F.max_pool2d(line, band, 1, band // 2) > _FAINT_LINE
    return torch.lerp(edge, line, mask), torch.maximum(1.0 - mask, near.float())


class CTSDGInpainter:
    """Adapts the project's conventions to `CTSDGGenerator`."""

    def __init__(self, generator: CTSDGGenerator) -> None:
        self.generator = generator.eval().requires_grad_(False)

    def inpaint(self, image: Tensor, mask: Tensor, lines: Tensor) -> Tensor:
        """Fill the hole; see `core.models.base.Inpainter`."""
        inputs = prepare_inputs(image, mask, lines, self.generator.config)
        filled = self.generator.fill(inputs).clamp(-1.0, 1.0)
        return torch.where(mask > 0, filled, image)


def import_published(source: Path, target: Path) -> None:
    """Convert a published checkpoint into weights of this program, with a card beside them.

    Raises:
        CheckpointError: `source` is not a checkpoint of CTSDG.
    """
    upstream = read_published(source, "generator")
    with refusing(f"The file {source} is not a checkpoint of CTSDG; choose another file."):
        config = CTSDGConfig(published_widths(upstream), wrap_u8=True)
        state = convert_state_dict(upstream)
    check_fit(lambda: CTSDGGenerator(config), state, source)
    save_weights(target, state, NAME, asdict(config), fp16=False)
    write_card(target, TITLE, _IMPORTED)


def build(path: Path | None, device: torch.device) -> CTSDGInpainter:
    """Load weights of either size, or start from random ones in the embedded size."""
    if path is None:
        generator = CTSDGGenerator(EMBEDDED)
    else:
        generator = load_network(
            path, NAME, lambda values: CTSDGGenerator(config_from(CTSDGConfig, values, path))
        )
    convert_conv2d_weight_memory_format(generator, torch.channels_last)
    return CTSDGInpainter(generator.to(device))


SPEC = ModelSpec(NAME, TITLE, build, import_published)
