"""A part is placed around its landmarks, away from what hides either face."""

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.transfer.part_geometry import pieces_of
from core.edit.transfer.part_placement import Occlusions, fully_covered, place_pieces
from core.edit.warping.warp import Warp
from core.errors import InvalidRequestError
from core.face.align import canonical_frame, sub_frame

WINDOW = slice(0, 512), slice(0, 512)
MOUTH = pieces_of((FacePart.MOUTH,))


@pytest.fixture
def place(landmarks):
    """Place the mouth, given what hides the photo's face and the exemplar's."""
    canonical = canonical_frame(landmarks)
    own = canonical.to_frame(landmarks)
    unmoved = Warp(canonical, own, own)
    frame = sub_frame(canonical, (0.5, 0.73), 0.5, 128)

    def find(own_hidden=0, exemplar_hidden=0):
        masks = [
            np.broadcast_to(np.uint8(mask), (512, 512)).copy()
            for mask in (own_hidden, exemplar_hidden)
        ]
        occlusions = Occlusions(unmoved, masks[0], unmoved, masks[1], np.eye(2, 3))
        return place_pieces(frame, MOUTH, landmarks, WINDOW, occlusions)

    return find


def _whole(placement):
    coverage = np.zeros((512, 512), np.uint8)
    coverage[placement.window] = placement.coverage
    return coverage


def _left_of(column):
    return np.where(np.arange(512) < column, 255, 0).astype(np.uint8)[None]


def test_the_lips_are_covered_and_the_border_is_soft(place, landmarks):
    found = place()
    coverage = _whole(found)
    x, y = np.rint(landmarks[48:60]).astype(int).T
    assert (coverage[y, x] > 200).all()
    assert len(np.unique(coverage)) > 20
    assert found.notices == ()


def test_what_hides_either_face_stays_and_the_cover_fades_towards_it(place, landmarks):
    column = int(landmarks[50, 0])
    for found in (place(own_hidden=_left_of(column)), place(exemplar_hidden=_left_of(column))):
        coverage = _whole(found)
        assert not coverage[:, :column].any()
        row = coverage[int(landmarks[51, 1]), column : column + 12].astype(int)
        assert (np.diff(row) >= 0).all()
        assert row[-1] == 255


def test_only_what_hides_the_exemplar_makes_a_notice(place, landmarks):
    column = int(landmarks[50, 0])
    assert place(own_hidden=_left_of(column)).notices == ()
    assert any(
        "keeps its own" in notice for notice in place(exemplar_hidden=_left_of(column)).notices
    )


def test_a_hidden_exemplar_is_refused(place):
    with pytest.raises(InvalidRequestError, match="covers the exemplar"):
        place(exemplar_hidden=255)


def test_what_is_wholly_covered_is_not_the_border(place):
    found = place()
    covered = fully_covered([found], WINDOW)
    assert np.array_equal(covered > 0, _whole(found) == 255)
