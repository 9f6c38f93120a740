"""Drives the real window with a real mouse and keyboard, and keeps screenshots to look at.

Run `xvfb-run -s "-screen 0 1280x800x24" python -m tests.gui.drive FOLDER [PHOTO]`; it needs
xdotool. Without a photo it opens the sample portrait.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QPointF, QTimer
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from skimage.data import astronaut

from core.image_io.photo import photo_from_array, write_photo
from core.imaging.arrays import Image
from faceeditor_gui.app import make_editor, make_window
from faceeditor_gui.appearance.theme import apply_theme
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.panels.exemplar_list import ExemplarList
from faceeditor_gui.panels.guide_row import GuideRow
from faceeditor_gui.panels.mix_button import MixButton
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.panels.style_options import StyleOptions
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.widgets.range_slider import RangeSlider
from faceeditor_gui.widgets.slider import Slider

STEP_MS = 100
SETTLE_STEPS = 3
Story = Iterator[Callable[[], bool] | None]
"""Yields what to wait for before it goes on; None waits for all work to end."""


class Hands:
    """A mouse and a keyboard, through the X server."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self.folder = folder

    def key(self, name: str) -> None:
        _xdotool("key", name)

    def drag(self, widget: QWidget, points: list[QPoint], *, release: bool = True) -> None:
        self.move(widget, points[0])
        _xdotool("mousedown", "1")
        for point in points[1:]:
            self.move(widget, point)
        if release:
            self.release()

    def click(self, widget: QWidget) -> None:
        self.drag(widget, [widget.rect().center()])

    def release(self) -> None:
        _xdotool("mouseup", "1")

    def move(self, widget: QWidget, point: QPoint) -> None:
        place = widget.mapToGlobal(point) * widget.devicePixelRatioF()
        _xdotool("mousemove", str(place.x()), str(place.y()))

    def wheel(self, notches: int) -> None:
        _xdotool("click", "--repeat", str(abs(notches)), "4" if notches > 0 else "5")

    def keep(self, name: str) -> None:
        screen = self.window.screen().grabWindow(0)
        screen.save(str(self.folder / f"{name}.png"))

    def on_photo(self, x: float, y: float) -> QPoint:
        canvas = self.window.canvas
        return (QPointF(*canvas.viewport.to_screen((x, y))) / canvas.unit).toPoint()

    def is_idle(self) -> bool:
        parts = self.window.parts
        return not (parts.schedule.has_work or parts.runner.is_running or parts.refresher.is_busy)


def story(hands: Hands) -> Story:
    """Smile, drag the slider, paint, fill, compare, undo, take a mouth, see regions, reshape.

    Where there are weights for it, exemplars also give their style.
    """
    yield lambda: bool(hands.window.parts.document.faces)
    yield None
    hands.keep("1-opened")
    yield from _smile(hands)
    yield from _fill(hands)
    hands.key("ctrl+z")
    yield None
    hands.keep("8-undone")
    hands.window.toggle_theme()
    yield None
    hands.keep("9-light")
    hands.window.toggle_theme()
    yield from _exemplar(hands)
    hands.key("ctrl+d")
    if hands.window.parts.tool_state.style.is_offered:
        yield from _style(hands)
    yield from _regions(hands)
    yield from _reshape(hands)


def _smile(hands: Hands) -> Story:
    left, top, right, bottom = hands.window.parts.document.faces[0].box
    canvas = hands.window.canvas
    hands.move(canvas, hands.on_photo((left + right) / 2, (top + bottom) / 2))
    hands.wheel(5)
    yield None
    hands.key("s")
    yield None
    hands.keep("2-smile")
    slider = hands.window.findChild(SmilePanel).findChild(Slider)
    places = range(slider.width() - 8, 12, -6)
    hands.drag(slider, [QPoint(x, slider.height() // 2) for x in places], release=False)
    yield lambda: True
    hands.keep("3-slider-drag")
    hands.release()
    yield None
    hands.keep("4-slider-released")


def _fill(hands: Hands) -> Story:
    left, top, right, _ = hands.window.parts.document.faces[0].box
    width = right - left
    hands.key("b")
    line = [(left + width * (0.2 + 0.03 * i), top + 0.15 * width) for i in range(20)]
    hands.drag(hands.window.canvas, [hands.on_photo(x, y) for x, y in line])
    yield None
    hands.keep("5-painted")
    hands.key("ctrl+Return")
    yield None
    hands.keep("6-filled")
    _xdotool("keydown", "backslash")
    yield lambda: True
    hands.keep("7-before")
    _xdotool("keyup", "backslash")


def _exemplar(hands: Hands) -> Story:
    window, canvas = hands.window, hands.window.canvas
    yield from _add_exemplar(hands, "exemplar", astronaut()[:, ::-1])
    mouth = window.parts.document.faces[0].landmarks[48:].mean(axis=0)
    yield from _drag_exemplar(hands, 0, canvas, hands.on_photo(*mouth))
    hands.keep("10-drop-zone")
    hands.release()
    yield None
    hands.keep("11-taken")
    hands.key("b")
    left, right = (window.parts.document.faces[0].landmarks[index] for index in (36, 45))
    hands.drag(canvas, [hands.on_photo(*left), hands.on_photo(*right)])
    hands.key("alt+shift+8")
    yield None
    hands.keep("23-taken-under-a-mask")


def _add_exemplar(hands: Hands, name: str, portrait: Image) -> Story:
    """Add a portrait, enlarged because its face is small."""
    picture = cv2.resize(np.ascontiguousarray(portrait), (1536, 1536))
    path = hands.folder / f"{name}.png"
    write_photo(photo_from_array(picture), path)
    hands.window.parts.exemplar_finder.add_files([path])
    shelf = hands.window.parts.document.shelf
    yield lambda: any(one.name == name for one in shelf.exemplars)


def _drag_exemplar(hands: Hands, row: int, onto: QWidget, at: QPoint) -> Story:
    """Take a thumbnail and hold it over a place."""
    thumbnails = hands.window.findChild(ExemplarList)
    start = thumbnails.visualItemRect(thumbnails.item(row)).center()
    hands.drag(thumbnails.viewport(), [start + QPoint(-4 * i, 0) for i in range(8)], release=False)
    yield lambda: True
    for step in range(20, -1, -1):
        hands.move(onto, at + QPoint(2 * step, -step))
    yield lambda: True


def _style(hands: Hands) -> Story:
    window, canvas = hands.window, hands.window.canvas
    yield from _add_exemplar(hands, "blue", astronaut()[:, :, ::-1])
    canvas.fit()
    landmarks = window.parts.document.faces[0].landmarks
    brows, base = landmarks[17:27].mean(axis=0), landmarks[31:36].mean(axis=0)
    hair = hands.on_photo(*(brows + 1.1 * (brows - base)))
    yield from _drag_exemplar(hands, 0, canvas, hair)
    yield None
    hands.keep("16-hair-zone")
    hands.release()
    yield None
    hands.keep("17-hair-taken")
    hands.key("ctrl+z")
    yield None
    guides = window.findChild(GuideRow).findChildren(QToolButton)
    hands.click(next(one for one in guides if one.text() == "Style"))
    yield from _drag_exemplar(hands, 0, canvas, hair)
    hands.release()
    yield None
    hands.keep("18-hair-in-their-style")
    yield from _mix(hands)
    hands.key("b")
    jaw = [hands.on_photo(*landmarks[index]) for index in range(4, 13)]
    hands.drag(canvas, jaw)
    hands.key("alt+shift+8")
    yield None
    hands.keep("22-mask-in-their-style")


def _mix(hands: Hands) -> Story:
    options = hands.window.findChild(StyleOptions)
    pictures = [one for one in options.findChildren(QToolButton) if one.isCheckable()]
    hands.click(pictures[2])
    yield None
    hands.keep("19-another-variation")
    mix = options.findChild(MixButton)
    yield from _drag_exemplar(hands, 1, mix, mix.rect().center())
    hands.release()
    yield None
    layers = options.findChild(RangeSlider)
    knob, middle = round(layers.position_of(layers.range[0])), layers.height() // 2
    hands.drag(layers, [QPoint(knob - step, middle) for step in range(0, 60, 6)], release=False)
    yield lambda: True
    hands.keep("20-layers-dragged")
    hands.release()
    yield None
    hands.keep("21-mixed")


def _regions(hands: Hands) -> Story:
    landmarks = hands.window.parts.document.faces[0].landmarks
    hands.key("w")
    hands.move(hands.window.canvas, hands.on_photo(*landmarks[30]))
    yield None
    hands.keep("12-regions")
    hands.drag(hands.window.canvas, [hands.on_photo(*landmarks[index]) for index in (29, 30)])
    yield None
    hands.keep("13-mask-of-nose")
    hands.key("ctrl+d")


def _reshape(hands: Hands) -> Story:
    hands.key("v")
    yield None
    x, y = hands.window.parts.document.faces[0].landmarks[8]
    hands.drag(
        hands.window.canvas, [hands.on_photo(x, y + step) for step in range(6)], release=False
    )
    yield lambda: True
    hands.keep("14-chin-dragged")
    hands.release()
    yield None
    hands.keep("15-chin-moved")


def main() -> int:
    """Run the story; returns the exit code."""
    options = _arguments()
    options.folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    remembered = options.folder / "settings.ini"
    remembered.unlink(missing_ok=True)
    settings = Settings(remembered)
    settings.theme_changed.connect(lambda: apply_theme(application, settings.theme))
    apply_theme(application, settings.theme)
    worker = EditWorker(make_editor)
    window = make_window(settings, worker)
    window.show()
    window.files.open_path(options.photo) if options.photo else window.files.open_sample()
    hands = Hands(window, options.folder)
    _xdotool("windowfocus", str(int(window.winId())))
    _tell(story(hands), hands, application)
    code = application.exec()
    window.parts.document.undo_stack.clear()
    worker.stop()
    return code


def _tell(steps: Story, hands: Hands, application: QApplication) -> None:
    """Go through a story, a step at a time, whenever what it waits for has come."""
    waiting: list[Callable[[], bool]] = [next(steps) or hands.is_idle]
    quiet = [0]

    def go_on() -> None:
        quiet[0] = quiet[0] + 1 if waiting[0]() else 0
        if quiet[0] < SETTLE_STEPS:
            return
        quiet[0] = 0
        try:
            waiting[0] = next(steps) or hands.is_idle
        except StopIteration:
            application.exit(0)

    timer = QTimer(application)
    timer.timeout.connect(go_on)
    timer.start(STEP_MS)


def _xdotool(*arguments: str) -> None:
    subprocess.run(["xdotool", *arguments], check=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("photo", type=Path, nargs="?")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
