"""The window under real mouse and key events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QSpinBox

from core.edit.requests import InpaintRequest, SmileRequest
from core.errors import CheckpointError
from core.image_io.photo import photo_from_array
from core.imaging.windows import whole_window
from faceeditor_gui.appearance import qimage
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.state.overlay_state import Overlay
from faceeditor_gui.state.tool_state import ToolName
from faceeditor_gui.widgets.slider import COMMIT_DELAY_MS, Slider

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def _mask(window) -> np.ndarray:
    return window.services.document.mask.read(whole_window(*window.services.document.shape))


def _on_screen(window) -> np.ndarray:
    place, size = window.canvas.mapTo(window, QPoint(0, 0)), window.canvas.size()
    area = place.x(), place.y(), size.width(), size.height()
    return qimage.to_rgb(window.screen().grabWindow(window.winId(), *area).toImage())


def test_an_empty_window_offers_the_sample(qtbot, empty_window, idle):
    with qtbot.waitSignal(empty_window.services.document.photo_changed):
        empty_window.start_page.sample_requested.emit()
    assert empty_window.services.document.shape == (512, 512)
    assert "Sample portrait" in empty_window.windowTitle()
    idle()


def test_a_stroke_covers_what_the_pointer_passed_over(window, brush, drag):
    drag((100, 100), (150, 100), (200, 100))
    covered = _mask(window)
    assert (covered[100, 100:201] == 255).all()
    assert covered[80, 150] == 0
    assert window.services.document.undo_stack.count() == 1


def test_a_stroke_is_shown_before_the_button_is_released(window, brush, drag, at):
    before = window.canvas.grab().toImage().pixelColor(at(150, 100))
    drag((100, 100), (200, 100), release=False)
    shown = window.canvas.grab().toImage().pixelColor(at(150, 100))
    assert shown != before
    assert window.services.document.mask.is_empty
    window.canvas.pointer_router.cancel()


def test_escape_takes_back_the_stroke_under_way(window, brush, drag, press_key, at):
    before = window.canvas.grab().toImage().pixelColor(at(150, 100))
    drag((100, 100), (200, 100), release=False)
    press_key(Qt.Key.Key_Escape)
    assert window.services.document.undo_stack.count() == 0
    assert window.canvas.grab().toImage().pixelColor(at(150, 100)) == before


def test_shift_click_paints_a_straight_line(qtbot, window, brush, at):
    qtbot.mouseClick(window.canvas, LEFT, pos=at(100, 300))
    qtbot.mouseClick(window.canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, at(300, 300))
    assert (_mask(window)[300, 100:301] == 255).all()
    assert window.services.document.undo_stack.count() == 2


def test_the_right_button_erases_with_the_current_brush(window, brush, drag):
    drag((100, 100), (200, 100))
    drag((150, 100), (151, 100), button=Qt.MouseButton.RightButton)
    assert _mask(window)[100, 150] == 0
    assert _mask(window)[100, 110] == 255
    assert window.services.document.undo_stack.undoText() == "Erase"


def test_strokes_land_where_the_pointer_is_when_zoomed_and_panned(window, brush, drag):
    window.canvas.navigation.viewport.zoom_to(8.0, (300.0, 200.0))
    window.canvas.navigation.pan(QPointF(37, -11))
    window.services.tool_state.set_diameter(1)
    x, y = (round(side) for side in window.canvas.navigation.viewport.to_image((300.0, 200.0)))
    drag((x, y), (x, y))
    mask = _mask(window)
    assert np.unravel_index(mask.argmax(), mask.shape) == (y, x)
    assert mask.max() > 200


def test_letters_select_tools_while_the_canvas_has_the_focus(window, press_key):
    state = window.services.tool_state
    press_key(Qt.Key.Key_B)
    assert state.tool is ToolName.BRUSH
    press_key(Qt.Key.Key_X)
    assert state.tool is ToolName.ERASER
    press_key(Qt.Key.Key_H)
    assert state.tool is ToolName.HAND


@pytest.mark.parametrize(
    ("larger", "smaller"), [(Qt.Key.Key_BracketRight, Qt.Key.Key_BracketLeft), (".", ",")]
)
def test_keys_change_the_brush_size(window, press_key, larger, smaller):
    state = window.services.tool_state
    before = state.brush.diameter
    press_key(larger)
    assert state.brush.diameter > before
    press_key(smaller)
    press_key(smaller)
    assert state.brush.diameter < before


def test_a_click_chooses_a_face(qtbot, window, run, at):
    qtbot.mouseClick(window.canvas, LEFT, pos=at(480, 160))
    assert window.services.document.faces.chosen is run.faces[1]


def test_dragging_with_the_hand_pans_and_chooses_nothing(window, run, drag):
    window.canvas.navigation.zoom(2.0)
    left = window.canvas.navigation.viewport.left
    drag((480, 160), (470, 160), (440, 160))
    assert window.canvas.navigation.viewport.left != left
    assert window.services.document.faces.chosen is run.faces[0]


def test_the_screen_shows_what_a_full_repaint_would(qtbot, window, drag, press_key, at):
    """Only changed parts are repainted, so whatever is forgotten stays on the screen."""
    window.services.tool_state.set_diameter(60)
    steps = (
        lambda: qtbot.mouseMove(window.canvas, at(100, 100)),
        lambda: press_key(Qt.Key.Key_B),
        lambda: qtbot.mouseMove(window.canvas, at(300, 100)),
        lambda: window.canvas.navigation.zoom(1.4),
        lambda: qtbot.mouseMove(window.canvas, at(200, 200)),
        lambda: drag((200, 200), (260, 240), (330, 200)),
        lambda: press_key(Qt.Key.Key_BracketRight),
        lambda: qtbot.mouseMove(window.canvas, at(150, 300)),
        lambda: window.undo(),
        lambda: press_key(Qt.Key.Key_BracketLeft),
        lambda: qtbot.mouseMove(window.canvas, at(400, 250)),
    )
    for step in steps:
        step()
        qtbot.wait(5)
        expected = qimage.to_rgb(window.canvas.grab().toImage()).astype(int)
        assert np.abs(_on_screen(window) - expected).max() <= 1  # a part is rounded by itself


def test_space_pans_with_the_brush_selected(qtbot, window, brush, drag):
    window.canvas.navigation.zoom(2.0)
    left = window.canvas.navigation.viewport.left
    qtbot.keyPress(window.canvas, Qt.Key.Key_Space)
    drag((300, 160), (280, 160), (260, 160))
    qtbot.keyRelease(window.canvas, Qt.Key.Key_Space)
    assert window.canvas.navigation.viewport.left != left
    assert window.services.document.mask.is_empty


def test_what_is_shown_at_100_per_cent_is_the_photo_itself(window, photo):
    window.canvas.navigation.viewport.zoom_to(1.0)
    shown = qimage.to_rgb(window.canvas.grab().toImage())
    left, top = window.canvas.navigation.viewport.left, window.canvas.navigation.viewport.top
    x, y = max(left, 0), max(top, 0)
    visible = shown[y : top + 480, x : left + 640]
    np.testing.assert_array_equal(
        visible, photo.image[y - top :, x - left :][: visible.shape[0], : visible.shape[1]]
    )


def test_the_overlay_leaves_uncovered_pixels_as_they_are(window, brush, drag):
    before = qimage.to_rgb(window.canvas.grab().toImage())
    drag((100, 100), (200, 100))
    window.canvas.pointer_router.leave()
    after = qimage.to_rgb(window.canvas.grab().toImage())
    rows, columns = window.services.document.mask.bounds()
    left, top = window.canvas.navigation.viewport.to_screen((columns.start - 2, rows.start - 2))
    right, bottom = window.canvas.navigation.viewport.to_screen((columns.stop + 2, rows.stop + 2))
    changed = (before != after).any(axis=2)
    assert changed.any()
    changed[int(top) : int(bottom) + 1, int(left) : int(right) + 1] = False
    assert not changed.any()


def test_before_and_after_while_the_key_is_held(qtbot, window, brush, drag):
    before = qimage.to_rgb(window.canvas.grab().toImage())
    drag((100, 100), (200, 100))
    painted = qimage.to_rgb(window.canvas.grab().toImage())
    window.canvas.setFocus()
    qtbot.keyPress(window.canvas, Qt.Key.Key_Backslash)
    held = qimage.to_rgb(window.canvas.grab().toImage())
    qtbot.keyRelease(window.canvas, Qt.Key.Key_Backslash)
    np.testing.assert_array_equal(held, before)
    assert (painted != held).any()


def test_boxes_and_landmarks_are_hidden_while_a_brush_is_selected(window, brush):
    with_brush = qimage.to_rgb(window.canvas.grab().toImage())
    window.services.tool_state.select_tool(ToolName.LANDMARKS)
    assert (qimage.to_rgb(window.canvas.grab().toImage()) != with_brush).any()
    window.services.tool_state.select_tool(ToolName.HAND)
    np.testing.assert_array_equal(qimage.to_rgb(window.canvas.grab().toImage()), with_brush)


def _shown(window) -> np.ndarray:
    return qimage.to_rgb(window.canvas.grab().toImage())


def test_boxes_and_points_show_under_the_pointer_and_nowhere_else(qtbot, window, run, at):
    plain = _shown(window)
    qtbot.mouseMove(window.canvas, at(*run.faces[0].landmarks.mean(axis=0)))
    hovered = _shown(window)
    assert (hovered != plain).any()
    qtbot.mouseMove(window.canvas, at(600, 440))
    np.testing.assert_array_equal(_shown(window), plain)
    overlays = window.services.tool_state.overlays
    qtbot.mouseMove(window.canvas, at(*run.faces[0].landmarks.mean(axis=0)))
    overlays.toggle(Overlay.LANDMARKS)
    assert (_shown(window) != hovered).any()
    overlays.toggle(Overlay.FACES)
    np.testing.assert_array_equal(_shown(window), plain)


def test_nothing_lies_over_a_finished_face_though_the_pointer_rests_on_it(
    qtbot, window, run, at, idle
):
    qtbot.mouseMove(window.canvas, at(*run.faces[0].landmarks.mean(axis=0)))
    window.services.runner.smile_at_once()
    idle()
    with_pointer = _shown(window)
    qtbot.mouseMove(window.canvas, at(600, 440))
    np.testing.assert_array_equal(_shown(window), with_pointer)


def test_a_double_click_on_a_face_zooms_to_it(qtbot, window, run, at):
    face, viewport = run.faces[1], window.canvas.navigation.viewport
    before = viewport.scale
    place = at(*face.landmarks.mean(axis=0))
    qtbot.mouseClick(window.canvas, LEFT, pos=place)
    qtbot.mouseDClick(window.canvas, LEFT, pos=place)
    qtbot.mouseRelease(window.canvas, LEFT, pos=place)
    assert viewport.scale > before
    (left, top, right, bottom), canvas = face.box, window.canvas
    for corner in ((left, top), (right, bottom)):
        assert canvas.rect().contains(at(*corner))
    middle = at((left + right) / 2, (top + bottom) / 2)
    assert (middle - canvas.rect().center()).manhattanLength() < 8
    assert window.services.document.faces.chosen is face


@pytest.mark.parametrize(
    ("key", "modifier"), [(Qt.Key.Key_F, NONE), (Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)]
)
def test_fit_enlarges_a_small_photo_and_keeps_doing_so(window, press_key, key, modifier):
    viewport = window.canvas.navigation.viewport
    window.resize(1500, 1200)
    QApplication.processEvents()
    assert viewport.scale == 1
    press_key(key, modifier)
    assert viewport.scale > 1
    window.resize(1600, 1300)
    QApplication.processEvents()
    fitted = viewport.scale
    press_key(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert viewport.scale == 1
    press_key(key, modifier)
    assert viewport.scale == fitted


def test_s_makes_the_face_smile_and_the_slider_follows(window, press_key, idle):
    press_key(Qt.Key.Key_S)
    idle()
    slider = window.findChild(SmilePanel).findChild(Slider)
    assert slider.value() == 70
    assert window.isWindowModified()
    window.undo()
    assert slider.value() == 0


def test_a_drag_of_the_slider_is_one_undo_step(qtbot, window, run, idle):
    slider = window.findChild(SmilePanel).findChild(Slider)
    middle = slider.rect().center()
    qtbot.mousePress(slider, LEFT, pos=middle)
    for x in range(middle.x(), slider.width() - 10, 8):
        qtbot.mouseMove(slider, middle.__class__(x, middle.y()))
    assert window.services.document.undo_stack.count() == 0
    qtbot.mouseRelease(slider, LEFT)
    idle()
    assert window.services.document.undo_stack.count() == 1
    strength = window.services.document.steps.items[0].settings.strength
    assert strength == slider.value() / 100
    assert (
        run.requests_of(SmileRequest)[-1].image.shape[0]
        >= run.requests_of(SmileRequest)[0].image.shape[0]
    )


def test_typing_a_strength_is_one_undo_step(qtbot, window):
    percent = window.findChild(SmilePanel).findChild(QSpinBox)
    percent.setFocus()
    percent.selectAll()
    qtbot.keyClicks(percent, "-40")
    qtbot.keyClick(percent, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.services.document.undo_stack.count() == 1)
    assert window.services.document.steps.items[0].settings.strength == -0.4


def test_undo_takes_back_a_strength_that_has_not_settled_yet(qtbot, window, idle):
    window.services.runner.smile(0.5)
    idle()
    slider = window.findChild(SmilePanel).findChild(Slider)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 51
    window.undo()
    qtbot.wait(COMMIT_DELAY_MS + 100)
    assert slider.value() == 50
    assert window.services.document.undo_stack.count() == 1


def test_undo_stops_the_edit_that_runs(qtbot, window, run, brush, drag, press_key, idle):
    drag((100, 100), (200, 100))
    run.hold()
    press_key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    press_key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    idle()
    assert not window.services.document.mask.is_empty
    assert window.services.document.steps.items == ()


def test_work_shows_its_progress_and_a_button_to_cancel(qtbot, window, run, brush, drag, idle):
    drag((100, 100), (200, 100))
    run.hold()
    window.services.runner.fill()
    qtbot.waitUntil(lambda: window.progress._cancel.isVisible())
    window.progress._cancel.click()
    idle()
    assert not window.progress._cancel.isVisible()
    assert window.services.document.steps.items == ()


def test_the_menu_names_what_undo_takes_back(window, brush, drag):
    drag((100, 100), (200, 100))
    assert window.menu_bar.action("edit.undo").text() == "&Undo Paint"
    window.undo()
    assert window.menu_bar.action("edit.redo").text() == "&Redo Paint"
    assert "Undone: Paint." in {label.text() for label in window.status.findChildren(QLabel)}


def test_missing_weights_open_a_dialog_and_the_window_goes_on(qtbot, window, run, brush, drag):
    def fail(_request, _report):
        raise CheckpointError("The weights of ctsdg are missing; install the program again.")

    drag((100, 100), (200, 100))
    run.before = fail
    window.services.runner.fill()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    assert "ctsdg" in window.findChild(QMessageBox).text()
    window.findChild(QMessageBox).close()
    assert not window.services.document.mask.is_empty


def test_a_box_drawn_by_hand_becomes_a_face(qtbot, window, run, make_face, drag, press_key, idle):
    run.faces = (make_face(330.0, 350.0, 30.0),)
    press_key(Qt.Key.Key_G)
    with qtbot.waitSignal(window.services.document.faces.changed):
        drag((300, 320), (350, 380), (370, 410))
    assert window.services.document.faces.chosen is run.faces[0]
    assert window.services.tool_state.tool is ToolName.HAND
    idle()


def test_escape_puts_the_face_box_away(window, press_key):
    press_key(Qt.Key.Key_B)
    press_key(Qt.Key.Key_G)
    press_key(Qt.Key.Key_Escape)
    assert window.services.tool_state.tool is ToolName.BRUSH


def test_another_button_does_not_end_a_stroke(qtbot, window, brush, drag, at):
    drag((100, 100), (150, 100), release=False)
    qtbot.mouseClick(window.canvas, Qt.MouseButton.RightButton, pos=at(150, 100))
    qtbot.mouseMove(window.canvas, at(200, 100))
    qtbot.mouseRelease(window.canvas, LEFT, pos=at(200, 100))
    assert (_mask(window)[100, 100:201] == 255).all()
    assert window.services.document.undo_stack.count() == 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_photo_of_one_pixel_is_shown_painted_and_filled(qtbot, empty_window, dtype, idle):
    services, canvas = empty_window.services, empty_window.canvas
    services.document.open(photo_from_array(np.zeros((1, 1, 3), dtype)), "dot.png")
    idle()
    services.document.faces.set_found(())
    services.tool_state.select_tool(ToolName.BRUSH)
    canvas.navigation.zoom(8.0)
    qtbot.mouseClick(canvas, LEFT, pos=canvas.rect().center())
    canvas.grab()
    services.runner.fill()
    idle()
    assert len(services.document.steps.items) == 1


def test_a_transparent_photo_is_shown_on_a_chequered_ground(empty_window, photo, idle):
    alpha = np.zeros(photo.image.shape[:2], np.uint8)
    empty_window.services.document.open(replace(photo, alpha=alpha), "clear.png")
    idle()
    empty_window.services.document.faces.set_found(())
    empty_window.canvas.navigation.viewport.zoom_to(1.0)
    shown = qimage.to_rgb(empty_window.canvas.grab().toImage())
    middle = shown[shown.shape[0] // 2 - 40 :, shown.shape[1] // 2 - 40 :][:80, :80]
    assert len(np.unique(middle)) == 2


def test_a_dropped_file_is_opened(qtbot, empty_window, tmp_path: Path, photo, idle):
    path = tmp_path / "dropped.png"
    cv2.imwrite(str(path), photo.image[..., ::-1])
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(empty_window.services.document.photo_changed):
        empty_window.dropEvent(drop)
    assert empty_window.windowTitle().startswith("dropped.png")
    idle()


def test_a_copied_picture_is_pasted(qtbot, empty_window, photo, idle):
    QGuiApplication.clipboard().setImage(qimage.from_rgb(photo.image))
    with qtbot.waitSignal(empty_window.services.document.photo_changed):
        empty_window.files.paste()
    np.testing.assert_array_equal(empty_window.services.document.original(), photo.image)
    idle()


def test_pasting_without_a_picture_says_what_to_do(qtbot, empty_window):
    QGuiApplication.clipboard().setText("no picture")
    with qtbot.waitSignal(empty_window.files.posted) as said:
        empty_window.files.paste()
    assert "copy" in said.args[0]


def test_closing_asks_about_unsaved_edits(qtbot, window, idle):
    window.services.runner.smile_at_once()
    idle()
    window.close()
    box = window.findChild(QMessageBox)
    assert box is not None
    assert window.isVisible()
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert window.isVisible()
    window.close()
    window.findChild(QMessageBox).button(QMessageBox.StandardButton.Discard).click()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_mask_that_would_be_lost_is_asked_about_without_a_save_button(window, brush, drag):
    drag((100, 100), (200, 100))
    window.close()
    box = window.findChild(QMessageBox)
    assert box.button(QMessageBox.StandardButton.Save) is not None
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert window.isVisible()


def test_save_and_close_closes_once_the_file_is_written(qtbot, window, tmp_path, idle):
    window.services.runner.smile_at_once()
    idle()
    window.services.document.project_path = tmp_path / "out.ora"
    window.close()
    window.findChild(QMessageBox).button(QMessageBox.StandardButton.Save).click()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert (tmp_path / "out.ora").exists()


def test_the_first_save_asks_where(qtbot, window):
    window.files.save()
    dialog = window.findChild(QDialog)
    assert dialog is not None
    dialog.reject()


def test_the_window_remembers_its_size(qtbot, settings, empty_window):
    empty_window.resize(900, 640)
    empty_window.close()
    assert not settings.geometry.isEmpty()


def test_tab_hides_and_shows_the_panels(window, press_key):
    panel = window.findChild(SmilePanel)
    press_key(Qt.Key.Key_Tab)
    assert not panel.isVisible()
    press_key(Qt.Key.Key_Tab)
    assert panel.isVisible()


def test_f6_moves_between_canvas_and_panels(qtbot, window):
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F6)
    assert not window.canvas.hasFocus()
    window.move_focus()
    assert window.canvas.hasFocus()
