"""The refiner learns on parts of frames, each with some of its hole."""

import torch

from core.training.data.batches import TensorBatch
from core.training.recipes.refiner import random_crops


def test_a_crop_holds_some_of_the_hole_and_the_same_window_of_every_input():
    image = torch.arange(64 * 64, dtype=torch.float32).reshape(1, 1, 64, 64).repeat(3, 3, 1, 1)
    mask = torch.zeros(3, 1, 64, 64)
    mask[0, :, :3, :3] = mask[1, :, 60:, 60:] = mask[2, :, 30:34, 10:50] = 1.0
    part = random_crops(TensorBatch(image, mask, image), 16)
    assert part.image.shape == (3, 3, 16, 16)
    assert torch.equal(part.image, part.lines)
    assert (part.mask.flatten(1).sum(1) > 0).all()
    place = part.image[:, 0, 0, 0].long()
    for row, top, left in zip(part.mask, place // 64, place % 64, strict=True):
        index = int((place // 64 == top).nonzero()[0])
        assert torch.equal(row, mask[index, :, top : top + 16, left : left + 16])


def test_a_frame_without_hole_is_cropped_too():
    nothing = torch.zeros(1, 1, 64, 64)
    image = torch.zeros(1, 3, 64, 64)
    assert random_crops(TensorBatch(image, nothing, image), 16).image.shape == (1, 3, 16, 16)
