"""What an exemplar that is dropped somewhere on the photo changes, where styles are offered."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from core.imaging.windows import whole
from faceeditor_gui.canvas.layers.drop_zones import Area, StyleAreas, zone_at
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.region_map import FoundRegions
from faceeditor_gui.state.face_targets import StyleTarget

MOUTH, CHEEK, ABOVE, BESIDE = (200.0, 262.0), (225.0, 228.0), (200.0, 130.0), (120.0, 290.0)


@pytest.fixture
def portrait(make_face):
    """A face with brows above its eyes and a nose below them."""
    face = make_face()
    face.landmarks[17:27, 1] = 180.0
    face.landmarks[27:36, 1] = np.linspace(205.0, 235.0, 9)
    return face


@pytest.fixture
def target_at(document, portrait):
    def find(*at: float):
        areas = StyleAreas.in_document(document)
        zone = zone_at([(portrait, portrait.landmarks)], at, 2.0, areas)
        return None if zone is None else zone.target

    return find


@pytest.fixture
def hair_is_known(document, portrait):
    labels = np.full((480, 640), Region.SKIN, np.uint8)
    labels[60:172, 100:300] = Region.HAIR
    document.regions.take(FoundRegions(whole(480, 640), labels, portrait.landmarks))


def test_parts_of_the_face_come_before_what_surrounds_them(target_at):
    assert target_at(*MOUTH) is FacePart.MOUTH
    assert target_at(*CHEEK) is FacePart.FACE


def test_above_the_face_is_its_hair(target_at):
    assert target_at(*ABOVE) is StyleTarget.HAIR


def test_hair_lies_where_the_map_of_regions_shows_it(target_at, hair_is_known):
    assert target_at(110.0, 70.0) is StyleTarget.HAIR
    assert target_at(200.0, 168.0) is StyleTarget.HAIR
    assert target_at(*CHEEK) is FacePart.FACE


def test_a_map_without_hair_leaves_the_place_above_the_face(document, portrait, target_at):
    labels = np.full((480, 640), Region.SKIN, np.uint8)
    document.regions.take(FoundRegions(whole(480, 640), labels, portrait.landmarks))
    assert target_at(*ABOVE) is StyleTarget.HAIR


def test_around_the_head_is_the_whole_look(target_at):
    assert target_at(*BESIDE) is StyleTarget.LOOK
    assert target_at(600.0, 60.0) is None


def test_the_painted_mask_comes_first_even_beside_the_face(document, target_at):
    document.paint(Patch(560, 40, np.full((60, 60), 255, np.uint8)))
    document.paint(Patch(190, 255, np.full((20, 20), 255, np.uint8)))
    assert target_at(590.0, 70.0) is StyleTarget.MASK
    assert target_at(200.0, 265.0) is StyleTarget.MASK
    assert target_at(*CHEEK) is FacePart.FACE


@pytest.mark.parametrize("width", [1, 3])
def test_thin_strokes_take_drops_too(document, target_at, width):
    document.paint(Patch(450, 60, np.full((300, width), 255, np.uint8)))
    assert target_at(450.0, 200.0) is StyleTarget.MASK
    assert target_at(452.0, 200.0) is StyleTarget.MASK
    assert target_at(460.0, 200.0) is not StyleTarget.MASK


def test_thin_strokes_far_across_a_large_photo_are_outlined():
    mask = np.zeros((3000, 4000), np.uint8)
    cv2.line(mask, (30, 30), (3900, 2900), 255, 3)
    area = Area.of(mask, whole(3000, 4000))
    assert abs(area.depth((1965.0, 1465.0))) < 20


def test_a_small_face_is_meant_though_a_larger_one_has_its_look_there(make_face, document):
    large, small = make_face(200, 200, 100), make_face(330, 330, 30)
    at = (330.0, 361.0)
    faces = [(one, one.landmarks) for one in (large, small)]
    zone = zone_at(faces, at, 2.0, StyleAreas.in_document(document))
    assert zone.face is small
    assert zone.target is FacePart.MOUTH


def test_an_outline_lies_where_the_area_does():
    mask = np.zeros((800, 1000), np.uint8)
    mask[200:600, 300:700] = 255
    area = Area.of(mask, (slice(1000, 1800), slice(2000, 3000)))
    assert area.depth((2500.0, 1400.0)) > 190
    assert abs(area.depth((2300.0, 1400.0))) < 4
    assert area.depth((2250.0, 1400.0)) < -40
