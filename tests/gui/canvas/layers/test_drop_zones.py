"""What an exemplar that is dropped somewhere on the photo changes, where styles are offered."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from core.imaging.windows import whole_window
from faceeditor_gui.canvas.layers.drop_zones import DropAreas, OutlinedArea, drop_zone_at
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.region_map import FoundRegions
from faceeditor_gui.state.exemplar_parts import WholePart

MOUTH, CHEEK, ABOVE, BESIDE = (200.0, 262.0), (225.0, 228.0), (200.0, 130.0), (120.0, 290.0)


@pytest.fixture
def portrait(make_face):
    """A face with brows above its eyes and a nose below them."""
    face = make_face()
    face.landmarks[17:27, 1] = 180.0
    face.landmarks[27:36, 1] = np.linspace(205.0, 235.0, 9)
    return face


@pytest.fixture
def part_at(document, portrait):
    def find(*at: float):
        areas = DropAreas.from_document(document)
        zone = drop_zone_at([(portrait, portrait.landmarks)], at, 2.0, areas)
        return None if zone is None else zone.part

    return find


@pytest.fixture
def hair_is_known(document, portrait):
    labels = np.full((480, 640), Region.SKIN, np.uint8)
    labels[60:172, 100:300] = Region.HAIR
    document.regions.set_found(FoundRegions(whole_window(480, 640), labels, portrait.landmarks))


def test_parts_of_the_face_come_before_what_surrounds_them(part_at):
    assert part_at(*MOUTH) is FacePart.MOUTH
    assert part_at(*CHEEK) is FacePart.FACE


def test_above_the_face_is_its_hair(part_at):
    assert part_at(*ABOVE) is WholePart.HAIR


def test_hair_lies_where_the_label_map_shows_it(part_at, hair_is_known):
    assert part_at(110.0, 70.0) is WholePart.HAIR
    assert part_at(200.0, 168.0) is WholePart.HAIR
    assert part_at(*CHEEK) is FacePart.FACE


def test_a_label_map_without_hair_leaves_the_area_above_the_face(document, portrait, part_at):
    labels = np.full((480, 640), Region.SKIN, np.uint8)
    document.regions.set_found(FoundRegions(whole_window(480, 640), labels, portrait.landmarks))
    assert part_at(*ABOVE) is WholePart.HAIR


def test_around_the_head_is_the_whole_look(part_at):
    assert part_at(*BESIDE) is WholePart.LOOK
    assert part_at(600.0, 60.0) is None


def test_the_painted_mask_comes_first_even_beside_the_face(document, part_at):
    document.mask.paint(Patch(560, 40, np.full((60, 60), 255, np.uint8)))
    document.mask.paint(Patch(190, 255, np.full((20, 20), 255, np.uint8)))
    assert part_at(590.0, 70.0) is WholePart.MASK
    assert part_at(200.0, 265.0) is WholePart.MASK
    assert part_at(*CHEEK) is FacePart.FACE


@pytest.mark.parametrize("width", [1, 3])
def test_thin_strokes_of_the_mask_accept_drops_too(document, part_at, width):
    document.mask.paint(Patch(450, 60, np.full((300, width), 255, np.uint8)))
    assert part_at(450.0, 200.0) is WholePart.MASK
    assert part_at(452.0, 200.0) is WholePart.MASK
    assert part_at(460.0, 200.0) is not WholePart.MASK


def test_thin_strokes_far_across_a_large_photo_are_outlined():
    mask = np.zeros((3000, 4000), np.uint8)
    cv2.line(mask, (30, 30), (3900, 2900), 255, 3)
    area = OutlinedArea.from_mask(mask, whole_window(3000, 4000))
    assert abs(area.signed_distance((1965.0, 1465.0))) < 20


def test_a_small_face_is_hit_though_a_larger_one_has_its_whole_look_there(make_face, document):
    large, small = make_face(200, 200, 100), make_face(330, 330, 30)
    at = (330.0, 361.0)
    faces = [(one, one.landmarks) for one in (large, small)]
    zone = drop_zone_at(faces, at, 2.0, DropAreas.from_document(document))
    assert zone.face is small
    assert zone.part is FacePart.MOUTH


def test_an_outline_lies_where_the_area_does():
    mask = np.zeros((800, 1000), np.uint8)
    mask[200:600, 300:700] = 255
    area = OutlinedArea.from_mask(mask, (slice(1000, 1800), slice(2000, 3000)))
    assert area.signed_distance((2500.0, 1400.0)) > 190
    assert abs(area.signed_distance((2300.0, 1400.0))) < 4
    assert area.signed_distance((2250.0, 1400.0)) < -40
