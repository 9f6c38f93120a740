"""Check boxes for the components of an exemplar, by mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QDockWidget, QLabel

from core.anatomy.parts import Component
from core.edit.requests import TransferRequest
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.panels.components import ComponentsPanel


@pytest.fixture
def boxes(window, make_face) -> ComponentsPanel:
    picture = np.full((500, 500, 3), 40, np.uint8)
    found = cut_exemplars(picture, [make_face(250, 200, 80)], "Anna")
    window.services.document.exemplars.add(found.exemplars)
    window.findChild(QDockWidget, "Swap").raise_()
    return window.findChild(ComponentsPanel)


@pytest.fixture
def click(qtbot, boxes, idle):
    def run(name: str) -> None:
        box = next(one for one in boxes.findChildren(QCheckBox) if one.text() == name)
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        idle()

    return run


@pytest.fixture
def made(window):
    return lambda: [step.settings for step in window.services.document.steps.items]


def _checked(boxes: ComponentsPanel) -> list[str]:
    return [one.text() for one in boxes.findChildren(QCheckBox) if one.isChecked()]


def test_each_check_changes_the_same_edit_by_one_undo_step(window, boxes, click, made, run):
    click("Left eye")
    click("Mouth")
    (settings,) = made()
    assert settings.components == (Component.LEFT_EYE, Component.MOUTH)
    assert describe_settings(settings) == "Left eye, mouth from Anna"
    assert run.requests_of(TransferRequest)[-1].parts == settings.components
    assert window.services.document.undo_stack.count() == 2
    window.undo()
    assert _checked(boxes) == ["Left eye"]


def test_the_last_box_cleared_takes_the_edit_away(boxes, click, made):
    click("Hair")
    click("Hair")
    assert made() == []
    assert _checked(boxes) == []


def test_the_boxes_show_what_the_face_in_hand_takes(window, boxes, click):
    click("Skin")
    window.services.document.faces.choose(1)
    assert _checked(boxes) == []


def test_all_chosen_faces_take_it_as_one_undo_step(window, boxes, click, made):
    window.services.document.faces.toggle_all()
    click("Right eye")
    assert len(made()) == 2
    assert window.services.document.undo_stack.count() == 1


def test_boxes_wait_for_an_exemplar_and_say_so(window):
    panel = window.findChild(ComponentsPanel)
    assert not any(box.isEnabled() for box in panel.findChildren(QCheckBox))
    assert "Drop a photo" in panel.findChild(QLabel).text()
