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


def test_what_is_long_past_gives_way_to_the_hint_of_the_tool(qtbot, status, monkeypatch):
    status.set_hint("Drag to pan.")
    status.post("Filled.")
    assert "Filled." in _texts(status)
    status._message_timer.start(1)
    qtbot.waitUntil(lambda: "Drag to pan." in _texts(status))


def test_the_folder_of_a_file_is_offered_until_the_next_sentence(status, tmp_path):
    status.post("Exported as a.png.")
    status.offer_folder(tmp_path / "a.png")
    assert status._folder.isVisible()
    assert status._folder.toolTip() == str(tmp_path)
    status.post("Filled.")
    assert not status._folder.isVisible()


def test_the_rotation_is_shown_only_when_the_view_is_rotated(status):
    status.set_view(6000, 4000, 0.5, 0.0)
    assert "6000 \N{MULTIPLICATION SIGN} 4000   50 %" in _texts(status)
    status.set_view(6000, 4000, 0.5, -15.0)
    assert "6000 \N{MULTIPLICATION SIGN} 4000   50 %   -15\N{DEGREE SIGN}" in _texts(status)
