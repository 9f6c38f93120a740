"""A part that was relit keeps the hues that are its own."""

import numpy as np

from core.edit.compositing.tone_matching import restore_tones


def test_hues_deep_in_a_part_are_the_exemplars_and_the_border_is_as_painted():
    hole = np.zeros((64, 64), np.uint8)
    hole[12:52, 12:52] = 255
    painted = np.full((64, 64, 3), (150, 90, 70), np.uint8)
    exemplar = np.where(hole[..., None] > 0, np.uint8((90, 120, 160)), np.uint8(0))
    kept = restore_tones(painted, exemplar, hole).astype(int)
    assert np.array_equal(kept[hole == 0], painted[hole == 0])
    assert np.abs(kept[12, 30] - painted[12, 30]).max() < 30
    blueness = kept[..., 2] - kept[..., 0]
    assert blueness[32, 32] > blueness[12, 30] + 60


def test_where_the_exemplar_is_missing_the_painted_tones_stay():
    hole = np.full((64, 64), 255, np.uint8)
    painted = np.full((64, 64, 3), (150, 90, 70), np.uint8)
    exemplar = np.zeros_like(painted)
    exemplar[:, 32:] = (90, 120, 160)
    kept = restore_tones(painted, exemplar, hole)
    assert np.array_equal(kept[:, :32], painted[:, :32])
    assert not np.array_equal(kept[:, 32:], painted[:, 32:])
