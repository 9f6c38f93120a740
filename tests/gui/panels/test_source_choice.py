"""Where a fill's pixels come from is chosen before it, and again for one that is there."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.requests import FillSource, InpaintRequest
from core.face.face_windows import head_window
from core.imaging.windows import union
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.panels.mask import MaskPanel
from faceeditor_gui.panels.model_choice import SourceButtons
from faceeditor_gui.panels.result_options import ResultOptions
from faceeditor_gui.state.source_names import SOURCES, describe_source, name_source
from faceeditor_gui.state.tool_state import ToolState


@pytest.fixture
def fill(window, idle):
    def run() -> None:
        window.services.document.mask.paint(Patch(190, 195, np.full((10, 10), 255, np.uint8)))
        window.services.runner.fill()
        idle()

    return run


def _click(buttons: SourceButtons, source: FillSource) -> None:
    buttons._buttons[source].click()


def _asked(run) -> list[FillSource]:
    return [request.source for request in run.requests_of(InpaintRequest)]


def test_every_source_is_offered_and_says_what_it_is_good_for():
    assert set(SOURCES) == set(FillSource)
    assert all(len(name_source(one)) < 14 < len(describe_source(one)) for one in SOURCES)


def test_the_window_fills_by_whatever_suits_until_another_source_is_chosen(window, fill, run):
    fill()
    _click(window.findChild(MaskPanel).findChild(SourceButtons), FillSource.NETWORK)
    fill()
    assert _asked(run) == [FillSource.AUTO, FillSource.NETWORK]


def test_one_click_fills_a_result_again_from_another_source(window, fill, run, idle):
    fill()
    document = window.services.document
    document.steps.select(document.steps.items[0].number)
    options = window.findChild(ResultOptions)
    _click(options.findChild(SourceButtons), FillSource.OWN_SIDE)
    idle()
    assert _asked(run) == [FillSource.AUTO, FillSource.OWN_SIDE]
    (step,) = document.steps.items
    assert step.settings.source is FillSource.OWN_SIDE
    assert "other side" in describe_settings(step.settings)
    window.undo()
    assert document.steps.items[0].settings.source is FillSource.AUTO
    assert window.services.tool_state.fill_source is FillSource.AUTO


def test_a_further_click_on_donors_takes_the_next_one_and_another_source_forgets_it(
    window, fill, run, idle
):
    fill()
    document = window.services.document
    document.steps.select(document.steps.items[0].number)
    buttons = window.findChild(ResultOptions).findChild(SourceButtons)
    for source in (FillSource.DONORS, FillSource.DONORS, FillSource.NETWORK, FillSource.DONORS):
        _click(buttons, source)
        idle()
    asked = [request.variant for request in run.requests_of(InpaintRequest)]
    assert asked == [0, 0, 1, 0, 0]
    window.undo()
    window.undo()
    assert document.steps.items[0].settings.variant == 1


def test_only_what_takes_the_other_side_looks_at_the_whole_head(window, fill):
    tool_state, document = window.services.tool_state, window.services.document
    tool_state.set_fill_source(FillSource.NETWORK)
    fill()
    tool_state.set_fill_source(FillSource.OWN_SIDE)
    fill()
    by_network, by_side = (step.settings.window for step in document.steps.items)
    head = head_window(document.faces.items[0].landmarks, document.shape)
    assert union(by_network, head) != by_network
    assert union(by_side, head) == by_side


def test_the_source_is_kept_from_one_start_to_the_next(qapp):
    before, after = ToolState(), ToolState()
    before.set_fill_source(FillSource.OWN_SIDE)
    after.restore(before.serialize())
    assert after.fill_source is FillSource.OWN_SIDE
