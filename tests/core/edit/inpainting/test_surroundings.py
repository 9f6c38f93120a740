"""What lies beside a face is filled from its surroundings, never with the face's skin."""

import numpy as np
import pytest

from core.edit.inpainting import surroundings
from core.edit.requests import FillSource, InpaintRequest
from tests.core.edit.results import covered, shown


@pytest.fixture(scope="module")
def fill(editor, large_face):
    def run(mask, source=FillSource.SURROUNDINGS):
        image, landmarks = large_face
        return editor.run(InpaintRequest(image, mask, (landmarks,), source=source))

    return run


@pytest.fixture
def beside(large_face):
    """A hole in a corner of the photo."""
    mask = np.zeros(large_face[0].shape[:2], np.uint8)
    mask[20:70, 20:70] = 255
    return mask


@pytest.fixture
def cheek(large_face):
    image, landmarks = large_face
    mask = np.zeros(image.shape[:2], np.uint8)
    left, top = np.rint((landmarks[2] + landmarks[31]) / 2).astype(int)
    mask[top - 12 : top + 12, left - 12 : left + 12] = 255
    return mask


def test_a_hole_beside_the_face_is_filled_with_pixels_of_the_photo(fill, large_face, beside):
    result, image = fill(beside), large_face[0]
    assert "from its surroundings" in result.notices[-1]
    assert not np.array_equal(result.patch, fill(beside, FillSource.NETWORK).patch)
    assert np.array_equal(covered(image, result), beside)
    assert np.array_equal(shown(image, result)[beside == 0], image[beside == 0])


def test_skin_is_left_to_the_network(fill, cheek):
    result = fill(cheek)
    assert np.array_equal(result.patch, fill(cheek, FillSource.NETWORK).patch)
    assert "lies on a face" in result.notices[-1]


def test_each_hole_is_told_of(fill, beside, cheek):
    assert "Of 2 holes, 1 from their surroundings, 1" in fill(beside | cheek).notices[-1]


def test_skin_lends_nothing_to_what_lies_beside_it(fill, beside, monkeypatch):
    asked = []

    def spy(image, hole, sources, guess, classes):
        asked.append((sources, classes))
        return guess

    monkeypatch.setattr(surroundings, "fill_by_patches", spy)
    mask = np.zeros_like(beside)
    mask[20:400, 20:60] = 255
    fill(mask)
    sources, classes = asked[0]
    assert (classes == surroundings._FACE).any()
    assert not sources[classes == surroundings._FACE].any()
