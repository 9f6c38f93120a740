"""The exemplar panel: thumbnails, what is dropped on it, and the parts to transfer."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QPushButton, QTabBar, QToolButton

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest
from faceeditor_gui.appearance import qimage
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.exemplar_list import exemplar_mime_data, exemplar_number_in
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.panels.exemplar_list_view import ExemplarListView
from faceeditor_gui.panels.exemplars import ExemplarsPanel

COPY = Qt.DropAction.CopyAction
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(window: MainWindow) -> ExemplarsPanel:
    panel = window.findChild(ExemplarsPanel)
    window.findChild(QDockWidget, "Exemplars").raise_()
    return panel


@pytest.fixture
def exemplar_list(window, make_face):
    """Three exemplars, each of its own colour."""
    face = make_face(250, 200, 80)
    for name, grey in (("Anna", 40), ("Bert", 120), ("Cleo", 200)):
        picture = np.full((500, 500, 3), grey, np.uint8)
        window.services.document.exemplars.add(cut_exemplars(picture, [face], name).exemplars)
    return window.services.document.exemplars


@pytest.fixture
def list_(panel, exemplar_list) -> ExemplarListView:
    QApplication.processEvents()
    exemplars = panel.findChild(ExemplarListView)
    exemplars.setFocus()
    return exemplars


def _drop(widget, data: QMimeData) -> bool:
    at = QPoint(20, 20)
    QApplication.sendEvent(widget, QDragEnterEvent(at, COPY, data, LEFT, NONE))
    event = QDropEvent(at, COPY, data, LEFT, NONE)
    event.setAccepted(False)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def _names(exemplar_list) -> list[str]:
    return [one.name for one in exemplar_list.items]


def _button(panel, text: str) -> QToolButton | QPushButton:
    buttons = [*panel.findChildren(QToolButton), *panel.findChildren(QPushButton)]
    return next(one for one in buttons if one.text() == text)


def test_a_file_dropped_on_the_panel_becomes_a_thumbnail(qtbot, window, panel, tmp_path: Path):
    path = tmp_path / "anna.png"
    cv2.imwrite(str(path), np.full((480, 640, 3), 90, np.uint8))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    assert _drop(panel, data)
    thumbnails = panel.findChild(ExemplarListView)
    qtbot.waitUntil(lambda: thumbnails.count() == 1)
    assert thumbnails.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "anna"
    assert window.services.document.photo is not None
    assert window.services.document.name == "noise.png"


def test_a_link_is_refused_where_it_was_dropped(panel):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/face.jpg")])
    assert not _drop(panel, data)
    shown = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert any("only a link" in text for text in shown)


def test_a_refusal_lies_below_the_thumbnails_in_the_smallest_window(qtbot, window, panel, list_):
    window.resize(1024, 640)
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/face.jpg")])
    _drop(panel, data)
    notice = next(one for one in panel.findChildren(QLabel) if "only a link" in one.text())
    qtbot.waitUntil(lambda: notice.geometry().top() > list_.geometry().bottom())
    assert notice.height() >= notice.heightForWidth(notice.width())


def test_refusals_are_counted_where_there_are_many(qtbot, panel, tmp_path, run):
    run.faces = ()
    data, urls = QMimeData(), []
    for index in range(5):
        path = tmp_path / f"wall-{index}.png"
        cv2.imwrite(str(path), np.zeros((40, 40, 3), np.uint8))
        urls.append(QUrl.fromLocalFile(str(path)))
    data.setUrls(urls)
    _drop(panel, data)
    notice = panel.findChildren(QLabel)
    qtbot.waitUntil(lambda: any(label.text().startswith("5 refused") for label in notice))


def test_a_refusal_goes_when_something_else_is_dropped(qtbot, window, panel, tmp_path):
    link = QMimeData()
    link.setText("https://example.org/face.jpg")
    _drop(panel, link)
    pixels = QMimeData()
    pixels.setImageData(qimage.from_rgb(np.full((480, 640, 3), 90, np.uint8)))
    _drop(panel, pixels)
    qtbot.waitUntil(lambda: bool(window.services.document.exemplars.items))
    qtbot.waitUntil(lambda: not any("link" in one.text() for one in panel.findChildren(QLabel)))


def test_arrows_choose_and_return_transfers_the_pressed_parts(
    qtbot, window, run, panel, list_, exemplar_list
):
    qtbot.keyClick(list_, Qt.Key.Key_Home)
    qtbot.keyClick(list_, Qt.Key.Key_Right)
    assert exemplar_list.chosen.name == "Bert"
    assert any(label.text() == "Bert" for label in panel.findChildren(QLabel))
    qtbot.keyClick(list_, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.services.document.steps.items))
    request = run.requests_of(ExemplarRequest)[0]
    assert request.parts == (FacePart.MOUTH,)
    assert request.exemplar is exemplar_list.items[1].image


def test_parts_add_up_but_the_inner_face_stands_alone(qtbot, window, run, panel, list_):
    qtbot.mouseClick(_button(panel, "Eyes"), LEFT)
    qtbot.mouseClick(_button(panel, "Apply"), LEFT)
    qtbot.waitUntil(lambda: len(window.services.document.steps.items) == 1)
    assert run.requests_of(ExemplarRequest)[0].parts == (FacePart.MOUTH, FacePart.EYES)
    qtbot.mouseClick(_button(panel, "Face"), LEFT)
    qtbot.mouseClick(_button(panel, "Apply"), LEFT)
    qtbot.waitUntil(lambda: len(window.services.document.steps.items) == 2)
    assert run.requests_of(ExemplarRequest)[1].parts == (FacePart.FACE,)


def test_the_last_pressed_part_stays_pressed(qtbot, panel, list_):
    mouth = _button(panel, "Mouth")
    qtbot.mouseClick(mouth, LEFT)
    assert mouth.isChecked()


def test_delete_takes_the_chosen_exemplar_away_and_undo_brings_it_back(
    qtbot, window, list_, exemplar_list
):
    qtbot.keyClick(list_, Qt.Key.Key_Delete)
    assert _names(exemplar_list) == ["Anna", "Bert"]
    assert window.services.document.undo_stack.undoText() == "Delete Exemplar"
    window.undo()
    assert _names(exemplar_list) == ["Anna", "Bert", "Cleo"]


@pytest.mark.parametrize(
    ("dragged", "onto", "order"),
    [
        (0, (2, "left"), ["Bert", "Anna", "Cleo"]),
        (0, (2, "right"), ["Bert", "Cleo", "Anna"]),
        (2, (0, "left"), ["Cleo", "Anna", "Bert"]),
        (1, (1, "right"), ["Anna", "Bert", "Cleo"]),
    ],
)
def test_a_thumbnail_is_dropped_between_others(list_, exemplar_list, dragged, onto, order):
    row, side = onto
    box = list_.visualItemRect(list_.item(row))
    data = exemplar_mime_data(exemplar_list.items[dragged].number)
    at = QPoint(box.left() + 4 if side == "left" else box.right() - 4, box.center().y())
    QApplication.sendEvent(list_.viewport(), QDragEnterEvent(at, COPY, data, LEFT, NONE))
    QApplication.sendEvent(list_.viewport(), QDropEvent(at, COPY, data, LEFT, NONE))
    assert _names(exemplar_list) == order


def test_where_a_thumbnail_would_go_is_shown_until_the_drag_leaves(list_, exemplar_list):
    before = list_.grab().toImage()
    data = exemplar_mime_data(exemplar_list.items[0].number)
    at = list_.visualItemRect(list_.item(2)).center()
    QApplication.sendEvent(list_.viewport(), QDragEnterEvent(at, COPY, data, LEFT, NONE))
    assert list_.grab().toImage() != before
    QApplication.sendEvent(list_.viewport(), QDragLeaveEvent())
    assert list_.grab().toImage() == before


def test_what_is_dropped_on_the_thumbnails_goes_to_the_panel(qtbot, list_, exemplar_list):
    data = QMimeData()
    data.setImageData(qimage.from_rgb(np.full((480, 640, 3), 90, np.uint8)))
    _drop(list_.viewport(), data)
    qtbot.waitUntil(lambda: len(exemplar_list.items) == 4)


def test_the_panel_comes_forward_when_a_face_is_added_by_the_menu(qtbot, window):
    panel = window.findChild(ExemplarsPanel)
    assert panel.visibleRegion().isEmpty()
    window.menu_bar.action("exemplar.add_chosen_face").trigger()
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty())


def test_a_panel_behind_comes_forward_when_something_is_dragged_over_its_tab(window):
    tabs = [bar for bar in window.findChildren(QTabBar) if bar.count() > 1]
    assert tabs
    assert all(bar.changeCurrentOnDrag() for bar in tabs)


def test_delete_among_exemplars_leaves_results_alone(qtbot, window, list_, exemplar_list):
    window.services.exemplar_edits.transfer_chosen(FacePart.MOUTH)
    qtbot.waitUntil(lambda: bool(window.services.document.steps.items))
    qtbot.keyClick(list_, Qt.Key.Key_Delete)
    assert len(exemplar_list.items) == 2
    assert len(window.services.document.steps.items) == 1


def test_the_keyboard_finds_the_panel_that_is_in_front(qtbot, window, list_, press_key):
    QApplication.processEvents()
    press_key(Qt.Key.Key_F6)
    assert QApplication.focusWidget() is list_


def test_parts_are_transferred_by_keys_wherever_the_focus_is(qtbot, window, run, list_):
    alt_shift = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(list_, Qt.Key.Key_4, alt_shift)
    qtbot.waitUntil(lambda: len(window.services.document.steps.items) == 1)
    assert run.requests_of(ExemplarRequest)[0].parts == (FacePart.NOSE,)


def test_alt_and_arrows_put_exemplars_in_order(qtbot, list_, exemplar_list):
    qtbot.keyClick(list_, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert _names(exemplar_list) == ["Anna", "Cleo", "Bert"]
    qtbot.keyClick(list_, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert _names(exemplar_list) == ["Anna", "Bert", "Cleo"]
    assert exemplar_list.chosen.name == "Cleo"


def test_ctrl_v_in_the_list_pastes_an_exemplar_not_a_photo(qtbot, window, list_, exemplar_list):
    QGuiApplication.clipboard().setImage(qimage.from_rgb(np.full((480, 640, 3), 90, np.uint8)))
    qtbot.keyClick(list_, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(exemplar_list.items) == 4)
    assert window.services.document.name == "noise.png"


def test_after_a_click_on_a_thumbnail_keys_are_meant_for_it(qtbot, window, list_, exemplar_list):
    window.canvas.setFocus()
    place = list_.visualItemRect(list_.item(1)).center()
    qtbot.mouseClick(list_.viewport(), LEFT, pos=place)
    assert QApplication.focusWidget() is list_
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    assert _names(exemplar_list) == ["Anna", "Cleo"]


def test_a_thumbnail_carries_its_exemplar(list_, exemplar_list):
    assert exemplar_number_in(list_.mimeData([list_.item(1)])) == exemplar_list.items[1].number


def test_closing_does_not_ask_about_exemplars_alone(qtbot, window, list_, exemplar_list):
    qtbot.keyClick(list_, Qt.Key.Key_Delete)
    assert not window.services.document.has_unsaved_work


def test_without_exemplars_the_panel_says_what_to_do(panel):
    assert any("Drop photos" in one.text() for one in panel.findChildren(QLabel) if one.isVisible())
    assert not _button(panel, "Apply").isEnabled()
