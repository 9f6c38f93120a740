"""Small pictures of results."""

from __future__ import annotations

import numpy as np
import pytest

from core.imaging.windows import whole_window, window_at
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome, composite_steps
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, _composited_samples, step_thumbnail


def _step(left: int, top: int, width: int, height: int) -> EditStep:
    random = np.random.default_rng(0)
    coverage = random.choice(np.array([0, 130, 255], np.uint8), (height, width))
    settings = FillSettings(Patch(left, top, coverage), whole_window(300, 400), ())
    patch = random.integers(0, 256, (height, width, 3), np.uint8)
    return EditStep(settings, Outcome.of(patch, coverage, left, top))


@pytest.mark.parametrize("every", [1, 2, 3, 7])
def test_a_thumbnail_from_few_samples_equals_the_samples_of_the_full_one(every):
    photo = np.random.default_rng(1).integers(0, 256, (300, 400, 3), np.uint8)
    step, square = _step(35, 52, 90, 61), window_at(31, 40, 97, 97)
    expected = composite_steps(photo, [step], square)[::every, ::every]
    np.testing.assert_array_equal(_composited_samples(photo, step, square, every), expected)


@pytest.mark.parametrize("size", [(1, 1), (400, 300), (400, 2), (3, 300)])
def test_results_of_any_size_have_a_thumbnail(qapp, size):
    photo = np.zeros((300, 400, 3), np.uint16)
    step = _step(0, 0, *size)
    assert not step_thumbnail(photo, step, 1.0).pixmap(THUMBNAIL_PX, THUMBNAIL_PX).isNull()
