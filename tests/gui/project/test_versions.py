"""A project of any version that ever was opens, whole, for ever."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from core.imaging.windows import whole_window
from core.progress import silent
from core.project.png import decode_png
from core.project.project_file import VERSION
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    ComponentSettings,
    EditSettings,
    ExpressionSettings,
    HairColourSettings,
    MakeUpSettings,
    MapSettings,
    RestoreSettings,
)
from faceeditor_gui.project.project_requests import OpenProjectRequest, handle_project

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(params=range(1, VERSION + 1), ids=lambda version: f"version {version}")
def path(request) -> Path:
    return DATA / f"project-{request.param}.ora"


LATER_KINDS = {
    ComponentSettings,
    ExpressionSettings,
    HairColourSettings,
    MakeUpSettings,
    MapSettings,
    RestoreSettings,
}
"""They came after the newest version's file was made; a kind more is no new version."""


@pytest.fixture
def document(qapp, path) -> Document:
    opened = handle_project(OpenProjectRequest(path), silent)
    assert opened.notices == ()
    document = Document()
    document.restore(opened.snapshot, path)
    return document


def test_every_kind_of_edit_is_there_and_can_be_asked_for_anew(document):
    kinds = {type(step.settings) for step in document.steps.items}
    assert kinds == set(get_args(EditSettings)) - LATER_KINDS
    for step in document.steps.items:
        step.settings.request(document.original()[step.settings.window])


def test_picture_is_the_one_that_was_saved(document, path):
    with zipfile.ZipFile(path) as archive:
        merged = decode_png(archive.read("mergedimage.png"))
    np.testing.assert_array_equal(document.composited(whole_window(*document.shape)), merged)


def test_all_else_is_there(document):
    assert not document.mask.is_empty
    assert not document.sketch.is_empty
    assert document.regions.painted.tiles
    assert [one.name for one in document.exemplars.items] == ["Anna"]
    assert len(document.faces.items) == 1
    assert (document.steps.items[-1].opacity, document.steps.items[-1].settings.seed) == (0.5, 3)
