"""Mask-Guided Portrait Editing with conditional GANs.

Shuyang Gu et al., "Mask-Guided Portrait Editing with Conditional GANs", CVPR 2019. Both eyes,
mouth, skin and hair are embedded each on its own; a generator is told the label map and paints
the components where the map has them; what the map calls background is the photo's.

One code, two sizes. `MaskPortraitConfig()` is the published network and loads published weights;
`EMBEDDED` is slim and paints frames of 128 pixels.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.anatomy.parts import Component
from core.anatomy.regions import PUBLISHED_COUNT, Region
from core.models.mask_portrait.components import (
    PARTS,
    component_centres,
    component_picture,
    crop_size,
    enlarge_parts,
    one_hot,
    place_features,
)
from core.models.mask_portrait.layers import (
    ComponentDecoder,
    ComponentEncoder,
    ResidualBlock,
    normalised,
    wide_convolution,
)

NAME = "mask_portrait"
Embeddings = dict[Component, Tensor]
"""(N, embedding) each."""
_WHOLE_CELLS, _PART_HALVINGS_LESS = 2, 3
_LEAST_LEVELS, _MOST_LEVELS, _MOST_BLOCKS = 5, 9, 32


@dataclass(frozen=True)
class MaskPortraitConfig:
    """The published network, unless told otherwise."""

    encoder_widths: tuple[int, ...] = (64, 128, 256, 512, 512, 512, 512)
    """Channels after each halving, down to 2 x 2 cells; parts have three halvings less."""
    hidden: int = 1024
    embedding: int = 512
    """Numbers of one component."""
    width: int = 64
    """Channels of the generator at full resolution; four times as many in its middle."""
    blocks: int = 9
    enlarges_parts: bool = True
    """Whether the map's eyes and mouth are enlarged by a tenth before the generator is told."""

    def __post_init__(self) -> None:
        if not _LEAST_LEVELS <= len(self.encoder_widths) <= _MOST_LEVELS or not (
            self.hidden and self.embedding and self.width and self.blocks <= _MOST_BLOCKS
        ):
            raise ValueError("no levels or widths of this network")

    @property
    def size(self) -> int:
        """Side of a frame in pixels."""
        return int(_WHOLE_CELLS * 2 ** len(self.encoder_widths))

    @property
    def features(self) -> int:
        """Channels of the features that are placed on the canvas."""
        return 4 * self.width

    def widths_of(self, component: Component) -> tuple[int, ...]:
        """Return the channels after each halving of a component's picture."""
        return self.encoder_widths[: -_PART_HALVINGS_LESS if component in PARTS else None]

    def cells_of(self, component: Component) -> tuple[int, int]:
        """Return height and width of what is left after the last halving."""
        factor = 2 ** len(self.widths_of(component))
        height, width = crop_size(component, self.size)
        return height // factor, width // factor


EMBEDDED = MaskPortraitConfig(
    encoder_widths=(16, 32, 64, 96, 96, 96),
    hidden=128,
    embedding=128,
    width=16,
    blocks=6,
    enlarges_parts=False,
)


class MaskGuidedGenerator(nn.Module):
    """Paints components into a map, and both over the background (section 3.2)."""

    def __init__(self, config: MaskPortraitConfig) -> None:
        super().__init__()
        width, features = config.width, config.features
        middle = 2 * width
        self.label_encoder = nn.Sequential(
            *normalised(width, *wide_convolution(PUBLISHED_COUNT, width)),
            *normalised(middle, nn.Conv2d(width, middle, 3, 2, 1)),
            *normalised(features, nn.Conv2d(middle, features, 3, 2, 1)),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d((1 + len(Component)) * features, features, 1),
            *(ResidualBlock(features) for _ in range(config.blocks)),
            *normalised(middle, nn.ConvTranspose2d(features, middle, 4, 2, 1)),
            *normalised(width, nn.ConvTranspose2d(middle, width, 4, 2, 1)),
        )
        self.background_encoder = nn.Sequential(*normalised(width, *wide_convolution(3, width)))
        self.background_decoder = nn.Sequential(
            nn.Conv2d(2 * width, width, 1), *wide_convolution(width, 3), nn.Tanh()
        )

    def encode_labels(self, regions: Tensor) -> Tensor:
        """Map a one-hot map (N, 11, S, S) to (N, features, S / 4, S / 4)."""
        features: Tensor = self.label_encoder(regions)
        return features

    def paint_face(self, features: Tensor) -> Tensor:
        """Map label and component features, joined, to (N, width, S, S)."""
        face: Tensor = self.decoder(features)
        return face

    def fuse_background(self, face: Tensor, image: Tensor, is_background: Tensor) -> Tensor:
        """Join the face and what the photo shows of the background.

        Args:
            face: (N, width, S, S) of `paint_face`.
            image: (N, 3, S, S) in [-1, 1].
            is_background: (N, 1, S, S), 1 there.

        Returns:
            (N, 3, S, S) in [-1, 1].
        """
        background = self.background_encoder(image) * is_background
        painted: Tensor = self.background_decoder(torch.cat([face, background], dim=1))
        return painted


class MaskPortrait(nn.Module):
    """Encoders and decoders of the components, and the generator."""

    def __init__(self, config: MaskPortraitConfig) -> None:
        super().__init__()
        self.config = config
        self.encoders = nn.ModuleDict(
            {
                part: ComponentEncoder(
                    config.widths_of(part), config.cells_of(part), config.hidden, config.embedding
                )
                for part in Component
            }
        )
        self.decoders = nn.ModuleDict({part: _feature_decoder(config, part) for part in Component})
        self.generator = MaskGuidedGenerator(config)

    def embed(self, image: Tensor, labels: Tensor) -> Embeddings:
        """Embed the five components of a face.

        Args:
            image: (N, 3, S, S) in [-1, 1].
            labels: (N, 1, S, S) integers, published labels.
        """
        return {
            part: self.encoders[part](component_picture(image, labels, part)) for part in Component
        }

    def forward(
        self, image: Tensor, labels: Tensor, embeddings: Mapping[Component, Tensor]
    ) -> Tensor:
        """Paint a face.

        Args:
            image: (N, 3, S, S) in [-1, 1]; only what the map calls background is seen.
            labels: (N, 1, S, S) integers, published labels of the wanted face.
            embeddings: of the five components.

        Returns:
            (N, 3, S, S) in [-1, 1].
        """
        shown = enlarge_parts(labels) if self.config.enlarges_parts else labels
        return self.generate(image, shown, embeddings, labels)

    def generate(
        self,
        image: Tensor,
        shown: Tensor,
        embeddings: Mapping[Component, Tensor],
        labels: Tensor,
    ) -> Tensor:
        """Paint a face; `shown` is the map that the generator is told, `labels` the wanted one."""
        face = self.paint_components(shown, embeddings, labels)
        is_background = (shown == Region.BACKGROUND).to(face.dtype)
        return self.generator.fuse_background(face, image, is_background)

    def paint_components(
        self, shown: Tensor, embeddings: Mapping[Component, Tensor], labels: Tensor
    ) -> Tensor:
        """Place the components in the map; see `generate`. Returns (N, width, S, S) features."""
        canvases = [self.generator.encode_labels(one_hot(shown))]
        side = canvases[0].shape[-1]
        # in the published order of channels
        for part in _CANVAS_ORDER:
            features = self.decoders[part](embeddings[part])
            if part in PARTS:
                features = place_features(features, component_centres(labels, part), side)
            canvases.append(features)
        return self.generator.paint_face(torch.cat(canvases, dim=1))


class LocalDecoders(nn.Module):
    """Paints each component from its embedding alone: the local reconstruction of training."""

    def __init__(self, config: MaskPortraitConfig) -> None:
        super().__init__()
        self.decoders = nn.ModuleDict({part: _picture_decoder(config, part) for part in Component})

    def forward(self, embeddings: Mapping[Component, Tensor]) -> dict[Component, Tensor]:
        """Map embeddings (N, embedding) to pictures (N, 3, h, w) in [-1, 1]."""
        return {part: self.decoders[part](embeddings[part]) for part in Component}


class PortraitPainter:
    """Adapts the project's conventions to `MaskPortrait`."""

    def __init__(self, network: MaskPortrait) -> None:
        self.network = network.eval().requires_grad_(False)

    @property
    def size(self) -> int:
        """Side in pixels of the frames it paints: canonical frames of whole faces."""
        return self.network.config.size

    def paint(
        self,
        image: Tensor,
        labels: Tensor,
        wanted: Tensor,
        exemplar: tuple[Tensor, Tensor] | None = None,
        parts: Collection[Component] = (),
        background: Tensor | None = None,
    ) -> Tensor:
        """Paint a face anew after a map.

        Args:
            image: (N, 3, S, S) in [-1, 1], a canonical frame of side `size`.
            labels: (N, 1, S, S) integers, its published labels.
            wanted: (N, 1, S, S), the map that the picture shall follow.
            exemplar: another face's frame and labels, of the same shapes.
            parts: the components that are the exemplar's.
            background: (N, 3, S, S) in place of the image, what lies where the wanted map has no
                face.

        Returns:
            (N, 3, S, S) in [-1, 1]: the whole frame, painted.
        """
        embeddings = self.network.embed(image, labels)
        if exemplar is not None:
            lent = self.network.embed(*exemplar)
            embeddings |= {part: lent[part] for part in parts}
        painted: Tensor = self.network(
            image if background is None else background, wanted, embeddings
        )
        return painted.float()


_CANVAS_ORDER = (
    Component.LEFT_EYE,
    Component.RIGHT_EYE,
    Component.SKIN,
    Component.HAIR,
    Component.MOUTH,
)
_EYES = (Component.LEFT_EYE, Component.RIGHT_EYE)


def _feature_decoder(config: MaskPortraitConfig, part: Component) -> ComponentDecoder:
    """Make what decodes to a quarter of the frame's resolution."""
    doublings = len(config.widths_of(part)) - 2
    widths = (config.widths_of(part)[-1], *(config.features,) * doublings)
    cells = config.cells_of(part)
    return ComponentDecoder(config.embedding, cells, widths, has_bias=part not in _EYES)


def _picture_decoder(config: MaskPortraitConfig, part: Component) -> ComponentDecoder:
    widths = config.widths_of(part)
    back = (*widths[::-1], widths[0]) if part in PARTS else (widths[-1], *widths[::-1])
    cells, has_bias = config.cells_of(part), part not in _EYES
    return ComponentDecoder(config.embedding, cells, back, has_bias=has_bias, paints=True)
