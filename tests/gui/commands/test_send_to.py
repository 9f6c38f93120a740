"""Pictures that go on in another program, which a script stands for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from core.project.project_file import read_project
from faceeditor_gui.commands.send_to import SendTo
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.menus.actions import action_table
from faceeditor_gui.state.other_programs import GIMP, KRITA, find_program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in")


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Put programs on the PATH that write down what they are to open."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def make(name: str) -> Path:
        script = folder / name
        script.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/part"\n'
                          f'mv "{tmp_path}/part" "{tmp_path}/opened"\n')  # fmt: skip
        script.chmod(0o755)
        return tmp_path / "opened"

    return make


@pytest.mark.parametrize("program", [KRITA, GIMP])
def test_the_program_opens_a_copy_in_the_format_that_it_reads(
    qtbot, document, job_queue, install, program
):
    opened = install(program.commands[0])
    send_to = SendTo(document, PhotoFiles(document, job_queue))
    assert program in send_to.programs
    with qtbot.waitSignal(send_to.posted):
        send_to.send(program)
    qtbot.waitUntil(opened.exists)
    path = Path(opened.read_text())
    assert path.name == "noise" + program.suffix
    if program is KRITA:
        np.testing.assert_array_equal(read_project(path).photo.image, document.original())
    assert document.exported_path is None


def test_only_installed_programs_are_offered(monkeypatch, empty_window, install):
    monkeypatch.setenv("PATH", "")
    empty_window.send_to = SendTo(empty_window.services.document, empty_window.services.photo_files)
    ids = {row.id for row in action_table(empty_window._action_context())}
    assert not any(action_id.startswith("file.send_to") for action_id in ids)


def test_windows_folders_of_programs_are_looked_into(tmp_path):
    for version in ("GIMP 2/bin/gimp-2.10.exe", "GIMP 3/bin/gimp-3.exe", "GIMP 3/bin/gimp-3.0.exe"):
        (tmp_path / version).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / version).touch()
    environment = {"PATH": "", "ProgramFiles": str(tmp_path)}
    assert find_program(GIMP, "win32", environment) == tmp_path / "GIMP 3/bin/gimp-3.0.exe"
    assert find_program(KRITA, "win32", environment) is None


def test_applications_of_macos_are_looked_into(tmp_path):
    inside = tmp_path / "Applications/krita.app/Contents/MacOS/krita"
    inside.parent.mkdir(parents=True)
    inside.touch()
    assert find_program(KRITA, "darwin", {"PATH": "", "HOME": str(tmp_path)}) == inside
