"""Faces are found and told apart in Qt's worker thread, one request after another."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QCoreApplication, QTimer
from skimage.data import astronaut

from faceeditor_gui.app import make_request_handler
from faceeditor_gui.jobs.engine import FindExemplarsRequest
from faceeditor_gui.jobs.worker import EditWorker, Run
from faceeditor_gui.project.library_requests import KeepExemplarRequest

application = QCoreApplication([])
worker = EditWorker(make_request_handler)
entries = []
image = np.ascontiguousarray(cv2.resize(astronaut(), (1024, 1024)))


def go_on(run, result):
    if isinstance(run.request, FindExemplarsRequest):
        worker.submit(
            Run(KeepExemplarRequest(Path(sys.argv[1]), result.exemplars[0], tuple(entries)))
        )
        return
    entries.append(result)
    if len(entries) == 2:
        application.quit()
    else:
        worker.submit(Run(FindExemplarsRequest(image[:, ::-1].copy(), "mirrored")))


worker.finished.connect(go_on)
worker.failed.connect(lambda _run, error: (print(error), application.quit()))
QTimer.singleShot(0, lambda: worker.submit(Run(FindExemplarsRequest(image, "upright"))))
application.exec()
worker.stop()
print([(one.name, one.person) for one in entries])
"""
SECONDS = 120


def test_a_person_is_known_again_whatever_thread_the_face_was_found_in(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path / "kept"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.stdout.strip() == "[('upright', 'Person 1'), ('mirrored', 'Person 1')]", done.stderr
