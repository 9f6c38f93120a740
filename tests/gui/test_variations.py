"""Pictures of the kinds of smile."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton

from core.edit.request import SmileKind, SmileRequest
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.variations import Variations


@pytest.fixture(autouse=True)
def variations_rest() -> None:
    """Here they do not."""


@pytest.fixture
def variations(qtbot, window: MainWindow) -> Variations:
    made = window.parts.variations
    qtbot.waitUntil(lambda: all(made.picture(kind) is not None for kind in SmileKind))
    return made


def _strengths(run) -> list[float]:
    return [request.strength for request in run.made(SmileRequest)]


def test_every_kind_of_smile_is_shown_as_a_small_picture(window, variations, run):
    assert [request.kind for request in run.made(SmileRequest)] == list(SmileKind)
    assert all(request.image.size < 500_000 for request in run.made(SmileRequest))
    assert window.parts.document.steps == ()
    buttons = window.findChild(SmilePanel).findChildren(QToolButton)
    assert len(buttons) == len(SmileKind)
    assert all(not button.icon().isNull() for button in buttons)


def test_pictures_show_the_smile_and_what_surrounds_it(variations):
    picture = variations.picture(SmileKind.OPEN)
    is_smile = (picture == 254).all(axis=2)
    assert 0.02 < is_smile.mean() < 0.8


def test_pictures_follow_the_strength_of_the_smile(qtbot, window, variations, run):
    window.parts.runner.smile(0.4)
    qtbot.waitUntil(lambda: _strengths(run)[-len(SmileKind) :] == [0.4] * len(SmileKind))


def test_pictures_follow_the_choice_of_face(qtbot, window, variations, run):
    first = variations.picture(SmileKind.OPEN)
    window.parts.document.choose_face(1)
    assert variations.picture(SmileKind.OPEN) is None
    qtbot.waitUntil(lambda: variations.picture(SmileKind.ONE_SIDED) is not None)
    assert not np.array_equal(first, variations.picture(SmileKind.OPEN))


def test_what_lies_above_a_smile_makes_no_new_pictures(qtbot, window, variations, run):
    window.parts.runner.smile(1.0)
    qtbot.waitUntil(lambda: not window.parts.schedule.has_work)
    count = len(run.made(SmileRequest))
    window.parts.document.edits.fade(window.parts.document.steps[0].number, 0.5)
    qtbot.waitUntil(lambda: not window.parts.schedule.has_work)
    assert len(run.made(SmileRequest)) == count
