"""The three looks of the brush's cursor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from faceeditor_gui.state.brush_cursor import BrushCursor
from faceeditor_gui.state.tool_state import ToolName

AT = QPoint(320, 240)


@pytest.fixture
def look(qtbot, window):
    """Choose a cursor; tells whether the outline is drawn, and whether its middle is."""
    state = window.services.tool_state
    state.select_tool(ToolName.BRUSH)
    state.set_brush(replace(state.brush, diameter=120))
    window.canvas.navigation.fit()
    qtbot.mouseMove(window.canvas, AT - QPoint(20, 20))  # a pointer that stays sends nothing
    qtbot.mouseMove(window.canvas, AT)
    overlay = window.canvas.pointer_router.tool_overlay
    qtbot.waitUntil(lambda: overlay._tool_in_hand.pointer is not None)

    def show(cursor: BrushCursor) -> tuple[bool, bool]:
        window.services.settings.set_brush_cursor(cursor)
        path = overlay._path()
        middle = [
            index
            for index in range(path.elementCount())
            if (path.elementAt(index).x - AT.x()) ** 2 + (path.elementAt(index).y - AT.y()) ** 2
            < 10**2
        ]
        return path.boundingRect().width() > 60, bool(middle)

    return show


def test_the_outline_shows_the_size_alone(look, window):
    assert look(BrushCursor.OUTLINE) == (True, False)
    assert window.canvas.cursor().shape() is Qt.CursorShape.BlankCursor


def test_the_crosshair_shows_the_place_alone(look, window):
    assert look(BrushCursor.CROSSHAIR) == (False, False)
    assert window.canvas.cursor().shape() is Qt.CursorShape.CrossCursor


def test_the_precise_cursor_shows_both(look, window):
    assert look(BrushCursor.PRECISE) == (True, True)
    assert window.canvas.cursor().shape() is Qt.CursorShape.BlankCursor
