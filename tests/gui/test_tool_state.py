"""The tool in hand."""

from __future__ import annotations

import pytest

from faceeditor_gui.tool_state import MAX_DIAMETER_PX, MIN_DIAMETER_PX, ToolName, ToolState


@pytest.fixture
def state(qapp) -> ToolState:
    return ToolState()


def test_swapping_goes_between_brush_and_eraser(state):
    taken = []
    for _ in range(3):
        state.swap()
        taken.append(state.tool)
    assert taken == [ToolName.BRUSH, ToolName.ERASER, ToolName.BRUSH]


def test_the_face_box_gives_way_to_the_tool_before(state):
    state.take(ToolName.ERASER)
    state.take(ToolName.FACE_BOX)
    state.leave_face_box()
    assert state.tool is ToolName.ERASER
    state.leave_face_box()
    assert state.tool is ToolName.ERASER


def test_sizes_reach_both_ends_and_stay_within_them(state):
    for _ in range(80):
        state.enlarge()
    assert state.brush.diameter == MAX_DIAMETER_PX
    for _ in range(80):
        state.shrink()
    assert state.brush.diameter == MIN_DIAMETER_PX


def test_hardness_goes_from_soft_to_hard_in_even_steps(state):
    for _ in range(20):
        state.soften()
    assert state.brush.hardness == 0.0
    state.harden()
    assert state.brush.hardness == pytest.approx(0.1)


def test_the_brush_keeps_its_share_of_the_photo(state):
    state.suit_photo(2000)
    state.set_diameter(100)
    state.suit_photo(6000)
    assert state.brush.diameter == 300


def test_taking_the_tool_in_hand_tells_nobody(qtbot, state):
    with qtbot.assertNotEmitted(state.tool_changed):
        state.take(ToolName.HAND)
