"""Hair is told from what is behind it by its colours, too."""

import numpy as np
import pytest
import torch

from core.anatomy.regions import Region
from core.edit.hair.hair_matte import cut_out
from core.edit.networks import Painters
from core.face.align import canonical_frame
from core.face.parse import parsing_frame

SIDE = 256
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]
HEAD = np.hypot(ROWS - 140, COLUMNS - 128) < 60
HAIR = (np.hypot(ROWS - 120, COLUMNS - 128) < 90) & ~HEAD & (ROWS < 150)


@pytest.fixture
def cut(landmarks, monkeypatch):
    """Cut out a drawn head's hair: what the parser says of it is given."""
    frame = parsing_frame(canonical_frame(landmarks))

    def cut_drawn(picture, labels, moved=0):
        monkeypatch.setattr("core.edit.networks.Painters.labels", lambda *_: labels)
        points = frame.to_frame(landmarks) - [0, moved]
        return cut_out(picture, points, Painters(torch.device("cpu")))

    return cut_drawn


def drawn(hair, behind, skin=180):
    """A head with hair on a plain background, and right labels."""
    picture = np.full((SIDE, SIDE, 3), behind, np.uint8)
    picture[HEAD], picture[HAIR] = skin, hair
    labels = np.where(HEAD, Region.SKIN, np.where(HAIR, Region.HAIR, Region.BACKGROUND))
    return picture, labels.astype(np.uint8)


def test_black_hair_before_white_is_found_where_the_parser_misses_its_edge(cut):
    picture, labels = drawn(hair=4, behind=255)
    inner = np.hypot(ROWS - 120, COLUMNS - 128) < 87
    labels[HAIR & ~inner] = Region.BACKGROUND
    found = cut(picture, labels).coverage[::2, ::2] > 0.5
    edge = HAIR & ~inner & (ROWS < 140)
    assert found[edge].mean() > 0.9
    assert found[~HAIR].mean() < 0.01


def test_a_board_behind_hair_is_none_however_deep_in_it_the_parser_sees_it(cut):
    picture, labels = drawn(hair=40, behind=(20, 90, 70))
    hair = HAIR & (COLUMNS < 180)
    picture[HAIR & ~hair] = 20, 90, 70
    found = cut(picture, labels).coverage[::2, ::2] > 0.5
    assert found[HAIR & ~hair].mean() < 0.1
    assert found[hair & (ROWS < 140)].mean() > 0.9


def test_a_piece_beside_the_face_that_does_not_hang_together_with_hair_is_none(cut):
    picture, labels = drawn(hair=40, behind=225)
    free = HAIR & (COLUMNS < 170)
    arm = (abs(ROWS - 115) < 12) & (abs(COLUMNS - 196) < 8)
    picture[HAIR & ~free], picture[arm] = 225, 45
    labels[HAIR & ~free], labels[arm] = Region.BACKGROUND, Region.HAIR
    found = cut(picture, labels).coverage[::2, ::2] > 0.5
    assert not found[arm].any()
    assert found[free & (ROWS < 140)].mean() > 0.9


def test_hair_that_the_pictures_upper_edge_cuts_off_is_rounded_off(cut):
    picture, labels = drawn(hair=40, behind=225)
    top = 48
    found = cut(picture[top:], labels, moved=top).coverage[::2, ::2] > 0.5
    middle = np.flatnonzero(found[:, 128])[0]
    assert 20 < middle < top - 5
    sides = [np.flatnonzero(found[:, 128 + away])[0] for away in (-35, 35)]
    assert min(sides) > middle + 4
    assert found[middle:78, 128].all()


def test_hair_below_the_pictures_upper_edge_stays_as_it_is(cut):
    picture, labels = drawn(hair=40, behind=225)
    whole = cut(picture, labels).coverage
    less = cut(picture[20:], labels, moved=20).coverage
    assert np.abs(whole - less).max() < 0.01


def test_hair_that_the_parser_misses_below_the_pictures_upper_edge_may_show_too(cut):
    picture, labels = drawn(hair=40, behind=225)
    ends = 44  # row of the frame above which the picture is cut off
    missed = HAIR & (ends + 12 > ROWS)
    labels[missed] = Region.BACKGROUND
    picture[missed] = 215  # in glaring light
    hairy = cut(picture[ends:], labels, moved=ends).hairy[::2, ::2] > 0
    assert hairy[missed & (ends + 3 < ROWS)].mean() > 0.95
    assert not hairy[ROWS > 200].any()


def test_the_same_head_is_cut_out_once(landmarks, monkeypatch):
    frame = parsing_frame(canonical_frame(landmarks))
    picture, labels = drawn(hair=40, behind=250)
    monkeypatch.setattr("core.edit.networks.Painters.labels", lambda *_: labels)
    painters, points = Painters(torch.device("cpu")), frame.to_frame(landmarks)
    first, again = (cut_out(picture, points, painters) for _ in range(2))
    other = cut_out(picture // 2, points, painters)
    assert again.coverage is first.coverage
    assert other.coverage is not first.coverage
