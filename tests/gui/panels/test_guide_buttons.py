"""Pixels or style: the choice in the exemplar panel, what is offered, and drops on the photo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QToolButton

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest, ParseRequest, StyleRequest
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.exemplar_list import exemplar_mime_data
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.panels.exemplars import ExemplarsPanel
from faceeditor_gui.panels.guide_buttons import GuideButtons
from faceeditor_gui.state.exemplar_parts import WholePart

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
COPY = Qt.DropAction.CopyAction
MOUTH, BESIDE = (200, 262), (125, 290)


@pytest.fixture(autouse=True)
def offers_style(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: True)


@pytest.fixture
def anna(window, make_face):
    picture = np.full((500, 500, 3), 60, np.uint8)
    window.services.document.exemplars.add(
        cut_exemplars(picture, [make_face(250, 200, 80)], "Anna").exemplars
    )
    return window.services.document.exemplars.items[0]


@pytest.fixture
def panel(window, anna) -> ExemplarsPanel:
    return window.findChild(ExemplarsPanel)


@pytest.fixture
def press(qtbot, panel):
    def run(text: str) -> None:
        buttons = panel.findChildren(QToolButton)
        qtbot.mouseClick(next(one for one in buttons if one.text() == text), LEFT)

    return run


@pytest.fixture
def drop(window, anna, at, idle):
    def run(x: float, y: float) -> None:
        data, place = exemplar_mime_data(anna.number), at(x, y)
        QApplication.sendEvent(window.canvas, QDragEnterEvent(place, COPY, data, LEFT, NONE))
        QApplication.sendEvent(window.canvas, QDropEvent(place, COPY, data, LEFT, NONE))
        idle()

    return run


def _guide(panel) -> str:
    buttons = panel.findChild(GuideButtons).findChildren(QToolButton)
    return next(one.text() for one in buttons if one.isChecked())


def test_parts_are_pixels_unless_the_user_chooses_a_style(run, panel, press, drop):
    assert _guide(panel) == "Pixels"
    drop(*MOUTH)
    press("Style")
    drop(*MOUTH)
    assert run.requests_of(ExemplarRequest)[0].parts == (FacePart.MOUTH,)
    assert run.requests_of(StyleRequest)[0].parts == (FacePart.MOUTH,)


@pytest.mark.parametrize(("guide", "kind"), [("Pixels", ExemplarRequest), ("Style", StyleRequest)])
def test_a_masked_area_is_transferred_as_pixels_or_as_style(window, run, press, idle, guide, kind):
    window.services.document.mask.paint(Patch(540, 380, np.full((60, 60), 255, np.uint8)))
    press(guide)
    press("What my mask covers")
    window.services.exemplar_edits.transfer_chosen(*window.services.tool_state.exemplar_mode.parts)
    idle()
    assert np.count_nonzero(run.requests_of(kind)[0].mask) == 60 * 60
    assert window.services.document.mask.is_empty


def test_hair_mask_and_look_stand_alone(panel, press):
    press("Eyes")
    press("Whole look")
    pressed = [one.text() for one in panel.findChildren(QToolButton) if one.isChecked()]
    assert pressed == ["Pixels", "Whole look"]


@pytest.mark.parametrize(
    ("guide", "kind", "name"),
    [
        ("Pixels", ExemplarRequest, "Whole look from Anna"),
        ("Style", StyleRequest, "Whole look like Anna"),
    ],
)
def test_a_drop_beside_the_face_transfers_the_whole_look(
    window, run, press, drop, guide, kind, name
):
    press(guide)
    drop(*BESIDE)
    request = run.requests_of(kind)[0]
    assert (request.parts, request.hair) == ((FacePart.FACE,), True)
    assert window.services.document.undo_stack.undoText() == name


def test_a_drop_on_the_mask_transfers_what_it_covers_and_clears_it_as_one_undo_step(
    window, run, drop
):
    document = window.services.document
    document.mask.paint(Patch(540, 380, np.full((60, 60), 255, np.uint8)))
    drop(570, 410)
    request = run.requests_of(ExemplarRequest)[0]
    assert np.count_nonzero(request.mask) == 60 * 60
    assert document.undo_stack.undoText() == "Painted mask from Anna"
    assert document.mask.is_empty
    document.undo_stack.undo()
    assert not document.mask.is_empty
    assert document.steps.items == ()


def test_keys_transfer_hair_and_whole_look(qtbot, window, run, panel, idle):
    for key in (Qt.Key.Key_6, Qt.Key.Key_7):
        qtbot.keyClick(window.canvas, key, ALT_SHIFT)
        idle()
    assert [(one.parts, one.hair) for one in run.requests_of(ExemplarRequest)] == [
        ((), True),
        ((FacePart.FACE,), True),
    ]


def test_the_key_for_the_mask_says_what_to_do_when_there_is_none(qtbot, window, run, panel, idle):
    said = []
    window.services.exemplar_edits.posted.connect(said.append)
    qtbot.keyClick(window.canvas, Qt.Key.Key_8, ALT_SHIFT)
    idle()
    assert said == ["Paint over what is to change first (B)."]
    assert run.requests_of(StyleRequest) == []


def test_a_random_style_needs_no_exemplar(window, run, idle):
    action = window.menu_bar.action("exemplar.random_style")
    assert action.isEnabled()
    action.trigger()
    idle()
    assert run.requests_of(StyleRequest)[0].exemplar is None


def test_the_pen_guides_what_is_painted(window, run, press, drop):
    press("Style")
    window.services.document.sketch.paint(
        Patch(180, 160, np.full((2, 40), 255, np.uint8)), erase=False
    )
    drop(*BESIDE)
    assert np.count_nonzero(run.requests_of(StyleRequest)[0].lines) == 80


def test_the_name_of_what_would_change_is_shown_under_the_pointer(window, anna, at):
    before = window.canvas.grab().toImage()
    place, data = at(*BESIDE), exemplar_mime_data(anna.number)
    QApplication.sendEvent(window.canvas, QDragEnterEvent(place, COPY, data, LEFT, NONE))
    QApplication.sendEvent(window.canvas, QDragMoveEvent(place, COPY, data, LEFT, NONE))
    assert (
        window.canvas.exemplar_drop._label(window.canvas.exemplar_drop.zone)
        == "Whole look from Anna"
    )
    assert window.canvas.grab().toImage() != before


def test_hair_is_searched_for_while_an_exemplar_is_dragged(qtbot, window, run, anna, at, idle):
    QApplication.processEvents()
    place, data = at(110, 190), exemplar_mime_data(anna.number)
    QApplication.sendEvent(window.canvas, QDragEnterEvent(place, COPY, data, LEFT, NONE))
    QApplication.sendEvent(window.canvas, QDragMoveEvent(place, COPY, data, LEFT, NONE))
    qtbot.waitUntil(lambda: window.canvas.exemplar_drop.zone.part is WholePart.HAIR)
    assert len(run.requests_of(ParseRequest)) == 1
    QApplication.sendEvent(window.canvas, QDropEvent(place, COPY, data, LEFT, NONE))
    idle()
    assert run.requests_of(ExemplarRequest)[0].hair
    assert window.services.document.undo_stack.undoText() == "Hair from Anna"


class TestWithoutWeights:
    @pytest.fixture(autouse=True)
    def offers_style(self, monkeypatch) -> None:
        monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: False)

    def test_nothing_in_the_window_speaks_of_styles(self, window, panel):
        texts = {one.text() for one in panel.findChildren(QToolButton)}
        assert not texts & {"Pixels", "Style", "Random style"}
        assert panel.findChild(GuideButtons) is None
        with pytest.raises(KeyError):
            window.menu_bar.action("exemplar.random_style")

    def test_hair_and_whole_look_are_transferred_as_pixels(self, run, drop):
        drop(*BESIDE)
        assert run.requests_of(StyleRequest) == []
        assert run.requests_of(ExemplarRequest)[0].hair
