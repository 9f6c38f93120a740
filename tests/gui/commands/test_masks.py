"""The Mask menu in the window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QSlider, QWidget

from core.image_io.mask_file import read_mask, write_mask
from core.imaging.windows import whole_window
from faceeditor_gui.panels.mask import MaskPanel
from faceeditor_gui.state.tool_state import ToolName

ALT = Qt.KeyboardModifier.AltModifier


def _mask(window) -> np.ndarray:
    return window.services.document.mask.read(whole_window(*window.services.document.shape))


@pytest.fixture
def trigger(window):
    return lambda action_id: window.menu_bar.action(action_id).trigger()


@pytest.fixture
def said(window) -> list[str]:
    """What the status line was told."""
    sentences: list[str] = []
    window.masks.posted.connect(sentences.append)
    window.services.job_queue.ended.connect(
        lambda job: sentences.append(str(job.error)) if job.error else None
    )
    return sentences


@pytest.fixture
def square(window, drag):
    """A mask of 60 pixels a side at (100, 100)."""
    window.services.tool_state.select_tool(ToolName.RECTANGLE)
    drag((100, 100), (160, 160))
    return window.services.document.mask.bounds()


def test_a_part_covers_the_chosen_faces_landmarks_and_can_be_painted_on(window, press_key, drag):
    press_key(Qt.Key.Key_1, ALT)
    face = window.services.document.faces.chosen
    corner = face.landmarks[48].round().astype(int)
    assert _mask(window)[corner[1], corner[0]] == 255
    assert window.services.document.undo_stack.undoText() == "Mouth"
    window.services.tool_state.select_tool(ToolName.ERASER)
    drag(tuple(corner), tuple(corner + 1))
    assert _mask(window)[corner[1], corner[0]] == 0


def test_both_eyes_are_one_undo_step(window, trigger):
    trigger("mask.add_eyes")
    assert _mask(window)[200, [170, 230]].tolist() == [255, 255]
    window.undo()
    assert window.services.document.mask.is_empty


def test_parts_follow_the_face_that_is_chosen(window, trigger):
    window.services.document.faces.choose(1)
    trigger("mask.add_mouth")
    rows, columns = window.services.document.mask.bounds()
    assert columns.start < 480 < columns.stop
    assert rows.start < 190 < rows.stop


def test_without_a_face_parts_say_what_to_do(window, trigger, said):
    window.services.document.faces.set_found(())
    trigger("mask.add_mouth")
    assert "draw a box" in said[0]
    assert window.services.document.undo_stack.count() == 0


def test_grow_shrink_and_feather_use_the_number_of_the_panel(window, square, trigger):
    window.services.tool_state.set_edge(10)
    trigger("mask.grow")
    assert window.services.document.mask.bounds()[0].start == square[0].start - 10
    trigger("mask.shrink")
    assert window.services.document.mask.bounds() == square
    trigger("mask.feather")
    assert window.services.document.mask.bounds()[0].start < square[0].start
    assert window.services.document.undo_stack.count() == 4


def test_what_changes_nothing_says_so_and_leaves_no_undo_step(window, square, trigger, said):
    trigger("mask.fill_enclosed")
    assert said == ["The mask is as it was."]
    assert window.services.document.undo_stack.count() == 1


def test_a_painted_ring_is_filled(window, drag, trigger):
    window.services.tool_state.select_tool(ToolName.RECTANGLE)
    drag((100, 100), (300, 300))
    window.menu_bar.action("shape.subtract").trigger()
    drag((140, 140), (260, 260))
    assert _mask(window)[200, 200] == 0
    trigger("mask.fill_enclosed")
    assert _mask(window)[200, 200] == 255


def test_a_mask_survives_the_way_through_a_file(window, square, trigger, tmp_path, said, idle):
    trigger("mask.feather")
    before = _mask(window)
    window.masks.save_to(tmp_path / "hole.png")
    idle()
    np.testing.assert_array_equal(read_mask(tmp_path / "hole.png", (640, 480)), before)
    trigger("mask.clear")
    window.masks.open_path(tmp_path / "hole.png")
    idle()
    np.testing.assert_array_equal(_mask(window), before)
    window.undo()
    assert window.services.document.mask.is_empty
    assert any("hole.png" in sentence for sentence in said)


def test_a_mask_of_another_size_is_refused_in_one_sentence(window, tmp_path, said, idle):
    write_mask(np.full((20, 30), 255, np.uint8), tmp_path / "small.png")
    window.masks.open_path(tmp_path / "small.png")
    idle()
    assert len(said) == 1
    assert "30 x 20" in said[0]
    assert "640 x 480" in said[0]
    assert window.services.document.mask.is_empty


def test_taking_a_mask_tool_brings_the_mask_panel_to_the_front(window, press_key):
    panel = window.findChild(MaskPanel)
    assert panel.visibleRegion().isEmpty()
    press_key(Qt.Key.Key_L)
    assert not panel.visibleRegion().isEmpty()


def test_every_control_of_mask_and_tools_has_a_name_and_is_reached_by_keyboard(window):
    kinds = QAbstractButton, QSlider, QAbstractSpinBox, QComboBox
    areas = [window.findChild(MaskPanel), *window.findChildren(QWidget, "Tool options")]
    controls = [
        control
        for area in areas
        for kind in kinds
        for control in area.findChildren(kind)
        if control.objectName() != "qt_toolbar_ext_button"
    ]
    assert len(controls) > 20
    for control in controls:
        name = control.accessibleName() or control.toolTip()
        assert name, control
    own = [c for c in controls if not isinstance(c, QAbstractButton) or c.parent() is not areas[1]]
    assert all(control.focusPolicy() & Qt.FocusPolicy.TabFocus for control in own)
