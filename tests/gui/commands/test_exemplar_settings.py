"""What is asked for of an exemplar, as its pixels and as a style, as the document is now."""

from __future__ import annotations

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import EditResult
from faceeditor_gui.commands.exemplar_settings import Lending
from faceeditor_gui.document.edit_settings import Borrowed
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.exemplar import Exemplar, exemplars_of
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.wording import in_words, title_in_words
from faceeditor_gui.jobs.edit_plan import adjusting_plan
from faceeditor_gui.jobs.preview import Previewer
from faceeditor_gui.state.face_targets import StyleTarget

HAIR, MASK, LOOK = ((one,) for one in StyleTarget)


@pytest.fixture
def face(document, make_face):
    face = make_face()
    document.set_faces((face,))
    return face


@pytest.fixture
def people(make_face) -> list[Exemplar]:
    picture = np.full((500, 500, 3), 60, np.uint8)
    names = ("Anna", "Bert")
    return [exemplars_of(picture, [make_face(250, 200, 80)], name).exemplars[0] for name in names]


@pytest.fixture
def lending(document, face) -> Lending:
    return Lending(document)


@pytest.fixture
def request_of(document):
    return lambda settings: settings.request(document.composed(settings.window))


@pytest.fixture
def make(document, request_of):
    """Make a result and put it into the document, by hand."""

    def run(settings: Borrowed) -> Borrowed:
        nothing = EditResult.unchanged(request_of(settings))
        document.apply("Style", (*document.steps, EditStep.from_result(settings, nothing, ())))
        document.edits.select(document.steps[-1].number)
        return settings

    return run


@pytest.mark.parametrize(
    ("targets", "parts", "hair"),
    [
        (HAIR, (), True),
        (LOOK, (FacePart.FACE,), True),
        ((FacePart.MOUTH, FacePart.EYES), (FacePart.MOUTH, FacePart.EYES), False),
    ],
)
def test_the_core_is_asked_for_what_was_aimed_at(
    lending, face, people, request_of, targets, parts, hair
):
    request = request_of(lending.style(people[0], face, targets, 1))
    assert (request.parts, request.hair, request.mask) == (parts, hair, None)
    assert request.exemplar.image is people[0].image


def test_the_painted_mask_goes_to_the_core_and_leaves_the_document_with_the_result(
    document, lending, face, people, request_of
):
    document.paint(Patch(150, 180, np.full((30, 40), 200, np.uint8)))
    wanted = lending.style(people[0], face, MASK, 1)
    request = request_of(wanted)
    assert np.count_nonzero(request.mask) == 30 * 40
    plan = adjusting_plan(None, wanted)
    plan.request(document.original(), (), [face.landmarks])
    plan.take(EditResult.unchanged(request))
    document.apply("Style", plan.applied_to(()), plan.filled)
    assert not document.has_mask
    document.undo_stack.undo()
    assert document.has_mask


def test_without_a_painted_mask_there_is_nothing_to_ask_for(lending, face, people):
    assert lending.style(people[0], face, MASK, 1) is None
    assert lending.pixels(people[0], face, MASK, 1) is None


def test_pixels_below_a_painted_mask_are_asked_for_with_all_that_it_covers(
    document, lending, face, people, request_of
):
    document.paint(Patch(150, 180, np.full((30, 40), 200, np.uint8)))
    wanted = lending.pixels(people[0], face, MASK, 1)
    request = request_of(wanted)
    assert np.count_nonzero(request.mask) == 30 * 40
    assert request.exemplar is people[0].image
    assert (request.parts, request.hair) == ((), False)
    assert wanted.only_blends
    assert title_in_words(wanted) == "Painted mask from Anna"


def test_the_mask_in_hand_is_taken_the_other_way_in_its_place(
    document, lending, face, people, make
):
    document.paint(Patch(150, 180, np.full((30, 40), 255, np.uint8)))
    first = make(lending.pixels(people[0], face, MASK, 1))
    document.clear_mask()
    second = make(lending.style(people[1], face, MASK, 2))
    assert second.adjusts(first)
    assert second.hole is first.hole
    third = lending.pixels(people[1], face, MASK, 3)
    assert third.adjusts(first)
    assert third.hole is first.hole


def test_the_result_in_hand_keeps_its_hole_for_another_exemplar(
    document, lending, face, people, make
):
    document.paint(Patch(150, 180, np.full((30, 40), 255, np.uint8)))
    first = make(lending.style(people[0], face, MASK, 1))
    document.clear_mask()
    second = lending.style(people[1], face, MASK, 2)
    assert second.adjusts(first)
    assert second.hole is first.hole
    assert second.exemplar is people[1]


def test_another_exemplar_for_the_same_takes_the_place_of_the_first(lending, face, people, make):
    first = make(lending.style(people[0], face, HAIR, 1))
    assert lending.style(people[1], face, HAIR, 2).adjusts(first)
    assert not lending.style(people[1], face, LOOK, 2).adjusts(first)


def test_a_random_style_is_another_one_each_time(lending, face, make, request_of):
    first = make(lending.style(None, face, HAIR, 1))
    second = lending.style(None, face, HAIR, 2)
    assert request_of(first).exemplar is None
    assert second.adjusts(first)
    assert second.seed != first.seed


def test_lines_that_were_drawn_guide_the_style(document, lending, face, people, request_of):
    document.sketch.draw(Patch(190, 120, np.full((2, 50), 255, np.uint8)), erase=False)
    request = request_of(lending.style(people[0], face, HAIR, 1))
    assert np.count_nonzero(request.lines) == 100


def test_a_preview_keeps_thin_lines_and_the_mask(document, lending, face, people):
    document.paint(Patch(150, 180, np.full((60, 60), 255, np.uint8)))
    document.sketch.draw(Patch(160, 200, np.full((1, 40), 255, np.uint8)), erase=False)
    wanted = lending.style(people[0], face, MASK, 1)
    request = Previewer(document.original(), (), None, wanted.window, 0.4).request(wanted)
    scale = len(request.image) / (wanted.window[0].stop - wanted.window[0].start)
    assert request.draft
    assert scale < 0.8
    assert request.mask.shape == request.lines.shape == request.image.shape[:2]
    assert (request.lines > 127).sum() >= 0.8 * 40 * scale
    assert np.count_nonzero(request.mask) == pytest.approx((60 * scale) ** 2, rel=0.2)


def test_results_are_named_after_whom_they_are_like(lending, face, people):
    like_anna = lending.style(people[0], face, HAIR, 1)
    assert title_in_words(like_anna) == "Hair like Anna"
    assert title_in_words(lending.style(None, face, LOOK, 1)) == "Whole look in a random style"
    weaker = type(like_anna)(
        like_anna.window, face.landmarks, HAIR, 1, *people[:1], second=people[1], strength=0.5
    )
    assert in_words(weaker) == "Hair like Anna and Bert, 50 %"
