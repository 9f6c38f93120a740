"""What brush, eraser and shapes paint on."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.requests import SmileKind
from core.imaging.windows import whole_window
from faceeditor_gui.canvas.paint_target import PaintTarget, paint_target
from faceeditor_gui.document.edit_settings import SmileSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.state.tool_state import ToolState


@pytest.fixture
def tool_state(qapp) -> ToolState:
    return ToolState()


@pytest.fixture
def step(document, make_face) -> EditStep:
    settings = SmileSettings(whole_window(480, 640), make_face().landmarks, 1.0, SmileKind.OPEN)
    outcome = Outcome.of(np.zeros((9, 9, 3), np.uint8), np.full((9, 9), 255, np.uint8), 9, 9)
    document.apply("Smile", (EditStep(settings, outcome),))
    return document.steps.items[0]


def test_at_first_the_mask_is_painted(document, tool_state, step):
    assert paint_target(document, tool_state) is PaintTarget.MASK


def test_a_result_is_painted_while_it_is_selected_and_visible(document, tool_state, step):
    document.steps.paint_on_result(True)
    assert paint_target(document, tool_state) is PaintTarget.RESULT
    document.steps.set_visible(step.number, False)
    assert paint_target(document, tool_state) is PaintTarget.MASK


def test_regions_are_painted_when_that_is_switched_on(document, tool_state, step):
    tool_state.regions.set_paints(True)
    assert paint_target(document, tool_state) is PaintTarget.REGIONS
