"""The status line tells truly what an edit did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import EditResult, SmileKind
from faceeditor_gui.document.edit_settings import ExemplarSettings, SmileSettings, StyleSettings
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.wording import describe_exemplar_edit
from faceeditor_gui.jobs.edit_plan import EditPlan, EditRun
from faceeditor_gui.jobs.result_message import ResultMessage
from faceeditor_gui.state.exemplar_parts import WholePart

PHOTO = np.zeros((480, 640, 3), np.uint8)


def _finished(settings, *, is_painted: bool = True) -> EditPlan:
    """Return a plan whose one request has been answered."""
    plan = EditPlan(settings.title, [EditRun(settings)])
    result = EditResult.unchanged(plan.request(PHOTO, ()))
    plan.add_result(replace(result, is_painted=is_painted))
    return plan


@pytest.mark.parametrize("is_painted", [True, False])
def test_painting_is_told_only_where_there_was_any(make_face, is_painted):
    window = (slice(0, 480), slice(0, 640))
    settings = SmileSettings(window, make_face().landmarks, 0.5, SmileKind.OPEN)
    text = ResultMessage().describe(_finished(settings, is_painted=is_painted), 0.1)
    assert ("mouth painted" in text) == is_painted
    assert "50 %" in text


def test_a_message_names_no_network(make_face):
    window, landmarks = (slice(0, 480), slice(0, 640)), make_face(eyes=80.0).landmarks
    settings = StyleSettings(window, landmarks, (WholePart.HAIR,), number=1)
    text = ResultMessage().describe(_finished(settings), 0.4)
    assert text.startswith("Hair in a random style, painted anew, 0.4 s.")
    assert "variations" in text


def test_a_transfer_message_names_the_exemplar_and_at_first_the_next_steps(make_face):
    window, landmarks = (slice(0, 480), slice(0, 640)), make_face(eyes=80.0).landmarks
    (anna,) = cut_exemplars(PHOTO, [make_face(eyes=80.0)], "Anna").exemplars
    parts = (FacePart.EYES, FacePart.BROWS)
    settings = ExemplarSettings(window, landmarks, anna, parts, number=1)
    message = ResultMessage()
    for is_first in (True, False):
        text = message.describe(_finished(settings), 0.4)
        assert "Eyes, brows from Anna, fitted to the light, 0.4 s." in text
        assert ("shape and strength" in text) == is_first


def test_a_long_name_of_an_exemplar_is_elided(make_face):
    text = describe_exemplar_edit((FacePart.MOUTH,), "a very long name of a file that says it all")
    assert len(text) < 50
    assert text.startswith("Mouth from a very long name")
