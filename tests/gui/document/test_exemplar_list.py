"""The exemplars of a document."""

from __future__ import annotations

import numpy as np
import pytest

from faceeditor_gui.document import exemplar_list as shelf_module
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar import exemplars_of


@pytest.fixture
def named(make_face):
    """Make exemplars with these names."""

    def make(*names: str):
        image = np.zeros((500, 500, 3), np.uint8)
        face = make_face(250, 200, 80)
        return [exemplars_of(image, [face], name).exemplars[0] for name in names]

    return make


@pytest.fixture
def shelf(document: Document, named):
    document.shelf.add(named("Anna", "Bert", "Cleo"))
    return document.shelf


def _names(shelf) -> list[str]:
    return [one.name for one in shelf.exemplars]


def test_faces_of_the_same_name_are_told_apart(shelf, named):
    shelf.add(named("Anna", "Anna"))
    shelf.add(named("Dora"))
    assert _names(shelf) == ["Anna", "Bert", "Cleo", "Anna (2)", "Anna (3)", "Dora"]


def test_exemplars_stand_in_the_order_in_which_they_came_and_the_new_one_is_in_hand(shelf, named):
    shelf.add(named("Dora"))
    assert _names(shelf) == ["Anna", "Bert", "Cleo", "Dora"]
    assert shelf.chosen.name == "Dora"


def test_adding_is_no_undo_step(document, shelf):
    assert document.undo_stack.count() == 0


def test_an_exemplar_can_be_put_elsewhere(shelf):
    shelf.move(shelf.exemplars[0].number, 2)
    assert _names(shelf) == ["Bert", "Cleo", "Anna"]
    shelf.move(shelf.exemplars[2].number, 0)
    assert _names(shelf) == ["Anna", "Bert", "Cleo"]


def test_deleting_is_one_undo_step_that_brings_it_back_to_its_place(document, shelf):
    bert = shelf.exemplars[1]
    document.delete_exemplar(bert.number)
    assert _names(shelf) == ["Anna", "Cleo"]
    assert shelf.chosen.name == "Cleo"
    document.undo_stack.undo()
    assert _names(shelf) == ["Anna", "Bert", "Cleo"]
    assert shelf.chosen is bert
    document.undo_stack.redo()
    assert _names(shelf) == ["Anna", "Cleo"]


def test_what_was_added_after_a_deletion_survives_its_undo(document, shelf, named):
    document.delete_exemplar(shelf.exemplars[2].number)
    shelf.add(named("Dora"))
    document.undo_stack.undo()
    assert _names(shelf) == ["Anna", "Bert", "Cleo", "Dora"]


def test_deleting_the_last_one_leaves_none_in_hand(document, shelf):
    for one in shelf.exemplars:
        document.delete_exemplar(one.number)
    assert shelf.chosen is None


def test_exemplars_stay_when_another_photo_is_opened(document, shelf, photo):
    document.open(photo, "other.png")
    assert _names(shelf) == ["Anna", "Bert", "Cleo"]


def test_only_so_many_are_kept(monkeypatch, shelf, named):
    monkeypatch.setattr(shelf_module, "MOST", 4)
    shelf.add(named("Dora", "Emil"))
    assert _names(shelf) == ["Anna", "Bert", "Cleo", "Dora"]
    assert shelf.room == 0


def test_deleted_pixels_count_as_undo_memory(document, shelf):
    size = shelf.exemplars[0].image.nbytes
    document.delete_exemplar(shelf.exemplars[0].number)
    assert document.undo_memory.bytes_in_memory == size
