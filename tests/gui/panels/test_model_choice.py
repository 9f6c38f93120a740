"""The network that fills is chosen before a fill, and again for one that is there."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSpinBox

from core.edit.requests import InpaintRequest
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.panels.mask import MaskPanel
from faceeditor_gui.panels.model_choice import ModelChoice
from faceeditor_gui.panels.result_options import ResultOptions
from faceeditor_gui.state.model_names import (
    DEFAULT_FILL_MODEL,
    FILL_MODELS,
    describe_model_strength,
    model_title,
)
from faceeditor_gui.state.tool_state import ToolState


@pytest.fixture
def fill(qtbot, window):
    def run() -> None:
        window.services.document.mask.paint(Patch(190, 230, np.full((20, 20), 255, np.uint8)))
        window.services.runner.fill()
        qtbot.waitUntil(lambda: not window.services.runner.is_running)

    return run


def _models(run) -> list[str]:
    return [request.model for request in run.requests_of(InpaintRequest)]


def test_every_network_says_what_it_is_good_at(qtbot):
    choice = ModelChoice()
    qtbot.addWidget(choice)
    assert choice.count() == len(FILL_MODELS)
    assert choice.name == DEFAULT_FILL_MODEL
    for index, name in enumerate(FILL_MODELS):
        tip = choice.itemData(index, Qt.ItemDataRole.ToolTipRole)
        assert tip == describe_model_strength(name)
        assert len(tip) > 20
        assert model_title(name) in tip
        assert model_title(name) not in choice.itemText(index), "no network's name in a label"


def test_a_fill_is_painted_by_the_network_that_is_chosen(qtbot, window, fill, run):
    fill()
    choice = window.findChild(MaskPanel).findChild(ModelChoice)
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    fill()
    assert _models(run) == [DEFAULT_FILL_MODEL, "ctsdg"]
    described = describe_settings(window.services.document.steps.items[1].settings)
    assert "follows outlines" in described
    assert "U-Net" not in describe_settings(window.services.document.steps.items[0].settings)


def test_a_fill_is_run_again_by_another_network(qtbot, window, fill, run):
    fill()
    document = window.services.document
    document.steps.select(document.steps.items[0].number)
    options = window.findChild(ResultOptions)
    choice = options.findChild(ModelChoice)
    assert choice.name == DEFAULT_FILL_MODEL
    choice.setCurrentIndex(FILL_MODELS.index("ctsdg"))
    again = next(one for one in options.findChildren(QPushButton) if one.text() == "Fill again")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(_models(run)) == 2 and not window.services.runner.is_running)
    assert _models(run) == [DEFAULT_FILL_MODEL, "ctsdg"]
    assert document.steps.items[0].settings.model == "ctsdg"
    assert window.services.tool_state.fill_model == DEFAULT_FILL_MODEL
    window.undo()
    assert document.steps.items[0].settings.model == DEFAULT_FILL_MODEL


def test_running_a_fill_again_follows_what_has_been_drawn_since(qtbot, window, fill, run):
    fill()
    document = window.services.document
    document.sketch.paint(Patch(195, 238, np.full((3, 10), 255, np.uint8)), erase=False)
    window.services.runner.fill_again(document.steps.items[0].number, 0, "ctsdg")
    qtbot.waitUntil(lambda: len(_models(run)) == 2 and not window.services.runner.is_running)
    first, again = run.requests_of(InpaintRequest)
    assert first.lines is None
    assert again.lines.any()


def test_the_choice_is_remembered():
    state, other = ToolState(), ToolState()
    state.set_fill_model("ctsdg")
    other.restore(state.serialize())
    assert other.fill_model == "ctsdg"


def test_a_network_that_is_gone_is_not_chosen():
    state = ToolState()
    state.set_fill_model("long gone")
    assert state.fill_model == DEFAULT_FILL_MODEL


def test_undo_shows_what_the_fill_was_made_with_before(qtbot, window, fill, run, idle):
    fill()
    step = window.services.document.steps.items[0]
    window.services.document.steps.select(step.number)
    boxes = window.findChild(ResultOptions).findChildren(QSpinBox)
    grow = next(one for one in boxes if "grows" in one.accessibleName())
    window.services.runner.fill_again(step.number, 7, DEFAULT_FILL_MODEL)
    idle()
    assert grow.value() == 7
    window.undo()
    assert grow.value() == 0
