"""Shapes that are drawn in one drag."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.canvas.tools.shape_tools import EllipseTool, RectangleTool

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize("tool_type", [RectangleTool, EllipseTool])
@pytest.mark.parametrize("to", [(180.0, 120.0), (110.0, 20.0), (20.0, 90.0)])
def test_a_square_or_circle_reaches_as_far_as_the_pointer(tool_type, to):
    drawn = []
    tool = tool_type(lambda corners, _mode: drawn.append(corners))
    tool.press(Contact((100.0, 100.0)))
    tool.move(Contact(to, modifiers=SHIFT))
    tool.release()
    sides = np.ptp(drawn[0], axis=0)
    assert sides == pytest.approx([80, 80], abs=1)
    middle = (drawn[0].min(axis=0) + drawn[0].max(axis=0)) / 2
    assert (np.sign(middle - 100) == np.sign(np.subtract(to, 100))).all()


def test_shift_held_from_the_press_on_makes_no_square():
    drawn = []
    tool = RectangleTool(lambda corners, _mode: drawn.append(corners))
    tool.press(Contact((100.0, 100.0), modifiers=SHIFT))
    tool.move(Contact((180.0, 120.0), modifiers=SHIFT))
    tool.release()
    assert np.ptp(drawn[0], axis=0) == pytest.approx([80, 20], abs=1)
