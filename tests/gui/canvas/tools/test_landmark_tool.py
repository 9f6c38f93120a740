"""Points of a face that are dragged: the photo follows, or only the next fill does."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from core.anatomy.landmarks import MOUTH
from core.edit.requests import InpaintRequest, ReshapeRequest, SmileRequest
from faceeditor_gui.canvas.tools.landmark_tool import move_landmarks
from faceeditor_gui.document.edit_settings import ReshapeSettings
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.panels.result_options import ResultOptions
from faceeditor_gui.state.tool_state import ToolName

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier
CHIN = 8


def _is_final(request) -> bool:
    return isinstance(request, ReshapeRequest) and not request.draft


@pytest.fixture
def document(window: MainWindow):
    window.canvas.setFocus()
    return window.services.document


@pytest.fixture
def place(at):
    return lambda point: at(*point)


@pytest.fixture
def points(document):
    """The chosen face's points in the picture as it is."""
    return lambda: document.landmarks(document.faces.chosen)


@pytest.fixture
def pull(qtbot, window, place):
    """Drag from a position of the photo by some pixels with the tool in hand."""

    def run(start, by, modifier=NONE, *, release=True) -> None:
        window.services.tool_state.select_tool(ToolName.LANDMARKS)
        to = np.add(start, by)
        qtbot.mousePress(window.canvas, LEFT, modifier, place(start))
        qtbot.mouseMove(window.canvas, place(np.add(start, to) / 2))
        canvas_move(window, place(to), modifier)
        if release:
            qtbot.mouseRelease(window.canvas, LEFT, modifier, place(to))

    return run


def canvas_move(window, position, modifier) -> None:
    """Move the pointer with a modifier held, which QTest cannot."""
    from faceeditor_gui.canvas.tools.pointer import Pointer

    window.canvas.pointer_router.move(Pointer(QPointF(position), modifiers=modifier))


def test_dragging_a_point_moves_the_photo_as_one_undo_step(document, points, pull, idle, run):
    before = points()
    pull(before[CHIN], (12, 30))
    idle()
    assert run.requests_of(ReshapeRequest)[-1].draft is False
    (step,) = document.steps.items
    assert step.settings.title == "Reshape"
    np.testing.assert_allclose(points()[CHIN] - before[CHIN], (12, 30), atol=1.5)
    others = np.arange(68) != CHIN
    np.testing.assert_allclose(points()[others], before[others])
    assert document.undo_stack.undoText() == "Reshape"
    assert document.undo_stack.count() == 1


def test_undo_and_redo_restore_pixels_and_landmarks(window, document, points, pull, idle):
    before = points()
    pull(before[CHIN], (12, 30))
    idle()
    after = points()
    window.undo()
    np.testing.assert_array_equal(points(), before)
    assert document.steps.items == ()
    window.redo()
    np.testing.assert_array_equal(points(), after)
    assert len(document.steps.items) == 1


def test_the_photo_follows_while_a_point_is_dragged(qtbot, window, document, points, pull, run):
    with qtbot.waitSignal(window.services.runner.preview_changed) as heard:
        pull(points()[CHIN], (10, 40), release=False)
    (request,) = {id(one): one for one in run.requests_of(ReshapeRequest)[:1]}.values()
    assert request.draft
    assert request.image.size <= 3_000_000
    assert heard.args[0].result is not None
    assert document.steps.items == ()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert document.undo_stack.count() == 0


def test_escape_lets_points_and_photo_be_where_they_were(qtbot, window, points, pull, document):
    before, shown = points(), []
    window.services.runner.preview_changed.connect(shown.append)
    pull(before[CHIN], (10, 40), release=False)
    np.testing.assert_allclose(
        window.canvas.layers.landmarks[CHIN], before[CHIN] + (10, 40), atol=1.5
    )
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    np.testing.assert_array_equal(window.canvas.layers.landmarks, before)
    assert shown[-1] is None
    assert document.undo_stack.count() == 0


def test_dragging_on_adjusts_the_same_step(document, points, pull, idle):
    before = points()
    pull(before[CHIN], (0, 20))
    idle()
    number = document.steps.items[0].number
    pull(points()[48], (-8, -8))
    idle()
    (step,) = document.steps.items
    assert step.number == number
    np.testing.assert_array_equal(step.settings.landmarks, before)
    assert points()[CHIN, 1] > before[CHIN, 1] + 10
    assert points()[48, 0] < before[48, 0] - 4
    assert document.undo_stack.count() == 2


def test_points_that_gave_way_may_come_back(document, points, pull, idle, run):
    """What a drag asks for are the points that were dragged, not those that only gave way."""
    before = points()
    run.pulled_offset = 3.0
    pull(before[CHIN], (0, 20))
    idle()
    assert (points()[49] != before[49]).all()
    pull(points()[48], (-8, -8))
    idle()
    targets = document.steps.items[0].settings.targets
    is_asked = (targets != before).any(axis=1)
    assert np.flatnonzero(is_asked).tolist() == [CHIN, 48]


def test_a_drag_during_the_last_ones_edit_goes_on_from_it(
    qtbot, window, document, points, pull, idle, run
):
    go_on = run.hold(_is_final)
    before = points()
    pull(before[CHIN], (0, 20))
    qtbot.waitUntil(lambda: any(not one.draft for one in run.requests_of(ReshapeRequest)))
    np.testing.assert_allclose(
        window.canvas.layers.landmarks[CHIN] - before[CHIN], (0, 20), atol=1.5
    )
    pull(before[48], (-8, -8))
    go_on.set()
    idle()
    assert len(document.steps.items) == 1
    assert points()[CHIN, 1] > before[CHIN, 1] + 10
    assert points()[48, 0] < before[48, 0] - 4


def test_what_lies_between_two_drags_makes_them_two_steps(window, document, points, pull, idle):
    pull(points()[CHIN], (0, 20))
    idle()
    window.services.runner.smile(0.5)
    idle()
    pull(points()[CHIN], (0, 20))
    idle()
    assert [step.settings.title for step in document.steps.items] == ["Reshape", "Smile", "Reshape"]


def test_other_edits_use_the_landmarks_of_the_photo_as_edited(
    window, document, points, pull, idle, run
):
    pull(points()[CHIN], (0, 20))
    idle()
    window.services.runner.smile(0.5)
    idle()
    smile = document.steps.items[-1].settings
    np.testing.assert_array_equal(smile.landmarks, points())
    document.mask.paint(Patch(190, 230, np.full((20, 20), 255, np.uint8)))
    window.services.runner.fill()
    idle()
    np.testing.assert_array_equal(document.steps.items[-1].settings.faces[0], points())
    assert run.requests_of(InpaintRequest)


def test_a_smile_below_is_adjusted_with_the_points_that_it_was_made_of(
    window, document, points, pull, idle, run
):
    own = points()
    window.services.runner.smile(0.5)
    idle()
    pull(points()[CHIN], (0, 20))
    idle()
    window.services.runner.smile(0.8)
    idle()
    assert [step.settings.title for step in document.steps.items] == ["Smile", "Reshape"]
    np.testing.assert_array_equal(document.steps.items[0].settings.landmarks, own)


def test_a_hidden_reshape_moves_no_points(document, points, pull, idle):
    before = points()
    pull(before[CHIN], (0, 20))
    idle()
    document.steps.set_visible(document.steps.items[0].number, False)
    np.testing.assert_array_equal(points(), before)


def test_an_edit_above_is_made_anew_with_the_points_that_are_left(
    window, document, points, pull, idle, run
):
    before = points()
    pull(before[CHIN], (0, 20))
    idle()
    window.services.runner.smile(0.5)
    idle()
    document.steps.delete(document.steps.items[0].number)
    idle()
    again = run.requests_of(SmileRequest)[-1]
    shape = np.ptp(again.landmarks, axis=0)
    np.testing.assert_allclose(shape, np.ptp(before, axis=0))


@pytest.mark.parametrize("modifier", [NONE, ALT])
def test_points_alone_steer_the_next_fill(window, document, points, pull, idle, run, modifier):
    if modifier is NONE:
        window.menu_bar.action("face.landmarks_only").trigger()
        assert window.menu_bar.action("face.landmarks_only").isChecked()
    before = points()
    pull(before[CHIN], (0, 25), modifier)
    idle()
    assert all(request.draft for request in run.requests_of(ReshapeRequest))
    assert document.steps.items == ()
    assert document.undo_stack.undoText() == "Move Points"
    np.testing.assert_allclose(points()[CHIN] - before[CHIN], (0, 25), atol=1.5)
    window.undo()
    np.testing.assert_array_equal(points(), before)


def test_points_alone_can_be_put_right_on_a_reshaped_face(document, points, pull, idle):
    pull(points()[CHIN], (0, 20))
    idle()
    before, own = points(), document.faces.chosen.landmarks
    pull(before[48], (-6, 0), ALT)
    idle()
    np.testing.assert_allclose(points()[48] - before[48], (-6, 0), atol=1.5)
    np.testing.assert_allclose(document.faces.chosen.landmarks[CHIN], own[CHIN])


def test_reset_puts_points_and_photo_back(window, document, points, pull, idle):
    found = points()
    pull(found[48], (-8, 0), ALT)
    pull(points()[CHIN], (0, 20))
    idle()
    moved_to = points()
    window.menu_bar.action("face.reset_landmarks").trigger()
    idle()
    np.testing.assert_array_equal(points(), found)
    assert document.steps.items == ()
    assert document.undo_stack.undoText() == "Reset Points"
    window.undo()
    np.testing.assert_array_equal(points(), moved_to)
    assert len(document.steps.items) == 1


def test_reset_says_when_there_is_nothing_to_reset(qtbot, window, document):
    with qtbot.waitSignal(window.services.landmark_edits.posted) as heard:
        window.menu_bar.action("face.reset_landmarks").trigger()
    assert "found" in heard.args[0]
    assert document.undo_stack.count() == 0


def test_a_face_from_a_box_can_be_reshaped_and_reset(
    qtbot, window, document, points, pull, idle, drag, make_face, run
):
    document.faces.set_found(())
    window.services.tool_state.select_tool(ToolName.FACE_BOX)
    run.faces = (make_face(300.0, 250.0, 50.0),)
    drag((250, 200), (350, 330))
    qtbot.waitUntil(lambda: bool(document.faces.items))
    found = points()
    pull(found[CHIN], (5, 18))
    idle()
    assert isinstance(document.steps.items[0].settings, ReshapeSettings)
    window.menu_bar.action("face.reset_landmarks").trigger()
    np.testing.assert_array_equal(points(), found)


def test_a_cancelled_reshape_leaves_the_points(qtbot, window, document, points, pull, run, idle):
    run.hold(_is_final)
    before = points()
    pull(before[CHIN], (0, 20))
    qtbot.waitUntil(lambda: any(not one.draft for one in run.requests_of(ReshapeRequest)))
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    idle()
    np.testing.assert_array_equal(window.canvas.layers.landmarks, before)
    assert document.steps.items == ()


def test_a_reshape_says_what_it_moved(window, points, pull, idle):
    said = []
    window.services.runner.posted.connect(said.append)
    pull(points()[CHIN], (0, 20))
    idle()
    assert "jaw" in said[-1]
    assert "own pixels" in said[-1]
    assert "Drag on" in said[-1]


def test_a_reshape_can_be_faded_but_not_filled_again(window, document, points, pull, idle):
    pull(points()[CHIN], (0, 20))
    idle()
    document.steps.select(document.steps.items[0].number)
    options = window.findChild(ResultOptions)
    assert options.isEnabled()
    document.steps.set_opacity(document.steps.items[0].number, 0.5)
    assert document.steps.items[0].opacity == 0.5


def test_pressing_beside_every_point_moves_nothing(document, points, pull):
    pull(points()[CHIN] + (0, 80), (10, 10))
    assert document.undo_stack.count() == 0


def test_corrected_landmarks_survive_another_detection(document, run, points, pull):
    pull(points()[CHIN], (0, 25), ALT)
    after = points()
    document.faces.set_found(run.faces)
    np.testing.assert_array_equal(points(), after)
    assert len(document.faces.items) == len(run.faces)


def test_a_whole_part_moves_with_shift(make_face):
    landmarks = make_face().landmarks
    after = move_landmarks(landmarks, 48, np.array([3.0, 4.0]), whole_part=True, mirrored=False)
    mouth = np.isin(np.arange(68), MOUTH)
    np.testing.assert_allclose(after[mouth], landmarks[mouth] + (3, 4))
    np.testing.assert_array_equal(after[~mouth], landmarks[~mouth])


def test_both_sides_move_alike_with_control(make_face):
    landmarks = make_face().landmarks
    after = move_landmarks(landmarks, 48, np.array([-3.0, 4.0]), whole_part=False, mirrored=True)
    np.testing.assert_allclose(after[48] - landmarks[48], (-3, 4))
    np.testing.assert_allclose(after[54] - landmarks[54], (3, 4))


def test_a_point_is_grabbed_as_near_on_the_screen_at_every_zoom(document, points, pull, window, at):
    chin = points()[CHIN]
    window.canvas.navigation.zoom_to(4.0, window.canvas.navigation.to_device(QPointF(at(*chin))))
    pull(np.add(chin, (0, 6)), (10, 10), ALT)
    assert document.undo_stack.count() == 0
    pull(np.add(chin, (0, 2)), (10, 10), ALT)
    assert document.undo_stack.count() == 1


@pytest.mark.parametrize("scale", [1.0, 3.0])
@pytest.mark.parametrize(("distance", "is_taken"), [(15, True), (18, False)])
def test_a_point_is_taken_from_sixteen_screen_pixels_away(
    window, document, pull, points, idle, scale, distance, is_taken
):
    window.canvas.navigation.zoom_to(scale)
    pull(points()[CHIN] - (0, distance / scale), (0, 20))
    idle()
    assert bool(document.steps.items) is is_taken
