"""The status line."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from faceeditor_gui.panels.status_bar import StatusBar


@pytest.fixture
def status(qtbot) -> StatusBar:
    status = StatusBar()
    qtbot.addWidget(status)
    status.resize(700, 30)
    status.show()
    return status


def _texts(status: StatusBar) -> list[str]:
    return [label.text() for label in status.findChildren(QLabel)]


def test_a_sentence_stays_until_the_next(status):
    status.post("Saved as out.png.")
    status.set_busy(True)
    status.set_busy(False)
    assert "Saved as out.png." in _texts(status)
    status.post("Filled.")
    assert "Saved as out.png." not in _texts(status)


def test_a_notice_is_not_pushed_away_by_what_is_said_next(status):
    status.show_notice("This photo was converted to sRGB.")
    status.post("Found a face.")
    assert "This photo was converted to sRGB. Found a face." in _texts(status)


def test_a_second_notice_joins_the_first_until_both_are_forgotten(status):
    status.show_notice("This photo was converted to sRGB.")
    status.show_notice("A face is hard to make out.")
    status.post("Found a face.")
    both = "This photo was converted to sRGB. A face is hard to make out. Found a face."
    assert both in _texts(status)
    status.forget_notices()
    status.post("Found a face.")
    assert "Found a face." in _texts(status)


def test_what_does_not_fit_is_shortened_and_kept_as_a_tooltip(qtbot, status):
    sentence = "A sentence that goes on and on. " * 20
    status.post(sentence)
    shown = next(label for label in status.findChildren(QLabel) if label.toolTip() == sentence)
    assert shown.text().endswith("…")
    status.resize(6000, 30)
    qtbot.waitUntil(lambda: shown.text() == sentence)


def test_short_work_shows_no_progress(qtbot, status):
    status.set_busy(True)
    status.set_progress(0.5, "Framing")
    assert not status._progress.isVisible()
    qtbot.waitUntil(lambda: status._progress.isVisible())
    status.set_busy(False)
    assert not status._progress.isVisible()


def test_cancelling_is_told_until_the_work_has_stopped(status):
    status.set_busy(True)
    status.set_cancelling()
    status.set_progress(0.7, "Generating")
    assert "Cancelling…" in _texts(status)
    status.set_busy(False)
    status.set_busy(True)
    assert status._cancel.isEnabled()


def test_the_rotation_is_shown_only_when_the_view_is_rotated(status):
    status.set_view(6000, 4000, 0.5, 0.0)
    assert "6000 \N{MULTIPLICATION SIGN} 4000   50 %" in _texts(status)
    status.set_view(6000, 4000, 0.5, -15.0)
    assert "6000 \N{MULTIPLICATION SIGN} 4000   50 %   -15\N{DEGREE SIGN}" in _texts(status)
