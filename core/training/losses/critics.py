"""Discriminators in training: what they ask of the painter, and how they learn."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.training.data.batches import Tensors
from core.training.frozen.squeezenet import SqueezeNetFeatures
from core.training.harness.config import TrainConfig
from core.training.harness.distributed import Team
from core.training.losses.discriminator_augment import Changes, draw_changes
from core.training.losses.discriminators import PatchDiscriminator, ProjectedDiscriminator, Verdict
from core.training.losses.terms import (
    Term,
    feature_matching,
    gradient_penalty,
    hinge_discriminator,
    hinge_generator,
    painted_patches,
    relativistic_discriminator,
    relativistic_generator,
)

SECOND_BETA = 0.99
_BETAS = (0.5, SECOND_BETA)


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
        self.is_relativistic = config.relativistic and isinstance(module, PatchDiscriminator)
        learning = [one for one in module.parameters() if one.requires_grad]
        group = {"params": learning, "share": config.critic_share}
        self.optimiser = torch.optim.Adam([group], config.learning_rate, _BETAS)
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
        is_matched = self.config.feature_matching > 0 and bool(fake.features)
        real = fake
        if is_matched or self.is_relativistic:
            with torch.no_grad():
                real = self.judge(batch.image, condition, changes)
        mask, pairs = _mask(batch, changes), zip(real.scores, fake.scores, strict=True)
        favour = torch.stack([self._favour(*pair, mask) for pair in pairs]).mean()
        terms = [Term(self.name, self.weight, favour)]
        if is_matched:
            distance = feature_matching(fake.features, real.features)
            terms.append(Term("matching", self.config.feature_matching, distance))
        return terms

    def learn(self, fake: Tensor, batch: Tensors, step: int, team: Team) -> float:
        """Take one step towards telling fakes from photos; returns the loss."""
        self.module.requires_grad_(True)
        changes = draw_changes(fake) if self.config.diff_augment else None
        with torch.autocast(fake.device.type, torch.bfloat16):
            both = torch.cat([batch.image, fake])
            doubled = torch.cat([self._condition(batch)] * 2)
            scores = self.judge(both, doubled, _doubled(changes)).scores
        mask = _mask(batch, changes)
        loss = torch.stack([self._error(one.float(), mask) for one in scores]).mean()
        total = loss + self._penalty(batch, step)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        team.average_gradients(self.module)
        self.optimiser.step()
        return float(loss.detach())

    def _condition(self, batch: Tensors) -> Tensor:
        return batch.condition if self.config.critics_see_lines else batch.mask

    def _favour(self, real: Tensor, fake: Tensor, mask: Tensor) -> Tensor:
        painted = painted_patches(mask, fake)
        if self.is_relativistic:
            return relativistic_generator(real.float(), fake.float(), painted)
        return hinge_generator(fake, painted)

    def _error(self, scores: Tensor, mask: Tensor) -> Tensor:
        real, fake = scores.chunk(2)
        ask = relativistic_discriminator if self.is_relativistic else hinge_discriminator
        return ask(real, fake, painted_patches(mask, fake))

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


def _mask(batch: Tensors, changes: Changes | None) -> Tensor:
    return batch.mask if changes is None else changes.move(batch.mask)


def _doubled(changes: Changes | None) -> Changes | None:
    """Repeat changes for a batch of photos followed by their fakes."""
    if changes is None:
        return None
    fields = (changes.brightness, changes.saturation, changes.contrast, changes.grid, changes.shown)
    return Changes(*(torch.cat([one, one]) for one in fields))
