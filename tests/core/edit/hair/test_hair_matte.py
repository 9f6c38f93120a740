"""Hair is separated from what is behind it by its colours, too."""

import numpy as np
import pytest
import torch

from core.anatomy.regions import Region
from core.edit.hair.hair_matte import hair_matte_of
from core.edit.networks import Networks
from core.face.align import canonical_frame
from core.face.parse import parsing_frame

SIDE = 256
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]
HEAD = np.hypot(ROWS - 140, COLUMNS - 128) < 60
HAIR = (np.hypot(ROWS - 120, COLUMNS - 128) < 90) & ~HEAD & (ROWS < 150)


@pytest.fixture
def matte_of(landmarks, monkeypatch):
    """Matte a drawn head's hair, given its labels."""
    frame = parsing_frame(canonical_frame(landmarks))

    def matte_drawn(image, labels, moved=0):
        monkeypatch.setattr("core.edit.networks.Networks.parse_face", lambda *_: labels)
        points = frame.to_frame(landmarks) - [0, moved]
        return hair_matte_of(image, points, Networks(torch.device("cpu")))

    return matte_drawn


def drawn(hair, background, skin=180):
    """A head with hair on a plain background, and right labels."""
    image = np.full((SIDE, SIDE, 3), background, np.uint8)
    image[HEAD], image[HAIR] = skin, hair
    labels = np.where(HEAD, Region.SKIN, np.where(HAIR, Region.HAIR, Region.BACKGROUND))
    return image, labels.astype(np.uint8)


def test_black_hair_before_white_is_found_where_the_parser_misses_its_edge(matte_of):
    image, labels = drawn(hair=4, background=255)
    inner = np.hypot(ROWS - 120, COLUMNS - 128) < 87
    labels[HAIR & ~inner] = Region.BACKGROUND
    found = matte_of(image, labels).coverage[::2, ::2] > 0.5
    edge = HAIR & ~inner & (ROWS < 140)
    assert found[edge].mean() > 0.9
    assert found[~HAIR].mean() < 0.01


def test_a_board_behind_hair_is_none_however_deep_in_it_the_parser_sees_it(matte_of):
    image, labels = drawn(hair=40, background=(20, 90, 70))
    hair = HAIR & (COLUMNS < 180)
    image[HAIR & ~hair] = 20, 90, 70
    found = matte_of(image, labels).coverage[::2, ::2] > 0.5
    assert found[HAIR & ~hair].mean() < 0.1
    assert found[hair & (ROWS < 140)].mean() > 0.9


def test_a_piece_beside_the_face_that_is_not_connected_to_hair_is_none(matte_of):
    image, labels = drawn(hair=40, background=225)
    free = HAIR & (COLUMNS < 170)
    arm = (abs(ROWS - 115) < 12) & (abs(COLUMNS - 196) < 8)
    image[HAIR & ~free], image[arm] = 225, 45
    labels[HAIR & ~free], labels[arm] = Region.BACKGROUND, Region.HAIR
    found = matte_of(image, labels).coverage[::2, ::2] > 0.5
    assert not found[arm].any()
    assert found[free & (ROWS < 140)].mean() > 0.9


def test_cropped_hair_beside_the_face_is_hair_however_thin(matte_of):
    image, labels = drawn(hair=40, background=225)
    thin = HAIR & (np.hypot(ROWS - 140, COLUMNS - 128) < 64)
    image[HAIR & ~thin], labels[HAIR & ~thin] = 225, Region.BACKGROUND
    found = matte_of(image, labels).coverage[::2, ::2] > 0.5
    temples = thin & (ROWS > 110) & (ROWS < 145)
    assert found[temples].mean() > 0.7


def test_specks_beside_the_face_are_no_hair(matte_of):
    image, labels = drawn(hair=40, background=225)
    speck = (abs(ROWS - 140) < 3) & (abs(COLUMNS - 191) < 3)
    image[HAIR & (ROWS > 120)], image[speck] = 225, 40
    labels[HAIR & (ROWS > 120)], labels[speck] = Region.BACKGROUND, Region.HAIR
    assert not (matte_of(image, labels).coverage[::2, ::2] > 0.5)[speck].any()


def test_hair_that_the_pictures_upper_edge_cuts_off_is_rounded_off(matte_of):
    image, labels = drawn(hair=40, background=225)
    top = 48
    found = matte_of(image[top:], labels, moved=top).coverage[::2, ::2] > 0.5
    middle = np.flatnonzero(found[:, 128])[0]
    assert 20 < middle < top - 5
    sides = [np.flatnonzero(found[:, 128 + away])[0] for away in (-35, 35)]
    assert min(sides) > middle + 4
    assert found[middle:78, 128].all()


def test_hair_below_the_pictures_upper_edge_stays_as_it_is(matte_of):
    image, labels = drawn(hair=40, background=225)
    whole = matte_of(image, labels).coverage
    less = matte_of(image[20:], labels, moved=20).coverage
    assert np.abs(whole - less).max() < 0.01


def test_hair_that_the_parser_misses_below_the_pictures_upper_edge_may_show_too(matte_of):
    image, labels = drawn(hair=40, background=225)
    ends = 44  # row of the frame above which the picture is cut off
    missed = HAIR & (ends + 12 > ROWS)
    labels[missed] = Region.BACKGROUND
    image[missed] = 215  # in glaring light
    possible = matte_of(image[ends:], labels, moved=ends).possible_hair[::2, ::2] > 0
    assert possible[missed & (ends + 3 < ROWS)].mean() > 0.95
    assert not possible[ROWS > 200].any()


def test_the_same_head_is_matted_once(landmarks, monkeypatch):
    frame = parsing_frame(canonical_frame(landmarks))
    image, labels = drawn(hair=40, background=250)
    monkeypatch.setattr("core.edit.networks.Networks.parse_face", lambda *_: labels)
    networks, points = Networks(torch.device("cpu")), frame.to_frame(landmarks)
    first, again = (hair_matte_of(image, points, networks) for _ in range(2))
    darker = hair_matte_of(image // 2, points, networks)
    assert again.coverage is first.coverage
    assert darker.coverage is not first.coverage
