"""No input is lost while an edit runs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from core.edit.requests import InpaintRequest
from core.imaging.windows import whole_window
from faceeditor_gui.state.tool_state import ToolName

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def stroke(qtbot, window, at):
    window.services.tool_state.select_tool(ToolName.BRUSH)
    window.services.tool_state.set_diameter(16)

    def paint(x: float, y: float) -> None:
        qtbot.mousePress(window.canvas, LEFT, pos=at(x, y))
        qtbot.mouseMove(window.canvas, at(x + 20, y))
        qtbot.mouseRelease(window.canvas, LEFT, pos=at(x + 20, y))

    return paint


@pytest.fixture
def running_fill(qtbot, window, run, stroke):
    """A fill that waits until it is let go on."""
    go_on = run.hold(lambda request: isinstance(request, InpaintRequest))
    stroke(100, 100)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    return go_on


def test_strokes_painted_while_a_fill_runs_stay_on_the_mask(window, running_fill, stroke, idle):
    for x in (200, 300, 400):
        stroke(x, 300)
    running_fill.set()
    idle()
    document = window.services.document
    mask = document.mask.read(whole_window(*document.shape))
    assert len(document.steps.items) == 1
    assert mask[100, 110] == 0
    assert all(mask[300, x + 10] == 255 for x in (200, 300, 400))


def test_a_fill_that_ends_during_a_stroke_does_not_end_the_stroke(
    qtbot, window, running_fill, at, idle
):
    document, canvas = window.services.document, window.canvas
    qtbot.mousePress(canvas, LEFT, pos=at(200, 300))
    qtbot.mouseMove(canvas, at(220, 300))
    running_fill.set()
    idle()
    qtbot.mouseMove(canvas, at(260, 300))
    qtbot.mouseRelease(canvas, LEFT, pos=at(260, 300))
    mask = document.mask.read(whole_window(*document.shape))
    assert (mask[300, 200:261] == 255).all()
    assert len(document.steps.items) == 1


def test_undo_takes_back_the_stroke_before_the_fill_that_began_earlier(
    qtbot, window, running_fill, stroke, idle
):
    stroke(200, 300)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, CONTROL)
    assert window.services.runner.is_running
    running_fill.set()
    idle()
    document = window.services.document
    assert len(document.steps.items) == 1
    assert document.mask.is_empty


def test_a_smile_asked_for_while_a_fill_runs_follows(qtbot, window, running_fill, idle):
    qtbot.keyClick(window.canvas, Qt.Key.Key_S)
    running_fill.set()
    idle()
    assert [step.settings.title for step in window.services.document.steps.items] == [
        "Fill",
        "Smile",
    ]
