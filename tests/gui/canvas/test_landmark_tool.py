"""Points of a face that are dragged to where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from core import regions
from core.edit.request import SmileRequest
from faceeditor_gui.canvas.landmark_tool import moved
from faceeditor_gui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
CHIN = 8


@pytest.fixture
def at(window: MainWindow):
    def place(point) -> QPoint:
        x, y = point
        screen = window.canvas.viewport.to_screen((x + 0.5, y + 0.5))
        return (QPointF(*screen) / window.canvas.unit).toPoint()

    return place


@pytest.fixture
def points(window):
    """The chosen face's points, with the tool in hand."""
    window.canvas.setFocus()
    return lambda: window.parts.document.chosen_face.landmarks


@pytest.fixture
def drag(qtbot, window, at):
    def run(start, to, modifier=Qt.KeyboardModifier.NoModifier, *, release=True) -> None:
        qtbot.keyClick(window.canvas, Qt.Key.Key_V)
        qtbot.mousePress(window.canvas, LEFT, modifier, at(start))
        qtbot.mouseMove(window.canvas, at(to))
        if release:
            qtbot.mouseRelease(window.canvas, LEFT, modifier, at(to))

    return run


def test_dragging_a_point_is_one_undo_step(window, points, drag):
    before = points()
    drag(before[CHIN], before[CHIN] + (12, 30))
    np.testing.assert_allclose(points()[CHIN] - before[CHIN], (12, 30), atol=1.5)
    others = np.arange(68) != CHIN
    np.testing.assert_array_equal(points()[others], before[others])
    assert window.parts.document.undo_stack.undoText() == "Move Points"
    window.undo()
    np.testing.assert_array_equal(points(), before)


def test_the_points_are_shown_where_they_are_dragged(qtbot, window, points, drag):
    before = window.canvas.grab().toImage()
    start = points()[CHIN]
    drag(start, np.add(start, (10, 40)), release=False)
    assert window.canvas.grab().toImage() != before
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.parts.document.undo_stack.count() == 0


def test_pressing_beside_every_point_moves_nothing(window, points, drag):
    start = points()[CHIN] + (0, 80)
    drag(start, np.add(start, (10, 10)))
    assert window.parts.document.undo_stack.count() == 0


def test_the_next_smile_follows_the_points(qtbot, window, run, points, drag):
    start = points()[CHIN]
    drag(start, np.add(start, (0, 25)))
    window.parts.runner.smile(1.0)
    qtbot.waitUntil(lambda: bool(window.parts.document.steps))
    settings = window.parts.document.steps[0].settings
    np.testing.assert_array_equal(settings.landmarks, points())
    drag(points()[CHIN], points()[CHIN] - (0, 25))
    window.parts.runner.smile(1.0)
    qtbot.waitUntil(lambda: len(run.made(SmileRequest)) == 2)
    qtbot.waitUntil(lambda: not window.parts.runner.is_running)


def test_points_put_right_survive_another_search(window, run, points, drag):
    start = points()[CHIN]
    drag(start, np.add(start, (0, 25)))
    after = points()
    window.parts.document.set_faces(run.faces)
    assert points() is after
    assert len(window.parts.document.faces) == len(run.faces)


def test_a_whole_part_moves_with_shift(make_face):
    landmarks = make_face().landmarks
    after = moved(landmarks, 48, np.array([3.0, 4.0]), whole_part=True, alike=False)
    mouth = np.isin(np.arange(68), regions.MOUTH)
    np.testing.assert_allclose(after[mouth], landmarks[mouth] + (3, 4))
    np.testing.assert_array_equal(after[~mouth], landmarks[~mouth])


def test_both_sides_move_alike_with_control(make_face):
    landmarks = make_face().landmarks
    after = moved(landmarks, 48, np.array([-3.0, 4.0]), whole_part=False, alike=True)
    np.testing.assert_allclose(after[48] - landmarks[48], (-3, 4))
    np.testing.assert_allclose(after[54] - landmarks[54], (3, 4))
