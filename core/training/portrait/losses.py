"""The loss terms of Mask-Guided Portrait Editing (section 3.5), each scaled to matter alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from core.anatomy.parts import Component
from core.anatomy.regions import PUBLISHED_COUNT, Region, to_published
from core.models.face_parser import SIZE, FaceParser

_LABEL_WEIGHTS = (0.2, 1.0, 5.0, 5.0, 5.0, 5.0, 3.0, 8.0, 8.0, 8.0, 1.0)
"""Of the parsing loss, as published: small regions count more."""
_PART_WEIGHT = 4.0
"""Of an error inside eyes and mouth, which are few pixels / elsewhere."""
_PARTS = (
    *(Region.LEFT_BROW, Region.RIGHT_BROW, Region.LEFT_EYE, Region.RIGHT_EYE),
    *(Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP),
)

Scores = Sequence[tuple[Tensor, Tensor]]
"""What a `PortraitDiscriminator` returns."""


def local_loss(painted: Mapping[Component, Tensor], pictures: Mapping[Component, Tensor]) -> Tensor:
    """Sum over components of the mean squared error of their own reconstruction."""
    errors = [F.mse_loss(painted[part].float(), pictures[part].float()) for part in Component]
    return torch.stack(errors).sum()


def global_l1(painted: Tensor, image: Tensor, labels: Tensor) -> Tensor:
    """Mean absolute error of a portrait (N, 3, S, S), more in eyes, brows and mouth.

    Args:
        painted, image: (N, 3, S, S) in [-1, 1].
        labels: (N, 1, S, S) published labels.
    """
    is_part = torch.zeros_like(labels, dtype=torch.bool)
    for region in _PARTS:
        is_part |= labels == region
    weights = 1.0 + (_PART_WEIGHT - 1.0) * is_part
    return ((painted.float() - image).abs() * weights).sum() / (3 * weights.sum())


def published_scores(scores: Tensor) -> Tensor:
    """Join the parser's labels that are one published label: (N, 18, H, W) to (N, 11, H, W)."""
    ours = torch.arange(scores.shape[1]).numpy().astype("uint8")
    published = torch.from_numpy(to_published(ours)).long()
    joined = [
        scores[:, (published == label).nonzero()[:, 0].to(scores.device)].logsumexp(dim=1)
        for label in range(PUBLISHED_COUNT)
    ]
    return torch.stack(joined, dim=1)


def parsing_loss(parser: FaceParser, painted: Tensor, labels: Tensor) -> Tensor:
    """Measure how unlikely the wanted labels are in a portrait, by the frozen parser.

    Args:
        parser: of 18 labels, whose frames have 256 pixels.
        painted: (N, 3, S, S) in [-1, 1].
        labels: (N, 1, S, S) published labels.
    """
    enlarged = F.interpolate(painted, SIZE, mode="bilinear")
    wanted = F.interpolate(labels.float(), SIZE, mode="nearest")[:, 0].long()
    weights = torch.tensor(_LABEL_WEIGHTS, device=painted.device)
    return F.cross_entropy(published_scores(parser(enlarged).float()), wanted, weights)


def discriminator_loss(real: Scores, fake: Scores) -> Tensor:
    """Cross entropy of photos called real and painted portraits called painted."""
    losses = [
        F.softplus(-photo[0].float()).mean() + F.softplus(paint[0].float()).mean()
        for photo, paint in zip(real, fake, strict=True)
    ]
    return torch.stack(losses).mean()


def adversarial_loss(fake: Scores) -> Tensor:
    """Cross entropy of painted portraits called real."""
    return torch.stack([F.softplus(-score.float()).mean() for score, _ in fake]).mean()


def matching_loss(fake: Scores, real: Scores) -> Tensor:
    """Mean absolute difference of what the discriminator sees in a portrait and in its photo."""
    differences = [
        (paint[1].float() - photo[1].detach().float()).abs().mean()
        for paint, photo in zip(fake, real, strict=True)
    ]
    return torch.stack(differences).mean()
