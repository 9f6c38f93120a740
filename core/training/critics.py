"""Discriminators in training: what they ask of the painter, and how they learn."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.training.augment import Changes, draw_changes
from core.training.batches import Tensors
from core.training.config import TrainConfig
from core.training.discriminators import PatchDiscriminator, ProjectedDiscriminator, Verdict
from core.training.losses import (
    Term,
    feature_matching,
    gradient_penalty,
    hinge_discriminator,
    hinge_generator,
    painted_patches,
)
from core.training.perceptual import SqueezeNetFeatures
from core.training.team import Team

BETAS = (0.5, 0.99)


class Critic:
    """One discriminator with its optimiser."""

    def __init__(
        self,
        name: str,
        module: nn.Module,
        look: Callable[[nn.Module, Tensor, Tensor], Verdict],
        weight: float,
        config: TrainConfig,
    ) -> None:
        self.name, self.module, self.weight, self.config = name, module, weight, config
        self._look = look
        learning = [one for one in module.parameters() if one.requires_grad]
        self.optimiser = torch.optim.Adam(learning, config.learning_rate, BETAS)
        convert_conv2d_weight_memory_format(module, torch.channels_last)

    def judge(self, image: Tensor, condition: Tensor, changes: Changes | None) -> Verdict:
        """Look at pictures (N, 3, S, S), changed if asked; what is moved is moved with them."""
        if changes is not None:
            image, condition = changes.apply(image), changes.move(condition)
        return self._look(self.module, image, condition)

    def terms(self, output: Tensor, batch: Tensors) -> list[Term]:
        """Return what the painter is asked for."""
        self.module.requires_grad_(False)
        changes = draw_changes(output) if self.config.diff_augment else None
        condition = self._condition(batch)
        fake = self.judge(output, condition, changes)
        favour = [
            hinge_generator(scores, painted_patches(_mask(batch, changes), scores))
            for scores in fake.scores
        ]
        terms = [Term(self.name, self.weight, torch.stack(favour).mean())]
        if self.config.feature_matching and fake.features:
            with torch.no_grad():
                real = self.judge(batch.image, condition, changes)
            distance = feature_matching(fake.features, real.features)
            terms.append(Term("matching", self.config.feature_matching, distance))
        return terms

    def learn(self, fake: Tensor, batch: Tensors, step: int, team: Team) -> float:
        """Take one step towards telling fakes from photos; returns the hinge loss."""
        self.module.requires_grad_(True)
        changes = draw_changes(fake) if self.config.diff_augment else None
        with torch.autocast(fake.device.type, torch.bfloat16):
            both = torch.cat([batch.image, fake])
            doubled = torch.cat([self._condition(batch)] * 2)
            scores = self.judge(both, doubled, _doubled(changes)).scores
        loss = torch.stack([_hinge(one.float(), _mask(batch, changes)) for one in scores]).mean()
        total = loss + self._penalty(batch, step)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        team.average_gradients(self.module)
        self.optimiser.step()
        return float(loss.detach())

    def _condition(self, batch: Tensors) -> Tensor:
        return batch.condition if self.config.critics_see_lines else batch.mask

    def _penalty(self, batch: Tensors, step: int) -> Tensor:
        """Punish steep scores of photos, every few steps and so much the harder (lazily)."""
        every = self.config.r1_every
        if not self.config.r1 or not isinstance(self.module, PatchDiscriminator) or step % every:
            return batch.image.new_zeros(())
        condition = self._condition(batch)

        def score(image: Tensor) -> Tensor:
            return self.judge(image, condition, None).scores[0]

        return self.config.r1 * every * gradient_penalty(score, batch.image)


def make_critics(
    config: TrainConfig, features: SqueezeNetFeatures, device: torch.device
) -> list[Critic]:
    """Make the discriminators that a run has weights for; the one on pixels is always there."""

    def look_at_features(module: nn.Module, image: Tensor, _: Tensor) -> Verdict:
        verdict: Verdict = module(features(image))
        return verdict

    patches = PatchDiscriminator(condition_channels=4 if config.critics_see_lines else 1)
    critics = [Critic("adversarial", patches.to(device), _look, config.adversarial, config)]
    if config.projected:
        module = ProjectedDiscriminator().to(device)
        critics.append(Critic("projected", module, look_at_features, config.projected, config))
    return critics


def _look(module: nn.Module, image: Tensor, condition: Tensor) -> Verdict:
    verdict: Verdict = module(image, condition)
    return verdict


def _hinge(scores: Tensor, mask: Tensor) -> Tensor:
    real, fake = scores.chunk(2)
    return hinge_discriminator(real, fake, painted_patches(mask, fake))


def _mask(batch: Tensors, changes: Changes | None) -> Tensor:
    return batch.mask if changes is None else changes.move(batch.mask)


def _doubled(changes: Changes | None) -> Changes | None:
    """Repeat changes for a batch of photos followed by their fakes."""
    if changes is None:
        return None
    fields = (changes.brightness, changes.saturation, changes.contrast, changes.grid, changes.shown)
    return Changes(*(torch.cat([one, one]) for one in fields))
