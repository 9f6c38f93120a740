"""What brush, eraser and shapes paint on."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.requests import SmileKind
from core.imaging.windows import whole_window
from faceeditor_gui.canvas.paint_target import paint_target, painted_step
from faceeditor_gui.document.edit_settings import SmileSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.state.tool_state import PaintTarget, ToolState


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
    document.steps.select(step.number)
    assert paint_target(document, tool_state) is PaintTarget.MASK
    assert painted_step(document, tool_state) is None


def test_a_result_is_painted_while_it_is_selected_and_visible(document, tool_state, step):
    tool_state.choose_paint_target(PaintTarget.RESULT)
    assert paint_target(document, tool_state) is PaintTarget.MASK
    document.steps.select(step.number)
    assert paint_target(document, tool_state) is PaintTarget.RESULT
    assert painted_step(document, tool_state) is step
    document.steps.set_visible(step.number, False)
    assert paint_target(document, tool_state) is PaintTarget.MASK
    assert painted_step(document, tool_state) is None


def test_regions_are_painted_whichever_result_is_selected(document, tool_state, step):
    document.steps.select(step.number)
    tool_state.choose_paint_target(PaintTarget.REGIONS)
    assert paint_target(document, tool_state) is PaintTarget.REGIONS
    assert painted_step(document, tool_state) is None
