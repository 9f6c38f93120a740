"""The canvas under touch pads, at every zoom, and on screens with many pixels."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QPointingDevice
from PySide6.QtWidgets import QApplication

from faceeditor_gui.appearance import qimage
from faceeditor_gui.canvas.tools.pointer import Pointer
from faceeditor_gui.state.tool_state import ToolName

REPOSITORY = Path(__file__).resolve().parents[3]
ZOOM = Qt.NativeGestureType.ZoomNativeGesture
ROTATE = Qt.NativeGestureType.RotateNativeGesture


@pytest.fixture
def pad(window):
    """Make a gesture of two fingers on a touch pad at a place on the canvas."""
    device = QPointingDevice(
        "pad",
        7300,
        QInputDevice.DeviceType.TouchPad,
        QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Scroll,
        2,
        0,
    )

    def run(kind, value, place) -> None:
        event = QNativeGestureEvent(kind, device, 2, place, place, place, value, QPointF())
        QApplication.sendEvent(window.canvas, event)

    return run


def test_a_pinch_on_a_touch_pad_zooms_at_the_pointer(window, pad):
    viewport, place = window.canvas.navigation.viewport, QPointF(300, 200)
    window.canvas.navigation.zoom(3 / viewport.scale)
    scale, under = viewport.scale, viewport.to_image(window.canvas.navigation.to_device(place))
    pad(ZOOM, 0.5, place)
    assert viewport.scale == pytest.approx(1.5 * scale)
    np.testing.assert_allclose(
        viewport.to_image(window.canvas.navigation.to_device(place)), under, atol=0.5
    )


def test_turning_two_fingers_on_a_touch_pad_rotates_the_view(window, pad):
    pad(ROTATE, 20.0, QPointF(300, 200))
    assert window.canvas.navigation.viewport.angle == pytest.approx(20.0)


@pytest.mark.parametrize("zoom", [0.2, 1.0, 4.0, 16.0])
def test_the_brush_is_seen_at_every_zoom(window, brush, at, zoom):
    canvas = window.canvas
    canvas.navigation.viewport.zoom_to(zoom)
    middle = canvas.rect().center()
    canvas.pointer_router.leave()
    before = qimage.to_rgb(canvas.grab().toImage()).astype(int)
    canvas.pointer_router.move(Pointer(QPointF(middle)))
    seen = qimage.to_rgb(canvas.grab().toImage()).astype(int)
    rows, columns = np.nonzero(np.abs(seen - before).max(axis=2))
    radius = 10 * zoom
    if radius < 3:
        assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor
    elif 2 * radius < min(canvas.width(), canvas.height()):
        assert canvas.cursor().shape() is Qt.CursorShape.BlankCursor
        assert np.ptp(columns) == pytest.approx(2 * radius, abs=6)
        assert (rows.min() + rows.max()) / 2 == pytest.approx(middle.y(), abs=3)


@pytest.mark.parametrize("factor", ["2", "1.5"])
def test_strokes_land_under_the_pointer_at_any_device_pixel_ratio(tmp_path, factor):
    code = f"""
        import sys
        import numpy as np
        from PySide6.QtCore import QPointF, Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication
        from core.image_io.photo import photo_from_array
        from faceeditor_gui.canvas.canvas import Canvas
        from faceeditor_gui.document.document import Document
        from faceeditor_gui.state.tool_state import ToolName, ToolState

        application = QApplication(sys.argv[:1])
        document, state = Document(), ToolState()
        canvas = Canvas(document, state)
        canvas.resize(600, 400)
        canvas.show()
        document.open(photo_from_array(np.zeros((900, 1200, 3), np.uint8)), "black.png")
        view = canvas.navigation
        assert view.pixel_ratio == {factor}
        state.select_tool(ToolName.BRUSH)
        state.set_diameter(40)
        screen = QPointF(*view.viewport.to_screen((700.5, 300.5)))
        place = (screen / view.pixel_ratio).toPoint()
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
        rows, columns = document.mask.bounds()
        middle = (columns.start + columns.stop - 1) / 2, (rows.start + rows.stop - 1) / 2
        assert np.abs(np.subtract(middle, (700, 300))).max() < 2, middle
        assert abs(columns.stop - columns.start - 40) <= 3
        canvas.close()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=REPOSITORY,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": factor},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("tool", [ToolName.HAND, ToolName.FACE_BOX, ToolName.LANDMARKS])
def test_the_right_button_does_nothing_with_hand_face_box_and_landmarks(
    window, drag, run, idle, tool
):
    document, right = window.services.document, Qt.MouseButton.RightButton
    chosen, chin, count = (
        document.faces.chosen,
        document.faces.chosen.landmarks[8],
        len(run.requests),
    )
    window.services.tool_state.select_tool(tool)
    drag((480, 150), (480, 150), button=right)
    drag(tuple(chin), tuple(chin + 20), button=right)
    idle()
    assert document.faces.chosen is chosen
    assert len(run.requests) == count
    assert document.undo_stack.count() == 0
