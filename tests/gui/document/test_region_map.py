"""The map of regions in the document: what was found, what was painted, and undo."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import LabelMap, Region
from core.image_io.photo import photo_from_array
from core.imaging.windows import whole_window, window_at
from faceeditor_gui.canvas.tools.stroke import Stroke
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.region_map import FoundRegions
from faceeditor_gui.state.tool_state import BrushSettings

SHAPE = (90, 150)
EVERYTHING = whole_window(*SHAPE)
FOUND = window_at(20, 10, 60, 70)


@pytest.fixture
def document(qapp) -> Document:
    return _opened()


def _opened() -> Document:
    document = Document()
    document.open(photo_from_array(np.zeros((*SHAPE, 3), np.uint8)), "black.png")
    document.regions.set_found(_found(Region.SKIN))
    return document


def _found(region: Region) -> FoundRegions:
    return FoundRegions(FOUND, np.full((70, 60), region, np.uint8), np.zeros((68, 2)))


def _square(left: int, top: int, side: int, coverage: int = 255) -> Patch:
    return Patch(left, top, np.full((side, side), coverage, np.uint8))


def test_labels_are_unknown_outside_the_segmentation(document):
    labels = document.regions.read(EVERYTHING)
    assert (labels[FOUND] == Region.SKIN).all()
    assert np.count_nonzero(labels == UNKNOWN) == 90 * 150 - 60 * 70


def test_a_painted_label_overrides_the_segmentation_and_is_one_undo_step(document):
    document.regions.paint(_square(30, 20, 10), Region.HAIR)
    assert (document.regions.read(window_at(30, 20, 10, 10)) == Region.HAIR).all()
    assert document.undo_stack.undoText() == "Paint Hair"
    document.undo_stack.undo()
    assert (document.regions.read(FOUND) == Region.SKIN).all()


def test_what_a_stroke_hardly_covers_keeps_its_label(document):
    document.regions.paint(_square(30, 20, 10, coverage=120), Region.HAIR)
    assert document.undo_stack.count() == 0


def test_what_a_stroke_covers_by_half_takes_its_label(document):
    document.regions.paint(_square(30, 20, 10, coverage=128), Region.HAIR)
    assert (document.regions.read(window_at(30, 20, 10, 10)) == Region.HAIR).all()


def test_the_eraser_restores_the_latest_segmentation(document):
    document.regions.paint(_square(30, 20, 10), Region.HAIR)
    document.regions.set_found(_found(Region.NOSE))
    assert document.regions.read(window_at(32, 22, 1, 1)) == Region.HAIR
    document.regions.paint(_square(30, 20, 10), None)
    assert document.regions.read(window_at(32, 22, 1, 1)) == Region.NOSE
    assert document.undo_stack.undoText() == "Restore Regions"


def test_painting_the_same_again_leaves_no_undo_step(document):
    document.regions.paint(_square(30, 20, 10), Region.HAIR)
    document.regions.paint(_square(32, 22, 4), Region.HAIR)
    document.regions.paint(_square(60, 60, 4), None)
    assert document.undo_stack.count() == 1


def test_all_painted_labels_can_be_discarded_at_once(document):
    document.regions.paint(_square(30, 20, 10), Region.HAIR)
    document.regions.paint(_square(100, 20, 10), Region.EARS)
    document.regions.restore()
    assert (document.regions.painted.read(EVERYTHING) == UNKNOWN).all()
    document.undo_stack.undo()
    assert document.regions.read(window_at(105, 25, 1, 1)) == Region.EARS


def test_listeners_learn_which_part_of_the_photo_was_painted(qtbot, document):
    with qtbot.waitSignal(document.regions.changed) as signal:
        document.regions.paint(_square(140, 80, 10), Region.HAIR)
    rows, columns = signal.args[0]
    assert rows.stop == 90
    assert columns.stop == 150
    assert columns.start <= 140


def test_another_photo_begins_without_labels(document):
    document.regions.paint(_square(30, 20, 10), Region.HAIR)
    document.open(photo_from_array(np.zeros((50, 40, 3), np.uint8)), "other.png")
    assert (document.regions.read(whole_window(50, 40)) == UNKNOWN).all()


def _stroke(document: Document, path: list[tuple[float, float]], region: Region | None) -> None:
    stroke = Stroke(SHAPE, BrushSettings(diameter=24, hardness=1.0))
    for position in path:
        stroke.extend(position, 1.0)
    patch = stroke.patch()
    if patch is not None:
        document.regions.paint(patch, region)


def _mask(document: Document, left: int) -> None:
    document.mask.paint(_square(left, 30, 20))


def _find(document: Document, region: Region) -> None:
    document.regions.set_found(_found(region))


def _undo(document: Document) -> None:
    document.undo_stack.undo()


def _redo(document: Document) -> None:
    document.undo_stack.redo()


MOVES = (_undo, _redo)
positions = st.tuples(st.floats(-20, 170), st.floats(-20, 110))
walks = st.lists(
    st.one_of(
        st.builds(
            partial,
            st.just(_stroke),
            path=st.lists(positions, min_size=1, max_size=4),
            region=st.sampled_from((*Region, None, None)),
        ),
        st.builds(partial, st.just(_mask), left=st.integers(0, 130)),
        st.builds(partial, st.just(_find), region=st.sampled_from((Region.NOSE, Region.SKIN))),
        st.just(lambda document: document.regions.restore()),
        st.sampled_from(MOVES),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(walk=walks)
def test_undo_and_redo_return_the_exact_painted_labels_whatever_is_found_meanwhile(qapp, walk):
    document = _opened()
    stack = document.undo_stack

    def painted() -> LabelMap:
        return document.regions.painted.read(EVERYTHING)

    states = [painted()]
    for step in walk:
        before, count = stack.index(), stack.count()
        step(document)
        if step not in MOVES and (stack.index(), stack.count()) != (before, count):
            states[stack.index() :] = [painted()]
        np.testing.assert_array_equal(painted(), states[stack.index()])
    for index in [*range(len(states)), *reversed(range(len(states)))]:
        stack.setIndex(index)
        np.testing.assert_array_equal(painted(), states[index])
    stack.clear()
