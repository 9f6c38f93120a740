"""Labels, their names and colours, and the patent's regions."""

import cv2
import numpy as np

from core.anatomy.regions import (
    HEAD_COUNT,
    LEGEND,
    MIRRORED_REGIONS,
    PUBLISHED_COUNT,
    Region,
    StyleRegion,
    colour_labels,
    to_head,
    to_published,
    to_style_regions,
)

EVERY_LABEL = np.arange(len(Region), dtype=np.uint8)[None]


def test_every_label_has_a_name_and_a_colour_of_its_own():
    assert set(LEGEND) == set(Region)
    assert len({entry.title for entry in LEGEND.values()}) == len(Region)
    assert len({entry.colour for entry in LEGEND.values()}) == len(Region)


def test_what_is_worn_is_told_from_all_else_by_its_colour():
    swatches = np.array([[LEGEND[region].colour for region in Region]], np.float32) / 255
    lab = cv2.cvtColor(swatches, cv2.COLOR_RGB2LAB)[0]
    distances = np.linalg.norm(lab[:, None] - lab, axis=2) + 100 * np.eye(len(Region))
    assert distances[HEAD_COUNT:].min() > 35  # in CIE Lab; both brows are 14 apart


def test_the_patents_eight_regions_and_the_rest_cover_every_label():
    assert set(to_style_regions(EVERY_LABEL).ravel()) == set(StyleRegion)


def test_both_lips_and_the_inner_mouth_are_one_style_region():
    lips = np.array([[Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP]], np.uint8)
    assert (to_style_regions(lips) == StyleRegion.MOUTH).all()


def test_what_is_worn_becomes_what_lies_beneath_and_the_head_stays():
    head = to_head(EVERY_LABEL)[0]
    assert (head[:HEAD_COUNT] == EVERY_LABEL[0, :HEAD_COUNT]).all()
    assert head.max() < HEAD_COUNT
    assert head[Region.GLASSES] == Region.SKIN
    assert head[Region.NECKLACE] == Region.NECK
    assert to_head(np.array([[255]], np.uint8)) == 255


def test_published_maps_call_neck_and_ears_background():
    maps = to_published(EVERY_LABEL)
    assert maps.max() == PUBLISHED_COUNT - 1
    assert (maps[0, [Region.NECK, Region.EARS]] == Region.BACKGROUND).all()
    assert maps.dtype == np.uint8


def test_a_mirrored_face_has_its_eyes_and_brows_swapped():
    assert MIRRORED_REGIONS[Region.LEFT_EYE] == Region.RIGHT_EYE
    assert MIRRORED_REGIONS[Region.RIGHT_BROW] == Region.LEFT_BROW
    assert (MIRRORED_REGIONS[MIRRORED_REGIONS] == EVERY_LABEL[0]).all()


def test_labels_are_painted_in_their_colours():
    painted = colour_labels(EVERY_LABEL)
    assert tuple(painted[0, Region.NOSE]) == LEGEND[Region.NOSE].colour
