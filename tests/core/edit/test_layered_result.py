"""Results that are composited over each other are one result, which shows what they showed."""

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.layered_result import LayeredResult
from core.edit.requests import EditResult, StyleRequest
from tests.core.edit.results import covered, shown


@pytest.fixture
def request_(portrait):
    return StyleRequest(*portrait, parts=(FacePart.EYES,))


def result(request, left, top, value, coverage=255, size=20, **told):
    patch = np.full((size, size, 3), value, request.image.dtype)
    return EditResult(patch, left, top, np.full((size, size), coverage, np.uint8), request, **told)


@pytest.mark.parametrize("factor", [1, 257])
def test_what_lies_above_hides_what_lies_below(portrait, factor):
    image = portrait[0].astype(np.uint8 if factor == 1 else np.uint16) * factor
    asked = StyleRequest(image, portrait[1], parts=(FacePart.EYES,))
    layers = LayeredResult(asked)
    layers.add(result(asked, 10, 10, 40 * factor))
    layers.add(result(asked, 20, 20, 250 * factor))
    flattened = shown(image, layers.flatten())
    assert np.array_equal(flattened, layers.image)
    assert (flattened[12:18, 12:18] == 40 * factor).all()
    assert (flattened[20:40, 20:40] == 250 * factor).all()
    assert np.array_equal(covered(image, layers.flatten()) > 0, (flattened != image).any(axis=2))


def test_soft_edges_stay_soft_and_strength_weakens_all_alike(request_):
    layers = LayeredResult(request_)
    layers.add(result(request_, 10, 10, 0, coverage=128))
    half = layers.flatten(0.5)
    assert set(np.unique(half.coverage)) <= {0, 128}
    expected = request_.image[10:30, 10:30] / 2
    assert np.abs(half.patch - expected[: len(half.patch), : half.patch.shape[1]]).max() <= 1


def test_notices_are_told_once_and_the_last_landmarks_count(request_):
    layers, moved = LayeredResult(request_), request_.landmarks + 1
    layers.add(result(request_, 10, 10, 3, notices=("a", "b"), landmarks=moved))
    assert layers.landmarks is moved
    layers.add(result(request_, 50, 50, 3, notices=("b", "c")))
    assert layers.flatten().notices == ("a", "b", "c")
    assert layers.flatten().landmarks is moved


def test_it_is_painted_if_any_of_it_is(request_):
    layers = LayeredResult(request_)
    layers.add(result(request_, 10, 10, 3, is_painted=False))
    assert not layers.flatten().is_painted
    layers.add(result(request_, 50, 50, 3))
    assert layers.flatten().is_painted


def test_results_that_changed_nothing_are_nothing(request_):
    layers = LayeredResult(request_)
    layers.add(EditResult.unchanged(request_))
    assert not layers.flatten().coverage.any()
    assert layers.flatten().landmarks is None
    assert not layers.flatten().is_painted
