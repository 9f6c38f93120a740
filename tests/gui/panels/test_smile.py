"""The smile panel, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QSpinBox, QToolButton

from core.edit.requests import SmileKind, SmileRequest
from faceeditor_gui.document.wording import describe_smile_kind
from faceeditor_gui.panels.smile import PRESETS, SmilePanel
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(window) -> SmilePanel:
    return window.findChild(SmilePanel)


@pytest.fixture
def click_kind(qtbot, panel):
    def click(kind: SmileKind) -> None:
        buttons = panel.findChildren(QToolButton)
        text = describe_smile_kind(kind)
        qtbot.mouseClick(next(one for one in buttons if one.text() == text), LEFT)

    return click


@pytest.fixture
def smiles(window):
    """List kind and strength of every smile in the document."""
    return lambda: [
        (step.settings.kind, step.settings.strength)
        for step in window.services.document.steps.items
    ]


def _checked(panel: SmilePanel) -> list[str]:
    return [one.text() for one in panel.findChildren(QToolButton) if one.isChecked()]


def test_a_click_on_another_kind_changes_the_smile_that_is_there(
    window, panel, click_kind, smiles, idle
):
    window.services.runner.smile(0.4)
    idle()
    click_kind(SmileKind.CLOSED)
    idle()
    click_kind(SmileKind.WIDE)
    idle()
    assert smiles() == [(SmileKind.WIDE, 0.4)]
    assert _checked(panel) == ["Wide"]
    assert window.services.document.undo_stack.count() == 3
    window.undo()
    assert smiles() == [(SmileKind.CLOSED, 0.4)]
    assert _checked(panel) == ["Closed"]


def test_a_kind_that_is_chosen_while_the_smile_is_made_is_the_one_that_is_made(
    qtbot, window, panel, run, click_kind, smiles, idle
):
    resume = run.hold(lambda request: isinstance(request, SmileRequest))
    window.services.runner.smile(0.4)
    qtbot.waitUntil(lambda: bool(run.requests_of(SmileRequest)))
    click_kind(SmileKind.CLOSED)
    window.services.document.faces.chosen_changed.emit()  # whatever else makes panels look again
    assert _checked(panel) == ["Closed"]
    resume.set()
    idle()
    assert smiles() == [(SmileKind.CLOSED, 0.4)]


def test_the_slider_shows_the_smile_of_the_face_in_hand_while_another_face_is_made_to_smile(
    qtbot, window, panel, run, idle
):
    resume = run.hold(lambda request: isinstance(request, SmileRequest))
    window.services.runner.smile(0.4)
    qtbot.waitUntil(lambda: bool(run.requests_of(SmileRequest)))
    slider = panel.findChild(Slider)
    assert slider.value() == 40
    window.services.document.faces.choose(1)
    assert slider.value() == 0
    resume.set()
    idle()


def test_looking_at_a_face_that_smiles_does_not_choose_the_kind_of_the_next_smile(
    window, panel, click_kind, smiles, idle
):
    window.services.runner.smile(0.4, SmileKind.CLOSED)
    idle()
    assert _checked(panel) == ["Closed"]
    window.services.document.faces.choose(1)
    assert _checked(panel) == ["Open"]


def test_the_key_makes_a_smile_stronger_and_leaves_its_kind(window, press_key, smiles, idle):
    window.services.runner.smile(0.4, SmileKind.CLOSED)
    idle()
    press_key(Qt.Key.Key_S)
    idle()
    assert [kind for kind, _ in smiles()] == [SmileKind.CLOSED]


def test_a_drag_keeps_the_kind_of_the_smile(qtbot, window, panel, smiles, idle):
    window.services.runner.smile(0.4, SmileKind.ONE_SIDED)
    idle()
    slider = panel.findChild(Slider)
    qtbot.mousePress(slider, LEFT, pos=slider.rect().center())
    qtbot.mouseMove(slider, slider.rect().center() + QPoint(20, 0))
    qtbot.mouseRelease(slider, LEFT)
    idle()
    assert [kind for kind, _ in smiles()] == [SmileKind.ONE_SIDED]


def test_a_click_makes_a_smile_that_leaves_room_for_more(qtbot, window, panel, smiles, idle):
    qtbot.mouseClick(panel.findChild(QPushButton), LEFT)
    idle()
    assert smiles() == [(SmileKind.OPEN, 0.7)]
    assert panel.findChild(Slider).value() == 70


@pytest.mark.parametrize("percent", PRESETS)
def test_a_preset_is_one_click(qtbot, panel, smiles, idle, percent):
    buttons = panel.findChildren(QToolButton)
    qtbot.mouseClick(next(one for one in buttons if one.text() == f"{percent} %"), LEFT)
    idle()
    assert smiles() == [(SmileKind.OPEN, percent / 100)]
    assert panel.findChild(QSpinBox).value() == percent
