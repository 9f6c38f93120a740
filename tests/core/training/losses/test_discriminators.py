"""Discriminators see what they should, and photos and fills are augmented alike."""

import pytest
import torch

from core.training.losses.discriminator_augment import draw_augmentation
from core.training.losses.discriminators import (
    PatchDiscriminator,
    ProjectedDiscriminator,
    RandomMixing,
)
from core.training.losses.terms import (
    feature_matching,
    gradient_penalty,
    hinge_discriminator,
    hinge_generator,
    painted_patches,
)

PYRAMID = [(96, 31), (128, 15), (256, 7), (384, 7)]


@pytest.fixture
def pyramid():
    torch.manual_seed(0)
    return [torch.rand(2, channels, side, side) for channels, side in PYRAMID]


def test_projected_discriminator_scores_four_scales(pyramid):
    output = ProjectedDiscriminator()(pyramid)
    assert [score.shape[2] for score in output.scores] == [15, 7, 3, 3]
    assert len(output.features) == 8


def test_every_scale_hears_the_coarser_ones(pyramid):
    mixing = RandomMixing([channels for channels, _ in PYRAMID], 64)
    before = mixing(pyramid)
    after = mixing([*pyramid[:-1], pyramid[-1].flip(1)])
    assert not any(torch.allclose(a, b) for a, b in zip(before, after, strict=True))


def test_random_mixing_never_learns_and_is_the_same_in_every_run():
    first, second = (RandomMixing([4, 8], 6) for _ in range(2))
    assert not list(first.parameters())
    pairs = zip(first.buffers(), second.buffers(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_augmentation_is_the_same_for_photo_and_fill_and_translates_the_mask():
    torch.manual_seed(0)
    photo = torch.rand(4, 3, 32, 32) * 2 - 1
    augmentation = draw_augmentation(photo)
    assert torch.equal(augmentation.apply(photo), augmentation.apply(photo.clone()))
    assert not torch.allclose(augmentation.apply(photo), photo)
    mask = torch.zeros(4, 1, 32, 32)
    mask[:, :, 12:20, 12:20] = 1
    translated = augmentation.translate(mask)
    assert set(translated.unique().tolist()) <= {0.0, 1.0}
    assert (translated.sum(dim=(1, 2, 3)) <= 64).all()


def test_gradients_flow_through_the_augmentation():
    image = torch.rand(2, 3, 16, 16, requires_grad=True)
    draw_augmentation(image).apply(image).sum().backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0


def test_penalty_is_half_the_squared_slope():
    real = torch.rand(2, 3, 8, 8)
    penalty = gradient_penalty(lambda x: 2.0 * x[:, :1], real)
    assert float(penalty) == pytest.approx(0.5 * 64 * (2 / 64) ** 2)


def test_only_painted_patches_count_as_fake():
    mask = torch.zeros(1, 1, 32, 32)
    mask[..., :16, :] = 1
    scores = torch.full((1, 1, 4, 4), 3.0)
    painted = painted_patches(mask, scores)
    assert painted.sum() == 8
    assert float(hinge_generator(scores, painted)) == -3
    outside = torch.where(painted > 0, -2.0, 5.0)
    assert float(hinge_discriminator(scores, outside, painted)) == 0


def test_feature_matching_is_zero_for_the_original():
    features = [torch.rand(1, 2, 4, 4), torch.rand(1, 3, 2, 2)]
    assert float(feature_matching(features, features)) == 0


def test_patch_discriminator_sees_the_condition():
    torch.manual_seed(0)
    discriminator, image = PatchDiscriminator().eval(), torch.rand(1, 3, 64, 64)
    unconditioned, conditioned = (
        discriminator(image, torch.full((1, 4, 64, 64), value)) for value in (0.0, 1.0)
    )
    assert unconditioned.scores[0].shape == (1, 1, 8, 8)
    assert not torch.allclose(unconditioned.scores[0], conditioned.scores[0])
