"""The sketch pen in the window."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from core.edit.requests import InpaintRequest
from core.imaging.windows import whole_window
from faceeditor_gui.appearance import qimage
from faceeditor_gui.canvas.tools.pointer import Pointer
from faceeditor_gui.state.tool_state import PEN_PX, ToolName, ToolState

EVERYTHING = whole_window(480, 640)
RIGHT = Qt.MouseButton.RightButton


@pytest.fixture
def document(window, press_key):
    press_key(Qt.Key.Key_P)
    assert window.services.tool_state.tool is ToolName.PEN
    window.services.tool_state.set_brush(
        type(window.services.tool_state.brush)(PEN_PX, hardness=1.0, smoothing=0.0)
    )
    return window.services.document


def _seen(window):
    return qimage.to_rgb(window.canvas.grab().toImage()).astype(int)


def test_the_pen_draws_thin_lines_as_one_undo_step(window, document, drag):
    drag((200, 240), (240, 240), (280, 240))
    drawn = document.sketch.read(EVERYTHING)
    assert np.flatnonzero(drawn[:, 240] > 127).size in (PEN_PX - 1, PEN_PX, PEN_PX + 1)
    assert np.flatnonzero((drawn > 127).any(axis=0)).size > 70
    assert document.undo_stack.count() == 1
    assert document.mask.is_empty
    window.undo()
    assert document.sketch.is_empty


def test_the_line_shows_while_it_is_drawn_and_goes_with_escape(qtbot, window, document, drag):
    before = _seen(window)
    drag((200, 300), (240, 300), release=False)
    assert (_seen(window) != before).any()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert document.sketch.is_empty
    window.canvas.pointer_router.leave()
    np.testing.assert_array_equal(_seen(window)[350:], before[350:])
    assert document.undo_stack.count() == 0


def test_the_right_button_erases_lines(document, drag):
    drag((200, 240), (280, 240))
    drag((220, 240), (280, 240), button=RIGHT)
    drawn = document.sketch.read(EVERYTHING)
    assert drawn[240, 205] == 255
    assert not drawn[240, 230:270].any()
    assert document.undo_stack.undoText() == "Erase Sketch"


def test_the_far_end_of_a_pen_erases_lines(window, document, drag, at):
    drag((200, 240), (280, 240))
    pointer_router = window.canvas.pointer_router
    for act, x in (
        (pointer_router.press, 220),
        (pointer_router.move, 270),
        (pointer_router.release, 270),
    ):
        button = (
            Qt.MouseButton.LeftButton if act != pointer_router.move else Qt.MouseButton.NoButton
        )
        act(Pointer(QPointF(at(x, 240)), button, is_eraser=True))
    assert not document.sketch.read(EVERYTHING)[240, 225:265].any()
    assert document.mask.is_empty


def test_the_sketch_is_hidden_and_shown(window, document, drag):
    drag((200, 300), (280, 300))
    window.services.tool_state.select_tool(ToolName.HAND)
    shown = _seen(window)
    window.menu_bar.action("view.sketch").trigger()
    assert (_seen(window) != shown).any()
    window.menu_bar.action("view.sketch").trigger()
    np.testing.assert_array_equal(_seen(window), shown)


def test_the_sketch_is_cleared_by_an_action_that_knows_when_it_makes_sense(window, document, drag):
    clear = window.menu_bar.action("sketch.clear")
    assert not clear.isEnabled()
    drag((200, 300), (280, 300))
    assert clear.isEnabled()
    clear.trigger()
    assert document.sketch.is_empty
    assert not clear.isEnabled()


def test_a_fill_follows_the_lines_drawn_across_its_hole(qtbot, window, document, drag, run, brush):
    window.services.tool_state.select_tool(ToolName.PEN)
    drag((190, 240), (260, 240))
    window.services.tool_state.select_tool(ToolName.BRUSH)
    drag((200, 240), (250, 240))
    window.services.runner.fill()
    qtbot.waitUntil(lambda: not window.services.runner.is_running)
    (request,) = run.requests_of(InpaintRequest)
    assert request.lines is not None
    assert (request.lines[request.mask > 0] > 127).any()


def test_the_pen_has_a_size_of_its_own(window, document, press_key):
    size = window.services.tool_state.brush.diameter
    press_key(Qt.Key.Key_BracketRight)
    assert window.services.tool_state.brush.diameter > size
    window.services.tool_state.select_tool(ToolName.BRUSH)
    assert window.services.tool_state.brush.diameter > 2 * size


def test_the_pens_size_is_remembered():
    state, other = ToolState(), ToolState()
    state.select_tool(ToolName.PEN)
    state.set_diameter(9)
    other.restore(state.serialize())
    assert other.brush_of(ToolName.PEN).diameter == 9


def test_what_was_remembered_before_there_was_a_pen_is_still_read():
    state, other = ToolState(), ToolState()
    state.select_tool(ToolName.BRUSH)
    state.set_diameter(77)
    known = json.loads(state.serialize())
    del known["brushes"]["pen"]
    other.restore(json.dumps(known))
    assert other.brush_of(ToolName.BRUSH).diameter == 77
    assert other.brush_of(ToolName.PEN).diameter == PEN_PX
