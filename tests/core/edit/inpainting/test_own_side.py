"""A hidden part of a face comes back from its other side, or from the network, which says why."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_BROW, LEFT_EYE, OUTER_LIPS, RIGHT_BROW, RIGHT_EYE
from core.edit.inpainting import own_side
from core.edit.requests import FillSource, InpaintRequest
from core.errors import InvalidRequestError
from core.imaging.masks import dilate, fill_hull
from tests.core.edit.results import covered, shown

LEFT, RIGHT = LEFT_EYE + LEFT_BROW, RIGHT_EYE + RIGHT_BROW


def around(face, group, reach=8):
    """A mask over some landmarks of a face and so many pixels around."""
    return dilate(fill_hull(face[0].shape[:2], face[1][list(group)]), reach)


@pytest.fixture(scope="module")
def fill(editor, large_face):
    """Fill a mask of the sample face, or of another; the result."""

    def run(mask, source=FillSource.OWN_SIDE, face=large_face):
        return editor.run(InpaintRequest(face[0], mask, (face[1],), source=source))

    return run


@pytest.fixture(scope="module")
def painted(fill, large_face):
    """The network's fill of the left eye."""
    return fill(around(large_face, LEFT), FillSource.NETWORK)


@pytest.fixture(scope="module")
def mirrored(fill, large_face):
    """The left eye from the other side."""
    return fill(around(large_face, LEFT))


def test_a_hidden_eye_comes_back_nearer_to_the_photo_than_the_network_paints_it(
    painted, mirrored, large_face
):
    image, hole = large_face[0].astype(float), around(large_face, LEFT) > 0
    by_network, by_side = (
        np.square(shown(large_face[0], result) - image)[hole].mean()
        for result in (painted, mirrored)
    )
    assert by_side < 0.7 * by_network
    assert mirrored.notices == ("The hole was filled from the face's other side.",)


def test_nothing_outside_the_mask_changes_and_soft_edges_stay_soft(fill, large_face):
    image = large_face[0]
    mask = cv2.GaussianBlur(around(large_face, LEFT), (0, 0), 2)
    result = fill(mask)
    assert np.array_equal(covered(image, result), mask)
    assert np.array_equal(shown(image, result)[mask == 0], image[mask == 0])


def test_photos_of_16_bits_keep_them(fill, mirrored, large_face):
    fine = large_face[0].astype(np.uint16) * 257, large_face[1]
    result = fill(around(large_face, LEFT), face=fine)
    assert result.patch.dtype == np.uint16
    assert len(np.unique(result.patch % 257)) > 100
    assert np.abs(result.patch / 257 - mirrored.patch).mean() < 1


def test_both_eyes_hidden_are_the_networks_and_the_user_is_told(fill, large_face):
    mask = around(large_face, LEFT + RIGHT)
    result = fill(mask)
    expected = fill(mask, FillSource.NETWORK)
    assert np.array_equal(result.patch, expected.patch)
    assert result.notices == (
        "The network filled the hole, because it is hidden on the other side, too.",
    )


def test_every_hole_has_a_source_of_its_own_and_one_notice_tells_all(fill, large_face):
    image = large_face[0]
    eye, corner = around(large_face, LEFT), np.zeros(image.shape[:2], np.uint8)
    corner[-20:, :20] = 255
    result = fill(eye | corner)
    beside, apart = shown(image, result), shown(image, fill(corner, FillSource.NETWORK))
    assert np.abs(beside.astype(float) - apart)[corner > 0].mean() < 3
    assert result.notices == (
        "Of 2 holes, 1 from the face's other side, 1 by the network, where one lies beside the "
        "faces.",
    )


@pytest.mark.parametrize("colour", [(60, 30, 25), (20, 60, 160)], ids=["mole", "jewel"])
def test_a_mole_or_jewel_of_the_other_side_is_not_doubled(fill, large_face, colour):
    image, points = large_face[0].copy(), large_face[1]
    below = (np.array([0, 1]) * 0.3 * np.linalg.norm(points[45] - points[36])).astype(int)
    mark, twin = (np.rint(points[list(eye)].mean(axis=0) + below) for eye in (RIGHT_EYE, LEFT_EYE))
    size = max(round(0.012 * float(np.linalg.norm(points[16] - points[0]))), 2)
    cv2.circle(image, mark.astype(int).tolist(), size, colour, -1, cv2.LINE_AA)
    mask = around(large_face, LEFT)
    cv2.circle(mask, twin.astype(int).tolist(), 6 * size, 255, -1)
    without = shown(large_face[0], fill(mask)).astype(float)
    result = fill(mask, face=(image, points))
    assert "other side" in result.notices[-1]
    near = np.zeros_like(mask)
    cv2.circle(near, twin.astype(int).tolist(), 5 * size, 255, -1)
    doubled = np.abs(shown(image, result).astype(float) - without).mean(axis=2)[near > 0]
    assert doubled.max() < 0.3 * np.abs(image - large_face[0].astype(float)).mean(axis=2).max()


def turned(face):
    """The same face, whose nose is said to point to one side."""
    points = face[1].copy()
    points[27:36] += [30, 0]
    return face[0], points


def half_lit(face):
    """The same face, with its right half in the dark."""
    image = face[0].copy()
    middle = int(face[1][27, 0])
    image[:, middle:] = image[:, middle:] * 0.5
    return image, face[1]


def small(face):
    """The same face, with eyes fewer pixels apart than exemplars need."""
    image = cv2.resize(face[0], None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    return image, (face[1] + 0.5) * 0.4 - 0.5


def covered_in_part(face):
    """The same face, with something dark above its left brow and below its right eye."""
    image, points = face[0].copy(), face[1].astype(int)
    middle = points[27, 0]
    image[: points[list(LEFT_BROW), 1].min() - 4, :middle] //= 8
    image[points[list(RIGHT_EYE), 1].max() + 3 :, middle:] //= 8
    return image, face[1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (turned, "turned too far"),
        (half_lit, "lit differently"),
        (small, "too few pixels"),
        (covered_in_part, "covers one side"),
    ],
)
def test_the_network_fills_what_the_other_side_cannot_and_the_notice_says_why(
    fill, large_face, change, reason
):
    face = change(large_face)
    mask = around(face, LEFT, 5)
    result, expected = fill(mask, face=face), fill(mask, FillSource.NETWORK, face)
    assert reason in result.notices[-1]
    assert np.array_equal(result.patch, expected.patch)


def test_auto_takes_the_other_side_for_an_eye_and_the_network_for_plain_skin(
    fill, mirrored, large_face
):
    eye = fill(around(large_face, LEFT), FillSource.AUTO)
    assert np.array_equal(eye.patch, mirrored.patch)
    cheek = np.zeros_like(around(large_face, LEFT))
    x, y = large_face[1][[2, 31]].mean(axis=0).astype(int)
    cv2.circle(cheek, (int(x), int(y)), 6, 255, -1)
    assert "plain skin" in fill(cheek, FillSource.AUTO).notices[-1]
    assert "other side" in fill(cheek, FillSource.OWN_SIDE).notices[-1]


def test_what_lies_over_the_other_side_is_not_doubled(fill, large_face, monkeypatch):
    def find_brow(image, landmarks, _):
        return around((image, landmarks), RIGHT_BROW, 2)

    monkeypatch.setattr(own_side, "find_occlusion", find_brow)
    mask = around(large_face, LEFT, 14)
    result, by_network = fill(mask), fill(mask, FillSource.NETWORK)
    assert result.notices == ("The hole was filled from the face's other side.",)
    apart = np.abs(shown(large_face[0], result).astype(float) - shown(large_face[0], by_network))
    assert apart[around(large_face, LEFT_BROW, 0) > 0].mean() < 3
    assert apart[around(large_face, LEFT_EYE, 0) > 0].mean() > 10


def test_half_a_mouth_comes_from_its_other_half_when_asked_for(fill, large_face):
    mask = around(large_face, OUTER_LIPS)
    mask[:, int(large_face[1][51, 0]) :] = 0
    assert fill(mask).notices == ("The hole was filled from the face's other side.",)


def test_a_photo_without_a_face_is_filled_by_the_network(editor, large_face):
    mask = around(large_face, LEFT)
    result = editor.run(InpaintRequest(large_face[0], mask, source=FillSource.AUTO))
    assert result.notices == ("The network filled the hole, because it lies beside the faces.",)


def test_a_source_that_does_not_exist_is_no_request(large_face):
    with pytest.raises(InvalidRequestError, match="own-side"):
        InpaintRequest(large_face[0], around(large_face, LEFT), source="mirror")
