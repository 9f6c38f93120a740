"""How long the canvas takes for one event of a brush stroke on a 24-megapixel photo.

Run it with `python -m tests.benchmarks.bench_canvas`; it needs no screen. Time by the clock counts
what the user waits for; time by the processor stays the same on a busy machine.
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from core.image_io.photo import photo_from_array
from faceeditor_gui.canvas.canvas import Canvas
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.tool_state import ToolName, ToolState

PHOTO_SHAPE = (4000, 6000, 3)
CANVAS_SIZE = (1280, 800)
DIAMETERS_PX = (60, 300, 1000)
SCALES = {"fit": None, "100 %": 1.0, "400 %": 4.0}
EVENTS = 200


def main() -> None:
    """Print the median and the 99th percentile for every brush size and zoom."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    document, tool_state = Document(), ToolState()
    canvas = Canvas(document, tool_state)
    canvas.resize(*CANVAS_SIZE)
    canvas.show()
    pixels = np.random.default_rng(0).integers(0, 256, PHOTO_SHAPE, np.uint8)
    document.open(photo_from_array(pixels), "noise")
    application.processEvents()
    tool_state.select_tool(ToolName.BRUSH)
    for title, scale in SCALES.items():
        for diameter in DIAMETERS_PX:
            tool_state.set_diameter(diameter)
            canvas.navigation.fit() if scale is None else canvas.navigation.viewport.zoom_to(scale)
            canvas.repaint()
            times = 1000 * np.array(_stroke(canvas))
            median, slow = np.median(times, axis=0), np.percentile(times, 99, axis=0)
            sys.stdout.write(
                f"{title:>6} {diameter:>5} px brush: "
                f"clock median {median[0]:5.1f} ms, p99 {slow[0]:5.1f} ms, "
                f"processor median {median[1]:5.1f} ms, p99 {slow[1]:5.1f} ms\n"
            )


def _stroke(canvas: Canvas) -> list[tuple[float, float]]:
    """Paint a wavy line; returns seconds an event by clock and by processor, until it is shown."""
    times = []
    _send(canvas, QEvent.Type.MouseButtonPress, QPointF(200, 400))
    for step in range(EVENTS):
        position = QPointF(200 + 4 * step, 400 + 200 * np.sin(step / 12))
        start = time.perf_counter(), time.process_time()
        _send(canvas, QEvent.Type.MouseMove, position)
        QApplication.processEvents()
        times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    _send(canvas, QEvent.Type.MouseButtonRelease, position)
    return times


def _send(canvas: Canvas, kind: QEvent.Type, at: QPointF) -> None:
    left = Qt.MouseButton.LeftButton
    place = canvas.mapToGlobal(at)
    event = QMouseEvent(kind, at, place, left, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


if __name__ == "__main__":
    main()
