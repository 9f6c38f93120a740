"""Edges that lie on a sketch are told from edges that do not."""

import numpy as np
import pytest
import torch

from core.training.data.batches import TensorBatch
from core.training.data.sketches import SKETCH_CHANNEL
from core.training.reports.sketch import drawn_lines, edge_distance, gradient_ratio

SIZE = 64


def edge_at(column: int):
    picture = np.full((1, SIZE, SIZE, 3), 60, np.uint8)
    picture[:, :, column:] = 160
    return picture


@pytest.fixture
def drawn():
    lines = np.zeros((1, SIZE, SIZE), bool)
    lines[:, 20:44, 32] = True
    return lines


def test_an_edge_on_the_line_is_steeper_there_than_beside(drawn):
    everywhere = np.ones((1, SIZE, SIZE), bool)
    assert gradient_ratio(edge_at(32), drawn, everywhere) > 3
    assert gradient_ratio(edge_at(37), drawn, everywhere) < 0.3


def test_the_distance_is_that_of_the_nearest_edge_and_has_an_end(drawn):
    assert edge_distance(edge_at(32), drawn) <= 1.0
    assert edge_distance(edge_at(36), drawn) == pytest.approx(4.0, abs=1.0)
    assert edge_distance(np.full((1, SIZE, SIZE, 3), 90, np.uint8), drawn) == 8.0


def test_without_a_line_there_is_no_distance(drawn):
    assert np.isnan(edge_distance(edge_at(32), np.zeros_like(drawn)))


def test_only_lines_that_nothing_else_gives_away_are_measured():
    mask = torch.zeros(1, 1, SIZE, SIZE)
    mask[..., 16:48, 16:48] = 1.0
    lines = torch.zeros(1, 3, SIZE, SIZE)
    lines[:, 0, 20:44, 24] = 1.0
    batch = TensorBatch(torch.zeros(1, 3, SIZE, SIZE), mask, lines)
    sketch_lines = lines.clone()
    for column in (17, 26, 36):  # at the border, beside a known line, by itself
        sketch_lines[:, SKETCH_CHANNEL, 24:40, column] = 1.0
    drawn = drawn_lines(batch, batch._replace(lines=sketch_lines))
    assert np.unique(np.nonzero(drawn[0])[1]).tolist() == [36]
