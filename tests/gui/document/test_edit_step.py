"""Edits laid over the photo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.edit.requests import SmileKind
from core.image_io.photo import photo_from_array
from core.imaging.masks import scale_coverage
from faceeditor_gui.document.edit_settings import (
    ExemplarSettings,
    FillSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import (
    EditStep,
    Outcome,
    composite_steps,
    landmarks_after,
    refresh_steps,
)
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.exemplar_parts import WholePart

EVERYTHING = (slice(0, 60), slice(0, 80))


@pytest.fixture
def settings(make_face) -> SmileSettings:
    return SmileSettings(EVERYTHING, make_face().landmarks, 1.0, SmileKind.OPEN)


@pytest.fixture(params=[np.uint8, np.uint16])
def image(request) -> np.ndarray:
    high = np.iinfo(request.param).max + 1
    return np.random.default_rng(0).integers(0, high, (60, 80, 3)).astype(request.param)


def _step(settings, image, seed=1) -> EditStep:
    random = np.random.default_rng(seed)
    patch = random.permuted(image[10:40, 20:70], axis=1)
    coverage = random.choice(np.array([0, 1, 127, 254, 255], np.uint8), (30, 50))
    return EditStep(settings, Outcome.of(patch, coverage, 20, 10), seed)


def test_what_is_shown_is_what_is_saved(settings, image):
    steps = [_step(settings, image, 1), _step(settings, image, 2)]
    saved = photo_from_array(image)
    for step in steps:
        made = step.outcome
        saved = saved.with_patch(made.patch.array, made.left, made.top, step.coverage(step.window))
    np.testing.assert_array_equal(composite_steps(image, steps, EVERYTHING), saved.image)


def test_samples_without_coverage_stay_bit_identical(settings, image):
    step = _step(settings, image)
    composed = composite_steps(image, [step], EVERYTHING)
    outside = np.ones((60, 80), bool)
    outside[step.window] = step.coverage(step.window) == 0
    np.testing.assert_array_equal(composed[outside], image[outside])


def test_any_window_shows_the_same_as_the_whole(settings, image):
    steps = [_step(settings, image, 1), _step(settings, image, 2)]
    window = slice(25, 55), slice(5, 44)
    np.testing.assert_array_equal(
        composite_steps(image, steps, window), composite_steps(image, steps, EVERYTHING)[window]
    )


def test_compositing_leaves_the_photo_unchanged(settings, image):
    before = image.copy()
    composite_steps(image, [_step(settings, image)], EVERYTHING)
    np.testing.assert_array_equal(image, before)


def test_a_fill_request_is_in_pixels_of_its_window(make_face):
    landmarks = make_face().landmarks
    hole = Patch(30, 25, np.full((4, 6), 200, np.uint8))
    settings = FillSettings(hole, (slice(20, 60), slice(10, 50)), (landmarks,))
    request = settings.request(np.zeros((40, 40, 3), np.uint8))
    assert (request.mask[5:9, 20:26] == 200).all()
    assert np.count_nonzero(request.mask) == 24
    np.testing.assert_allclose(request.faces, [landmarks - [10, 20]])


def test_a_smile_request_is_in_pixels_of_its_window(make_face):
    landmarks = make_face().landmarks
    settings = SmileSettings((slice(20, 60), slice(10, 50)), landmarks, 0.4, SmileKind.WIDE)
    request = settings.request(np.zeros((40, 40, 3), np.uint8))
    np.testing.assert_allclose(request.landmarks, landmarks - [10, 20])
    assert (request.strength, request.kind) == (0.4, SmileKind.WIDE)


@pytest.fixture(params=["style", "pixels"])
def hair(request, make_face) -> StyleSettings | ExemplarSettings:
    """Hair in a random style, or taken as pixels."""
    landmarks, parts = make_face().landmarks, (WholePart.HAIR,)
    if request.param == "style":
        return StyleSettings(EVERYTHING, landmarks, parts, 1)
    picture = np.zeros((500, 500, 3), np.uint8)
    (anna,) = cut_exemplars(picture, [make_face(250, 200, 80)], "Anna").exemplars
    return ExemplarSettings(EVERYTHING, landmarks, anna, parts, 1)


@pytest.mark.parametrize("strength", [0.0, 0.25, 1.0])
def test_landmarks_follow_an_exemplar_edit_in_proportion_to_its_strength(make_face, strength):
    face, picture = make_face(), np.full((500, 500, 3), 60, np.uint8)
    anna = cut_exemplars(picture, [make_face(250, 200, 80)], "Anna").exemplars[0]
    settings = ExemplarSettings(
        EVERYTHING, face.landmarks, anna, (WholePart.MASK,), 1, strength=strength
    )
    patch, coverage = np.zeros((5, 5, 3), np.uint8), np.full((5, 5), 255, np.uint8)
    made = Outcome.of(patch, coverage, 0, 0, landmark_offsets=np.full((68, 2), 8.0))
    moved = landmarks_after(face.landmarks, [EditStep(settings, made)]) - face.landmarks
    assert np.allclose(moved, 8 * strength)


@pytest.mark.parametrize("strength", [0.0, 0.004, 0.37, 0.5, 0.93, 1.0])
def test_hair_scales_its_coverage_as_the_core_does(hair, image, strength):
    step = _step(replace(hair, strength=strength), image)
    full = step.outcome.coverage.array
    np.testing.assert_array_equal(step.coverage(step.window), np.ceil(full * strength))
    np.testing.assert_array_equal(step.coverage(step.window), scale_coverage(full, strength))


def test_hair_that_has_run_again_is_fresh_at_every_strength_it_had(hair, image):
    below, weak = _step(hair, image, 1), _step(replace(hair, strength=0.4), image, 2)
    made = weak.outcome
    outcome = Outcome.of(~made.patch.array, made.coverage.array, 20, 10, (below,))
    fresh = replace(weak, settings=replace(hair, strength=0.8), outcome=outcome)
    _, after = refresh_steps((below, weak), fresh)
    assert after.outcome is outcome
    assert after.weight == 0.4


def test_opacity_scales_coverage_to_the_nearest_level(settings, image):
    step = replace(_step(settings, image), opacity=0.5)
    covered = step.coverage(step.window)
    expected = np.rint(step.outcome.coverage.array * 0.5)
    np.testing.assert_array_equal(covered, expected)
    assert set(np.unique(covered)) == {0, 64, 127, 128}
