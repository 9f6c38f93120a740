"""Patches continue the lines and the texture of what surrounds a hole."""

import numpy as np

from core.edit.hair.patch_completion import complete_by_patches

SIZE = 96
_ROWS, COLUMNS = np.mgrid[:SIZE, :SIZE]
STRIPES = np.repeat(((COLUMNS // 6 % 2) * 0.5 + 0.25)[..., None], 3, axis=2).astype(np.float32)
HOLE = np.zeros((SIZE, SIZE), bool)
HOLE[30:60, 30:60] = True


def hidden(image):
    """Paint what is behind the hole in a colour that nothing else has."""
    return np.where(HOLE[..., None], np.float32([1, 0, 0]), image)


def test_lines_that_run_into_a_hole_meet_within_it():
    completion = complete_by_patches(hidden(STRIPES), HOLE, ~HOLE)
    assert np.abs(completion.image - STRIPES)[HOLE].mean() < 0.03


def test_texture_goes_on_as_strong_as_it_is_around():
    image = np.random.default_rng(0).uniform(0.2, 0.8, STRIPES.shape).astype(np.float32)
    completion = complete_by_patches(hidden(image), HOLE, ~HOLE)
    assert completion.image[HOLE].std() > 0.7 * image[~HOLE].std()


def test_what_is_known_stays_and_comes_from_nowhere_else():
    completion = complete_by_patches(hidden(STRIPES), HOLE, ~HOLE)
    np.testing.assert_array_equal(completion.image[~HOLE], STRIPES[~HOLE])
    assert not completion.origin[~HOLE].any()


def test_patches_are_taken_from_the_source_only():
    right = (COLUMNS > 64) & ~HOLE
    completion = complete_by_patches(hidden(STRIPES), HOLE, right)
    rows, columns = np.nonzero(HOLE)
    x, y = np.rint(completion.origin[HOLE]).astype(int).T
    assert right[rows + y, columns + x].all()


def test_a_picture_without_room_for_patches_is_not_completed():
    assert complete_by_patches(STRIPES, HOLE, COLUMNS > SIZE - 8) is None
