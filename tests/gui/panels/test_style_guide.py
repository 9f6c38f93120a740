"""Pixels or style: the choice in the exemplar panel, what is offered, and drops on the photo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QToolButton

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest, ParseRequest, StyleRequest
from faceeditor_gui.document.exemplar import exemplars_of
from faceeditor_gui.document.exemplar_list import as_mime
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.panels.exemplars import ExemplarPanel
from faceeditor_gui.panels.guide_row import GuideRow
from faceeditor_gui.state.face_targets import StyleTarget

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
    window.parts.document.shelf.add(
        exemplars_of(picture, [make_face(250, 200, 80)], "Anna").exemplars
    )
    return window.parts.document.shelf.exemplars[0]


@pytest.fixture
def panel(window, anna) -> ExemplarPanel:
    return window.findChild(ExemplarPanel)


@pytest.fixture
def press(qtbot, panel):
    def run(text: str) -> None:
        buttons = panel.findChildren(QToolButton)
        qtbot.mouseClick(next(one for one in buttons if one.text() == text), LEFT)

    return run


@pytest.fixture
def drop(window, anna, at, idle):
    def run(x: float, y: float) -> None:
        data, place = as_mime(anna.number), at(x, y)
        QApplication.sendEvent(window.canvas, QDragEnterEvent(place, COPY, data, LEFT, NONE))
        QApplication.sendEvent(window.canvas, QDropEvent(place, COPY, data, LEFT, NONE))
        idle()

    return run


def _guide(panel) -> str:
    buttons = panel.findChild(GuideRow).findChildren(QToolButton)
    return next(one.text() for one in buttons if one.isChecked())


def test_parts_are_pixels_unless_the_user_chooses_a_style(run, panel, press, drop):
    assert _guide(panel) == "Pixels"
    drop(*MOUTH)
    press("Style")
    drop(*MOUTH)
    assert run.made(ExemplarRequest)[0].parts == (FacePart.MOUTH,)
    assert run.made(StyleRequest)[0].parts == (FacePart.MOUTH,)


@pytest.mark.parametrize(("guide", "kind"), [("Pixels", ExemplarRequest), ("Style", StyleRequest)])
def test_a_mask_is_taken_either_way(window, run, press, idle, guide, kind):
    window.parts.document.paint(Patch(540, 380, np.full((60, 60), 255, np.uint8)))
    press(guide)
    press("Mask")
    window.parts.borrowing.take_chosen(*window.parts.tool_state.style.targets)
    idle()
    assert np.count_nonzero(run.made(kind)[0].mask) == 60 * 60
    assert not window.parts.document.has_mask


def test_hair_mask_and_look_stand_alone(panel, press):
    press("Eyes")
    press("Look")
    pressed = [one.text() for one in panel.findChildren(QToolButton) if one.isChecked()]
    assert pressed == ["Pixels", "Look"]


@pytest.mark.parametrize(
    ("guide", "kind", "name"),
    [
        ("Pixels", ExemplarRequest, "Whole look from Anna"),
        ("Style", StyleRequest, "Whole look like Anna"),
    ],
)
def test_a_drop_beside_the_face_takes_the_whole_look(window, run, press, drop, guide, kind, name):
    press(guide)
    drop(*BESIDE)
    request = run.made(kind)[0]
    assert (request.parts, request.hair) == ((FacePart.FACE,), True)
    assert window.parts.document.undo_stack.undoText() == name


def test_a_drop_on_the_mask_takes_what_it_covers_and_uncovers_it_as_one_undo_step(
    window, run, drop
):
    document = window.parts.document
    document.paint(Patch(540, 380, np.full((60, 60), 255, np.uint8)))
    drop(570, 410)
    request = run.made(ExemplarRequest)[0]
    assert np.count_nonzero(request.mask) == 60 * 60
    assert document.undo_stack.undoText() == "Painted mask from Anna"
    assert not document.has_mask
    document.undo_stack.undo()
    assert document.has_mask
    assert document.steps == ()


def test_keys_take_hair_and_look(qtbot, window, run, panel, idle):
    for key in (Qt.Key.Key_6, Qt.Key.Key_7):
        qtbot.keyClick(window.canvas, key, ALT_SHIFT)
        idle()
    assert [(one.parts, one.hair) for one in run.made(ExemplarRequest)] == [
        ((), True),
        ((FacePart.FACE,), True),
    ]


def test_the_key_for_the_mask_says_what_to_do_when_there_is_none(qtbot, window, run, panel, idle):
    said = []
    window.parts.borrowing.posted.connect(said.append)
    qtbot.keyClick(window.canvas, Qt.Key.Key_8, ALT_SHIFT)
    idle()
    assert said == ["Paint over what is to change first (B)."]
    assert run.made(StyleRequest) == []


def test_a_random_style_needs_no_exemplar(window, run, idle):
    action = window.menus.action("Random style")
    assert action.isEnabled()
    action.trigger()
    idle()
    assert run.made(StyleRequest)[0].exemplar is None


def test_the_pen_guides_what_is_painted(window, run, press, drop):
    press("Style")
    window.parts.document.sketch.draw(Patch(180, 160, np.full((2, 40), 255, np.uint8)), erase=False)
    drop(*BESIDE)
    assert np.count_nonzero(run.made(StyleRequest)[0].lines) == 80


def test_the_name_of_what_would_change_is_shown_under_the_pointer(window, anna, at):
    before = window.canvas.grab().toImage()
    place, data = at(*BESIDE), as_mime(anna.number)
    QApplication.sendEvent(window.canvas, QDragEnterEvent(place, COPY, data, LEFT, NONE))
    QApplication.sendEvent(window.canvas, QDragMoveEvent(place, COPY, data, LEFT, NONE))
    assert window.canvas.drops._label(window.canvas.drops.zone) == "Whole look from Anna"
    assert window.canvas.grab().toImage() != before


def test_hair_is_looked_for_while_an_exemplar_is_dragged(qtbot, window, run, anna, at, idle):
    QApplication.processEvents()
    place, data = at(110, 190), as_mime(anna.number)
    QApplication.sendEvent(window.canvas, QDragEnterEvent(place, COPY, data, LEFT, NONE))
    QApplication.sendEvent(window.canvas, QDragMoveEvent(place, COPY, data, LEFT, NONE))
    qtbot.waitUntil(lambda: window.canvas.drops.zone.target is StyleTarget.HAIR)
    assert len(run.made(ParseRequest)) == 1
    QApplication.sendEvent(window.canvas, QDropEvent(place, COPY, data, LEFT, NONE))
    idle()
    assert run.made(ExemplarRequest)[0].hair
    assert window.parts.document.undo_stack.undoText() == "Hair from Anna"


class TestWithoutWeights:
    @pytest.fixture(autouse=True)
    def offers_style(self, monkeypatch) -> None:
        monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: False)

    def test_nothing_in_the_window_speaks_of_styles(self, window, panel):
        texts = {one.text() for one in panel.findChildren(QToolButton)}
        assert not texts & {"Pixels", "Style", "Random style"}
        assert panel.findChild(GuideRow) is None
        with pytest.raises(KeyError):
            window.menus.action("Random style")

    def test_hair_and_look_are_taken_as_pixels(self, run, drop):
        drop(*BESIDE)
        assert run.made(StyleRequest) == []
        assert run.made(ExemplarRequest)[0].hair
