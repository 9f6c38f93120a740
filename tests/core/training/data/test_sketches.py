"""Sketches for training show the edges that a hole hides, and nothing beside it."""

import cv2
import numpy as np
import torch

from core.training.data.batches import TensorBatch
from core.training.data.sketches import add_sketches, draw_sketch


def drawing() -> np.ndarray:
    """A bright disc, and a dot."""
    picture = np.full((64, 64), 40, np.uint8)
    cv2.circle(picture, (32, 32), 20, 220, -1)
    picture[3, 3] = 255
    return picture


def batch(count: int) -> TensorBatch:
    image = torch.from_numpy(drawing()).float().expand(count, 3, -1, -1) / 127.5 - 1.0
    mask = torch.zeros(count, 1, 64, 64)
    mask[..., :32] = 1.0
    lines = torch.zeros(count, 3, 64, 64)
    lines[:, :, 60] = 0.5
    return TensorBatch(image, mask, lines)


def test_a_sketch_is_a_thin_outline_without_dots():
    result = draw_sketch(drawing(), np.random.default_rng(0))
    y, x = np.nonzero(result)
    assert np.abs(np.hypot(x - 32, y - 32) - 20).max() < 3
    assert 60 < len(y) < 250
    assert set(np.unique(result)) == {0, 255}


def test_sketches_lie_in_holes_beside_the_lines():
    original = batch(4)
    result = add_sketches(original, 1.0, np.random.default_rng(0))
    assert torch.equal(result.lines[:, :2], original.lines[:, :2])
    assert torch.equal(result.lines[..., 32:], original.lines[..., 32:])
    assert (result.lines >= original.lines).all()
    assert result.lines[:, 2].sum(dim=(1, 2)).gt(original.lines[:, 2].sum(dim=(1, 2)) + 20).all()


def test_as_many_samples_as_asked_for_are_sketched():
    original = batch(200)
    result = add_sketches(original, 0.25, np.random.default_rng(0)).lines
    share = (result != original.lines).flatten(1).any(dim=1).float().mean()
    assert 0.15 < share < 0.35
