"""What is wrong with exemplars' hair, told on their thumbnails before it is used."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.requests import CheckHairRequest
from core.errors import CheckpointError
from faceeditor_gui.appearance import qimage
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.panels.exemplar_list_view import BADGE, ExemplarListView

HAT = "The exemplar wears a hat."


@pytest.fixture(autouse=True)
def no_look_at_hair() -> None:
    """Here they are what is tested."""


@pytest.fixture
def add(window, make_face, idle):
    def run(name: str) -> None:
        picture = np.full((500, 500, 3), 60, np.uint8)
        found = cut_exemplars(picture, [make_face(250, 200, 80)], name)
        window.services.document.exemplars.add(found.exemplars)
        idle()

    return run


@pytest.fixture
def list_view(window) -> ExemplarListView:
    window._docks._panels[1].raise_()
    return window.findChild(ExemplarListView)


def _badge_pixels(view: ExemplarListView) -> int:
    shown = qimage.to_rgb(view.viewport().grab().toImage())
    return int((shown == BADGE.getRgb()[:3]).all(axis=2).sum())


def test_hair_that_cannot_serve_is_told_on_the_thumbnail(run, add, list_view):
    run.hair_problem = HAT
    add("Anna")
    assert HAT in list_view.item(0).toolTip()
    assert _badge_pixels(list_view) > 50


def test_hair_that_can_serve_has_no_badge(add, list_view):
    add("Anna")
    assert list_view.item(0).toolTip().startswith("Anna")
    assert _badge_pixels(list_view) == 0


def test_each_exemplar_is_looked_at_once(window, run, add):
    add("Anna")
    add("Berta")
    exemplars = window.services.document.exemplars
    exemplars.move(exemplars.items[1].number, 0)
    assert len(run.requests_of(CheckHairRequest)) == 2


def test_an_exemplar_that_cannot_be_looked_at_does_not_keep_others_waiting(window, run, add):
    def refuse(request: object, _: object) -> None:
        if isinstance(request, CheckHairRequest) and len(run.requests_of(CheckHairRequest)) == 1:
            raise CheckpointError("The weights are missing.")

    run.before = refuse
    run.hair_problem = HAT
    add("Anna")
    add("Berta")
    problem, exemplars = window.services.exemplar_hair.problem, window.services.document.exemplars
    assert [problem(one.number) for one in exemplars.items] == [None, HAT]
