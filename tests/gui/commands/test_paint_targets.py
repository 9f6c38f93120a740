"""Choosing between the mask and a result as what is painted on."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.requests import SmileKind
from core.imaging.windows import whole_window
from faceeditor_gui.commands.paint_targets import PaintTargetCommands
from faceeditor_gui.document.edit_settings import SmileSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.state.tool_state import PaintTarget, ToolState


@pytest.fixture
def tool_state(qapp) -> ToolState:
    return ToolState()


@pytest.fixture
def targets(document, tool_state) -> PaintTargetCommands:
    return PaintTargetCommands(document, tool_state)


@pytest.fixture
def numbers(document, make_face) -> tuple[int, int]:
    """The numbers of two steps."""
    settings = SmileSettings(whole_window(480, 640), make_face().landmarks, 1.0, SmileKind.OPEN)
    outcome = Outcome.of(np.zeros((9, 9, 3), np.uint8), np.full((9, 9), 255, np.uint8), 9, 9)
    document.apply("Smiles", (EditStep(settings, outcome), EditStep(settings, outcome)))
    first, second = document.steps.items
    return first.number, second.number


def test_the_result_that_is_selected_is_painted_until_the_mask_is_chosen(
    document, targets, numbers
):
    document.steps.select(numbers[0])
    assert not targets.is_result
    targets.choose_result()
    assert targets.is_result
    document.steps.select(numbers[1])
    assert targets.is_result
    targets.choose_mask()
    assert not targets.is_result


def test_one_key_leads_to_the_result_and_back(targets, numbers):
    targets.toggle_result()
    assert targets.is_result
    targets.toggle_result()
    assert not targets.is_result


def test_without_a_selection_the_newest_result_is_selected_and_painted(document, targets, numbers):
    targets.choose_result()
    assert document.steps.selected.number == numbers[1]
    assert targets.is_result


def test_where_there_is_no_result_the_mask_stays_what_is_painted(targets, tool_state):
    targets.choose_result()
    assert tool_state.chosen_paint_target is PaintTarget.MASK


def test_painting_returns_to_the_mask_when_the_painted_result_is_deleted(
    document, targets, numbers
):
    targets.choose_result()
    document.steps.delete(numbers[1])
    document.steps.select(numbers[0])
    assert not targets.is_result


def test_regions_stay_what_is_painted_when_a_selected_result_is_deleted(
    document, targets, tool_state, numbers
):
    document.steps.select(numbers[1])
    tool_state.choose_paint_target(PaintTarget.REGIONS)
    document.steps.delete(numbers[1])
    assert tool_state.chosen_paint_target is PaintTarget.REGIONS
