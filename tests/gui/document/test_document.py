"""What the document keeps, undoes and says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.edit.requests import SmileKind
from core.imaging.windows import whole_window
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings, SmileSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.patch import Patch


@pytest.fixture
def stroke() -> Patch:
    return Patch(100, 50, np.full((20, 30), 200, np.uint8))


@pytest.fixture
def smile(make_face) -> EditStep:
    settings = SmileSettings(whole_window(480, 640), make_face().landmarks, 1.0, SmileKind.OPEN)
    patch = np.full((40, 50, 3), 7, np.uint8)
    return EditStep(settings, Outcome.of(patch, np.full((40, 50), 255, np.uint8), 180, 240), 1)


def _mask(document: Document) -> np.ndarray:
    return document.mask.read(whole_window(*document.shape))


def test_one_stroke_is_one_undo_step(document, stroke):
    document.mask.paint(stroke)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Paint"
    document.undo_stack.undo()
    assert document.mask.is_empty


def test_erasing_takes_away_what_the_stroke_covers(document, stroke):
    document.mask.paint(stroke)
    document.mask.paint(Patch(100, 50, np.full((20, 10), 255, np.uint8)), erase=True)
    assert np.count_nonzero(_mask(document)) == 20 * 20
    document.undo_stack.undo()
    assert np.count_nonzero(_mask(document)) == 20 * 30


def test_painting_nothing_new_leaves_no_undo_step(document):
    stroke = Patch(100, 50, np.full((20, 30), 255, np.uint8))
    document.mask.paint(stroke)
    document.mask.paint(stroke)
    document.mask.paint(Patch(0, 0, np.full((9, 9), 255, np.uint8)), erase=True)
    assert document.undo_stack.count() == 1


def test_listeners_hear_of_the_changed_window_only(qtbot, document, stroke):
    with qtbot.waitSignal(document.mask.changed) as heard:
        document.mask.paint(stroke)
    assert heard.args == [stroke.window]


def test_a_long_stroke_costs_memory_only_where_it_passed(document):
    before, after = np.zeros((480, 640), np.uint8), np.eye(480, 640, dtype=np.uint8)
    document.mask.change("Paint", whole_window(480, 640), after)
    assert document.undo_memory.bytes_in_memory <= before.size / 3
    np.testing.assert_array_equal(_mask(document), after)


def test_inverting_a_plain_mask_costs_no_memory(document):
    document.mask.invert()
    assert document.undo_memory.bytes_in_memory == 0
    assert (_mask(document) == 255).all()


def test_clearing_an_empty_mask_leaves_no_undo_step(document):
    document.mask.clear()
    assert document.undo_stack.count() == 0


def test_clear_and_invert_are_undone(document, stroke):
    document.mask.paint(stroke)
    before = _mask(document)
    document.mask.invert()
    np.testing.assert_array_equal(_mask(document), 255 - before)
    document.mask.clear()
    assert document.mask.is_empty
    document.undo_stack.undo()
    document.undo_stack.undo()
    np.testing.assert_array_equal(_mask(document), before)


def test_an_edit_is_one_undo_step_and_clears_what_it_filled(document, stroke, smile):
    document.mask.paint(stroke)
    hole = Patch(100, 50, document.mask.read(stroke.window))
    settings = FillSettings(hole, whole_window(480, 640), ())
    step = replace(smile, settings=settings)
    document.apply("Fill", (step,), (hole,))
    assert document.mask.is_empty
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.steps.items == ()
    np.testing.assert_array_equal(document.mask.read(stroke.window), stroke.pixels)
    document.undo_stack.redo()
    assert document.steps.items == (step,)
    assert document.mask.is_empty


def test_what_was_painted_while_a_fill_ran_stays(document, stroke, smile):
    document.mask.paint(stroke)
    hole = Patch(100, 50, document.mask.read(stroke.window))
    document.mask.paint(Patch(100, 50, np.full((5, 30), 255, np.uint8)))
    document.apply("Fill", (smile,), (hole,))
    assert np.count_nonzero(_mask(document)) == 5 * 30


def test_the_photo_itself_never_changes(document, smile):
    before = document.original().copy()
    document.apply("Smile", (smile,))
    np.testing.assert_array_equal(document.original(), before)
    assert (document.composited(smile.window) == 7).all()
    np.testing.assert_array_equal(
        document.composited(smile.window, without=smile), before[smile.window]
    )


def test_undoing_an_edit_says_which_window_changed(qtbot, document, smile):
    document.apply("Smile", (smile,))
    with qtbot.waitSignal(document.steps.image_changed) as heard:
        document.undo_stack.undo()
    assert heard.args == [smile.window]


def test_applying_the_steps_there_are_leaves_no_undo_step(document, smile):
    document.apply("Smile", (smile,))
    document.apply("Smile", (smile,))
    assert document.undo_stack.count() == 1


def test_saving_makes_the_document_clean_until_the_next_change(document, smile):
    document.apply("Smile", (smile,))
    assert document.has_unsaved_work
    document.mark_saved(Path("out.ora"), document.snapshot(), document.revision)
    assert (document.name, document.project_path) == ("out.ora", Path("out.ora"))
    assert not document.has_unsaved_work
    document.undo_stack.undo()
    assert document.has_unsaved_work


def test_what_changed_while_saving_is_still_unsaved(document, smile):
    saved, revision = document.snapshot(), document.revision
    document.apply("Smile", (smile,))
    document.mark_saved(Path("out.ora"), saved, revision)
    assert document.has_unsaved_work


def test_other_changes_of_the_same_number_are_still_unsaved(document, smile):
    document.apply("Smile", (smile,))
    saved, revision = document.snapshot(), document.revision
    document.undo_stack.undo()
    document.apply("Smile", (replace(smile, opacity=0.5),))
    document.mark_saved(Path("out.ora"), saved, revision)
    assert document.has_unsaved_work


def test_a_slider_moved_while_saving_is_still_unsaved(document, smile):
    document.apply("Smile", (smile,))
    gesture, number = document.steps.new_gesture(), document.steps.items[0].number
    document.steps.set_opacity(number, 0.5, gesture=gesture)
    saved, revision = document.snapshot(), document.revision
    document.steps.set_opacity(number, 0.4, gesture=gesture)
    document.mark_saved(Path("out.ora"), saved, revision)
    assert document.has_unsaved_work


def test_an_exemplar_that_came_after_a_project_was_saved_is_unsaved(document):
    pixels = StoredArray(np.zeros((9, 9, 3), np.uint8))
    document.mark_saved(Path("out.ora"), document.snapshot(), document.revision)
    document.exemplars.add([ListedExemplar("Anna", pixels, np.zeros((68, 2)))])
    assert document.has_unsaved_work


def test_opening_a_photo_resets_the_document(document, stroke, smile, photo, make_face):
    document.mask.paint(stroke)
    document.apply("Smile", (smile,))
    document.faces.set_found((make_face(),))
    document.open(photo, "other.png")
    assert document.undo_stack.count() == 0
    assert (document.steps.items, document.faces.items, not document.mask.is_empty) == (
        (),
        (),
        False,
    )


def test_the_largest_face_is_chosen_until_the_user_chooses(document, make_face):
    faces = make_face(), make_face(480.0, 150.0, 40.0)
    document.faces.set_found(faces)
    assert document.faces.chosen is faces[0]
    document.faces.choose(1)
    assert document.faces.chosen is faces[1]


def test_the_choice_stays_with_its_face_when_more_are_found(document, make_face):
    second = make_face(480.0, 150.0, 40.0)
    document.faces.set_found((make_face(), second))
    document.faces.choose(1)
    again = make_face(481.0, 151.0, 40.0)
    document.faces.set_found((make_face(300.0, 400.0, 90.0), make_face(), again))
    assert document.faces.chosen is again


def test_a_face_placed_by_hand_survives_the_search(document, make_face):
    placed = make_face(480.0, 300.0, 40.0)
    document.faces.add(placed)
    document.faces.set_found((make_face(),))
    assert placed in document.faces.items
    assert document.faces.chosen is placed


def test_the_smile_step_of_a_face_is_found(document, smile, make_face):
    document.apply("Smile", (smile,))
    assert document.steps.edit_of(make_face(201.0).landmarks, SmileSettings) is smile
    assert document.steps.edit_of(make_face(480.0).landmarks, SmileSettings) is None
