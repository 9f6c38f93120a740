"""The options of a training of the expression network; the defaults suit one CPU core."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Adversarial(StrEnum):
    """Which form the adversarial loss has."""

    HINGE = "hinge"
    LOG = "log"  # the paper's equation 6
    WGAN_GP = "wgan_gp"  # StarGAN's


@dataclass(frozen=True)
class ExpressionConfig:
    """Weights of the losses and the pace of both networks."""

    batch: int = 8
    critic_batch: int = 16
    """Photos that the discriminator learns from in a step; the first ones are also repainted."""
    learning_rate: float = 1e-3
    momentum: float = 0.5
    """Of both optimisers (Adam's first beta)."""
    ema: float = 0.998
    adversarial_form: Adversarial = Adversarial.HINGE
    adversarial: float = 0.5
    classification: float = 0.5
    """The lambda of classes; StarGAN's is 1."""
    cycle: float = 5.0
    """The lambda of reconstruction; StarGAN's is 10."""
    cycle_share: float = 0.25
    """Share of a batch that is painted back; 1 as published, which takes half as long again."""
    identity: float = 5.0
    """Weight of the change to faces that are asked for the expression they have."""
    geometry: float = 100.0
    """Weight of how far, in half sides, points miss where they lie in faces of the class asked for;
    0 leaves it to the paper's losses."""
    geometry_scale: float = 1.4
    """How far points go / where they lie on average: most labelled faces show a class faintly."""
    unevenness: float = 5.0
    """Weight of the mean step of what moves from pixel to pixel, in half sides."""
    painted: float = 3.0
    """Weight of all that is painted over moved pixels: what can be moved is not to be painted."""
    gradient_penalty: float = 10.0
    """Of `wgan_gp` only."""
    generator_every: int = 1
    """Steps of the discriminator per step of the generator; StarGAN's is 5."""
    warm_up: float = 0.1
    """Share of the run in which the discriminator first learns the classes alone."""
    balance: float = 0.75
    """1 draws every class as often as the others, 0 every face."""
    diff_augment: bool = False
    """Change photos and fakes alike at random before they are judged."""
    seed: int = 0
    samples_before: int = 0
    """Samples seen in earlier runs, for the card."""

    def __post_init__(self) -> None:
        if not (0 < self.batch <= self.critic_batch and self.generator_every >= 1):
            raise ValueError("a batch has at least one face, and no more than the critic's")
        if not (0 <= self.cycle_share <= 1 and 0 <= self.warm_up < 1 and 0 <= self.balance <= 1):
            raise ValueError("cycle_share, warm_up and balance are shares between 0 and 1")
