"""An exemplar's hair is drawn where it would lie on the face, and nothing beside it."""

import cv2
import numpy as np
import pytest

from core.edit.hair_lines import hair_lines, long_edges
from core.face.align import canonical_frame, region_frame
from core.face.parse import parsing_frame


@pytest.fixture
def parsing(landmarks):
    return parsing_frame(canonical_frame(landmarks))


@pytest.fixture
def disc():
    """Dark hair on white, and a dark square far from it; (256, 256, 3) and where the hair is."""
    portrait = np.full((256, 256, 3), 235, np.uint8)
    cv2.circle(portrait, (128, 70), 40, (40, 30, 20), -1)
    portrait[190:230, 40:80] = 20
    hair = np.zeros((256, 256), np.uint8)
    cv2.circle(hair, (128, 70), 40, 255, -1)
    return portrait, hair


@pytest.mark.parametrize("size", [64, 96, 128])
@pytest.mark.parametrize("side", [1.0, 1.2])
def test_the_outline_of_the_hair_is_drawn_in_any_frame_of_the_face(
    disc, parsing, landmarks, size, side
):
    frame = region_frame(canonical_frame(landmarks), (0.5, 0.5), side, size)
    drawn = hair_lines(*disc, parsing, frame)
    assert set(np.unique(drawn)) == {0, 255}
    rows, columns = np.nonzero(drawn)
    assert len(rows) > 0.5 * size
    there = parsing.to_frame(frame.to_photo(np.column_stack([columns, rows]).astype(float)))
    away = np.hypot(*(there - [128, 70]).T)
    assert np.abs(away - 40).max() < 2.5 * 256 / size


def test_pictures_of_16_bits_are_drawn_alike(disc, parsing, landmarks):
    portrait, hair = disc
    frame = canonical_frame(landmarks, 128)
    fine = hair_lines(portrait.astype(np.uint16) * 257, hair, parsing, frame)
    assert np.array_equal(fine, hair_lines(portrait, hair, parsing, frame))


def test_without_hair_nothing_is_drawn(disc, parsing, landmarks):
    nothing = np.zeros((256, 256), np.uint8)
    assert not hair_lines(disc[0], nothing, parsing, canonical_frame(landmarks, 128)).any()


def test_specks_are_no_edges():
    grey = np.full((64, 64), 200, np.uint8)
    grey[20, 20] = 140
    grey[40:42, :] = 0
    grey[20, 45:49] = 120  # seen, but short
    found = long_edges(grey, 0.5, 300.0)
    assert not found[:30].any()
    assert found[36:46].any()
