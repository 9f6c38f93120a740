"""What the right button and the menu key offer, and lists that tell whose and what."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QDockWidget, QListWidget, QMenu, QWidget

from faceeditor_gui.document.patch import Patch
from faceeditor_gui.panels.edits import EditsPanel
from faceeditor_gui.panels.exemplar_list_view import ExemplarListView
from faceeditor_gui.panels.faces import FacesPanel
from faceeditor_gui.panels.history import HistoryPanel

opens_menu = pytest.mark.qt_log_ignore("propagateSizeHints", "support raise", "grabbing")
"""What a screen that is none says to a menu."""
MOUSE, KEY = QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard


@pytest.fixture
def ask_menu(window):
    """Ask the canvas for its menu at a place; return what it offers, or None."""

    def ask(place: QPoint, reason=MOUSE) -> list[str] | None:
        event = QContextMenuEvent(reason, place, window.canvas.mapToGlobal(place))
        QApplication.sendEvent(window.canvas, event)
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            return None
        texts = [one.text().replace("&", "") for one in menu.actions() if one.text()]
        menu.close()
        return texts

    return ask


def _entries(widget: QWidget) -> list[str]:
    assert widget.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
    return [action.text().replace("&", "") for action in widget.actions()]


@opens_menu
def test_a_face_on_the_photo_has_a_menu_that_is_about_it(qtbot, window, run, at, ask_menu):
    place = at(*run.faces[1].landmarks.mean(axis=0))
    qtbot.mouseMove(window.canvas, place)
    assert {"Smile", "Zoom to the face", "Forget the face", "Fit"} <= set(ask_menu(place))
    assert window.services.document.faces.chosen is run.faces[1]


@opens_menu
def test_several_chosen_faces_stay_chosen_when_the_menu_is_opened_on_one(
    qtbot, window, run, at, ask_menu
):
    window.services.document.faces.choose(0, 1)
    place = at(*run.faces[1].landmarks.mean(axis=0))
    qtbot.mouseMove(window.canvas, place)
    ask_menu(place)
    assert len(window.services.document.faces.chosen_items) == 2


@opens_menu
def test_the_right_button_goes_on_erasing_while_painting_but_the_menu_key_opens_the_menu(
    window, brush, at, ask_menu
):
    assert ask_menu(at(100, 100)) is None
    assert "Smile" in ask_menu(at(100, 100), KEY)


def test_lists_offer_by_the_right_button_what_can_be_done_to_a_row(window):
    faces = window.findChild(FacesPanel).findChild(QListWidget)
    assert {"Smile", "Zoom to the face", "Forget the face"} <= set(_entries(faces))
    edits = window.findChild(EditsPanel).findChild(QListWidget)
    assert {"Hide the edit", "Paint on the result", "Delete the edit"} <= set(_entries(edits))
    assert {"Delete", "Take mouth", "Take hair"} <= set(
        _entries(window.findChild(ExemplarListView))
    )
    assert len(_entries(window.findChild(HistoryPanel))) == 2


def test_an_edit_is_hidden_and_shown_by_its_menu(window, idle):
    window.services.runner.smile(0.5)
    idle()
    (step,) = window.services.document.steps.items
    window.services.document.steps.select(step.number)
    hide = window.menu_bar.action("edit.hide")
    hide.trigger()
    assert not window.services.document.steps.items[0].is_visible
    assert hide.isChecked()
    hide.trigger()
    assert window.services.document.steps.items[0].is_visible


def test_the_menu_zooms_to_the_face_in_hand(window):
    before = window.canvas.navigation.viewport.scale
    window.menu_bar.action("view.face").trigger()
    assert window.canvas.navigation.viewport.scale > before


def test_edits_say_whose_face_they_changed_where_there_are_several(window, run, make_face, idle):
    window.services.document.faces.choose(1)
    window.services.runner.smile(0.5)
    idle()
    window.services.document.mask.paint(Patch(20, 20, np.full((9, 9), 255, np.uint8)))
    window.services.runner.fill()
    idle()
    list_ = window.findChild(EditsPanel).findChild(QListWidget)
    texts = [list_.item(row).text() for row in range(2)]
    assert "face" not in texts[0]
    assert texts[1].endswith("face 2")
    window.services.document.faces.set_found(run.faces[1:])
    assert "face" not in list_.item(1).text()


def test_what_was_undone_is_grey_in_the_history(window, idle):
    for strength in (0.3, 0.6):
        window.services.runner.smile(strength)
        idle()
    window.findChild(QDockWidget, "History").raise_()
    QApplication.processEvents()
    history = window.findChild(HistoryPanel)

    def brightest() -> list[int]:
        shown = history.viewport().grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        rows = [history.visualRect(history.model().index(row, 0)) for row in range(3)]
        contrast = []
        for box in rows:
            levels = [
                shown.pixelColor(x, y).value()
                for x in range(box.left() + 2, min(box.left() + 60, shown.width()))
                for y in range(box.top() + 1, box.bottom())
            ]
            contrast.append(max(levels) - min(levels))
        return contrast

    before = brightest()
    window.undo()
    window.undo()
    after = brightest()
    assert after[1] < before[1]
