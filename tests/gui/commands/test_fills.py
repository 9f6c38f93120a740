"""Spots of the heal brush and glasses are filled beside the mask."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core.anatomy.regions import Region
from core.edit.requests import FillSource, InpaintRequest
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import ToolName

MASKED = Patch(100, 40, np.full((30, 50), 255, np.uint8))


def covered_on_screen(window) -> np.ndarray:
    """What the canvas shows as covered; (H, W)."""
    return window.canvas.layers.mask._pyramid._levels[0]


@pytest.fixture
def heal(window, press_key):
    press_key(Qt.Key.Key_J)
    assert window.services.tool_state.tool is ToolName.HEAL
    window.services.tool_state.set_diameter(20)


def test_sixty_spots_in_a_row_wait_for_nobody_and_are_an_undo_step_each(
    window, heal, drag, idle, run
):
    go_on = run.hold(lambda request: isinstance(request, InpaintRequest))
    document = window.services.document
    for number in range(60):
        drag((60 + 40 * (number % 10), 60 + 40 * (number // 10)))
    assert document.steps.items == ()
    go_on.set()
    idle()
    assert len(document.steps.items) == 60
    assert document.undo_stack.undoText() == "Heal"
    document.undo_stack.undo()
    assert len(document.steps.items) == 59


def test_a_spot_shows_until_it_is_filled(window, heal, drag, idle, run):
    go_on = run.hold(lambda request: isinstance(request, InpaintRequest))
    spot = slice(100, 101), slice(200, 201)
    drag((200, 100))
    assert covered_on_screen(window)[spot].all()
    go_on.set()
    idle()
    assert not covered_on_screen(window)[spot].any()
    assert window.services.document.composited(spot).min() == 255


def test_healing_leaves_the_mask_as_it_is(window, heal, drag, idle):
    document = window.services.document
    document.mask.paint(MASKED)
    drag((110, 50))
    idle()
    assert len(document.steps.items) == 1
    assert document.mask.read(MASKED.window).all()


def test_cancelled_spots_leave_nothing(window, heal, drag, idle, run):
    run.hold(lambda request: isinstance(request, InpaintRequest))
    drag((200, 100))
    drag((300, 100))
    window.cancel()
    idle()
    assert window.services.document.steps.items == ()
    assert not covered_on_screen(window).any()


def test_spots_are_filled_from_the_chosen_source(window, heal, drag, idle, run):
    drag((200, 100))
    window.services.tool_state.set_fill_source(FillSource.NETWORK)
    drag((300, 100))
    idle()
    asked = [request.source for request in run.requests_of(InpaintRequest)]
    assert asked[-1] is FillSource.NETWORK


def test_glasses_are_filled_as_one_undo_step(window, idle, run, monkeypatch):
    def parse(request):
        labels = np.full(request.image.shape[:2], Region.SKIN, np.uint8)
        x, y = request.landmarks[36:48].mean(axis=0).astype(int)
        labels[y - 12 : y + 12, x - 50 : x + 50] = Region.GLASSES
        return labels

    monkeypatch.setattr(run, "_parsed", parse)
    document = window.services.document
    document.mask.paint(MASKED)
    window.menu_bar.action("face.remove_glasses").trigger()
    idle()
    assert document.undo_stack.undoText() == "Remove Glasses"
    assert len(document.steps.items) == 1
    assert document.mask.read(MASKED.window).all()


def test_a_face_without_glasses_is_left_alone_and_the_user_is_told(qtbot, window, idle):
    with qtbot.waitSignal(window.services.fills.posted) as said:
        window.menu_bar.action("face.remove_glasses").trigger()
    while "Looking" in said.args[0]:
        with qtbot.waitSignal(window.services.fills.posted) as said:
            pass
    assert "no glasses" in said.args[0]
    idle()
    assert window.services.document.steps.items == ()
