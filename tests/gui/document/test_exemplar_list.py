"""The exemplars of a document."""

from __future__ import annotations

import numpy as np
import pytest

from faceeditor_gui.document import exemplar_list
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar import cut_exemplars


@pytest.fixture
def named(make_face):
    """Make exemplars with these names."""

    def make(*names: str):
        image = np.zeros((500, 500, 3), np.uint8)
        face = make_face(250, 200, 80)
        return [cut_exemplars(image, [face], name).exemplars[0] for name in names]

    return make


@pytest.fixture
def exemplars(document: Document, named):
    document.exemplars.add(named("Anna", "Bert", "Cleo"))
    return document.exemplars


def _names(exemplars) -> list[str]:
    return [one.name for one in exemplars.items]


def test_faces_of_the_same_name_are_told_apart(exemplars, named):
    exemplars.add(named("Anna", "Anna"))
    exemplars.add(named("Dora"))
    assert _names(exemplars) == ["Anna", "Bert", "Cleo", "Anna (2)", "Anna (3)", "Dora"]


def test_exemplars_keep_the_order_of_adding_and_the_new_one_is_chosen(exemplars, named):
    exemplars.add(named("Dora"))
    assert _names(exemplars) == ["Anna", "Bert", "Cleo", "Dora"]
    assert exemplars.chosen.name == "Dora"


def test_adding_is_no_undo_step(document, exemplars):
    assert document.undo_stack.count() == 0


def test_an_exemplar_can_be_moved(exemplars):
    exemplars.move(exemplars.items[0].number, 2)
    assert _names(exemplars) == ["Bert", "Cleo", "Anna"]
    exemplars.move(exemplars.items[2].number, 0)
    assert _names(exemplars) == ["Anna", "Bert", "Cleo"]


def test_deleting_is_one_undo_step_that_restores_its_index(document, exemplars):
    bert = exemplars.items[1]
    document.exemplars.delete(bert.number)
    assert _names(exemplars) == ["Anna", "Cleo"]
    assert exemplars.chosen.name == "Cleo"
    document.undo_stack.undo()
    assert _names(exemplars) == ["Anna", "Bert", "Cleo"]
    assert exemplars.chosen is bert
    document.undo_stack.redo()
    assert _names(exemplars) == ["Anna", "Cleo"]


def test_what_was_added_after_a_deletion_survives_its_undo(document, exemplars, named):
    document.exemplars.delete(exemplars.items[2].number)
    exemplars.add(named("Dora"))
    document.undo_stack.undo()
    assert _names(exemplars) == ["Anna", "Bert", "Cleo", "Dora"]


def test_deleting_the_last_one_leaves_none_chosen(document, exemplars):
    for one in exemplars.items:
        document.exemplars.delete(one.number)
    assert exemplars.chosen is None


def test_exemplars_stay_when_another_photo_is_opened(document, exemplars, photo):
    document.open(photo, "other.png")
    assert _names(exemplars) == ["Anna", "Bert", "Cleo"]


def test_only_so_many_are_kept(monkeypatch, exemplars, named):
    monkeypatch.setattr(exemplar_list, "MAX_EXEMPLARS", 4)
    exemplars.add(named("Dora", "Emil"))
    assert _names(exemplars) == ["Anna", "Bert", "Cleo", "Dora"]
    assert exemplars.free_slots == 0


def test_deleted_pixels_count_as_undo_memory(document, exemplars):
    size = exemplars.items[0].image.nbytes
    document.exemplars.delete(exemplars.items[0].number)
    assert document.undo_memory.bytes_in_memory == size
