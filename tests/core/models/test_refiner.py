"""The refiner changes nothing but holes, and starts from the answer that it is given."""

import torch

from core.models.refiner import build, halve_frame, upsample_residual

CPU = torch.device("cpu")


def scene(side: int = 64):
    generator = torch.Generator().manual_seed(1)
    image = torch.rand(1, 3, side, side, generator=generator) * 2 - 1
    mask = torch.zeros(1, 1, side, side)
    mask[..., side // 4 : side // 2, side // 3 : side // 2] = 1.0
    return image, mask


def test_an_untrained_refiner_gives_the_enlarged_answer():
    image, mask = scene()
    residual = torch.full((1, 3, 32, 32), 0.1)
    refined = build(None, CPU).refine(image, mask, residual)
    assert torch.allclose(refined, upsample_residual(image, mask, residual).clamp(-1, 1), atol=1e-6)


def test_a_refiner_leaves_pixels_outside_the_hole_alone():
    image, mask = scene()
    refiner = build(None, CPU)
    torch.nn.init.normal_(refiner.network.to_residual.weight)
    refined = refiner.refine(image, mask, torch.ones(1, 3, 32, 32))
    outside = (mask == 0).expand_as(image)
    assert torch.equal(refined[outside], image[outside])
    assert not torch.equal(refined[~outside], image[~outside])


def test_nothing_of_the_hole_shines_through_when_a_frame_is_halved():
    image, mask = scene()
    small, hole = halve_frame(image, mask)
    other = halve_frame(torch.where(mask > 0, 1.0, image), mask)[0]
    assert torch.equal(small, other)
    assert small.shape == (1, 3, 32, 32)
    assert set(hole.unique().tolist()) == {0.0, 1.0}


def test_a_half_hidden_pixel_counts_as_hole_only_when_more_than_half_is_hidden():
    image, mask = torch.zeros(1, 3, 4, 4), torch.zeros(1, 1, 4, 4)
    mask[..., 0, :2] = 1.0  # half of the first cell
    mask[..., :2, 2:] = 1.0  # all of the second
    hole = halve_frame(image, mask)[1]
    assert hole[0, 0].tolist() == [[0.0, 1.0], [0.0, 0.0]]
