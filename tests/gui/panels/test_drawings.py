"""Paintings and drawings dropped on the exemplar panel, in which faces are really looked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel

from core.anatomy.landmarks import interocular_distance
from faceeditor_gui.document.exemplar import MIN_INTEROCULAR_PX
from faceeditor_gui.jobs.engine import Engine, FindExemplarsRequest
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.panels.exemplars import ExemplarsPanel
from tests import drawings


@pytest.fixture
def worker(qapp, run) -> Iterator[EditWorker]:
    """A worker that answers as always but for the faces of exemplars."""
    engine = Engine()

    def answer(request, report):
        return (engine.run if isinstance(request, FindExemplarsRequest) else run)(request, report)

    worker = EditWorker(lambda: answer)
    yield worker
    worker.stop()


@pytest.fixture
def panel(window) -> ExemplarsPanel:
    return window.findChild(ExemplarsPanel)


@pytest.fixture
def drop(qtbot, window, panel, tmp_path: Path):
    """Drop drawings as files, and wait until all have been looked at."""

    def run(*names: str) -> None:
        data, urls, at = QMimeData(), [], QPoint(20, 20)
        for name in names:
            path = tmp_path / f"{name}.png"
            cv2.imwrite(str(path), getattr(drawings, name)()[..., ::-1])
            urls.append(QUrl.fromLocalFile(str(path)))
        data.setUrls(urls)
        given = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton
        for kind in (QDragEnterEvent, QDropEvent):
            QApplication.sendEvent(panel, kind(at, *given, Qt.KeyboardModifier.NoModifier))
        qtbot.waitUntil(lambda: not window.services.exemplar_finder.pending_count, timeout=120_000)

    return run


def test_painted_and_drawn_faces_become_exemplars(window, drop):
    drop("pencil", "poster")
    exemplars = window.services.document.exemplars.items
    assert [one.name for one in exemplars] == ["pencil", "poster"]
    assert all(interocular_distance(one.landmarks) >= MIN_INTEROCULAR_PX for one in exemplars)


def test_a_drawing_without_a_face_is_refused_where_it_was_dropped(window, panel, drop):
    drop("tree")
    assert window.services.document.exemplars.items == ()
    shown = [label.text() for label in panel.findChildren(QLabel) if not label.isHidden()]
    assert "No face was found in tree; take a picture that shows one from the front." in shown
