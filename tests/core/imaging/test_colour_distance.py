"""Colours are as far from samples as these vary little."""

import numpy as np

from core.imaging.colour_distance import colour_distances


def test_a_step_counts_by_the_spread_of_the_samples_along_it():
    rng = np.random.default_rng(0)
    samples = rng.normal((50, 0, 0), (8, 1, 1), (100, 100, 3)).astype(np.float32)
    samples[0, :2] = (66, 0, 0), (50, 3, 0)
    chosen = np.ones((100, 100), bool)
    chosen[0, :2] = False
    along, across = colour_distances(samples, chosen, 1e-3)[0, :2]
    np.testing.assert_allclose((along, across), (4, 9), rtol=0.15)


def test_samples_of_one_colour_leave_the_least_variance():
    colours = np.zeros((4, 4, 3), np.float32)
    colours[0, 0] = (2, 0, 0)
    chosen = np.ones((4, 4), bool)
    chosen[0, 0] = False
    assert colour_distances(colours, chosen, 4.0)[0, 0] == 1
