"""Samples with an exemplar's hair: their holes cover it, and its edges are drawn."""

import numpy as np
import pytest
import torch

from core.anatomy.regions import Region
from core.training.data import exemplar_hair
from core.training.data.batches import TensorBatch
from core.training.data.exemplar_hair import add_exemplar_hair, replaces_hair
from core.training.data.sketches import SKETCH_CHANNEL


@pytest.fixture
def batch():
    """Short hair, long hair, and short hair again; the holes hide the hair, or a mouth."""
    labels = torch.full((4, 1, 64, 64), Region.SKIN, dtype=torch.uint8)
    labels[:, :, :12] = Region.HAIR
    labels[1, :, :50, :10] = labels[1, :, :50, 54:] = Region.HAIR
    labels[:, :, 30:34, 4:30] = Region.LEFT_EYE
    mask = (labels == Region.HAIR).float()
    mask[3] = 0.0
    mask[3, :, 50:58, 24:40] = 1.0
    image = torch.where(labels == Region.HAIR, -0.8, 0.6).expand(-1, 3, -1, -1).clone()
    return TensorBatch(image, mask, torch.zeros(4, 3, 64, 64), labels)


def test_only_holes_over_most_of_the_hair_take_hair(batch):
    assert replaces_hair(batch).tolist() == [True, True, True, False]


def test_the_hole_grows_over_the_exemplars_hair_but_never_over_features(batch):
    result = add_exemplar_hair(batch, slice(2, 4), np.random.default_rng(0))
    assert torch.equal(result.mask[:2], batch.mask[:2])
    assert torch.equal(result.mask[3], batch.mask[3])
    grown = result.mask[2, 0] > 0
    assert grown[:50, :10][batch.labels[2, 0, :50, :10] != Region.LEFT_EYE].all()
    assert not grown[batch.labels[2, 0] == Region.LEFT_EYE].any()
    assert not grown[60:].any()


def test_the_edges_of_the_exemplars_hair_are_drawn_in_the_hole_alone(batch, monkeypatch):
    monkeypatch.setattr(exemplar_hair, "_SKETCHED_SHARE", 1.0)
    result = add_exemplar_hair(batch, slice(2, 4), np.random.default_rng(0))
    edges = result.lines[2, SKETCH_CHANNEL] > 0
    assert edges[15:45].any()
    assert not edges[result.mask[2, 0] == 0].any()
    assert not result.lines[[0, 1, 3]].any()
    assert not result.lines[2, :SKETCH_CHANNEL].any()


def test_a_batch_is_not_changed_in_place(batch):
    before = batch.mask.clone(), batch.lines.clone()
    add_exemplar_hair(batch, slice(1, 4), np.random.default_rng(0))
    assert torch.equal(batch.mask, before[0])
    assert torch.equal(batch.lines, before[1])
