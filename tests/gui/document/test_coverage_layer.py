"""The sketch: lines that belong to the document and go to fills."""

from __future__ import annotations

import numpy as np

from core.edit.requests import InpaintRequest
from core.imaging.windows import whole_window
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.fill_settings import settings_of_mask

EVERYTHING = whole_window(480, 640)


def _line(left: int, top: int, length: int = 40) -> Patch:
    return Patch(left, top, np.full((3, length), 255, np.uint8))


def _hole(document, left: int = 190, top: int = 230) -> None:
    document.mask.paint(Patch(left, top, np.full((30, 60), 255, np.uint8)))


def test_a_line_is_one_undo_step(document):
    document.sketch.paint(_line(200, 240), erase=False)
    drawn = document.sketch.read(EVERYTHING)
    assert (drawn[240:243, 200:240] == 255).all()
    assert np.count_nonzero(drawn) == 120
    assert document.undo_stack.undoText() == "Sketch"
    document.undo_stack.undo()
    assert document.sketch.is_empty
    document.undo_stack.redo()
    np.testing.assert_array_equal(document.sketch.read(EVERYTHING), drawn)


def test_the_eraser_takes_away_what_it_covers(document):
    document.sketch.paint(_line(200, 240), erase=False)
    document.sketch.paint(_line(220, 240), erase=True)
    assert np.count_nonzero(document.sketch.read(EVERYTHING)) == 60


def test_clearing_the_sketch_can_be_undone(document):
    document.sketch.clear()
    assert document.undo_stack.count() == 0
    document.sketch.paint(_line(200, 240), erase=False)
    document.sketch.clear()
    assert document.sketch.is_empty
    document.undo_stack.undo()
    assert not document.sketch.is_empty


def test_a_sketch_is_no_mask_and_changes_no_pixel(document):
    before = document.composited(EVERYTHING)
    document.sketch.paint(_line(200, 240), erase=False)
    assert document.mask.is_empty
    np.testing.assert_array_equal(document.composited(EVERYTHING), before)


def test_another_photo_begins_without_a_sketch(document, photo):
    document.sketch.paint(_line(200, 240), erase=False)
    document.open(photo, "again.png")
    assert document.sketch.is_empty


def test_a_fill_request_holds_the_sketch_in_its_window(document):
    _hole(document)
    document.sketch.paint(_line(200, 240), erase=False)
    (settings,) = settings_of_mask(document)
    rows, columns = settings.window
    request = settings.request(document.composited(settings.window))
    assert isinstance(request, InpaintRequest)
    np.testing.assert_array_equal(request.lines, document.sketch.read(settings.window))
    assert request.lines[241 - rows.start, 220 - columns.start] == 255


def test_a_fill_far_from_the_sketch_gets_none(document):
    _hole(document)
    document.sketch.paint(_line(600, 470, 10), erase=False)
    (settings,) = settings_of_mask(document)
    assert settings.sketch is None
    assert settings.request(document.composited(settings.window)).lines is None


def test_a_fill_keeps_the_sketch_that_it_was_made_with(document):
    _hole(document)
    document.sketch.paint(_line(200, 240), erase=False)
    (settings,) = settings_of_mask(document)
    document.sketch.clear()
    assert settings.request(document.composited(settings.window)).lines.any()
