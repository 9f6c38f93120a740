"""The canvas under pens, fingers, shapes and comparisons."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.imaging.windows import whole_window
from faceeditor_gui.appearance import qimage
from faceeditor_gui.canvas.canvas_area import BeforePane
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import BrushSettings, ToolName

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
NO_KEY = Qt.KeyboardModifier.NoModifier
PEN, ERASER = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser


def _mask(window) -> np.ndarray:
    return window.services.document.mask.read(whole_window(*window.services.document.shape))


def _shown(window) -> np.ndarray:
    return qimage.to_rgb(window.canvas.grab().toImage())


@pytest.fixture
def select_tool(window):
    return window.services.tool_state.select_tool


@pytest.fixture
def pen(window, at):
    """Draw with a pen over (x, y, pressure)."""
    devices = {
        kind: QPointingDevice(
            "pen",
            number,
            QInputDevice.DeviceType.Stylus,
            kind,
            QInputDevice.Capability.Pressure,
            1,
            2,
        )
        for number, kind in enumerate((PEN, ERASER), start=7000)
    }
    kinds = QEvent.Type

    def run(*stations: tuple[float, float, float], tip=PEN) -> None:
        events = [kinds.TabletPress, *[kinds.TabletMove] * (len(stations) - 1)]
        for kind, (x, y, pressure) in zip(events, stations, strict=True):
            _send(kind, x, y, pressure, tip)
        _send(kinds.TabletRelease, *stations[-1][:2], 0.0, tip)

    def _send(kind, x, y, pressure, tip) -> None:
        place = QPointF(at(x, y))
        button = Qt.MouseButton.NoButton if kind is kinds.TabletMove else LEFT
        held = Qt.MouseButton.NoButton if kind is kinds.TabletRelease else LEFT
        event = QTabletEvent(
            kind,
            devices[tip],
            place,
            QPointF(window.canvas.mapToGlobal(place)),
            pressure,
            0,
            0,
            0,
            0,
            0,
            NO_KEY,
            button,
            held,
        )
        QApplication.sendEvent(window.canvas, event)

    return run


@pytest.fixture(scope="module")
def touch_screen():
    return QTest.createTouchDevice()


@pytest.fixture
def fingers(window, touch_screen):
    """Put fingers on the canvas, move them and lift them; places in logical pixels."""

    def run(*stations: list[tuple[float, float]]) -> None:
        down = 0
        for station in stations:
            touches = QTest.touchEvent(window.canvas, touch_screen)
            for number, place in enumerate(station):
                act = touches.press if number >= down else touches.move
                act(number, QPoint(*place), window.canvas)
            touches.commit()
            down = len(station)
        touches = QTest.touchEvent(window.canvas, touch_screen)
        for number, place in enumerate(stations[-1]):
            touches.release(number, QPoint(*place), window.canvas)
        touches.commit()

    return run


def test_a_pen_paints_broader_where_it_is_pressed_harder(window, brush, pen):
    pen((100, 100, 0.2), (200, 100, 0.2), (300, 100, 1.0))
    columns = _mask(window)[:, [150, 295]] > 127
    light, hard = columns.sum(axis=0)
    assert light == pytest.approx(4, abs=1)
    assert hard == pytest.approx(20, abs=2)
    assert window.services.document.undo_stack.count() == 1


def test_the_far_end_of_a_pen_erases_with_the_erasers_own_size(window, brush, drag, pen):
    drag((100, 100), (200, 100))
    state = window.services.tool_state
    take_back = state.tool
    state.select_tool(ToolName.ERASER)
    state.set_brush(BrushSettings(8, 1.0))
    state.select_tool(take_back)
    pen((150, 100, 1.0), (151, 100, 1.0), tip=ERASER)
    assert _mask(window)[100, 150] == 0
    assert _mask(window)[107, 150] == 255
    assert window.services.document.undo_stack.undoText() == "Erase"


def test_a_pen_draws_straight_lines_and_is_not_heard_twice_as_a_mouse(qtbot, window, brush, pen):
    pen((100, 300, 1.0))
    assert window.services.document.undo_stack.count() == 1
    assert _mask(window)[300, 100] == 255


def test_brush_and_eraser_remember_their_own_settings(window, brush, press_key):
    state = window.services.tool_state
    press_key(Qt.Key.Key_X)
    state.set_diameter(77)
    press_key(Qt.Key.Key_X)
    assert state.brush.diameter == 20
    press_key(Qt.Key.Key_X)
    assert state.brush.diameter == 77


def test_transparent_strokes_add_up_and_a_transparent_eraser_takes_away(window, brush, drag):
    state = window.services.tool_state
    state.set_opacity(0.5)
    levels = []
    for button in (LEFT, LEFT):
        drag((100, 100), (200, 100), button=button)
        levels.append(int(_mask(window)[100, 150]))
    state.select_tool(ToolName.ERASER)
    state.set_brush(BrushSettings(20, 1.0, 0.5))
    drag((100, 100), (200, 100))
    levels.append(int(_mask(window)[100, 150]))
    assert levels == pytest.approx([128, 191, 96], abs=2)


def test_one_finger_paints_and_two_fingers_only_move_and_zoom(window, brush, fingers, at):
    start, end = at(100, 100), at(200, 100)
    fingers([start.toTuple()], [end.toTuple()])
    assert (_mask(window)[100, 110:190] == 255).all()
    window.canvas.navigation.viewport.zoom_to(1.5)
    scale = window.canvas.navigation.viewport.scale
    before = window.canvas.navigation.viewport.to_image((330.0, 300.0))
    fingers([(300, 300), (360, 300)], [(270, 300), (390, 300)])
    assert window.canvas.navigation.viewport.scale == pytest.approx(2 * scale)
    assert window.canvas.navigation.viewport.to_image((330.0, 300.0)) == pytest.approx(
        before, abs=1
    )
    assert window.services.document.undo_stack.count() == 1


def test_a_second_finger_cancels_the_stroke_that_the_first_began(window, brush, fingers):
    fingers([(200, 200)], [(220, 200)], [(220, 200), (260, 200)], [(240, 220), (280, 220)])
    assert window.services.document.mask.is_empty
    assert window.services.document.undo_stack.count() == 0


def test_after_two_fingers_one_paints_a_stroke_of_its_own(window, brush, fingers):
    fingers([(200, 150)], [(220, 150)], [(220, 150), (260, 150)], [(220, 150), (261, 150)])
    fingers([(200, 350)], [(260, 350)])
    rows, _ = window.services.document.mask.bounds()
    scale = window.canvas.navigation.viewport.scale
    assert (rows.stop - rows.start) * scale < 100
    assert window.services.document.undo_stack.count() == 1


def test_a_lasso_covers_what_it_was_drawn_around(window, select_tool, drag):
    select_tool(ToolName.LASSO)
    drag((100, 100), (200, 100), (200, 180), (100, 180))
    mask = _mask(window)
    assert mask[140, 150] == 255
    assert mask[140, 90] == 0
    assert window.services.document.undo_stack.undoText() == "Select"


def test_a_rectangle_covers_whole_pixels_only(window, select_tool, drag):
    select_tool(ToolName.RECTANGLE)
    drag((100, 100), (160, 130))
    assert set(np.unique(_mask(window))) == {0, 255}
    rows, columns = window.services.document.mask.bounds()
    assert columns.stop - columns.start == pytest.approx(60, abs=1)
    assert rows.stop - rows.start == pytest.approx(30, abs=1)


def test_shift_while_dragging_makes_a_square_and_a_circle(qtbot, window, select_tool, at):
    for tool in (ToolName.RECTANGLE, ToolName.ELLIPSE):
        select_tool(tool)
        qtbot.mousePress(window.canvas, LEFT, pos=at(100, 100))
        _move(window, at(180, 120), SHIFT)
        qtbot.mouseRelease(window.canvas, LEFT, pos=at(180, 120))
        rows, columns = window.services.document.mask.bounds()
        assert rows.stop - rows.start == pytest.approx(columns.stop - columns.start, abs=1)
        window.services.document.mask.clear()


@pytest.mark.parametrize(("modifier", "button"), [(ALT, LEFT), (NO_KEY, RIGHT)])
def test_alt_or_the_right_button_takes_a_shape_away(
    qtbot, window, select_tool, drag, at, modifier, button
):
    select_tool(ToolName.RECTANGLE)
    drag((100, 100), (200, 200))
    qtbot.mousePress(window.canvas, button, modifier, at(120, 120))
    qtbot.mouseMove(window.canvas, at(150, 150))
    qtbot.mouseRelease(window.canvas, button, modifier, at(150, 150))
    assert _mask(window)[130, 130] == 0
    assert _mask(window)[180, 180] == 255
    assert window.services.document.undo_stack.undoText() == "Deselect"


def test_alt_and_the_right_button_drag_size_and_hardness(qtbot, window, brush, at):
    window.canvas.navigation.viewport.zoom_to(2.0)
    state, start = window.services.tool_state, at(200, 200)
    qtbot.mousePress(window.canvas, RIGHT, ALT, start)
    qtbot.mouseMove(window.canvas, start + QPoint(20, 60))
    assert state.brush.diameter == 40
    assert state.brush.hardness == pytest.approx(0.7)
    qtbot.mouseRelease(window.canvas, RIGHT, ALT, start + QPoint(20, 60))
    assert window.services.document.mask.is_empty
    assert state.brush.diameter == 40


def test_a_shape_in_place_of_the_mask_is_one_undo_step(window, select_tool, drag):
    select_tool(ToolName.RECTANGLE)
    drag((100, 100), (200, 200))
    window.menu_bar.action("shape.replace").trigger()
    drag((300, 300), (340, 340))
    assert _mask(window)[150, 150] == 0
    assert _mask(window)[320, 320] == 255
    window.undo()
    assert _mask(window)[150, 150] == 255
    assert _mask(window)[320, 320] == 0


def test_a_shape_brings_the_photo_back_inside_a_result(qtbot, window, select_tool, drag, at, photo):
    document = window.services.document
    window.services.runner.smile_at_once()
    qtbot.waitUntil(
        lambda: len(document.steps.items) == 1 and not window.services.job_queue.is_busy
    )
    window.services.paint_targets.choose_result()
    select_tool(ToolName.RECTANGLE)
    drag((190, 250), (210, 270), button=RIGHT)
    part = slice(255, 265), slice(195, 205)
    np.testing.assert_array_equal(document.composited(part), photo.image[part])
    drag((190, 250), (210, 270))
    assert (document.composited(part) != photo.image[part]).any()
    assert document.mask.is_empty


@pytest.mark.parametrize("tool", [ToolName.BRUSH, ToolName.LASSO])
def test_the_mask_is_out_of_sight_while_a_tool_paints_on_a_result(
    qtbot, window, select_tool, tool, idle
):
    document = window.services.document
    window.services.runner.smile(1.0)
    idle()
    select_tool(tool)
    plain = _shown(window)
    document.mask.invert()
    assert (_shown(window) != plain).any()
    window.services.paint_targets.choose_result()
    with_mask = _shown(window)
    document.mask.clear()
    np.testing.assert_array_equal(_shown(window), with_mask)


def test_the_whole_canvas_is_repainted_when_another_result_is_painted_on_not_with_every_stroke(
    window, idle
):
    window.services.runner.smile(1.0)
    idle()
    steps, targets = window.services.document.steps, window.services.paint_targets
    number, repainted = steps.items[0].number, []
    window.canvas.layers.changed.connect(repainted.append)

    def repaints_all(act, *arguments, **options) -> bool:
        repainted.clear()
        act(*arguments, **options)
        return None in repainted

    assert repaints_all(targets.choose_result)
    patch = Patch(195, 255, np.full((9, 9), 255, np.uint8))
    assert not repaints_all(steps.paint, number, patch, erase=True)
    assert repaints_all(steps.set_visible, number, False)
    assert repaints_all(steps.set_visible, number, True)
    assert repaints_all(targets.choose_mask)


def test_a_click_with_a_shape_tool_changes_nothing(qtbot, window, select_tool, at):
    for tool in (ToolName.LASSO, ToolName.RECTANGLE, ToolName.ELLIPSE):
        select_tool(tool)
        qtbot.mouseClick(window.canvas, LEFT, pos=at(100, 100))
    assert window.services.document.undo_stack.count() == 0


@pytest.fixture
def corners(qtbot, window, select_tool, at):
    """Click the corners of a polygon."""

    def run(*places: tuple[float, float]) -> None:
        select_tool(ToolName.POLYGON)
        for place in places:
            qtbot.mouseMove(window.canvas, at(*place))
            qtbot.mouseClick(window.canvas, LEFT, pos=at(*place))

    return run


def test_a_polygon_closes_at_its_first_corner(window, corners):
    corners((100, 100), (200, 100), (200, 200), (101, 101))
    assert _mask(window)[130, 180] == 255
    assert _mask(window)[180, 120] == 0


def test_return_closes_a_polygon_and_backspace_takes_a_corner_back(window, corners, press_key):
    corners((100, 100), (200, 100), (200, 200), (400, 400))
    press_key(Qt.Key.Key_Backspace)
    press_key(Qt.Key.Key_Return)
    assert _mask(window)[130, 180] == 255
    assert not _mask(window)[250:].any()


def test_a_double_click_closes_a_polygon(qtbot, window, corners, at):
    corners((100, 100), (200, 100))
    qtbot.mouseClick(window.canvas, LEFT, pos=at(200, 200))
    qtbot.mouseDClick(window.canvas, LEFT, pos=at(200, 200))
    qtbot.mouseRelease(window.canvas, LEFT, pos=at(200, 200))
    assert _mask(window)[130, 180] == 255


def test_undo_takes_back_the_last_corner_of_a_polygon_and_escape_all(window, corners, press_key):
    corners((100, 100), (200, 100), (200, 200))
    window.undo()
    assert len(window.canvas.pointer_router.shape) == 2
    press_key(Qt.Key.Key_Escape)
    assert window.canvas.pointer_router.shape == []
    assert window.services.document.undo_stack.count() == 0


def test_the_view_can_be_panned_in_the_middle_of_a_polygon(qtbot, window, corners, drag):
    window.canvas.navigation.zoom(2.0)
    corners((300, 200), (330, 200), (330, 230))
    left = window.canvas.navigation.viewport.left
    drag((310, 220), (300, 220), (280, 220), button=Qt.MouseButton.MiddleButton)
    assert window.canvas.navigation.viewport.left != left
    assert len(window.canvas.pointer_router.shape) >= 3


def test_the_zoom_tool_zooms_by_clicks_and_drags(qtbot, window, select_tool, at):
    select_tool(ToolName.ZOOM)
    window.canvas.navigation.viewport.zoom_to(2.0)
    scale = window.canvas.navigation.viewport.scale
    qtbot.mouseClick(window.canvas, LEFT, pos=at(300, 200))
    larger = window.canvas.navigation.viewport.scale
    qtbot.mouseClick(window.canvas, LEFT, ALT, at(300, 200))
    assert larger > scale
    assert window.canvas.navigation.viewport.scale == pytest.approx(scale, rel=0.01)
    start = at(300, 200)
    qtbot.mousePress(window.canvas, LEFT, pos=start)
    qtbot.mouseMove(window.canvas, start + start.__class__(60, 0))
    qtbot.mouseRelease(window.canvas, LEFT, pos=start + start.__class__(60, 0))
    assert window.canvas.navigation.viewport.scale > 1.5 * scale


@pytest.mark.parametrize("angle", [30, 90, -45])
@pytest.mark.parametrize("mirrored", [False, True])
def test_strokes_land_under_the_pointer_in_a_turned_view(window, brush, drag, angle, mirrored):
    window.canvas.navigation.rotate(angle)
    if mirrored:
        window.canvas.navigation.mirror()
    drag((200, 150), (260, 190), (300, 190))
    mask = _mask(window)
    assert mask[150, 200] == 255
    assert (mask[190, 262:300] == 255).all()
    assert mask[150, 260] == 0


def test_a_turned_view_shows_what_a_full_repaint_would(qtbot, window, brush, drag):
    window.canvas.navigation.rotate(25)
    drag((200, 200), (260, 240), (330, 200))
    qtbot.wait(5)
    screen = window.screen().grabWindow(window.winId()).toImage()
    place = window.canvas.mapTo(window, window.canvas.rect().topLeft())
    size = window.canvas.size()
    part = qimage.to_rgb(screen.copy(place.x(), place.y(), size.width(), size.height()))
    difference = np.abs(part.astype(int) - _shown(window))
    assert (difference > 8).mean() < 0.001


def test_keys_rotate_the_view_and_set_it_upright(window, press_key):
    press_key(Qt.Key.Key_6)
    press_key(Qt.Key.Key_6)
    press_key(Qt.Key.Key_4)
    assert window.canvas.navigation.viewport.angle == 15
    press_key(Qt.Key.Key_5)
    assert window.canvas.navigation.viewport.angle == 0


def test_a_mirrored_view_shows_the_photo_from_right_to_left(window, press_key):
    for toggle in ("view.face_boxes", "view.landmarks"):
        window.menu_bar.action(toggle).trigger()
    before = _shown(window)
    press_key(Qt.Key.Key_M)
    after = _shown(window)
    left, _, right, _ = window.canvas.navigation.viewport.screen_box((0, 0), (640, 480))
    columns = slice(max(int(left), 0), int(right))
    assert (before[:, columns] != after[:, columns]).any()
    press_key(Qt.Key.Key_M)
    np.testing.assert_array_equal(_shown(window), before)


def test_the_pixel_grid_shows_above_800_per_cent(window, select_tool):
    select_tool(ToolName.BRUSH)
    window.canvas.pointer_router.leave()
    tints = []
    for scale in (8.0, 9.0):
        window.canvas.navigation.viewport.zoom_to(scale)
        shown = _shown(window)
        x = round(window.canvas.navigation.viewport.to_screen((300, 0))[0])
        y = round(window.canvas.navigation.viewport.to_screen((0, 200))[1]) + 3
        tints.append((shown[y, x] != shown[y, x + 2]).any())
    assert tints == [False, True]


def test_arrow_keys_pan(window, press_key):
    window.canvas.navigation.zoom(3.0)
    left = window.canvas.navigation.viewport.left
    press_key(Qt.Key.Key_Right)
    assert window.canvas.navigation.viewport.left < left


def test_scrolling_on_a_touch_pad_pans_and_zooms_with_control(window):
    window.canvas.navigation.zoom(3.0)
    pad = QPointingDevice(
        "pad",
        7200,
        QInputDevice.DeviceType.TouchPad,
        QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Scroll,
        2,
        0,
    )
    place = QPointF(300, 300)

    def scroll(modifier) -> None:
        event = QWheelEvent(
            place,
            place,
            QPointF(-30, 0).toPoint(),
            QPointF(0, 120).toPoint(),
            LEFT.__class__.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
            Qt.MouseEventSource.MouseEventNotSynthesized,
            pad,
        )
        QApplication.sendEvent(window.canvas, event)

    left, scale = window.canvas.navigation.viewport.left, window.canvas.navigation.viewport.scale
    scroll(NO_KEY)
    assert window.canvas.navigation.viewport.left == left - 30
    assert window.canvas.navigation.viewport.scale == scale
    scroll(Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.navigation.viewport.scale > scale


def test_the_split_shows_before_on_the_left_and_after_on_the_right(window, brush, drag):
    window.canvas.navigation.viewport.zoom_to(1.0)
    drag((100, 100), (540, 100))
    window.canvas.pointer_router.leave()
    after = _shown(window)
    window.canvas.comparison.hold(True)
    before = _shown(window)
    window.canvas.comparison.hold(False)
    window.menu_bar.action("view.split").trigger()
    split = _shown(window)
    middle, width = split.shape[1] // 2, split.shape[1]
    below = slice(60, split.shape[0] // 2 - 20)
    np.testing.assert_array_equal(split[below, : middle - 4], before[below, : middle - 4])
    np.testing.assert_array_equal(split[below, middle + 4 :], after[below, middle + 4 :])
    assert width == window.canvas.width() * window.canvas.navigation.pixel_ratio


def test_the_line_of_the_split_is_dragged_and_paints_nothing(qtbot, window, brush):
    canvas = window.canvas
    window.menu_bar.action("view.split").trigger()
    middle = canvas.rect().center()
    qtbot.mousePress(canvas, LEFT, pos=middle)
    qtbot.mouseMove(canvas, middle - middle.__class__(100, 0))
    qtbot.mouseRelease(canvas, LEFT, pos=middle - middle.__class__(100, 0))
    assert canvas.comparison.before_rect.width() == pytest.approx(canvas.width() / 2 - 100, abs=2)
    assert window.services.document.mask.is_empty


def test_side_by_side_shows_the_photo_before_all_edits_beside_the_canvas(window, brush, drag):
    drag((100, 100), (540, 100))
    window.menu_bar.action("view.side_by_side").trigger()
    QApplication.processEvents()
    before = window.findChild(BeforePane)
    assert before.isVisible()
    assert before.width() == pytest.approx(window.canvas.width(), abs=2)
    window.canvas.comparison.hold(True)
    shown, beside = _shown(window), qimage.to_rgb(before.grab().toImage())
    window.canvas.comparison.hold(False)
    np.testing.assert_array_equal(shown[60:, :-4], beside[60:, : shown.shape[1] - 4])
    window.menu_bar.action("view.side_by_side").trigger()
    assert not before.isVisible()


def test_dragging_the_pane_beside_the_canvas_moves_both(qtbot, window):
    window.menu_bar.action("view.side_by_side").trigger()
    QApplication.processEvents()
    window.canvas.navigation.zoom(4.0)
    before, left = window.findChild(BeforePane), window.canvas.navigation.viewport.left
    middle = before.rect().center()
    qtbot.mousePress(before, LEFT, pos=middle)
    qtbot.mouseMove(before, middle - middle.__class__(40, 0))
    qtbot.mouseRelease(before, LEFT, pos=middle)
    assert window.canvas.navigation.viewport.left < left


def test_the_mask_is_shown_in_the_colour_and_opacity_that_were_chosen(window, brush, drag):
    drag((100, 100), (540, 100))
    window.canvas.pointer_router.leave()
    window.services.tool_state.overlays.show_mask_in("#2080ff", 1.0)
    x, y = (round(side) for side in window.canvas.navigation.viewport.to_screen((300.5, 100.5)))
    assert tuple(_shown(window)[y, x]) == (0x20, 0x80, 0xFF)
    window.menu_bar.action("view.mask").trigger()
    assert tuple(_shown(window)[y, x]) != (0x20, 0x80, 0xFF)
    assert not window.services.document.mask.is_empty


def _move(window, place, modifiers) -> None:
    position = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        position,
        QPointF(window.canvas.mapToGlobal(position)),
        LEFT.__class__.NoButton,
        LEFT,
        modifiers,
    )
    QApplication.sendEvent(window.canvas, event)
