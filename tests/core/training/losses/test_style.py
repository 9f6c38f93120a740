import pytest
import torch
from torch import Tensor

from core.training.losses.style import (
    attribute_loss,
    exemplar_weights,
    local_tone_loss,
    path_lengths,
    path_penalty,
    photo_weights,
    tone_loss,
    weigh_gradient,
)


def hole(side: int = 256, size: int = 128, count: int = 1) -> Tensor:
    mask = torch.zeros(count, 1, side, side)
    start = (side - size) // 2
    mask[..., start : start + size, start : start + size] = 1.0
    return mask


def test_weighing_a_gradient_leaves_the_picture_as_it_is():
    x = 1e3 * torch.randn(2, 3, 8, 8)
    assert torch.equal(weigh_gradient(x, torch.rand(2, 1, 8, 8)), x)


def test_the_gradient_that_comes_back_is_weighed_spatially():
    x, weights = torch.randn(2, 3, 8, 8, requires_grad=True), torch.rand(2, 1, 8, 8)
    weigh_gradient(x, weights).pow(3).sum().backward()
    assert torch.allclose(x.grad, 3 * x.detach().square() * weights)


def test_the_weights_fall_from_the_border_of_the_hole_as_published():
    row = photo_weights(hole())[0, 0, 128]
    published = [0.85, 0.81, 0.73, 0.60, 0.52, 0.495]
    result = [row[64 + depth].item() for depth in (0, 6, 16, 32, 48, 63)]
    assert result == pytest.approx(published, abs=0.005)
    assert row[:64].eq(1).all()


def test_weights_follow_the_size_of_the_frame():
    large, small = photo_weights(hole())[..., ::2, ::2], photo_weights(hole(128, 64))
    assert (large - small).abs().max() < 0.02


def test_a_small_hole_belongs_to_the_photo():
    assert photo_weights(hole(size=8)).min() > 0.97


def test_the_exemplar_counts_most_in_the_middle_of_the_largest_hole():
    mask = torch.cat([hole(64, 40), hole(64, 8)])
    weights = exemplar_weights(mask)
    assert weights[mask == 0].eq(0).all()
    assert weights.max() == 1
    assert weights[0, 0, 32, 32].item() == pytest.approx(1.0, abs=1e-3)
    assert weights[1].max() < 0.5


def test_without_a_hole_the_exemplar_counts_nowhere():
    assert exemplar_weights(torch.zeros(1, 1, 32, 32)).eq(0).all()


def brightness(image: Tensor) -> Tensor:
    return image.mean(dim=(2, 3))[:, None]  # a style code of one row


def test_the_attribute_loss_moves_the_middle_of_the_hole_and_nothing_outside():
    output, mask = torch.zeros(1, 3, 64, 64, requires_grad=True), hole(64, 32)
    loss = attribute_loss(brightness, output, torch.ones(1, 1, 3), mask)
    assert loss.item() == pytest.approx(1.0)
    loss.backward()
    pull = -output.grad[0, 0]
    assert pull[mask[0, 0] == 0].eq(0).all()
    assert pull[32, 32] > 2 * pull[32, 17] > 0


def test_the_attribute_loss_is_zero_where_the_codes_agree():
    output = torch.rand(1, 3, 16, 16)
    assert attribute_loss(brightness, output, brightness(output), hole(16, 8)) == 0


def test_path_lengths_are_those_of_the_jacobian():
    codes = torch.randn(2, 3, 4, requires_grad=True)
    mixing = torch.randn(12, 3 * 5 * 5)
    painted = (codes.flatten(1) @ mixing).reshape(2, 3, 5, 5)
    result = path_lengths(painted, codes, torch.Generator().manual_seed(1))
    direction = torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(1)) / 5
    jacobian = (direction.flatten(1) @ mixing.T).reshape(2, 3, 4)
    assert torch.allclose(result, jacobian.square().sum(2).mean(1).sqrt())


def test_path_lengths_have_a_gradient_for_the_generator():
    codes, gain = torch.randn(2, 3, 4, requires_grad=True), torch.ones((), requires_grad=True)
    painted = (gain * codes.square()).sum(dim=(1, 2))[:, None, None, None].expand(2, 3, 4, 4)
    lengths = path_lengths(painted, codes, torch.Generator().manual_seed(1))
    lengths.sum().backward()
    assert gain.grad == pytest.approx(lengths.sum().item())


def test_lengths_are_punished_for_leaving_their_average():
    lengths = torch.tensor([1.0, 3.0], requires_grad=True)
    penalty, average = path_penalty(lengths, torch.tensor(2.0))
    assert average.item() == 2.0
    assert penalty.item() == 1.0
    _, moved = path_penalty(lengths, torch.zeros(()))
    assert moved.item() == pytest.approx(0.02)
    assert not moved.requires_grad


def halves(size: int = 32) -> Tensor:
    """Two parts: the left half and the right one."""
    parts = torch.zeros(1, 2, size, size, dtype=torch.bool)
    parts[:, 0, :, : size // 2] = parts[:, 1, :, size // 2 :] = True
    return parts


def test_tones_are_compared_part_by_part_wherever_the_parts_lie():
    left = halves()[:, :1]
    output, exemplar = torch.zeros(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)
    exemplar[..., 16:] = 0.4
    assert tone_loss(output, left, exemplar, left) == 0
    assert tone_loss(output, left, exemplar, halves()[:, 1:]).item() == pytest.approx(0.4)
    both = tone_loss(output, halves(), exemplar, halves())
    assert both.item() == pytest.approx(0.2)


def test_a_part_that_one_picture_hardly_shows_has_no_tone():
    speck = torch.zeros(1, 1, 32, 32, dtype=torch.bool)
    speck[..., 3, 3] = True
    output, exemplar = torch.zeros(1, 3, 32, 32), torch.ones(1, 3, 32, 32)
    for own, other in ((halves()[:, :1], speck), (speck, halves()[:, :1])):
        assert tone_loss(output, own, exemplar, other) == 0


def test_a_tone_teaches_only_the_part():
    output = torch.zeros(1, 3, 32, 32, requires_grad=True)
    left = halves()[:, :1]
    tone_loss(output, left, torch.ones(1, 3, 32, 32), left).backward()
    assert output.grad[..., :16].ne(0).all()
    assert output.grad[..., 16:].eq(0).all()


def test_local_tones_are_compared_cell_by_cell():
    output, exemplar = torch.zeros(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)
    output[..., :16, :] = exemplar[..., 16:, :] = 0.4
    everywhere = torch.ones(1, 1, 32, 32, dtype=torch.bool)
    assert tone_loss(output, everywhere, exemplar, everywhere).item() < 1e-6
    assert local_tone_loss(output, exemplar, everywhere).item() == pytest.approx(0.4)


def test_local_tones_are_those_of_what_lies_there_alone():
    output, exemplar = torch.zeros(1, 3, 32, 32), torch.ones(1, 3, 32, 32)
    where = torch.zeros(1, 1, 32, 32, dtype=torch.bool)
    where[..., :8, :6] = True
    exemplar[..., :8, :6] = 0.3
    assert local_tone_loss(output, exemplar, where).item() == pytest.approx(0.3)
    where[..., 2:, :] = False
    assert local_tone_loss(output, exemplar, where) == 0
