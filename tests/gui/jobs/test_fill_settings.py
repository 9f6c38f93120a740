"""What a fill of the mask asks for."""

from __future__ import annotations

import numpy as np
import pytest

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import Region
from core.image_io.photo import photo_from_array
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.fill_settings import settings_of_mask


def _cover(document: Document, left: int, top: int, side: int = 20) -> None:
    document.mask.paint(Patch(left, top, np.full((side, side), 255, np.uint8)))


def test_an_empty_mask_asks_for_nothing(document):
    assert settings_of_mask(document) == []


def test_several_holes_are_one_fill(document):
    _cover(document, 20, 30)
    _cover(document, 580, 400)
    (settings,) = settings_of_mask(document)
    assert settings.hole.window == (slice(30, 420), slice(20, 600))
    assert np.count_nonzero(settings.hole.pixels) == 800


def test_the_request_holds_the_faces_near_the_hole_only(document, make_face):
    near, far = make_face(150.0, 150.0, 30.0), make_face(580.0, 400.0, 20.0)
    document.faces.set_found((near, far))
    _cover(document, 140, 160)
    (settings,) = settings_of_mask(document)
    assert [one is near.landmarks for one in settings.faces] == [True]


def test_holes_in_far_corners_of_a_large_photo_are_kept_apart(qapp):
    document = Document()
    document.open(photo_from_array(np.zeros((2500, 3000, 3), np.uint8)), "large.png")
    _cover(document, 10, 10)
    _cover(document, 2900, 2400)
    asked = settings_of_mask(document)
    assert sorted(settings.hole.left for settings in asked) == [10, 2900]
    assert max(settings.hole.pixels.size for settings in asked) == 400


@pytest.mark.parametrize("corner", [(0, 0), (620, 460)])
def test_the_context_window_is_clipped_to_the_photo(document, corner):
    _cover(document, *corner)
    (settings,) = settings_of_mask(document)
    rows, columns = settings.window
    assert 0 <= rows.start < rows.stop <= 480
    assert 0 <= columns.start < columns.stop <= 640


def test_a_fill_request_holds_the_regions_painted_near_its_hole(document):
    document.mask.paint(Patch(300, 200, np.full((40, 40), 255, np.uint8)))
    (before,) = settings_of_mask(document)
    document.regions.paint(Patch(310, 210, np.full((8, 8), 255, np.uint8)), Region.LEFT_EYE)
    (settings,) = settings_of_mask(document)
    image = document.composited(settings.window)
    assert before.request(image).labels is None
    labels = settings.request(image).labels
    rows, columns = settings.window
    top, left = 210 - rows.start, 310 - columns.start
    assert (labels[top : top + 8, left : left + 8] == Region.LEFT_EYE).all()
    assert np.count_nonzero(labels != UNKNOWN) == 64
