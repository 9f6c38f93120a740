"""The status line tells truly what an edit did."""

from __future__ import annotations

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import EditResult, SmileKind
from faceeditor_gui.document.edit_settings import ExemplarSettings, SmileSettings, StyleSettings
from faceeditor_gui.document.exemplar import exemplars_of
from faceeditor_gui.document.wording import borrowed_in_words
from faceeditor_gui.jobs.edit_plan import Plan
from faceeditor_gui.jobs.result_message import Explainer
from faceeditor_gui.state.face_targets import StyleTarget


@pytest.mark.parametrize("is_painted", [True, False])
def test_a_network_is_named_only_where_it_painted(make_face, is_painted):
    window = (slice(0, 480), slice(0, 640))
    settings = SmileSettings(window, make_face().landmarks, 0.5, SmileKind.OPEN)
    request = settings.request(np.zeros((480, 640, 3), np.uint8))
    nothing = np.zeros((1, 1), np.uint8)
    explainer = Explainer()
    patch = np.zeros((1, 1, 3), np.uint8)
    explainer.take(EditResult(patch, 0, 0, nothing, request, is_painted=is_painted))
    said = explainer.edit(Plan("Smile", [settings]), 0.1)
    assert ("painted by" in said) == is_painted
    assert "50 %" in said


def test_a_style_is_told_with_the_network_that_painted_it(make_face):
    window, landmarks = (slice(0, 480), slice(0, 640)), make_face(eyes=80.0).landmarks
    settings = StyleSettings(window, landmarks, (StyleTarget.HAIR,), number=1)
    explainer = Explainer()
    explainer.take(EditResult.unchanged(settings.request(np.zeros((480, 640, 3), np.uint8))))
    said = explainer.edit(Plan("Style", [settings]), 0.4)
    assert said.startswith("Hair in a random style, painted by EXE-GAN, 0.4 s.")
    assert "variations" in said


def test_what_was_taken_from_whom_is_told_and_the_first_time_what_to_do_next(make_face):
    window, landmarks = (slice(0, 480), slice(0, 640)), make_face(eyes=80.0).landmarks
    picture = np.zeros((480, 640, 3), np.uint8)
    (anna,) = exemplars_of(picture, [make_face(eyes=80.0)], "Anna").exemplars
    parts = (FacePart.EYES, FacePart.BROWS)
    settings = ExemplarSettings(window, landmarks, anna, parts, number=1)
    explainer = Explainer()
    for is_first in (True, False):
        explainer.take(EditResult.unchanged(settings.request(picture)))
        said = explainer.edit(Plan("Exemplar", [settings]), 0.4)
        assert "Eyes, brows from Anna, fitted by the harmonizer, 0.4 s." in said
        assert ("shape and strength" in said) == is_first


def test_a_long_name_of_an_exemplar_is_cut(make_face):
    said = borrowed_in_words((FacePart.MOUTH,), "a very long name of a file that says it all")
    assert len(said) < 50
    assert said.startswith("Mouth from a very long name")
