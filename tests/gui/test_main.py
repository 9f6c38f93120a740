"""The command `faceeditor`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from faceeditor_gui.display_check import display_problem

REPOSITORY = Path(__file__).resolve().parents[2]


def _faceeditor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    return subprocess.run(
        [sys.executable, "-m", "faceeditor_gui", *arguments],
        cwd=REPOSITORY,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_sample_is_a_matter_of_the_window():
    done = _faceeditor("--sample", QT_QPA_PLATFORM="")
    assert done.returncode == 6
    assert "no display" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_one_sentence_names_the_command_line():
    done = _faceeditor(QT_QPA_PLATFORM="")
    assert done.returncode == 6
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "faceeditor smile" in done.stderr


def test_a_subcommand_goes_to_the_command_line_without_qt():
    code = (
        "import sys; from faceeditor_gui.__main__ import main\n"
        "try: main(['models', '--help'])\n"
        "except SystemExit: pass\n"
        "print('PySide6' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "False", done.stderr


def test_a_display_that_nobody_serves_is_a_problem():
    assert display_problem({"DISPLAY": ":4711"}, "linux")


def test_an_x_server_that_answers_is_a_display(tmp_path, monkeypatch):
    monkeypatch.setattr("faceeditor_gui.display_check._X_SOCKETS", tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "X7"))
        server.listen()
        assert display_problem({"DISPLAY": ":7.0"}, "linux") is None


def test_a_platform_without_a_screen_can_be_asked_for():
    assert display_problem({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_always_have_a_display(platform):
    assert display_problem({}, platform) is None
