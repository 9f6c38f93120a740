"""Results that are laid upon each other are one result, which shows what they showed."""

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.layered_result import Stack
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
    stack = Stack(asked)
    stack.lay(result(asked, 10, 10, 40 * factor))
    stack.lay(result(asked, 20, 20, 250 * factor))
    made = shown(image, stack.result())
    assert np.array_equal(made, stack.image)
    assert (made[12:18, 12:18] == 40 * factor).all()
    assert (made[20:40, 20:40] == 250 * factor).all()
    assert np.array_equal(covered(image, stack.result()) > 0, (made != image).any(axis=2))


def test_soft_edges_are_laid_as_soft_and_strength_weakens_all_alike(request_):
    stack = Stack(request_)
    stack.lay(result(request_, 10, 10, 0, coverage=128))
    half = stack.result(0.5)
    assert set(np.unique(half.coverage)) <= {0, 128}
    expected = request_.image[10:30, 10:30] / 2
    assert np.abs(half.patch - expected[: len(half.patch), : half.patch.shape[1]]).max() <= 1


def test_notices_are_told_once_and_the_last_landmarks_count(request_):
    stack, moved = Stack(request_), request_.landmarks + 1
    stack.lay(result(request_, 10, 10, 3, notices=("a", "b"), landmarks=moved))
    assert stack.landmarks is moved
    stack.lay(result(request_, 50, 50, 3, notices=("b", "c")))
    assert stack.result().notices == ("a", "b", "c")
    assert stack.result().landmarks is moved


def test_it_is_painted_if_any_of_it_is(request_):
    stack = Stack(request_)
    stack.lay(result(request_, 10, 10, 3, is_painted=False))
    assert not stack.result().is_painted
    stack.lay(result(request_, 50, 50, 3))
    assert stack.result().is_painted


def test_results_that_changed_nothing_are_nothing(request_):
    stack = Stack(request_)
    stack.lay(EditResult.unchanged(request_))
    assert not stack.result().coverage.any()
    assert stack.result().landmarks is None
    assert not stack.result().is_painted
