"""A part is laid around its points, away from what hides either face."""

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.transfer.part_geometry import exchanged
from core.edit.transfer.part_placement import Hidden, covered_by, place_of
from core.edit.warping.warp import Warp
from core.errors import InvalidRequestError
from core.face.align import canonical_frame, region_frame

WINDOW = slice(0, 512), slice(0, 512)
MOUTH = exchanged((FacePart.MOUTH,))


@pytest.fixture
def place(landmarks):
    """Find the mouth's place, given what hides the photo's face and the exemplar's."""
    canonical = canonical_frame(landmarks)
    own = canonical.to_frame(landmarks)
    still = Warp(canonical, own, own)
    frame = region_frame(canonical, (0.5, 0.73), 0.5, 128)

    def find(over=0, other=0):
        masks = [np.broadcast_to(np.uint8(mask), (512, 512)).copy() for mask in (over, other)]
        hidden = Hidden(still, masks[0], still, masks[1], np.eye(2, 3))
        return place_of(frame, MOUTH, landmarks, WINDOW, hidden)

    return find


def _whole(place):
    soft = np.zeros((512, 512), np.uint8)
    soft[place.near] = place.soft
    return soft


def _left_of(column):
    return np.where(np.arange(512) < column, 255, 0).astype(np.uint8)[None]


def test_the_lips_are_covered_and_the_border_is_soft(place, landmarks):
    found = place()
    soft = _whole(found)
    x, y = np.rint(landmarks[48:60]).astype(int).T
    assert (soft[y, x] > 200).all()
    assert len(np.unique(soft)) > 20
    assert found.notices == ()


def test_what_hides_either_face_stays_and_the_cover_fades_towards_it(place, landmarks):
    column = int(landmarks[50, 0])
    for found in (place(over=_left_of(column)), place(other=_left_of(column))):
        soft = _whole(found)
        assert not soft[:, :column].any()
        row = soft[int(landmarks[51, 1]), column : column + 12].astype(int)
        assert (np.diff(row) >= 0).all()
        assert row[-1] == 255


def test_only_what_hides_the_exemplar_is_told_of(place, landmarks):
    column = int(landmarks[50, 0])
    assert place(over=_left_of(column)).notices == ()
    assert any("keeps its own" in notice for notice in place(other=_left_of(column)).notices)


def test_a_hidden_exemplar_is_refused(place):
    with pytest.raises(InvalidRequestError, match="covers the exemplar"):
        place(other=255)


def test_what_is_wholly_covered_is_told_apart_from_the_border(place):
    found = place()
    covered = covered_by([found], WINDOW)
    assert np.array_equal(covered > 0, _whole(found) == 255)
