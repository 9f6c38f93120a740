"""The face parser P_F of Mask-Guided Portrait Editing.

Shuyang Gu et al., "Mask-Guided Portrait Editing with Conditional GANs", CVPR 2019. A U-Net that
calls every pixel of a face by one of eleven labels; ours knows neck and ears too.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.anatomy.regions import Region
from core.errors import refusing
from core.models.base import ModelSpec, Task
from core.runtime.checkpoints import check_fit, load_network, save_weights, write_card
from core.runtime.published import read_published
from core.runtime.stored_config import config_from

NAME = "face_parser"
TITLE = "Face parser (Mask-Guided Portrait Editing)"
SIZE = 256
"""Side in pixels of the frames that it is trained on."""
_MOST_LEVELS = SIZE.bit_length() - 1


_IMPORTED = """Converted from a published checkpoint of Mask-Guided Portrait Editing, whose terms
apply (CC BY-NC-SA 4.0): non-commercial use, the authors named, shared alike."""


@dataclass(frozen=True)
class FaceParserConfig:
    """The published network, unless told otherwise."""

    widths: tuple[int, ...] = (64, 128, 256, 512, 512, 512)
    """Channels after each halving."""
    labels: int = 11
    bounded: bool = True
    """Scores pass through tanh, so that no label gets more than 0.43: the published quirk."""
    dropout: float = 0.5
    """In the second layer of the way up; only while training."""

    def __post_init__(self) -> None:
        if not 2 <= len(self.widths) <= _MOST_LEVELS or not 1 <= self.labels <= len(Region):
            raise ValueError("no levels or labels of this network")


EMBEDDED = FaceParserConfig(
    widths=(32, 64, 96, 96, 96, 128), labels=len(Region), bounded=False, dropout=0.0
)


class FaceParser(nn.Module):
    """Halves the picture six times and comes back, seeing every level again on the way."""

    def __init__(self, config: FaceParserConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.down = nn.ModuleList(
            nn.Conv2d(above, below, 4, 2, 1, bias=False)
            for above, below in itertools.pairwise((3, *widths))
        )
        self.down_norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[1:-1])
        self.up = nn.ModuleList(
            _double(below if below_is_last else 2 * below, above)
            for above, below, below_is_last in _way_up(widths)
        )
        self.up_norms = nn.ModuleList(nn.BatchNorm2d(width) for width in reversed(widths[:-1]))
        self.to_scores = nn.ConvTranspose2d(2 * widths[0], config.labels, 4, 2, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Score every label in every pixel.

        Args:
            image: (N, 3, H, W) RGB in [-1, 1]; sides are multiples of 2 to the number of levels.

        Returns:
            (N, labels, H, W) logits.
        """
        features = self._encode(image)
        x = F.relu(features.pop())
        for index, (up, norm) in enumerate(zip(self.up, self.up_norms, strict=True)):
            x = norm(up(x))
            if index == 1:
                x = F.dropout(x, self.config.dropout, self.training)
            # each on its own: a gradient cut from one of both takes twice as long
            x = torch.cat([F.relu(features.pop()), F.relu(x)], dim=1)
        scores: Tensor = self.to_scores(x)
        return torch.tanh(scores) if self.config.bounded else scores

    def _encode(self, image: Tensor) -> list[Tensor]:
        """Return the features of every level; neither the first nor the last is normalised."""
        features = [self.down[0](image)]
        for conv, norm in zip(self.down[1:-1], self.down_norms, strict=True):
            features.append(norm(conv(F.leaky_relu(features[-1], 0.2))))
        features.append(self.down[-1](F.leaky_relu(features[-1], 0.2)))
        return features


def build(path: Path | None, device: torch.device) -> FaceParser:
    """Load weights of either size, or start from random ones in the embedded size.

    Raises:
        CheckpointError: the weights are missing, damaged, or do not fit.
    """
    if path is None:
        network = FaceParser(EMBEDDED)
    else:
        network = load_network(
            path, NAME, lambda values: FaceParser(config_from(FaceParserConfig, values, path))
        )
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    return network.to(device).eval().requires_grad_(False)


def import_published(source: Path, target: Path) -> None:
    """Convert a published `latest_net_P.pth`, with a card beside the weights.

    Raises:
        CheckpointError: `source` is not a checkpoint of the published parser.
    """
    upstream, config = read_published(source), FaceParserConfig()
    with refusing(f"The file {source} is not a checkpoint of this system; choose another file."):
        state = convert_state_dict(upstream)
    check_fit(lambda: FaceParser(config), state, source)
    save_weights(target, state, NAME, asdict(config), fp16=False)
    write_card(target, TITLE, _IMPORTED)


def convert_state_dict(upstream: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename a published parser's tensors; unknown names stay, for strict loading to refuse.

    Published blocks hold one another: the deeper a layer, the more `model.3` its name has. Old
    checkpoints count no batches; a network that is not trained on needs no count.
    """
    depth = max(_depth(name) for name in upstream)
    state = {_renamed(name, depth): tensor for name, tensor in upstream.items()}
    for name in [name for name in state if name.endswith("running_mean")]:
        state.setdefault(name.replace("running_mean", "num_batches_tracked"), torch.tensor(0))
    return state


_PUBLISHED_NAME = re.compile(r"model((?:\.model\.\d+)+)\.(\w+)")


def _depth(name: str) -> int:
    return name.count("model") - 2


def _renamed(name: str, deepest: int) -> str:
    found = _PUBLISHED_NAME.fullmatch(name)
    if found is None:
        return name
    depth, layer = _depth(name), int(found[1].rsplit(".", 1)[1])
    return f"{_layer_name(depth, layer, deepest)}.{found[2]}"


def _layer_name(depth: int, layer: int, deepest: int) -> str:
    """Name a layer by its place in the block at that depth; the outermost is 0."""
    if depth == 0:
        return "down.0" if layer == 0 else "to_scores"
    above = deepest - depth  # how many blocks of the way up come before
    if depth == deepest:
        return {1: f"down.{depth}", 3: "up.0", 4: "up_norms.0"}[layer]
    return {
        1: f"down.{depth}",
        2: f"down_norms.{depth - 1}",
        5: f"up.{above}",
        6: f"up_norms.{above}",
    }[layer]


def _double(in_channels: int, out_channels: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False)


def _way_up(widths: tuple[int, ...]) -> list[tuple[int, int, bool]]:
    """List the layers of the way up, deepest first: width above, width below, is it deepest."""
    pairs = list(itertools.pairwise(widths))[::-1]
    return [(above, below, index == 0) for index, (above, below) in enumerate(pairs)]


SPEC = ModelSpec(
    name=NAME,
    title=TITLE,
    build=build,
    import_published=import_published,
    task=Task.PARSE,
)
