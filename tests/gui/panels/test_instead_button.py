"""Results as something else of the same exemplar: other parts, as pixels or as a style."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QAction

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest, Guide, StyleRequest
from faceeditor_gui.document.edit_settings import ExemplarSettings, StyleSettings
from faceeditor_gui.document.exemplar import exemplars_of
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.panels.exemplar_options import ExemplarOptions
from faceeditor_gui.panels.instead_button import InsteadButton
from faceeditor_gui.panels.style_options import StyleOptions
from faceeditor_gui.state.face_targets import StyleTarget


@pytest.fixture(autouse=True)
def offers_style(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: True)


@pytest.fixture(autouse=True)
def anna(window, make_face):
    picture = np.full((500, 500, 3), 60, np.uint8)
    found = exemplars_of(picture, [make_face(250, 200, 80)], "Anna")
    window.parts.document.shelf.add(found.exemplars)
    return window.parts.document.shelf.exemplars[0]


@pytest.fixture
def take(window, idle):
    def run(target, guide=Guide.PIXELS) -> None:
        window.parts.tool_state.style.choose(guide)
        window.parts.borrowing.take_chosen(target)
        idle()

    return run


@pytest.fixture
def made(window):
    return lambda: window.parts.document.steps[-1].settings


@pytest.fixture
def offered(window, made):
    """Return the entries that are seen, by heading and text."""

    def entries() -> dict[str, dict[str, QAction]]:
        kind = StyleOptions if isinstance(made(), StyleSettings) else ExemplarOptions
        found, heading = {}, ""
        for action in window.findChild(kind).findChild(InsteadButton).menu().actions():
            if action.isVisible():
                if not action.isEnabled():
                    heading = action.text()
                    found[heading] = {}
                else:
                    found[heading][action.text()] = action
        return found

    return entries


def _ticked(offered) -> list[tuple[str, str]]:
    return [
        (heading, text)
        for heading, entries in offered().items()
        for text, action in entries.items()
        if action.isChecked()
    ]


def test_a_part_in_a_style_is_taken_as_pixels_in_its_place(
    window, run, take, made, offered, idle, anna
):
    take(FacePart.MOUTH, Guide.STYLE)
    number = window.parts.document.steps[-1].number
    offered()["As pixels"]["Mouth"].trigger()
    idle()
    assert isinstance(made(), ExemplarSettings)
    assert run.made(ExemplarRequest)[-1].parts == (FacePart.MOUTH,)
    assert run.made(ExemplarRequest)[-1].exemplar is anna.image
    assert [step.number for step in window.parts.document.steps] == [number]
    assert window.parts.document.edits.selected.number == number
    assert _ticked(offered) == [("As pixels", "Mouth")]
    assert window.findChild(StyleOptions).isHidden()
    assert window.parts.document.undo_stack.undoText() == "Mouth from Anna"


def test_pixels_are_taken_as_a_style_in_their_place_and_undo_brings_them_back(
    window, run, take, made, offered, idle, anna
):
    take(FacePart.EYES)
    offered()["As a style"]["Hair"].trigger()
    idle()
    request = run.made(StyleRequest)[-1]
    assert (request.parts, request.hair) == ((), True)
    assert request.exemplar.image is anna.image
    assert made().targets == (StyleTarget.HAIR,)
    assert len(window.parts.document.steps) == 1
    assert _ticked(offered) == [("As a style", "Hair")]
    window.undo()
    assert made().targets == (FacePart.EYES,)
    assert not window.findChild(ExemplarOptions).isHidden()


def test_strength_and_variation_stay_with_another_target(run, take, window, made, offered, idle):
    take(StyleTarget.HAIR, Guide.STYLE)
    number = window.parts.document.steps[-1].number
    window.parts.document.edits.weigh(number, 0.4)
    offered()["As a style"]["Whole look"].trigger()
    idle()
    assert made().strength == run.made(StyleRequest)[-1].strength == 0.4
    offered()["As pixels"]["Nose"].trigger()
    idle()
    assert run.made(ExemplarRequest)[-1].strength == 0.4


def test_a_mask_in_a_style_becomes_a_part_of_the_face(window, run, take, made, offered, idle):
    window.parts.document.paint(Patch(150, 180, np.full((30, 40), 255, np.uint8)))
    take(StyleTarget.MASK, Guide.STYLE)
    assert _ticked(offered) == [("As a style", "Painted mask")]
    offered()["As a style"]["Nose"].trigger()
    idle()
    assert made().hole is None
    assert run.made(StyleRequest)[-1].mask is None


def test_what_a_mask_covers_is_taken_the_other_way_and_a_part_has_no_mask_to_go_back_to(
    window, run, take, made, offered, idle
):
    window.parts.document.paint(Patch(150, 180, np.full((30, 40), 255, np.uint8)))
    take(StyleTarget.MASK)
    hole = made().hole
    for heading, kind in (("As a style", StyleRequest), ("As pixels", ExemplarRequest)):
        offered()[heading]["Painted mask"].trigger()
        idle()
        assert made().hole is hole
        assert np.count_nonzero(run.made(kind)[-1].mask) == 30 * 40
    assert len(window.parts.document.steps) == 1
    offered()["As pixels"]["Nose"].trigger()
    idle()
    assert "Painted mask" not in offered()["As pixels"]


def test_a_random_style_offers_nobodys_pixels(window, offered, idle):
    window.parts.tool_state.style.aim_at((StyleTarget.HAIR,))
    window.parts.borrowing.paint_randomly()
    idle()
    assert list(offered()) == ["As a style"]


def test_choosing_what_is_there_makes_nothing_anew(run, window, take, offered, idle):
    take(StyleTarget.HAIR, Guide.STYLE)
    before = len(run.requests)
    offered()["As a style"]["Hair"].trigger()
    idle()
    assert len(run.requests) == before
    assert _ticked(offered) == [("As a style", "Hair")]
