"""Edited faces are checked in the background, and the window says what was found."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from skimage.data import astronaut

from core.edit.requests import CheckEditRequest, CheckEditResult, FindFacesRequest
from core.face.detect import find_faces
from faceeditor_gui.jobs.engine import Engine
from faceeditor_gui.jobs.result_checks import ResultChecks
from faceeditor_gui.jobs.worker import EditWorker, Run
from faceeditor_gui.panels.checks.checks_line import ChecksLine, explanation, summary

FINE = CheckEditResult(0.2, 0.1, 0)
_on_changed = ResultChecks._on_changed


@pytest.fixture(autouse=True)
def checks_run(no_checks, monkeypatch, run) -> None:
    """Check, at once and with a known result."""
    monkeypatch.setattr(ResultChecks, "_on_changed", _on_changed)
    monkeypatch.setattr("faceeditor_gui.jobs.result_checks.SETTLE_MS", 0)
    edited = run._edited
    run._edited = lambda one: FINE if isinstance(one, CheckEditRequest) else edited(one)


@pytest.fixture
def checks(window) -> ResultChecks:
    return window.services.result_checks


@pytest.fixture
def line(window) -> ChecksLine:
    return window.findChild(ChecksLine)


def test_an_edited_face_is_checked_and_a_line_tells(qtbot, window, run, checks, line):
    assert not line.isVisible()
    window.services.runner.smile(0.5)
    qtbot.waitUntil(lambda: checks.result is FINE)
    assert line.isVisible()
    assert line.text() == "Same person, no seam, the rest untouched"
    (request,) = run.requests_of(CheckEditRequest)
    untouched = request.coverage == 0
    assert (request.before[untouched] == request.after[untouched]).all()
    assert (request.before != request.after).any()


def test_what_is_undone_is_told_no_more(qtbot, window, checks, line):
    window.services.runner.smile(0.5)
    qtbot.waitUntil(lambda: checks.result is FINE)
    window.undo()
    assert checks.result is None
    assert not line.isVisible()


def test_a_face_without_edits_is_not_checked(qtbot, window, run, checks):
    window.services.runner.smile(0.5)
    qtbot.waitUntil(lambda: checks.result is FINE)
    window.services.document.faces.choose(1)
    qtbot.waitUntil(lambda: not window.services.job_queue.has_work)
    assert checks.result is None
    assert len(run.requests_of(CheckEditRequest)) == 1


@pytest.mark.qt_log_ignore("propagateSizeHints", "support raise", "grabbing")
def test_a_click_tells_the_numbers_and_what_they_mean(qtbot, window, checks, line):
    window.services.runner.smile(0.5)
    qtbot.waitUntil(lambda: checks.result is FINE)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    text = popup.findChild(QLabel).text()
    assert "0.20 apart" in text
    assert "95 of 100" in text
    popup.close()


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (CheckEditResult(0.5, 0.1, 0), "Alike, no seam, the rest untouched"),
        (CheckEditResult(0.8, 0.6, 3), "Another person, a seam may show, the rest changed"),
    ],
)
def test_what_is_not_well_is_said(result, text):
    assert summary(result) == text
    assert "3 pixels" in explanation(result)[2] or not result.changed_outside


def test_the_checked_landmarks_are_those_after_the_edit(qtbot, window, run, checks):
    face = window.services.document.faces.items[0]
    window.services.runner.smile(0.5)
    qtbot.waitUntil(lambda: checks.result is FINE)
    (request,) = run.requests_of(CheckEditRequest)
    moved = window.services.document.landmarks(face) - face.landmarks
    assert np.allclose(request.landmarks_after - request.landmarks_before, moved)


def test_a_check_runs_in_the_worker_after_other_work(qtbot):
    (face,) = find_faces(astronaut(), thorough=False)
    nowhere = np.zeros((512, 512), np.uint8)
    requests = [
        FindFacesRequest(astronaut(), thorough=False),
        *[CheckEditRequest(astronaut(), astronaut(), nowhere, face.landmarks, face.landmarks)] * 2,
    ]
    worker = EditWorker(lambda: Engine().run)
    try:
        for request in requests:
            with qtbot.waitSignal(worker.finished) as finished:
                worker.submit(Run(request, None))
        assert finished.args[1] == CheckEditResult(0.0, 0.0, 0)
    finally:
        worker.stop()
