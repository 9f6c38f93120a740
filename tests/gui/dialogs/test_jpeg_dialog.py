"""Exporting a JPEG says how large it becomes, and writes what was chosen."""

from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QLabel, QSpinBox

from core.image_io.jpeg_options import JpegOptions
from faceeditor_gui.dialogs.jpeg_dialog import JpegDialog


@pytest.fixture
def dialog(window, tmp_path, monkeypatch) -> JpegDialog:
    monkeypatch.setattr("faceeditor_gui.dialogs.jpeg_dialog.MEASURE_DELAY_MS", 0)
    monkeypatch.setattr(
        "faceeditor_gui.commands.files.dialogs.ask_export",
        lambda _parent, _suggestion, _bits, kept, chosen: chosen(tmp_path / "out.jpg", None, kept),
    )
    window.menu_bar.action("file.export_as").trigger()
    return window.findChild(JpegDialog)


def _size(dialog: JpegDialog) -> float:
    (text,) = (one.text() for one in dialog.findChildren(QLabel) if one.text().endswith(" kB"))
    return float(text.removesuffix(" kB"))


def _is_measured(dialog: JpegDialog) -> bool:
    return any(one.text().endswith(" kB") for one in dialog.findChildren(QLabel))


def test_the_size_is_that_of_the_file(qtbot, window, dialog, tmp_path, settings):
    qtbot.waitUntil(lambda: _is_measured(dialog))
    large = _size(dialog)
    dialog.findChild(QSpinBox).setValue(60)
    dialog.findChild(QComboBox).setCurrentIndex(2)
    qtbot.waitUntil(lambda: _is_measured(dialog))
    small = _size(dialog)
    assert small < large / 2
    with qtbot.waitSignal(window.services.photo_files.exported):
        dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()
    assert (tmp_path / "out.jpg").stat().st_size / 1e3 == pytest.approx(small, abs=1)
    assert settings.jpeg == JpegOptions(60, 2)
    with Image.open(tmp_path / "out.jpg") as written:
        assert written.layer[0][1:3] == (2, 2), "4:2:0"


def test_what_is_measured_after_cancelling_is_not_shown_anywhere(qtbot, window, dialog, tmp_path):
    dialog.reject()
    qtbot.waitUntil(lambda: not window.services.job_queue.has_work)
    assert not (tmp_path / "out.jpg").exists()


def test_the_picture_is_copied_with_its_edits(window, idle):
    window.services.runner.smile(1.0)
    idle()
    window.menu_bar.action("edit.copy").trigger()
    copied = QGuiApplication.clipboard().image()
    x, y = window.services.document.faces.items[0].landmarks[48:].mean(axis=0).astype(int)
    assert copied.pixelColor(int(x), int(y)).red() == 254
