"""The tool in hand."""

from __future__ import annotations

import pytest

from core.edit.requests import Guide
from faceeditor_gui.state.tool_state import (
    MAX_DIAMETER_PX,
    MIN_DIAMETER_PX,
    BrushSettings,
    ToolName,
    ToolState,
)


@pytest.fixture
def state(qapp) -> ToolState:
    return ToolState()


def test_swapping_toggles_brush_and_eraser(state):
    taken = []
    for _ in range(3):
        state.swap_eraser()
        taken.append(state.tool)
    assert taken == [ToolName.BRUSH, ToolName.ERASER, ToolName.BRUSH]


def test_the_face_box_gives_way_to_the_tool_before(state):
    state.select_tool(ToolName.ERASER)
    state.select_tool(ToolName.FACE_BOX)
    state.leave_face_box()
    assert state.tool is ToolName.ERASER
    state.leave_face_box()
    assert state.tool is ToolName.ERASER


def test_sizes_reach_both_ends_and_stay_within_them(state):
    for _ in range(80):
        state.enlarge_brush()
    assert state.brush.diameter == MAX_DIAMETER_PX
    for _ in range(80):
        state.shrink_brush()
    assert state.brush.diameter == MIN_DIAMETER_PX


def test_hardness_goes_from_soft_to_hard_in_even_steps(state):
    for _ in range(20):
        state.soften_brush()
    assert state.brush.hardness == 0.0
    state.harden_brush()
    assert state.brush.hardness == pytest.approx(0.1)


def test_the_brush_keeps_its_share_of_the_photo(state):
    state.scale_brushes(2000)
    state.set_diameter(100)
    state.scale_brushes(6000)
    assert state.brush.diameter == 300


def test_selecting_the_current_tool_emits_no_signal(qtbot, state):
    with qtbot.assertNotEmitted(state.tool_changed):
        state.select_tool(ToolName.HAND)


def test_brush_and_eraser_have_settings_of_their_own(state):
    state.select_tool(ToolName.BRUSH)
    state.set_diameter(11)
    state.set_opacity(0.3)
    state.select_tool(ToolName.ERASER)
    state.set_diameter(99)
    state.select_tool(ToolName.BRUSH)
    assert (state.brush.diameter, state.brush.opacity) == (11, 0.3)
    assert state.brush_of(ToolName.ERASER).diameter == 99


def test_tools_are_as_they_were_left(state, qapp):
    state.set_brush(BrushSettings(123, 0.4, 0.7, 0.25, 0.6, False, True))
    state.set_edge(30)
    state.overlays.show_mask_in("#2080ff", 0.8)
    state.exemplar_mode.choose(Guide.STYLE)
    again = ToolState()
    again.restore(state.serialize())
    assert again.brush == state.brush
    assert again.edge == 30
    assert again.exemplar_mode.guide is Guide.STYLE
    assert (again.overlays.mask_colour, again.overlays.mask_opacity) == ("#2080ff", 0.8)


@pytest.mark.parametrize(
    "text", ["", "nonsense", "{}", '{"brushes": 3}', '{"brushes": {"brush": 1}}']
)
def test_an_invalid_stored_state_leaves_the_tools_as_they_are(state, text):
    state.restore(text)
    assert state.brush == BrushSettings()


def test_every_setting_stays_in_its_range(state):
    state.set_brush(BrushSettings(10**6, 7.0, -1.0, 99.0, -3.0))
    brush = state.brush
    assert brush.diameter == MAX_DIAMETER_PX
    assert (brush.hardness, brush.opacity, brush.smoothing) == (1.0, 0.01, 0.0)
    assert brush.spacing == 2.0
