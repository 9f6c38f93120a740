"""What is asked for of an exemplar, as its pixels and as a style, as the document is now."""

from __future__ import annotations

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import EditResult
from faceeditor_gui.commands.exemplar_settings import ExemplarSettingsFactory
from faceeditor_gui.document.edit_settings import ExemplarEditSettings
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.exemplar import ListedExemplar, cut_exemplars
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.wording import describe_edit, describe_settings
from faceeditor_gui.jobs.edit_plan import adjustment_plan
from faceeditor_gui.jobs.preview import Previewer
from faceeditor_gui.state.exemplar_parts import WholePart

HAIR, GLASSES, MASK, LOOK = ((one,) for one in WholePart)


@pytest.fixture
def face(document, make_face):
    face = make_face()
    document.faces.set_found((face,))
    return face


@pytest.fixture
def people(make_face) -> list[ListedExemplar]:
    picture = np.full((500, 500, 3), 60, np.uint8)
    names = ("Anna", "Bert")
    return [cut_exemplars(picture, [make_face(250, 200, 80)], name).exemplars[0] for name in names]


@pytest.fixture
def factory(document, face) -> ExemplarSettingsFactory:
    return ExemplarSettingsFactory(document)


@pytest.fixture
def request_of(document):
    return lambda settings: settings.request(document.composited(settings.window))


@pytest.fixture
def make(document, request_of):
    """Make a result and put it into the document, by hand."""

    def run(settings: ExemplarEditSettings) -> ExemplarEditSettings:
        nothing = EditResult.unchanged(request_of(settings))
        document.apply(
            "Style", (*document.steps.items, EditStep.from_result(settings, nothing, ()))
        )
        document.steps.select(document.steps.items[-1].number)
        return settings

    return run


@pytest.mark.parametrize(
    ("parts", "face_parts", "hair"),
    [
        (HAIR, (), True),
        (LOOK, (FacePart.FACE,), True),
        ((FacePart.MOUTH, FacePart.EYES), (FacePart.MOUTH, FacePart.EYES), False),
    ],
)
def test_the_request_holds_the_chosen_parts(
    factory, face, people, request_of, parts, face_parts, hair
):
    request = request_of(factory.style_settings(people[0], face, parts, 1))
    assert (request.parts, request.hair, request.mask) == (face_parts, hair, None)
    assert request.exemplar.image is people[0].image


def test_the_painted_mask_goes_to_the_core_and_leaves_the_document_with_the_result(
    document, factory, face, people, request_of
):
    document.mask.paint(Patch(150, 180, np.full((30, 40), 200, np.uint8)))
    wanted = factory.style_settings(people[0], face, MASK, 1)
    request = request_of(wanted)
    assert np.count_nonzero(request.mask) == 30 * 40
    plan = adjustment_plan([wanted], ())
    plan.request(document.original(), (), [face.landmarks])
    plan.add_result(EditResult.unchanged(request))
    document.apply("Style", plan.apply_to(()), plan.filled_holes)
    assert document.mask.is_empty
    document.undo_stack.undo()
    assert not document.mask.is_empty


def test_without_a_painted_mask_there_are_no_settings(factory, face, people):
    assert factory.style_settings(people[0], face, MASK, 1) is None
    assert factory.pixel_settings(people[0], face, MASK, 1) is None


def test_the_window_of_pixels_below_a_painted_mask_holds_all_of_it(
    document, factory, face, people, request_of
):
    document.mask.paint(Patch(150, 180, np.full((30, 40), 200, np.uint8)))
    wanted = factory.pixel_settings(people[0], face, MASK, 1)
    request = request_of(wanted)
    assert np.count_nonzero(request.mask) == 30 * 40
    assert request.exemplar is people[0].image
    assert (request.parts, request.hair) == ((), False)
    assert wanted.is_blend_only
    assert describe_edit(wanted) == "Painted mask from Anna"


def test_a_selected_mask_edit_is_replaced_by_the_other_kind(document, factory, face, people, make):
    document.mask.paint(Patch(150, 180, np.full((30, 40), 255, np.uint8)))
    first = make(factory.pixel_settings(people[0], face, MASK, 1))
    document.mask.clear()
    second = make(factory.style_settings(people[1], face, MASK, 2))
    assert second.adjusts(first)
    assert second.hole is first.hole
    third = factory.pixel_settings(people[1], face, MASK, 3)
    assert third.adjusts(first)
    assert third.hole is first.hole


def test_the_selected_step_keeps_its_hole_for_another_exemplar(
    document, factory, face, people, make
):
    document.mask.paint(Patch(150, 180, np.full((30, 40), 255, np.uint8)))
    first = make(factory.style_settings(people[0], face, MASK, 1))
    document.mask.clear()
    second = factory.style_settings(people[1], face, MASK, 2)
    assert second.adjusts(first)
    assert second.hole is first.hole
    assert second.exemplar is people[1]


def test_another_exemplar_for_the_same_parts_replaces_the_first(factory, face, people, make):
    first = make(factory.style_settings(people[0], face, HAIR, 1))
    assert factory.style_settings(people[1], face, HAIR, 2).adjusts(first)
    assert not factory.style_settings(people[1], face, LOOK, 2).adjusts(first)


def test_a_random_style_is_another_one_each_time(factory, face, make, request_of):
    first = make(factory.style_settings(None, face, HAIR, 1))
    second = factory.style_settings(None, face, HAIR, 2)
    assert request_of(first).exemplar is None
    assert second.adjusts(first)
    assert second.seed != first.seed


def test_the_sketch_guides_the_style(document, factory, face, people, request_of):
    document.sketch.paint(Patch(190, 120, np.full((2, 50), 255, np.uint8)), erase=False)
    request = request_of(factory.style_settings(people[0], face, HAIR, 1))
    assert np.count_nonzero(request.lines) == 100


def test_a_preview_keeps_thin_strokes_and_the_mask(document, factory, face, people):
    document.mask.paint(Patch(150, 180, np.full((60, 60), 255, np.uint8)))
    document.sketch.paint(Patch(160, 200, np.full((1, 40), 255, np.uint8)), erase=False)
    wanted = factory.style_settings(people[0], face, MASK, 1)
    request = Previewer(document.original(), (), None, wanted.window, 0.4).request(wanted)
    scale = len(request.image) / (wanted.window[0].stop - wanted.window[0].start)
    assert request.draft
    assert scale < 0.8
    assert request.mask.shape == request.lines.shape == request.image.shape[:2]
    assert (request.lines > 127).sum() >= 0.8 * 40 * scale
    assert np.count_nonzero(request.mask) == pytest.approx((60 * scale) ** 2, rel=0.2)


def test_edits_are_named_after_their_exemplars(factory, face, people):
    like_anna = factory.style_settings(people[0], face, HAIR, 1)
    assert describe_edit(like_anna) == "Hair like Anna"
    assert (
        describe_edit(factory.style_settings(None, face, LOOK, 1)) == "Whole look in a random style"
    )
    weaker = type(like_anna)(
        like_anna.window, face.landmarks, HAIR, 1, *people[:1], second=people[1], strength=0.5
    )
    assert describe_settings(weaker) == "Hair like Anna and Bert, 50 %"
