"""Settings: which of them have the same result, and what becomes of them in a request."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import SmileKind
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.edit_settings import (
    ExemplarSettings,
    SmileSettings,
    StyleSettings,
    is_same_request,
)
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.state.exemplar_parts import WholePart

WINDOW = (slice(100, 300), slice(120, 360))


@pytest.fixture
def exemplar() -> ListedExemplar:
    pixels = StoredArray(np.zeros((200, 200, 3), np.uint8))
    return ListedExemplar("Anna", pixels, np.full((68, 2), 100.0))


@pytest.fixture
def hair(make_face, exemplar) -> StyleSettings:
    return StyleSettings(WINDOW, make_face().landmarks, (WholePart.HAIR,), 1, exemplar)


def test_layers_matter_only_with_a_second_exemplar(hair, exemplar):
    assert hair.has_same_result(replace(hair, layers=(4, 6)))
    mixed = replace(hair, second=exemplar)
    assert not mixed.has_same_result(hair)
    assert not mixed.has_same_result(replace(mixed, layers=(4, 6)))


def test_another_seed_or_strength_is_another_result(hair):
    assert not hair.has_same_result(replace(hair, seed=1))
    assert not hair.has_same_result(replace(hair, strength=0.5))


def test_strength_that_only_scales_coverage_makes_the_same_request(hair, make_face, exemplar):
    assert is_same_request(hair, replace(hair, strength=0.5))
    assert not is_same_request(hair, replace(hair, seed=1))
    mouth = ExemplarSettings(WINDOW, make_face().landmarks, exemplar, (FacePart.MOUTH,), 1)
    assert not is_same_request(mouth, replace(mouth, strength=0.5))


def test_pixels_and_style_of_one_exemplar_adjust_each_other(hair, exemplar):
    pixels = ExemplarSettings(WINDOW, hair.landmarks, exemplar, hair.parts, hair.number)
    assert pixels.adjusts(hair)
    assert hair.adjusts(pixels)
    assert not hair.adjusts(replace(pixels, number=2))
    assert not hair.has_same_result(pixels)


def test_a_request_for_a_downscaled_window_has_its_landmarks_there(make_face):
    settings = SmileSettings(WINDOW, make_face().landmarks, 0.5, SmileKind.OPEN)
    whole = settings.request(np.zeros((200, 240, 3), np.uint8))
    half = settings.request(np.zeros((100, 120, 3), np.uint8))
    np.testing.assert_allclose(whole.landmarks, settings.landmarks - [120, 100])
    np.testing.assert_allclose(half.landmarks + 0.5, (whole.landmarks + 0.5) / 2)
