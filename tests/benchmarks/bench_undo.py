"""How much memory 500 strokes and 50 results take on a 24-megapixel photo, and how fast undo is.

Run it with `python -m tests.benchmarks.bench_undo`; it needs no screen.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from core.image_io.photo import photo_from_array
from core.imaging.windows import intersection, whole_window, window_at
from faceeditor_gui.canvas.canvas import Canvas
from faceeditor_gui.canvas.tools.stroke import Stroke
from faceeditor_gui.document.array_store import MEGABYTE
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import BrushSettings, ToolState

SHAPE = (4000, 6000)
CANVAS_SIZE = (1280, 800)
STROKES = 500
RESULTS = 50
RESULT_PX = 1600
STROKE_POINTS = 12
STEP_PX = 150


def main() -> None:
    """Print memory and times."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    document = Document()
    canvas = Canvas(document, ToolState())
    canvas.resize(*CANVAS_SIZE)
    canvas.show()
    random = np.random.default_rng(0)
    document.open(photo_from_array(random.integers(0, 256, (*SHAPE, 3), np.uint8)), "noise")
    application.processEvents()
    _say(f"photo open: {_resident():.0f} MB")
    kept, results = [], STROKES // RESULTS
    for number in range(STROKES):
        patch = _stroke(random)
        kept.append(_seconds(partial(document.mask.paint, patch, erase=number % 2 == 1)))
        if number % results == 0:
            document.apply("Fill", (*document.steps.items, _result(random)))
        application.processEvents()
    _say(f"{STROKES} strokes and {RESULTS} results: {_resident():.0f} MB resident,")
    _say(f"of which undo counts {document.undo_memory.bytes_in_memory / MEGABYTE:.0f} MB")
    _report("keeping a stroke", kept)
    strokes, fills = [], []
    while document.undo_stack.canUndo():
        is_fill = document.undo_stack.undoText() == "Fill"
        (fills if is_fill else strokes).append(_seconds(document.undo_stack.undo))
    _report("undo of a stroke", strokes)
    _report("undo of a result", fills)
    _say(f"after that: {_resident():.0f} MB resident")


def _stroke(random: np.random.Generator) -> Patch:
    stroke = Stroke(SHAPE, BrushSettings(diameter=300))
    at = random.uniform((0, 0), SHAPE[::-1])
    for _ in range(STROKE_POINTS):
        stroke.extend((float(at[0]), float(at[1])), 1.0)
        at = np.clip(at + random.normal(0, STEP_PX, 2), 0, np.array(SHAPE[::-1]) - 1)
    patch = stroke.patch()
    assert patch is not None
    return patch


def _result(random: np.random.Generator) -> EditStep:
    left, top = (int(side) for side in random.uniform((0, 0), SHAPE[::-1]))
    window = intersection(window_at(left, top, RESULT_PX, RESULT_PX), whole_window(*SHAPE))
    rows, columns = window
    shape = rows.stop - rows.start, columns.stop - columns.start
    hole = Patch(left, top, np.full(shape, 255, np.uint8))
    patch = random.integers(0, 256, (*shape, 3), np.uint8)
    return EditStep(FillSettings(hole, window, ()), Outcome.of(patch, hole.pixels, left, top))


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _report(what: str, seconds: list[float]) -> None:
    times = 1000 * np.array(seconds)
    median, slow = np.median(times), np.percentile(times, 99)
    _say(f"{what}: median {median:.1f} ms, p99 {slow:.1f} ms")


def _resident() -> float:
    """Tell how much memory the process takes, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
