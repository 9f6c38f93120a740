"""The smile keeps its promises on a real portrait with the shipped weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.anatomy.landmarks import mouth_width
from core.edit.expression.smile import (
    make_smile,
    mouth_mask,
    painted_share,
    smile_landmarks,
    smile_target,
)
from core.edit.networks import Networks
from core.edit.requests import FindFacesRequest, SmileKind, SmileMethod, SmileRequest
from core.errors import InvalidRequestError
from core.face.align import canonical_frame
from core.face.detect import find_faces
from core.imaging.masks import dilate, fill_hull
from core.progress import Cancelled
from tests.core.edit.results import covered, shown


def test_editor_finds_the_face_of_the_sample(editor, portrait):
    found = editor.run(FindFacesRequest(portrait[0], thorough=False))
    assert len(found.faces) == 1


def test_strength_zero_gives_the_photo_back(editor, portrait):
    result = editor.run(SmileRequest(*portrait, strength=0.0))
    assert not result.coverage.any()


@pytest.mark.parametrize("method", SmileMethod)
def test_samples_without_coverage_are_the_photos_own(editor, portrait, method):
    result = editor.run(SmileRequest(*portrait, method=method))
    image = portrait[0]
    smiling, outside = shown(image, result), covered(image, result) == 0
    assert 0.5 < outside.mean() < 1
    assert np.array_equal(smiling[outside], image[outside])
    assert not np.array_equal(smiling, image)


def test_same_request_gives_the_same_pixels(editor, portrait):
    request = SmileRequest(*portrait, strength=0.5)
    first, second = editor.run(request), editor.run(request)
    assert np.array_equal(first.patch, second.patch)
    assert np.array_equal(first.coverage, second.coverage)


def test_mouth_widens_with_the_strength_and_narrows_below_zero(portrait):
    widths = []
    for strength in (-1.0, -0.5, 0.0, 0.5, 1.0):
        _, _, target = smile_landmarks(
            SmileRequest(*portrait, strength=strength, kind=SmileKind.GENTLE)
        )
        widths.append(mouth_width(target))
    assert widths == sorted(widths)
    assert widths[0] < widths[2]


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_half_a_smile_moves_every_point_half_as_far(sign):
    canonical = canonical_frame(face_points())
    image, own = np.zeros((256, 256, 3), np.uint8), canonical.to_frame(face_points())
    half, whole = (
        smile_target(canonical, SmileRequest(image, face_points(), sign * strength)) - own
        for strength in (0.5, 1.0)
    )
    outer = [48, 54, 57]
    assert np.abs(whole[outer]).max() > 2
    assert np.allclose(half[outer], whole[outer] / 2)


def test_smile_that_is_there_already_stops_at_a_natural_maximum(portrait):
    image, landmarks = portrait
    _, own, target = smile_landmarks(SmileRequest(image, landmarks, kind=SmileKind.WIDE))
    growth = mouth_width(target) / mouth_width(own)
    assert 1.0 <= growth < 1.15


def test_draft_shows_almost_what_the_smile_will_be(editor, portrait):
    request = SmileRequest(*portrait, strength=-1.0)
    whole, draft = editor.run(request), editor.run(replace(request, draft=True))
    assert np.array_equal(whole.coverage, draft.coverage)
    difference = np.abs(whole.patch.astype(int) - draft.patch)[whole.coverage > 0]
    assert difference.mean() < 1.5


def test_lips_never_cross(portrait):
    _, _, target = smile_landmarks(SmileRequest(*portrait, strength=-1.0))
    assert (target[[67, 66, 65], 1] >= target[[61, 62, 63], 1]).all()


def test_sixteen_bit_photos_stay_sixteen_bit(editor, portrait):
    deep = portrait[0].astype(np.uint16) * 257
    result = editor.run(SmileRequest(deep, portrait[1]))
    shallow = editor.run(SmileRequest(*portrait))
    assert result.patch.dtype == np.uint16
    assert np.abs(result.patch / 257.0 - shallow.patch).mean() < 1.0


def test_cancelling_is_heard(editor, portrait):
    def stop(fraction, stage):
        raise Cancelled

    with pytest.raises(Cancelled):
        editor.run(SmileRequest(*portrait), stop)


def test_face_outside_the_picture_is_refused_in_a_sentence(editor, portrait):
    image, landmarks = portrait
    with pytest.raises(InvalidRequestError, match="outside"):
        editor.run(SmileRequest(image, landmarks + 5000.0))


def test_mouth_mask_covers_the_mouth_and_stays_on_the_face(portrait):
    image, landmarks = portrait
    mask = mouth_mask(image.shape[:2], landmarks)
    for x, y in np.round(landmarks[48:60]).astype(int):
        assert mask[y, x] == 255
    assert mask[: int(landmarks[30, 1]) - 5].max() == 0
    assert mask[int(landmarks[8, 1]) + 2 :].max() == 0


def test_repainting_stays_within_the_mouth_mask_of_the_face_before_and_after(editor, portrait):
    image, landmarks = portrait
    request = SmileRequest(*portrait, method=SmileMethod.REPAINT)
    canonical, _, target = smile_landmarks(request)
    result = editor.run(request)
    mask = mouth_mask(image.shape[:2], canonical.to_photo(target), landmarks)
    height, width = result.coverage.shape
    whole = np.zeros_like(mask)
    whole[result.top : result.top + height, result.left : result.left + width] = result.coverage
    assert (whole[dilate(mask, 5) == 0] == 0).all()
    assert (whole[mask > 0] > 0).mean() > 0.95


def test_mouth_mask_of_two_positions_holds_each_of_them(portrait):
    image, landmarks = portrait
    raised = landmarks - [0.0, 6.0]
    both = mouth_mask(image.shape[:2], landmarks, raised)
    for one in (landmarks, raised):
        assert (both >= mouth_mask(image.shape[:2], one)).all()


def test_neutral_people_smile_by_at_least_half_of_the_mean(editor, neutral_people):

    for face in neutral_people[:2]:
        canonical, own, _ = smile_landmarks(SmileRequest(face.image, face.landmarks))
        result = editor.run(SmileRequest(face.image, face.landmarks))
        smiling = shown(face.image, result)
        after = canonical.to_frame(find_faces(smiling, thorough=False)[0].landmarks)
        outward = (after[54, 0] - own[54, 0] - after[48, 0] + own[48, 0]) / 2
        upward = (own[[48, 54], 1] - after[[48, 54], 1]).mean()
        assert outward >= 3.8 / 2
        assert upward >= 5.3 / 2


def test_mouth_that_shows_its_own_teeth_keeps_them(portrait):
    _, own, target = smile_landmarks(SmileRequest(*portrait))
    assert painted_share(own, target, SmileMethod.WARP) == 0.0


def test_closed_smile_paints_nothing_and_an_opened_one_everything():
    canonical = canonical_frame(face_points())
    own = canonical.to_frame(face_points())
    closed, opened = (
        smile_target(
            canonical, SmileRequest(np.zeros((256, 256, 3), np.uint8), face_points(), 1.0, kind)
        )
        for kind in (SmileKind.CLOSED, SmileKind.OPEN)
    )
    assert painted_share(own, closed, SmileMethod.WARP) == 0.0
    assert painted_share(own, opened, SmileMethod.WARP) == 1.0


def test_one_sided_smile_raises_one_corner_more():
    canonical = canonical_frame(face_points())
    image = np.zeros((256, 256, 3), np.uint8)
    request = SmileRequest(image, face_points(), 1.0, SmileKind.ONE_SIDED)
    move = smile_target(canonical, request) - canonical.to_frame(face_points())
    assert -move[54, 1] > 3 * -move[48, 1] > 0


def test_far_half_of_a_turned_mouth_moves_less():
    points = face_points()
    points[[51, 57, 62, 66], 0] -= 8.0
    canonical = canonical_frame(points)
    request = SmileRequest(np.zeros((256, 256, 3), np.uint8), points)
    move = smile_target(canonical, request) - canonical.to_frame(points)
    assert 0 < -move[48, 0] < 0.7 * move[54, 0]


def test_smile_moves_neither_brows_nor_the_sides_of_the_jaw(portrait):
    _, own, target = smile_landmarks(SmileRequest(*portrait, strength=-1.0))
    still = [*range(5), *range(12, 31), *range(36, 40), *range(42, 46)]
    assert np.array_equal(own[still], target[still])
    assert not np.allclose(own[40], target[40])


def test_shading_darkens_the_folds_and_leaves_what_lies_beyond_the_face(editor, portrait):
    image, landmarks = portrait
    grey = np.full_like(image, 128)
    result = editor.run(SmileRequest(grey, landmarks, -1.0))
    patch = result.patch[result.coverage > 0].astype(int)
    assert patch.max() > 129 or patch.min() < 127
    hull = dilate(fill_hull(image.shape[:2], landmarks), 3)
    changed = np.zeros(image.shape[:2], bool)
    height, width = result.coverage.shape
    inside = (result.patch != 128).any(axis=2)
    changed[result.top : result.top + height, result.left : result.left + width] = inside
    assert not changed[hull == 0].any()


def face_points():
    """Return 68 points of an upright, closed-mouthed face in a picture of 256 pixels."""
    points = np.zeros((68, 2))
    angles = np.linspace(np.pi, 0, 17)
    points[:17] = np.column_stack([128 + 70 * np.cos(angles), 130 + 90 * np.sin(angles)])
    points[17:27] = np.column_stack([np.linspace(75, 181, 10), np.full(10, 100.0)])
    points[27:31] = np.column_stack([np.full(4, 128.0), np.linspace(118, 150, 4)])
    points[31:36] = np.column_stack([np.linspace(116, 140, 5), np.full(5, 158.0)])
    for first, middle in ((36, 96.0), (42, 160.0)):
        turn = np.deg2rad([180, 240, 300, 0, 60, 120])
        points[first : first + 6] = np.column_stack(
            [middle + 12 * np.cos(turn), 121 + 5 * np.sin(turn)]
        )
    across = np.array([-25, -16, -7, 0, 7, 16, 25, 16, 7, 0, -7, -16.0])
    down = np.array([0, -4, -6, -5, -6, -4, 0, 5, 7, 8, 7, 5.0])
    points[48:60] = np.column_stack([128 + across, 187 + down])
    points[60:68] = np.column_stack([128 + np.array([-20, -8, 0, 8, 20, 8, 0, -8.0]), [187.0] * 8])
    return points


def test_a_smile_says_where_the_points_of_the_face_are_now(editor, portrait):
    request = SmileRequest(*portrait)
    canonical, _, target = smile_landmarks(request)
    assert np.allclose(editor.run(request).landmarks, canonical.to_photo(target))


def test_a_mouth_for_which_memory_ran_short_is_told_of(portrait):
    class Small(Networks):
        def paint(self, name, device, image, hole, *rest):
            if len(hole) > 64:
                raise torch.OutOfMemoryError
            return image

    request = SmileRequest(*portrait, method=SmileMethod.REPAINT, draft=True)
    (notice,) = make_smile(request, Small(torch.device("cpu")), lambda *_: None).notices
    assert "memory" in notice
