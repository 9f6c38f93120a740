"""Labels, their names and colours, and the patent's regions."""

import numpy as np

from core.anatomy.regions import (
    LOOKS,
    MIRRORED,
    PUBLISHED,
    Region,
    StyleRegion,
    coloured,
    published,
    style_regions,
)

EVERY_LABEL = np.arange(len(Region), dtype=np.uint8)[None]


def test_every_label_has_a_name_and_a_colour_of_its_own():
    assert set(LOOKS) == set(Region)
    assert len({look.title for look in LOOKS.values()}) == len(Region)
    assert len({look.colour for look in LOOKS.values()}) == len(Region)


def test_the_patents_eight_regions_and_the_rest_cover_every_label():
    assert set(style_regions(EVERY_LABEL).ravel()) == set(StyleRegion)


def test_both_lips_and_the_inner_mouth_are_one_style_region():
    lips = np.array([[Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP]], np.uint8)
    assert (style_regions(lips) == StyleRegion.MOUTH).all()


def test_published_maps_call_neck_and_ears_background():
    maps = published(EVERY_LABEL)
    assert maps.max() == PUBLISHED - 1
    assert (maps[0, [Region.NECK, Region.EARS]] == Region.BACKGROUND).all()
    assert maps.dtype == np.uint8


def test_a_mirrored_face_has_its_eyes_and_brows_exchanged():
    assert MIRRORED[Region.LEFT_EYE] == Region.RIGHT_EYE
    assert MIRRORED[Region.RIGHT_BROW] == Region.LEFT_BROW
    assert (MIRRORED[MIRRORED] == EVERY_LABEL[0]).all()


def test_labels_are_painted_in_their_colours():
    painted = coloured(EVERY_LABEL)
    assert tuple(painted[0, Region.NOSE]) == LOOKS[Region.NOSE].colour
