"""Points of a real portrait's face are moved, and its pixels with them."""

import numpy as np
import pytest

from core.anatomy.landmarks import INNER_LIPS, LEFT_EYE, MOUTH
from core.edit.expression.reshape import find_openings
from core.edit.requests import ReshapeRequest
from core.edit.warping.thin_plate import foldless_field
from core.errors import InvalidRequestError
from core.face.align import canonical_frame, sub_frame
from core.imaging.windows import bounding_window
from tests.core.edit.results import shown

CORNER, CHIN = 48, 8
UPPER, LOWER = [61, 62, 63], [65, 66, 67]
UPPER_LIDS, LOWER_LIDS = [37, 38, 43, 44], [40, 41, 46, 47]


@pytest.fixture(scope="module")
def move(editor, portrait):
    """Move some points by pixels of the face's frame of 256; returns the result."""

    def run(*moves, **options):
        image, landmarks = portrait
        canonical = canonical_frame(landmarks)
        target = canonical.to_frame(landmarks)
        for points, by in moves:
            target[points] += by
        return editor.run(ReshapeRequest(image, landmarks, canonical.to_photo(target), **options))

    return run


@pytest.fixture(scope="module")
def opened(move):
    return move(([*LOWER, 56, 57, 58], (0, 16)))


def _around(image, point):
    x, y = np.round(point).astype(int)
    return image[y - 2 : y + 3, x - 2 : x + 3].astype(int)


def test_points_that_stay_leave_the_photo_as_it_is(editor, portrait):
    result = editor.run(ReshapeRequest(*portrait, portrait[1]))
    assert not result.coverage.any()
    assert not result.is_painted


def test_a_dragged_mouth_corner_takes_its_pixels_to_the_new_place(move, portrait):
    result = move((CORNER, (-12, -8)))
    before, after = portrait[1][CORNER], result.landmarks[CORNER]
    assert np.linalg.norm(after - before) > 3
    taken = _around(portrait[0], before)
    now = np.abs(_around(shown(portrait[0], result), after) - taken).mean()
    assert now < 0.5 * np.abs(_around(portrait[0], after) - taken).mean()
    assert not result.is_painted


def test_samples_outside_the_faces_frame_and_its_margin_are_the_photos_own(opened, portrait):
    image, landmarks = portrait
    rows, columns = sub_frame(canonical_frame(landmarks), (0.5, 0.5), 1.3, 64).window(image.shape)
    after = shown(portrait[0], opened)
    after[rows, columns] = image[rows, columns]
    np.testing.assert_array_equal(after, image)


def test_samples_without_coverage_are_the_photos_own(opened, portrait):
    covered = np.zeros(portrait[0].shape[:2], bool)
    height, width = opened.coverage.shape
    rows, columns = slice(opened.top, opened.top + height), slice(opened.left, opened.left + width)
    covered[rows, columns] = opened.coverage > 0
    np.testing.assert_array_equal(shown(portrait[0], opened)[~covered], portrait[0][~covered])
    assert 0 < covered.mean() < 0.2


def test_a_mouth_that_opens_is_painted(move, opened, portrait):
    warped = move(([*LOWER, 56, 57, 58], (0, 16)), draft=True)
    assert opened.is_painted
    assert not warped.is_painted
    differs = shown(portrait[0], opened).astype(int) - shown(portrait[0], warped)
    rows, columns = bounding_window((np.abs(differs).max(axis=2) > 40).astype(np.uint8))
    inside = opened.landmarks[list(INNER_LIPS)]
    reach = 0.1 * np.ptp(inside[:, 0])
    assert columns.start >= inside[:, 0].min() - reach
    assert columns.stop <= inside[:, 0].max() + reach
    assert rows.start >= inside[:, 1].min() - reach
    assert rows.stop <= inside[:, 1].max() + reach


def test_a_mouth_that_closes_is_only_moved(move):
    result = move(([*LOWER, 55, 56, 57, 58, 59], (0, -8)))
    assert result.coverage.any()
    assert not result.is_painted


def test_an_open_eye_is_stretched_and_not_painted(move):
    assert not move((UPPER_LIDS, (0, -8)), (LOWER_LIDS, (0, 4))).is_painted


def test_a_shut_eye_that_opens_is_painted(portrait):
    canonical = canonical_frame(portrait[1])
    target = canonical.to_frame(portrait[1])
    own = target.copy()
    own[[37, 38]] = own[[41, 40]] - (0, 1.0)
    (opening,) = find_openings(canonical, own, target)
    assert opening.share == 1.0
    eye = opening.frame.to_frame(portrait[1])[list(LEFT_EYE)].mean(axis=0).astype(int)
    mask = opening.cover(opening.frame)
    assert mask[eye[1], eye[0]] == 255
    assert (mask > 0).mean() < 0.1


def test_lips_do_not_cross(move):
    result = move((LOWER, (0, -60)))
    assert (result.landmarks[LOWER, 1] >= result.landmarks[UPPER, 1] - 1.0).all()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_folds_over_however_far_points_go(portrait, seed):
    rng = np.random.default_rng(seed)
    own = canonical_frame(portrait[1]).to_frame(portrait[1])
    target = own.copy()
    target[rng.integers(68, size=3)] += rng.normal(0, 60, (3, 2))
    field = foldless_field(own, target, 256)
    positions = field + (np.stack(np.meshgrid(*[np.arange(96)] * 2), axis=-1) + 0.5) * 256 / 96
    assert (np.diff(positions[..., 0], axis=1).sum(axis=1) > 0).all()
    across, down = np.diff(positions, axis=1)[:-1], np.diff(positions, axis=0)[:, :-1]
    area = across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]
    assert (area > 0).mean() > 0.999


def test_a_point_far_outside_stops_within_the_frame(move, portrait):
    image, landmarks = portrait
    result = move((CHIN, (0, 400)))
    before, limit = landmarks[CHIN, 1], landmarks[CHIN, 1] + 0.5 * np.ptp(landmarks[:, 1])
    assert before + 3 < result.landmarks[CHIN, 1] < limit
    assert result.coverage.shape[0] < image.shape[0]


@pytest.mark.parametrize(("point", "by"), [(48, (20, -20)), (30, (25, 0)), (48, (30, 0))])
def test_a_point_that_would_fold_the_photo_gets_there_and_others_give_way(
    portrait, move, point, by
):
    canonical = canonical_frame(portrait[1])
    result = move((point, by), draft=True)
    moved = canonical.to_frame(result.landmarks) - canonical.to_frame(portrait[1])
    assert np.linalg.norm(moved[point] - by) < 1.5
    assert np.linalg.norm(moved, axis=1)[[0, 16, 19, 24]].max() < 2.5


def test_all_depths_keep_their_own(editor, portrait):
    image, landmarks = portrait
    deep = image.astype(np.uint16) * 257
    target = landmarks.copy()
    target[list(MOUTH)] += (3, 2)
    result = editor.run(ReshapeRequest(deep, landmarks, target))
    assert result.patch.dtype == np.uint16
    assert result.coverage.any()


def test_a_face_outside_the_picture_is_refused(editor, portrait):
    image, landmarks = portrait
    with pytest.raises(InvalidRequestError, match="outside"):
        editor.run(ReshapeRequest(image, landmarks + 2000, landmarks + 2001))


def test_same_request_gives_the_same_pixels(move, opened):
    again = move(([*LOWER, 56, 57, 58], (0, 16)))
    np.testing.assert_array_equal(again.patch, opened.patch)
    np.testing.assert_array_equal(again.coverage, opened.coverage)


def test_a_dragged_brow_leaves_the_mouth_untouched(move, portrait):
    result = move((list(range(17, 22)), (0, -8)))
    bottom = result.top + result.coverage.shape[0]
    assert bottom < portrait[1][list(MOUTH), 1].min()


def test_a_point_is_told_exactly_where_it_was_dragged(move, portrait):
    canonical = canonical_frame(portrait[1])
    target = canonical.to_frame(portrait[1])
    target[CORNER] += (-4, -3)
    reached = canonical.to_frame(move((CORNER, (-4, -3))).landmarks)
    assert np.allclose(reached[CORNER], target[CORNER], atol=1e-6)
