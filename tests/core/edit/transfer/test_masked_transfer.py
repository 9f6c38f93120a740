"""What an exemplar shows below a painted mask is all transferred, and nothing else changes."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_EYE, MOUTH, OUTER_LIPS, RIGHT_EYE
from core.edit.requests import ExemplarRequest
from core.errors import InvalidRequestError
from core.imaging.masks import dilate, fill_hull
from tests.core.edit.results import covered, shown

BOTH_EYES = LEFT_EYE + RIGHT_EYE


@pytest.fixture
def transfer(plain_editor, face):
    """Transfer what one face shows below a mask to another, by default both the sample's."""

    def run(mask, exemplar=face, own=face, **settings):
        return plain_editor.run(ExemplarRequest(*own, *exemplar, mask=mask, **settings))

    return run


def around(face, group, reach):
    """A mask over some landmarks of a face and so many pixels around."""
    return dilate(fill_hull(face[0].shape[:2], face[1][list(group)]), reach)


def with_glasses(face):
    """The same face with dark rings around its eyes."""
    image = face[0].copy()
    for eye in (LEFT_EYE, RIGHT_EYE):
        x, y = np.rint(face[1][list(eye)].mean(axis=0)).astype(int)
        cv2.circle(image, (int(x), int(y)), 38, (15, 15, 15), 6)
    return image, face[1]


def with_open_mouth(face):
    """The same face, whose lower lip is said to hang lower."""
    points = face[1].copy()
    points[[56, 57, 58, 65, 66, 67]] += [0, 25]
    return face[0], points


def test_the_same_persons_face_from_a_turned_picture_changes_next_to_nothing(transfer, face):
    turn = cv2.getRotationMatrix2D((240, 280), 25, 1.1)
    image = cv2.warpAffine(face[0], turn, (520, 600), flags=cv2.INTER_CUBIC)
    exemplar = image, face[1] @ turn[:, :2].T + turn[:, 2]
    mask = around(face, BOTH_EYES, 25)
    result = transfer(mask, exemplar)
    error = np.abs(shown(face[0], result).astype(float) - face[0])[mask > 0]
    assert error.mean() < 9


def test_what_changes_is_what_the_mask_covers_as_strongly_as_it_does(transfer, face):
    mask = cv2.GaussianBlur(around(face, BOTH_EYES, 25), (0, 0), 3)
    result = transfer(mask, with_glasses(face))
    assert np.array_equal(covered(face[0], result), mask)
    outside = mask == 0
    assert np.array_equal(shown(face[0], result)[outside], face[0][outside])
    halved = covered(face[0], transfer(mask, with_glasses(face), strength=0.5))
    assert np.abs(halved.astype(float) - mask / 2).max() <= 1


def test_glasses_of_the_exemplar_are_transferred_where_the_mask_covers_them(transfer, face):
    exemplar, mask = with_glasses(face), around(face, BOTH_EYES, 60)
    frames = (exemplar[0] != face[0]).any(axis=2)
    result = shown(face[0], transfer(mask, exemplar))
    assert result[frames].mean() < 0.5 * face[0][frames].mean()
    mask[:, : int(face[1][27, 0])] = 0
    one_side = shown(face[0], transfer(mask, exemplar))
    assert np.array_equal(one_side[mask == 0], face[0][mask == 0])


def test_a_mouth_below_the_mask_opens_as_the_exemplars_and_half_a_mouth_does_not(transfer, face):
    mask = around(face, OUTER_LIPS, 40)
    opened = transfer(mask, with_open_mouth(face)).landmarks
    moved = np.abs(opened - face[1]).max(axis=1) > 2
    assert moved[[57, 66]].all()
    assert set(np.flatnonzero(moved)) <= set(MOUTH)
    mask[:, : int(face[1][33, 0])] = 0
    assert transfer(mask, with_open_mouth(face)).landmarks is None


def test_landmarks_of_a_face_go_as_far_as_the_strength_says(transfer, face):
    mask = around(face, OUTER_LIPS, 40)
    half, whole = (
        transfer(mask, with_open_mouth(face), strength=strength).landmarks - face[1]
        for strength in (0.5, 1.0)
    )
    assert np.allclose(half, whole / 2)


def test_a_mask_may_cover_all_of_a_picture_or_touch_but_its_border(transfer, face):
    image, landmarks = face
    corner = (landmarks.min(axis=0) - [20, 40]).astype(int)
    end = (landmarks.max(axis=0) + 20).astype(int)
    own = image[corner[1] : end[1], corner[0] : end[0]].copy(), landmarks - corner
    border = np.zeros(own[0].shape[:2], np.uint8)
    border[:, -1] = 255
    for mask in (np.full_like(border, 255), border):
        result = transfer(mask, own=own)
        assert np.array_equal(covered(own[0], result), mask)
        error = np.abs(shown(own[0], result).astype(float) - own[0])[mask > 0]
        assert error.mean() < 40


def test_several_strokes_may_lie_anywhere_on_the_face(transfer, face):
    mask = around(face, (48,), 12) | around(face, (22,), 12)
    assert np.array_equal(covered(face[0], transfer(mask, with_glasses(face))), mask)


def test_photos_of_16_bits_keep_them(transfer, face):
    mask = around(face, BOTH_EYES, 30)
    expected = transfer(mask, with_glasses(face))
    fine = transfer(mask, with_glasses(face), own=(face[0].astype(np.uint16) * 257, face[1]))
    assert fine.patch.dtype == np.uint16
    assert np.abs(fine.patch / 257 - expected.patch).mean() < 1


def test_a_draft_covers_the_same(transfer, face):
    mask = around(face, BOTH_EYES, 30)
    assert np.array_equal(covered(face[0], transfer(mask, draft=True)), mask)


def test_strength_0_is_the_photo(transfer, face):
    assert not transfer(around(face, BOTH_EYES, 30), strength=0.0).coverage.any()


def test_what_the_exemplars_picture_cuts_off_is_not_covered_and_most_of_it_is_refused(
    transfer, face
):
    mask = around(face, BOTH_EYES, 30)
    for cut, is_refused in ((250, False), (190, True)):
        exemplar = face[0][:, :cut], face[1]
        if is_refused:
            with pytest.raises(InvalidRequestError, match="cut off"):
                transfer(mask, exemplar)
        else:
            found = covered(face[0], transfer(mask, exemplar)) > 0
            assert not found[:, cut:].any()
            assert found[:, : cut - 20].any()


def test_a_mask_that_leaves_the_face_is_refused_with_what_to_do(transfer, face):
    mask = np.zeros(face[0].shape[:2], np.uint8)
    mask[-4:, -4:] = 255
    small = face[0], (face[1] - face[1].mean(axis=0)) * 0.5 + [150, 150]
    with pytest.raises(InvalidRequestError, match="keep the mask there"):
        transfer(mask, own=small)


def test_a_mask_with_parts_or_hair_or_nothing_painted_is_no_request(transfer, face):
    mask = around(face, BOTH_EYES, 30)
    with pytest.raises(InvalidRequestError, match="not both"):
        transfer(mask, hair=True)
    with pytest.raises(InvalidRequestError, match="Paint over"):
        transfer(np.zeros_like(mask))
    with pytest.raises(InvalidRequestError, match="differ in size"):
        transfer(mask[1:])
