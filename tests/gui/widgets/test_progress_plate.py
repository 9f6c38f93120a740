"""Progress over the photo."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from faceeditor_gui.widgets.progress_plate import ProgressPlate, time_left


@pytest.fixture
def photo(qtbot) -> QWidget:
    photo = QWidget()
    qtbot.addWidget(photo)
    photo.resize(700, 400)
    photo.show()
    return photo


@pytest.fixture
def progress(photo) -> ProgressPlate:
    return ProgressPlate(photo)


def test_short_work_shows_no_progress(qtbot, progress):
    progress.set_busy(True)
    progress.set_progress(0.5, "Framing")
    assert not progress.isVisible()
    qtbot.waitUntil(progress.isVisible)
    progress.set_busy(False)
    assert not progress.isVisible()


def test_it_lies_at_the_lower_edge_of_the_photo_whatever_its_size(qtbot, photo, progress):
    progress.set_busy(True)
    qtbot.waitUntil(progress.isVisible)
    for size in (700, 500):
        photo.resize(size, size)
        qtbot.waitUntil(lambda size=size: abs(progress.geometry().center().x() - size / 2) <= 1)
        assert size - 60 < progress.geometry().bottom() < size


def test_cancelling_is_told_until_the_work_has_stopped(progress):
    progress.set_busy(True)
    progress.set_cancelling()
    progress.set_progress(0.7, "Generating")
    assert "Cancelling…" in [label.text() for label in progress.findChildren(QLabel)]
    progress.set_busy(False)
    progress.set_busy(True)
    assert progress._cancel.isEnabled()


def test_the_time_left_is_told_once_it_can_be_known():
    assert time_left(0.25, 10.0) == "30 s left"
    assert time_left(0.1, 60.0) == "9 min left"
    assert time_left(0.5, 0.4) == time_left(0.01, 30.0) == time_left(1.0, 30.0) == ""
