"""Pictures of the kinds of smile, and of the variations of a style."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton

from core.edit.requests import EditResult, SmileKind, SmileRequest, StyleRequest
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.variations import SEEDS, SmileVariations, changed_part_of
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.state.face_targets import StyleTarget


@pytest.fixture(autouse=True)
def variations_rest() -> None:
    """Here they do not."""


@pytest.fixture
def variations(qtbot, window: MainWindow) -> SmileVariations:
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


def test_pictures_stay_until_there_are_others_when_something_below_changes(
    qtbot, window, variations, run, make_face
):
    before, count = variations.picture(SmileKind.OPEN), len(run.made(SmileRequest))
    window.parts.document.paint(Patch(20, 20, np.full((9, 9), 255, np.uint8)))
    window.parts.runner.fill()
    qtbot.waitUntil(lambda: len(window.parts.document.steps) == 1)
    assert variations.picture(SmileKind.OPEN) is before
    qtbot.waitUntil(lambda: len(run.made(SmileRequest)) == count + len(SmileKind))
    qtbot.waitUntil(lambda: variations.picture(SmileKind.OPEN) is not before)


def test_what_lies_above_a_smile_makes_no_new_pictures(qtbot, window, variations, run):
    window.parts.runner.smile(1.0)
    qtbot.waitUntil(lambda: not window.parts.schedule.has_work)
    count = len(run.made(SmileRequest))
    window.parts.document.edits.fade(window.parts.document.steps[0].number, 0.5)
    qtbot.waitUntil(lambda: not window.parts.schedule.has_work)
    assert len(run.made(SmileRequest)) == count


@pytest.fixture
def styled(qtbot, monkeypatch, request):
    """A window with the hair of its face in a random style."""
    monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: True)
    window = request.getfixturevalue("window")
    window.parts.tool_state.style.aim_at((StyleTarget.HAIR,))
    window.parts.borrowing.paint_randomly()
    qtbot.waitUntil(lambda: len(window.parts.document.steps) == 1)
    return window


def test_variations_of_a_style_are_shown_as_small_pictures(qtbot, styled, run):
    made, seeds = styled.parts.style_variations, range(SEEDS)
    qtbot.waitUntil(lambda: all(made.picture(seed) is not None for seed in seeds))
    assert sorted({request.seed for request in run.made(StyleRequest)}) == list(seeds)
    assert [int(made.picture(seed).max()) for seed in seeds] == [20 * (seed + 1) for seed in seeds]
    assert len(styled.parts.document.steps) == 1


def test_another_variation_of_the_same_block_makes_no_new_pictures(qtbot, styled, run):
    made, parts = styled.parts.style_variations, styled.parts
    qtbot.waitUntil(lambda: made.picture(SEEDS - 1) is not None)
    count = len(run.made(StyleRequest))
    parts.runner.adjust(replace(parts.document.steps[0].settings, seed=2, strength=0.5))
    qtbot.waitUntil(lambda: not (parts.schedule.has_work or parts.runner.is_running))
    assert len(run.made(StyleRequest)) == count + 1


def test_pictures_of_a_style_go_when_another_result_is_in_hand(qtbot, styled):
    made = styled.parts.style_variations
    qtbot.waitUntil(lambda: made.picture(0) is not None)
    styled.parts.document.edits.select(None)
    assert made.picture(0) is None


def test_a_picture_is_the_square_around_what_changed():
    image = np.zeros((100, 200, 3), np.uint8)
    request = SmileRequest(image, np.zeros((68, 2)))
    patch, coverage = np.full((20, 40, 3), 200, np.uint8), np.full((20, 40), 255, np.uint8)
    picture = changed_part_of(EditResult(patch, 100, 50, coverage, request))
    assert picture.shape == (40, 40, 3)
    assert (picture[10:30] == 200).all()
    assert not picture[:10].any()
