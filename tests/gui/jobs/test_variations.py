"""Pictures of the kinds of smile, and of the variations of a style."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QButtonGroup

from core.anatomy.expressions import Expression
from core.edit.requests import EditResult, ExpressionRequest, SmileKind, SmileRequest, StyleRequest
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.job import Urgency
from faceeditor_gui.jobs.variations import SEEDS_SHOWN, SmileVariations, crop_changed
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.state.exemplar_parts import WholePart


@pytest.fixture(autouse=True)
def no_variations() -> None:
    """Here they do not."""


@pytest.fixture
def variations(qtbot, window: MainWindow) -> SmileVariations:
    made = window.services.smile_variations
    qtbot.waitUntil(lambda: all(made.thumbnail(kind) is not None for kind in SmileKind))
    return made


def _strengths(run) -> list[float]:
    return [request.strength for request in run.requests_of(SmileRequest)]


def test_every_kind_of_smile_has_a_thumbnail(window, variations, run):
    assert [request.kind for request in run.requests_of(SmileRequest)] == list(SmileKind)
    assert all(request.image.size < 500_000 for request in run.requests_of(SmileRequest))
    assert window.services.document.steps.items == ()
    buttons = window.findChild(SmilePanel).findChild(QButtonGroup).buttons()
    assert len(buttons) == len(SmileKind)
    assert all(not button.icon().isNull() for button in buttons)


def test_every_class_is_shown_on_the_users_own_face(qtbot, window, run):
    pictures = window.services.expression_variations
    qtbot.waitUntil(lambda: all(pictures.thumbnail(one) is not None for one in Expression))
    asked = run.requests_of(ExpressionRequest)
    assert [one.expression for one in asked] == list(Expression)
    assert all(one.draft and one.image.size < 500_000 for one in asked)


def test_thumbnails_show_the_smile_and_its_context(variations):
    picture = variations.thumbnail(SmileKind.OPEN)
    is_smile = (picture == 254).all(axis=2)
    assert 0.02 < is_smile.mean() < 0.8


def test_thumbnails_follow_the_strength_of_the_smile(qtbot, window, variations, run):
    window.services.runner.smile(0.4)
    qtbot.waitUntil(lambda: _strengths(run)[-len(SmileKind) :] == [0.4] * len(SmileKind))


def test_thumbnails_follow_the_choice_of_face(qtbot, window, variations, run):
    first = variations.thumbnail(SmileKind.OPEN)
    window.services.document.faces.choose(1)
    assert variations.thumbnail(SmileKind.OPEN) is None
    qtbot.waitUntil(lambda: variations.thumbnail(SmileKind.ONE_SIDED) is not None)
    assert not np.array_equal(first, variations.thumbnail(SmileKind.OPEN))


def test_thumbnails_stay_until_new_ones_are_made_when_a_step_below_changes(
    qtbot, window, variations, run, make_face
):
    before, count = variations.thumbnail(SmileKind.OPEN), len(run.requests_of(SmileRequest))
    window.services.document.mask.paint(Patch(20, 20, np.full((9, 9), 255, np.uint8)))
    window.services.runner.fill()
    qtbot.waitUntil(lambda: len(window.services.document.steps.items) == 1)
    assert variations.thumbnail(SmileKind.OPEN) is before
    qtbot.waitUntil(lambda: len(run.requests_of(SmileRequest)) == count + len(SmileKind))
    qtbot.waitUntil(lambda: variations.thumbnail(SmileKind.OPEN) is not before)


def test_a_step_above_a_smile_makes_no_new_thumbnails(qtbot, window, variations, run):
    window.services.runner.smile(1.0)
    qtbot.waitUntil(lambda: not window.services.job_queue.has_work)
    count = len(run.requests_of(SmileRequest))
    window.services.document.steps.set_opacity(window.services.document.steps.items[0].number, 0.5)
    qtbot.waitUntil(lambda: not window.services.job_queue.has_work)
    assert len(run.requests_of(SmileRequest)) == count


@pytest.fixture
def styled(qtbot, monkeypatch, request):
    """A window with the hair of its face in a random style."""
    monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: True)
    window = request.getfixturevalue("window")
    window.services.tool_state.exemplar_mode.set_parts((WholePart.HAIR,))
    window.services.exemplar_edits.apply_random_style()
    qtbot.waitUntil(lambda: len(window.services.document.steps.items) == 1)
    return window


def test_variations_of_a_style_have_thumbnails(qtbot, styled, run):
    made, seeds = styled.services.style_variations, range(SEEDS_SHOWN)
    qtbot.waitUntil(lambda: all(made.thumbnail(seed) is not None for seed in seeds))
    assert sorted({request.seed for request in run.requests_of(StyleRequest)}) == list(seeds)
    assert [int(made.thumbnail(seed).max()) for seed in seeds] == [
        20 * (seed + 1) for seed in seeds
    ]
    assert len(styled.services.document.steps.items) == 1


def test_another_seed_of_the_same_block_makes_no_new_thumbnails(qtbot, styled, run):
    made, services = styled.services.style_variations, styled.services
    qtbot.waitUntil(lambda: made.thumbnail(SEEDS_SHOWN - 1) is not None)
    count = len(run.requests_of(StyleRequest))
    services.runner.adjust(replace(services.document.steps.items[0].settings, seed=2, strength=0.5))
    qtbot.waitUntil(lambda: not (services.job_queue.has_work or services.runner.is_running))
    assert len(run.requests_of(StyleRequest)) == count + 1


def test_thumbnails_of_a_style_are_cleared_when_another_step_is_selected(qtbot, styled):
    made = styled.services.style_variations
    qtbot.waitUntil(lambda: made.thumbnail(0) is not None)
    styled.services.document.steps.select(None)
    assert made.thumbnail(0) is None


def test_a_thumbnail_is_the_square_around_the_changed_window():
    image = np.zeros((100, 200, 3), np.uint8)
    request = SmileRequest(image, np.zeros((68, 2)))
    patch, coverage = np.full((20, 40, 3), 200, np.uint8), np.full((20, 40), 255, np.uint8)
    picture = crop_changed(EditResult(patch, 100, 50, coverage, request))
    assert picture.shape == (40, 40, 3)
    assert (picture[10:30] == 200).all()
    assert not picture[:10].any()


def test_pictures_that_are_out_of_date_dim_in_their_place_until_new_ones_come(
    qtbot, window, variations, run
):
    button = window.findChild(SmilePanel).findChild(QButtonGroup).buttons()[2]
    size, before = button.size(), button.icon().pixmap(44).toImage()
    resume = run.hold(lambda request: getattr(request, "draft", False))
    window.services.runner.smile(0.4)
    qtbot.waitUntil(lambda: variations.is_outdated(SmileKind.OPEN))
    dimmed = button.icon().pixmap(44).toImage()
    assert dimmed.pixelColor(22, 22).alpha() < before.pixelColor(22, 22).alpha()
    assert button.size() == size
    resume.set()
    qtbot.waitUntil(lambda: not variations.is_outdated(SmileKind.OPEN))
    assert button.icon().pixmap(44).toImage().pixelColor(22, 22).alpha() == 255
    assert button.size() == size


def test_a_face_without_pictures_yet_has_buttons_as_large(qtbot, window, variations, run):
    button = window.findChild(SmilePanel).findChild(QButtonGroup).buttons()[2]
    size, hint = button.size(), button.sizeHint()
    run.hold(lambda request: getattr(request, "draft", False))
    window.services.document.faces.choose(1)
    assert variations.thumbnail(SmileKind.OPEN) is None
    assert (button.size(), button.sizeHint()) == (size, hint)
    window.services.job_queue.cancel(*Urgency)
