"""The quick column under real events: pictures of one's own face, one click, a slider."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from core.edit.requests import (
    HairColourRequest,
    InpaintRequest,
    ParseRequest,
    RestoreRequest,
    SmileRequest,
)
from faceeditor_gui.document.edit_settings import (
    HairColourSettings,
    RestoreSettings,
    SmileSettings,
)
from faceeditor_gui.jobs.quick.quick_pictures import QUICK_HAIR
from faceeditor_gui.panels.quick_edits.quick_column import QuickColumn
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def no_quick_pictures() -> None:
    """Here they are wanted."""


@pytest.fixture
def no_variations(monkeypatch) -> None:
    """Keep only the pictures of smiles and expressions out."""
    for name in ("SmileVariations", "ExpressionVariations", "StyleVariations"):
        monkeypatch.setattr(f"faceeditor_gui.jobs.variations.{name}._choices", lambda _self: None)


@pytest.fixture
def wears_glasses(monkeypatch) -> list[bool]:
    """Whether glasses are found; tests change it."""
    is_worn = [False]

    def hole(image, _labels, _landmarks) -> np.ndarray:
        found = np.zeros(image.shape[:2], np.uint8)
        found[: 20 * is_worn[0]] = 255
        return found

    monkeypatch.setattr("faceeditor_gui.jobs.quick.glasses_picture.glasses_hole", hole)
    monkeypatch.setattr("faceeditor_gui.commands.fills.glasses_hole", hole)
    return is_worn


@pytest.fixture
def column(qtbot, wears_glasses, window) -> QuickColumn:
    _settle(qtbot, window)
    return window.quick


def _settle(qtbot, window) -> None:
    services = window.services
    qtbot.waitUntil(lambda: not (services.job_queue.has_work or services.runner.is_running))


def _button(column: QuickColumn, text: str) -> QToolButton:
    return next(one for one in column.findChildren(QToolButton) if one.text() == text)


def _is_pictured(button: QToolButton) -> bool:
    return button.icon().pixmap(96, 96).toImage().pixelColor(48, 48).alpha() > 0


def test_each_edit_is_seen_on_the_own_face_before_it_is_made(column, window, run):
    for text in ("Smile", "Restore", "Hair colour"):
        assert _is_pictured(_button(column, text))
    for kind in (SmileRequest, RestoreRequest, HairColourRequest, ParseRequest):
        requests = run.requests_of(kind)
        assert len(requests) == 1
        assert requests[0].image.size < 500_000
    assert window.services.document.steps.items == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Smile", SmileSettings), ("Restore", RestoreSettings), ("Hair colour", HairColourSettings)],
)
def test_one_click_is_one_undo_step(qtbot, column, window, text, kind):
    document = window.services.document
    qtbot.mouseClick(_button(column, text), LEFT)
    qtbot.waitUntil(lambda: bool(document.steps.items))
    assert isinstance(document.steps.items[0].settings, kind)
    assert document.undo_stack.count() == 1


def test_after_the_click_the_slider_says_how_much(qtbot, column, window):
    document, slider = window.services.document, column.findChild(Slider)
    assert not slider.isVisible()
    qtbot.mouseClick(_button(column, "Hair colour"), LEFT)
    qtbot.waitUntil(slider.isVisible)
    assert slider.value() == 100
    assert slider.parentWidget().parentWidget().height() < 110, "words, slider, number, no gaps"
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    settled = slider.value()
    assert settled < 100
    qtbot.waitUntil(
        lambda: document.steps.items[0].settings.wanted.strength == pytest.approx(settled / 100)
    )
    assert document.steps.items[0].settings.wanted.colour == QUICK_HAIR.colour
    assert len(document.steps.items) == 1


def test_a_second_click_adds_to_what_the_first_has_made(qtbot, column, window):
    for text in ("Smile", "Hair colour"):
        qtbot.mouseClick(_button(column, text), LEFT)
        _settle(qtbot, window)
    steps = window.services.document.steps.items
    assert [type(step.settings) for step in steps] == [SmileSettings, HairColourSettings]


def test_glasses_are_offered_only_where_some_are_worn(qtbot, column, window, wears_glasses, run):
    assert not _button(column, "Glasses off").isVisible()
    assert run.requests_of(InpaintRequest) == []
    wears_glasses[0] = True
    faces = window.services.document.faces
    faces.choose(1)
    button = _button(column, "Glasses off")
    qtbot.waitUntil(button.isVisible)
    assert _is_pictured(button)
    assert run.requests_of(InpaintRequest)[-1].image.size < 500_000
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: bool(window.services.document.steps.items))
    assert window.services.document.undo_stack.undoText() == "Remove Glasses"


def test_the_column_is_hidden_by_its_key_and_stays_so(column, window, press_key, tmp_path):
    press_key(Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
    assert not column.isVisible()
    assert not window.menu_bar.action("view.quick").isChecked()
    assert not Settings(tmp_path / "settings.ini").shows_quick
    press_key(Qt.Key.Key_Tab)
    press_key(Qt.Key.Key_Tab)
    assert not column.isVisible(), "Tab brings back only what was there"
    press_key(Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
    assert column.isVisible()


def test_tab_hides_the_column_with_the_panels(column, press_key):
    press_key(Qt.Key.Key_Tab)
    assert not column.isVisible()
    press_key(Qt.Key.Key_Tab)
    assert column.isVisible()


def test_no_picture_is_made_while_the_column_is_hidden(qtbot, column, window, run):
    window.services.settings.set_shows_quick(False)
    run.requests.clear()
    faces = window.services.document.faces
    faces.choose(1)
    _settle(qtbot, window)
    assert run.requests_of(HairColourRequest) == []
    window.services.settings.set_shows_quick(True)
    _settle(qtbot, window)
    assert len(run.requests_of(HairColourRequest)) == 1


def test_a_narrow_window_leaves_the_room_to_the_photo(qtbot, column, window):
    window.resize(820, 600)
    qtbot.waitUntil(lambda: not column.isVisible())
    window.resize(1100, 700)
    qtbot.waitUntil(column.isVisible)


def test_the_picture_without_glasses_stays_until_a_new_one_comes(
    qtbot, column, window, wears_glasses, run
):
    wears_glasses[0] = True
    window.services.document.faces.choose(1)
    button = _button(column, "Glasses off")
    qtbot.waitUntil(button.isVisible)
    _settle(qtbot, window)
    resume = run.hold(lambda request: isinstance(request, ParseRequest))
    qtbot.mouseClick(_button(column, "Smile"), LEFT)
    qtbot.waitUntil(lambda: bool(window.services.document.steps.items))
    assert button.isVisible()
    assert window.services.glasses_picture.is_outdated
    resume.set()
    qtbot.waitUntil(lambda: not window.services.glasses_picture.is_outdated)
    assert button.isVisible()
