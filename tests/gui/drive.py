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
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from skimage.data import astronaut

from core.image_io.photo import photo_from_array, write_photo
from core.imaging.arrays import Image
from faceeditor_gui.app import make_request_handler, make_window
from faceeditor_gui.appearance.theme import apply_theme
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.panels.exemplar_list_view import ExemplarListView
from faceeditor_gui.panels.guide_buttons import GuideButtons
from faceeditor_gui.panels.mix_button import MixButton
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.panels.style_options import StyleOptions
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.widgets.range_slider import RangeSlider
from faceeditor_gui.widgets.slider import Slider

STEP_MS = 100
SETTLE_STEPS = 3
Script = Iterator[Callable[[], bool] | None]
"""Yields what to wait for before it goes on; None waits for all work to end."""


class InputDriver:
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
        position = widget.mapToGlobal(point) * widget.devicePixelRatioF()
        _xdotool("mousemove", str(position.x()), str(position.y()))

    def wheel(self, notches: int) -> None:
        _xdotool("click", "--repeat", str(abs(notches)), "4" if notches > 0 else "5")

    def save_screenshot(self, name: str) -> None:
        screen = self.window.screen().grabWindow(0)
        screen.save(str(self.folder / f"{name}.png"))

    def on_photo(self, x: float, y: float) -> QPoint:
        canvas = self.window.canvas
        return (
            QPointF(*canvas.navigation.viewport.to_screen((x, y))) / canvas.navigation.pixel_ratio
        ).toPoint()

    def is_idle(self) -> bool:
        services = self.window.services
        return not (
            services.job_queue.has_work
            or services.runner.is_running
            or services.stale_steps.is_busy
        )


def script(driver: InputDriver) -> Script:
    """Smile, drag the slider, paint, fill, compare, undo, take a mouth, see regions, reshape.

    Where there are weights for it, exemplars also give their style.
    """
    yield lambda: bool(driver.window.services.document.faces.items)
    yield None
    driver.save_screenshot("1-opened")
    yield from _smile(driver)
    yield from _fill(driver)
    driver.key("ctrl+z")
    yield None
    driver.save_screenshot("8-undone")
    driver.window.toggle_theme()
    yield None
    driver.save_screenshot("9-light")
    driver.window.toggle_theme()
    yield from _exemplar(driver)
    driver.key("ctrl+d")
    if driver.window.services.tool_state.exemplar_mode.is_offered:
        yield from _style(driver)
    yield from _regions(driver)
    yield from _reshape(driver)


def _smile(driver: InputDriver) -> Script:
    left, top, right, bottom = driver.window.services.document.faces.items[0].box
    canvas = driver.window.canvas
    driver.move(canvas, driver.on_photo((left + right) / 2, (top + bottom) / 2))
    driver.wheel(5)
    yield None
    driver.key("s")
    yield None
    driver.save_screenshot("2-smile")
    slider = driver.window.findChild(SmilePanel).findChild(Slider)
    places = range(slider.width() - 8, 12, -6)
    driver.drag(slider, [QPoint(x, slider.height() // 2) for x in places], release=False)
    yield lambda: True
    driver.save_screenshot("3-slider-drag")
    driver.release()
    yield None
    driver.save_screenshot("4-slider-released")


def _fill(driver: InputDriver) -> Script:
    left, top, right, _ = driver.window.services.document.faces.items[0].box
    width = right - left
    driver.key("b")
    line = [(left + width * (0.2 + 0.03 * i), top + 0.15 * width) for i in range(20)]
    driver.drag(driver.window.canvas, [driver.on_photo(x, y) for x, y in line])
    yield None
    driver.save_screenshot("5-painted")
    driver.key("ctrl+Return")
    yield None
    driver.save_screenshot("6-filled")
    _xdotool("keydown", "backslash")
    yield lambda: True
    driver.save_screenshot("7-before")
    _xdotool("keyup", "backslash")


def _exemplar(driver: InputDriver) -> Script:
    window, canvas = driver.window, driver.window.canvas
    yield from _add_exemplar(driver, "exemplar", astronaut()[:, ::-1])
    mouth = window.services.document.faces.items[0].landmarks[48:].mean(axis=0)
    yield from _drag_exemplar(driver, 0, canvas, driver.on_photo(*mouth))
    driver.save_screenshot("10-drop-zone")
    driver.release()
    yield None
    driver.save_screenshot("11-taken")
    driver.key("b")
    left, right = (window.services.document.faces.items[0].landmarks[index] for index in (36, 45))
    driver.drag(canvas, [driver.on_photo(*left), driver.on_photo(*right)])
    driver.key("alt+shift+8")
    yield None
    driver.save_screenshot("23-taken-under-a-mask")


def _add_exemplar(driver: InputDriver, name: str, portrait: Image) -> Script:
    """Add a portrait, enlarged because its face is small."""
    picture = cv2.resize(np.ascontiguousarray(portrait), (1536, 1536))
    path = driver.folder / f"{name}.png"
    write_photo(photo_from_array(picture), path)
    driver.window.services.exemplar_finder.add_files([path])
    exemplars = driver.window.services.document.exemplars
    yield lambda: any(one.name == name for one in exemplars.items)


def _drag_exemplar(driver: InputDriver, row: int, onto: QWidget, at: QPoint) -> Script:
    """Take a thumbnail and hold it over a position."""
    thumbnails = driver.window.findChild(ExemplarListView)
    start = thumbnails.visualItemRect(thumbnails.item(row)).center()
    driver.drag(thumbnails.viewport(), [start + QPoint(-4 * i, 0) for i in range(8)], release=False)
    yield lambda: True
    for step in range(20, -1, -1):
        driver.move(onto, at + QPoint(2 * step, -step))
    yield lambda: True


def _style(driver: InputDriver) -> Script:
    window, canvas = driver.window, driver.window.canvas
    yield from _add_exemplar(driver, "blue", astronaut()[:, :, ::-1])
    canvas.navigation.fit()
    landmarks = window.services.document.faces.items[0].landmarks
    brows, base = landmarks[17:27].mean(axis=0), landmarks[31:36].mean(axis=0)
    hair = driver.on_photo(*(brows + 1.1 * (brows - base)))
    yield from _drag_exemplar(driver, 0, canvas, hair)
    yield None
    driver.save_screenshot("16-hair-zone")
    driver.release()
    yield None
    driver.save_screenshot("17-hair-taken")
    driver.key("ctrl+z")
    yield None
    guides = window.findChild(GuideButtons).findChildren(QToolButton)
    driver.click(next(one for one in guides if one.text() == "Style"))
    yield from _drag_exemplar(driver, 0, canvas, hair)
    driver.release()
    yield None
    driver.save_screenshot("18-hair-in-their-style")
    yield from _mix(driver)
    driver.key("b")
    jaw = [driver.on_photo(*landmarks[index]) for index in range(4, 13)]
    driver.drag(canvas, jaw)
    driver.key("alt+shift+8")
    yield None
    driver.save_screenshot("22-mask-in-their-style")


def _mix(driver: InputDriver) -> Script:
    options = driver.window.findChild(StyleOptions)
    pictures = [one for one in options.findChildren(QToolButton) if one.isCheckable()]
    driver.click(pictures[2])
    yield None
    driver.save_screenshot("19-another-variation")
    mix = options.findChild(MixButton)
    yield from _drag_exemplar(driver, 1, mix, mix.rect().center())
    driver.release()
    yield None
    layers = options.findChild(RangeSlider)
    knob, middle = round(layers.position_of(layers.range[0])), layers.height() // 2
    driver.drag(layers, [QPoint(knob - step, middle) for step in range(0, 60, 6)], release=False)
    yield lambda: True
    driver.save_screenshot("20-layers-dragged")
    driver.release()
    yield None
    driver.save_screenshot("21-mixed")


def _regions(driver: InputDriver) -> Script:
    landmarks = driver.window.services.document.faces.items[0].landmarks
    driver.key("w")
    driver.move(driver.window.canvas, driver.on_photo(*landmarks[30]))
    yield None
    driver.save_screenshot("12-regions")
    driver.drag(driver.window.canvas, [driver.on_photo(*landmarks[index]) for index in (29, 30)])
    yield None
    driver.save_screenshot("13-mask-of-nose")
    driver.key("ctrl+d")


def _reshape(driver: InputDriver) -> Script:
    driver.key("v")
    yield None
    x, y = driver.window.services.document.faces.items[0].landmarks[8]
    driver.drag(
        driver.window.canvas, [driver.on_photo(x, y + step) for step in range(6)], release=False
    )
    yield lambda: True
    driver.save_screenshot("14-chin-dragged")
    driver.release()
    yield None
    driver.save_screenshot("15-chin-moved")


def main() -> int:
    """Run the script; returns the exit code."""
    options = _arguments()
    options.folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    remembered = options.folder / "settings.ini"
    remembered.unlink(missing_ok=True)
    settings = Settings(remembered)
    settings.theme_changed.connect(lambda: apply_theme(application, settings.theme))
    apply_theme(application, settings.theme)
    worker = EditWorker(make_request_handler)
    window = make_window(settings, worker)
    window.show()
    window.files.open_path(options.photo) if options.photo else window.files.open_sample()
    driver = InputDriver(window, options.folder)
    QTest.qWaitForWindowExposed(window)  # what is not in sight cannot be focused
    _xdotool("windowfocus", str(int(window.winId())))
    _tell(script(driver), driver, application)
    code = application.exec()
    window.services.document.undo_stack.clear()
    worker.stop()
    return code


def _tell(steps: Script, driver: InputDriver, application: QApplication) -> None:
    """Go through a script, a step at a time, whenever what it waits for has come."""
    waiting: list[Callable[[], bool]] = [next(steps) or driver.is_idle]
    quiet = [0]

    def go_on() -> None:
        quiet[0] = quiet[0] + 1 if waiting[0]() else 0
        if quiet[0] < SETTLE_STEPS:
            return
        quiet[0] = 0
        try:
            waiting[0] = next(steps) or driver.is_idle
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
