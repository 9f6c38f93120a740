"""Results changed to another part of the same exemplar, as pixels or as a style."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QAction

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest, Guide, StyleRequest
from faceeditor_gui.document.edit_settings import ExemplarSettings, StyleSettings
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.panels.change_part_button import ChangePartButton
from faceeditor_gui.panels.exemplar_options import ExemplarOptions
from faceeditor_gui.panels.style_options import StyleOptions
from faceeditor_gui.state.exemplar_parts import WholePart


@pytest.fixture(autouse=True)
def offers_style(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: True)


@pytest.fixture(autouse=True)
def anna(window, make_face):
    picture = np.full((500, 500, 3), 60, np.uint8)
    found = cut_exemplars(picture, [make_face(250, 200, 80)], "Anna")
    window.services.document.exemplars.add(found.exemplars)
    return window.services.document.exemplars.items[0]


@pytest.fixture
def transfer(window, idle):
    def run(part, guide=Guide.PIXELS) -> None:
        window.services.tool_state.exemplar_mode.choose(guide)
        window.services.exemplar_edits.transfer_chosen(part)
        idle()

    return run


@pytest.fixture
def made(window):
    return lambda: window.services.document.steps.items[-1].settings


@pytest.fixture
def offered(window, made):
    """Return the entries that are seen, by heading and text."""

    def entries() -> dict[str, dict[str, QAction]]:
        kind = StyleOptions if isinstance(made(), StyleSettings) else ExemplarOptions
        found, heading = {}, ""
        for action in window.findChild(kind).findChild(ChangePartButton).menu().actions():
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


def test_a_part_in_a_style_is_replaced_by_the_exemplars_pixels(
    window, run, transfer, made, offered, idle, anna
):
    transfer(FacePart.MOUTH, Guide.STYLE)
    number = window.services.document.steps.items[-1].number
    offered()["As pixels"]["Mouth"].trigger()
    idle()
    assert isinstance(made(), ExemplarSettings)
    assert run.requests_of(ExemplarRequest)[-1].parts == (FacePart.MOUTH,)
    assert run.requests_of(ExemplarRequest)[-1].exemplar is anna.image
    assert [step.number for step in window.services.document.steps.items] == [number]
    assert window.services.document.steps.selected.number == number
    assert _ticked(offered) == [("As pixels", "Mouth")]
    assert window.findChild(StyleOptions).isHidden()
    assert window.services.document.undo_stack.undoText() == "Mouth from Anna"


def test_pixels_are_replaced_by_a_style_and_undo_brings_them_back(
    window, run, transfer, made, offered, idle, anna
):
    transfer(FacePart.EYES)
    offered()["As a style"]["Hair"].trigger()
    idle()
    request = run.requests_of(StyleRequest)[-1]
    assert (request.parts, request.hair) == ((), True)
    assert request.exemplar.image is anna.image
    assert made().parts == (WholePart.HAIR,)
    assert len(window.services.document.steps.items) == 1
    assert _ticked(offered) == [("As a style", "Hair")]
    window.undo()
    assert made().parts == (FacePart.EYES,)
    assert not window.findChild(ExemplarOptions).isHidden()


def test_strength_and_variation_stay_with_another_part(run, transfer, window, made, offered, idle):
    transfer(WholePart.HAIR, Guide.STYLE)
    number = window.services.document.steps.items[-1].number
    window.services.document.steps.set_strength(number, 0.4)
    offered()["As a style"]["Whole look"].trigger()
    idle()
    assert made().strength == run.requests_of(StyleRequest)[-1].strength == 0.4
    offered()["As pixels"]["Nose"].trigger()
    idle()
    assert run.requests_of(ExemplarRequest)[-1].strength == 0.4


def test_a_mask_in_a_style_becomes_a_part_of_the_face(window, run, transfer, made, offered, idle):
    window.services.document.mask.paint(Patch(150, 180, np.full((30, 40), 255, np.uint8)))
    transfer(WholePart.MASK, Guide.STYLE)
    assert _ticked(offered) == [("As a style", "Painted mask")]
    offered()["As a style"]["Nose"].trigger()
    idle()
    assert made().hole is None
    assert run.requests_of(StyleRequest)[-1].mask is None


def test_a_masked_area_changes_its_guide_and_a_part_has_no_mask_to_go_back_to(
    window, run, transfer, made, offered, idle
):
    window.services.document.mask.paint(Patch(150, 180, np.full((30, 40), 255, np.uint8)))
    transfer(WholePart.MASK)
    hole = made().hole
    for heading, kind in (("As a style", StyleRequest), ("As pixels", ExemplarRequest)):
        offered()[heading]["Painted mask"].trigger()
        idle()
        assert made().hole is hole
        assert np.count_nonzero(run.requests_of(kind)[-1].mask) == 30 * 40
    assert len(window.services.document.steps.items) == 1
    offered()["As pixels"]["Nose"].trigger()
    idle()
    assert "Painted mask" not in offered()["As pixels"]


def test_a_random_style_offers_no_pixels(window, offered, idle):
    window.services.tool_state.exemplar_mode.set_parts((WholePart.HAIR,))
    window.services.exemplar_edits.apply_random_style()
    idle()
    assert list(offered()) == ["As a style"]


def test_choosing_the_present_part_runs_no_edit(run, window, transfer, offered, idle):
    transfer(WholePart.HAIR, Guide.STYLE)
    before = len(run.requests)
    offered()["As a style"]["Hair"].trigger()
    idle()
    assert len(run.requests) == before
    assert _ticked(offered) == [("As a style", "Hair")]
