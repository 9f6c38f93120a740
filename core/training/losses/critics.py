"""Discriminators in training: the generator's adversarial terms, and their own updates."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.runtime.device import training_arithmetic
from core.training.data.batches import TensorBatch
from core.training.frozen.squeezenet import SqueezeNetFeatures
from core.training.harness.config import TrainConfig
from core.training.harness.distributed import ProcessGroup
from core.training.losses.discriminator_augment import Augmentation, draw_augmentation
from core.training.losses.discriminators import (
    DiscriminatorOutput,
    PatchDiscriminator,
    ProjectedDiscriminator,
)
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
        compute_output: Callable[[nn.Module, Tensor, Tensor], DiscriminatorOutput],
        weight: float,
        config: TrainConfig,
    ) -> None:
        self.name, self.module, self.weight, self.config = name, module, weight, config
        self._compute_output = compute_output
        self.is_relativistic = config.relativistic and isinstance(module, PatchDiscriminator)
        learning = [one for one in module.parameters() if one.requires_grad]
        group = {"params": learning, "share": config.critic_share}
        self.optimiser = torch.optim.Adam([group], config.learning_rate, _BETAS)
        convert_conv2d_weight_memory_format(module, torch.channels_last)

    def discriminate(
        self, image: Tensor, condition: Tensor, augmentation: Augmentation | None
    ) -> DiscriminatorOutput:
        """Score images (N, 3, S, S) after an augmentation; it also translates the condition.

        Args:
            image: (N, 3, S, S) in [-1, 1].
            condition: (N, C, S, S), the mask and, if it is told them, the lines.
            augmentation: applied to both; None leaves them.
        """
        if augmentation is not None:
            image, condition = augmentation.apply(image), augmentation.translate(condition)
        return self._compute_output(self.module, image, condition)

    def terms(self, output: Tensor, batch: TensorBatch) -> list[Term]:
        """Return the generator's loss terms."""
        self.module.requires_grad_(False)
        augmentation = draw_augmentation(output) if self.config.diff_augment else None
        condition = self._condition(batch)
        fake = self.discriminate(output, condition, augmentation)
        is_matched = self.config.feature_matching > 0 and bool(fake.features)
        real = fake
        if is_matched or self.is_relativistic:
            with torch.no_grad():
                real = self.discriminate(batch.image, condition, augmentation)
        mask, pairs = (
            _augmented_mask(batch, augmentation),
            zip(real.scores, fake.scores, strict=True),
        )
        generator_loss = torch.stack([self._generator_loss(*pair, mask) for pair in pairs]).mean()
        terms = [Term(self.name, self.weight, generator_loss)]
        if is_matched:
            distance = feature_matching(fake.features, real.features)
            terms.append(Term("matching", self.config.feature_matching, distance))
        return terms

    def learn(
        self, fake: Tensor, batch: TensorBatch, step: int, process_group: ProcessGroup
    ) -> float:
        """Update the discriminator on photos and fakes (N, 3, S, S); returns its loss."""
        self.module.requires_grad_(True)
        augmentation = draw_augmentation(fake) if self.config.diff_augment else None
        with training_arithmetic(fake.device):
            images = torch.cat([batch.image, fake])
            conditions = torch.cat([self._condition(batch)] * 2)
            scores = self.discriminate(
                images, conditions, _repeat_augmentation(augmentation)
            ).scores
        mask = _augmented_mask(batch, augmentation)
        loss = torch.stack([self._discriminator_loss(one.float(), mask) for one in scores]).mean()
        total = loss + self._penalty(batch, step)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        process_group.average_gradients(self.module)
        self.optimiser.step()
        return float(loss.detach())

    def _condition(self, batch: TensorBatch) -> Tensor:
        return batch.condition if self.config.critics_see_lines else batch.mask

    def _generator_loss(self, real: Tensor, fake: Tensor, mask: Tensor) -> Tensor:
        painted = painted_patches(mask, fake)
        if self.is_relativistic:
            return relativistic_generator(real.float(), fake.float(), painted)
        return hinge_generator(fake, painted)

    def _discriminator_loss(self, scores: Tensor, mask: Tensor) -> Tensor:
        real, fake = scores.chunk(2)
        loss_function = relativistic_discriminator if self.is_relativistic else hinge_discriminator
        return loss_function(real, fake, painted_patches(mask, fake))

    def _penalty(self, batch: TensorBatch, step: int) -> Tensor:
        """Punish steep scores of photos, every few steps and so much the harder (lazily)."""
        every = self.config.r1_every
        if not self.config.r1 or not isinstance(self.module, PatchDiscriminator) or step % every:
            return batch.image.new_zeros(())
        condition = self._condition(batch)

        def score(image: Tensor) -> Tensor:
            return self.discriminate(image, condition, None).scores[0]

        return self.config.r1 * every * gradient_penalty(score, batch.image)


def make_critics(
    config: TrainConfig, features: SqueezeNetFeatures, device: torch.device
) -> list[Critic]:
    """Make the discriminators that a run has weights for; the one on pixels is always there."""

    def features_output(module: nn.Module, image: Tensor, _: Tensor) -> DiscriminatorOutput:
        output: DiscriminatorOutput = module(features(image))
        return output

    patches = PatchDiscriminator(condition_channels=4 if config.critics_see_lines else 1)
    critics = [
        Critic("adversarial", patches.to(device), _compute_output, config.adversarial, config)
    ]
    if config.projected:
        module = ProjectedDiscriminator().to(device)
        critics.append(Critic("projected", module, features_output, config.projected, config))
    return critics


def _compute_output(module: nn.Module, image: Tensor, condition: Tensor) -> DiscriminatorOutput:
    output: DiscriminatorOutput = module(image, condition)
    return output


def _augmented_mask(batch: TensorBatch, augmentation: Augmentation | None) -> Tensor:
    return batch.mask if augmentation is None else augmentation.translate(batch.mask)


def _repeat_augmentation(augmentation: Augmentation | None) -> Augmentation | None:
    """Repeat an augmentation for a batch of photos followed by their fakes."""
    if augmentation is None:
        return None
    fields = (
        augmentation.brightness,
        augmentation.saturation,
        augmentation.contrast,
        augmentation.grid,
        augmentation.cutout,
    )
    return Augmentation(*(torch.cat([one, one]) for one in fields))
