"""Parts of another face: at their place, in the photo's depth, and nothing else is touched."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import MIRROR
from core.anatomy.parts import FacePart
from core.edit.editor import Editor
from core.edit.requests import ExemplarRequest
from core.edit.transfer import part_transfer
from core.errors import CheckpointError, InvalidRequestError
from core.face.align import canonical_frame
from core.face.detect import find_faces
from tests.core.edit.results import covered, shown

MOUTH_ONLY, EYES_ONLY = (FacePart.MOUTH,), (FacePart.EYES,)
EVERY_PART = [(part,) for part in FacePart] + [(FacePart.EYES, FacePart.BROWS, FacePart.MOUTH)]


@pytest.fixture
def take(plain_editor, face):
    """Take parts of one face for another, by default both the sample's."""

    def run(parts, other=face, target=face, **settings):
        return plain_editor.run(ExemplarRequest(*target, *other, parts, **settings))

    return run


def moved(face, matrix, size):
    """The same face somewhere else in a picture of another size."""
    image, landmarks = face
    flags = cv2.INTER_AREA if abs(matrix[0, 0]) < 1 else cv2.INTER_CUBIC
    other = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT)
    return other, landmarks @ matrix[:, :2].T + matrix[:, 2]


@pytest.mark.parametrize("parts", EVERY_PART)
def test_the_same_persons_part_from_a_turned_picture_changes_next_to_nothing(take, face, parts):
    turned = moved(face, cv2.getRotationMatrix2D((240, 280), 25, 1.1), (520, 600))
    result = take(parts, turned, shape=1.0)
    inside = covered(face[0], result) > 0
    assert inside.sum() > 500
    error = np.abs(shown(face[0], result).astype(float) - face[0])[inside]
    assert error.mean() < 9


def test_samples_without_coverage_are_the_photos_own(take, face):
    other = face[0][:, ::-1].copy(), _mirrored(face[1], face[0].shape[1])
    result = take(EYES_ONLY + MOUTH_ONLY, other, shape=1.0)
    outside = covered(face[0], result) == 0
    assert outside.mean() > 0.5
    assert np.array_equal(shown(face[0], result)[outside], face[0][outside])


def test_coverage_is_feathered_where_nothing_moved(take):
    values = np.unique(take(MOUTH_ONLY, shape=0.0).coverage)
    assert values[0] == 0
    assert values[-1] == 255
    assert len(values) > 10


def test_photos_of_16_bits_keep_them_and_any_exemplar_fits(take, face):
    deep = (face[0].astype(np.uint16) * 257, face[1])
    expected = take(MOUTH_ONLY, shape=0.0)
    fine = take(MOUTH_ONLY, target=deep, shape=0.0)
    assert fine.patch.dtype == np.uint16
    assert np.abs(fine.patch / 257 - expected.patch).mean() < 1
    assert np.abs(take(MOUTH_ONLY, deep, shape=0.0).patch.astype(int) - expected.patch).max() <= 1


def test_the_same_request_gives_the_same_pixels(take):
    first, second = take(MOUTH_ONLY), take(MOUTH_ONLY)
    assert np.array_equal(first.patch, second.patch)
    assert np.array_equal(first.coverage, second.coverage)


def test_strength_goes_from_the_photo_to_the_whole_exemplar(take, face):
    other = moved(_wider_mouth(face), np.eye(2, 3), face[0].shape[1::-1])
    changes = [
        np.abs(shown(face[0], take(MOUTH_ONLY, other, strength=strength)).astype(int) - face[0])
        for strength in (0.0, 0.3, 0.6, 1.0)
    ]
    sums = [int(change.sum()) for change in changes]
    assert sums[0] == 0
    assert sums == sorted(sums)
    assert sums[1] < 0.6 * sums[3]


def test_at_shape_one_the_mouth_is_shaped_as_the_exemplars_is(take, face):
    wide = _wider_mouth(face)
    result = take(MOUTH_ONLY, wide, shape=1.0)
    points = find_faces(shown(face[0], result), thorough=False)[0].landmarks
    before, after, there = (_slenderness(one) for one in (face[1], points, wide[1]))
    assert after - before > 0.4 * (there - before)
    assert _slenderness(result.landmarks) == pytest.approx(there, rel=0.02)


def test_heads_turned_to_opposite_sides_meet_by_mirroring(take, face):
    turned = face[1] + np.array([12, 0]) * (np.arange(68) == 30)[:, None]
    target = face[0], turned
    mirrored = face[0][:, ::-1].copy(), _mirrored(turned, face[0].shape[1])
    result = take(EYES_ONLY, mirrored, target, shape=0.0)
    assert any("mirrored" in notice for notice in result.notices)
    assert np.abs(shown(face[0], result).astype(float) - face[0]).max() < 80


def test_a_small_exemplar_is_refused_with_what_to_do(take, face):
    tiny = moved(face, np.eye(2, 3) * 0.3, (200, 200))
    with pytest.raises(InvalidRequestError, match="at least 60 apart"):
        take(MOUTH_ONLY, tiny)


def test_an_exemplar_that_looks_another_way_is_refused(take, face):
    away = face[1] + np.array([60, 0]) * (np.arange(68) == 30)[:, None]
    with pytest.raises(InvalidRequestError, match="turned another way"):
        take(MOUTH_ONLY, (face[0], away))


def test_an_exemplar_cut_off_by_its_picture_is_refused(take, face):
    bottom = int(face[1][48:60, 1].min())
    with pytest.raises(InvalidRequestError, match="cut off"):
        take(MOUTH_ONLY, (face[0][:bottom], face[1]))


def test_a_coarse_exemplar_is_used_and_told_of(take, face):
    large = moved(face, np.eye(2, 3) * 3, (1440, 1680))
    result = take(MOUTH_ONLY, target=large)
    assert any("soft" in notice for notice in result.notices)


def test_a_face_outside_the_picture_is_refused(take, face):
    with pytest.raises(InvalidRequestError, match="outside"):
        take(MOUTH_ONLY, target=(face[0], face[1] + 5000))


def test_a_face_at_the_edge_of_the_photo_works(take, face):
    frame = canonical_frame(face[1])
    left = int(frame.to_photo(np.array([[128.0, 0.0]]))[0, 0])
    cut = face[0][:, left:].copy(), face[1] - [left, 0]
    result = take((FacePart.FACE,), target=cut)
    assert result.coverage.any()
    outside = covered(cut[0], result) == 0
    assert np.array_equal(shown(cut[0], result)[outside], cut[0][outside])


def test_a_painter_of_holes_is_no_harmonizer(take):
    with pytest.raises(InvalidRequestError, match="no model named residual_unet"):
        take(MOUTH_ONLY, model="residual_unet")


def test_missing_weights_are_told(face, tmp_path):
    editor = Editor("cpu", {"harmonizer": tmp_path / "none.safetensors"})
    with pytest.raises(CheckpointError, match="missing"):
        editor.run(ExemplarRequest(*face, *face, MOUTH_ONLY))


def test_hair_over_the_face_stays_the_photos_own(take, face, monkeypatch):
    over = np.zeros(face[0].shape[:2], np.uint8)
    column = int(face[1][51, 0])
    over[:, :column] = 255
    monkeypatch.setattr(part_transfer, "find_occlusion", _occlusions(over, 0))
    result = take(MOUTH_ONLY, (face[0] // 2, face[1]), shape=0.0)
    changed = (shown(face[0], result) != face[0]).any(axis=2)
    assert not changed[:, :column].any()
    assert changed[:, column:].any()


def test_what_lies_over_the_exemplar_is_not_taken(take, face, monkeypatch):
    x, y = face[1][57].astype(int)
    red = face[0].copy()
    red[y - 4 : y + 5, x - 4 : x + 5] = (255, 0, 0)
    reds = []
    for other in (0, _red_in):
        monkeypatch.setattr(part_transfer, "find_occlusion", _occlusions(0, other))
        picture = shown(face[0], take(MOUTH_ONLY, (red, face[1]), shape=0.0)).astype(int)
        reds.append(int((picture[..., 0] - picture[..., 1] > 200).sum()))
    assert reds[0] > 20
    assert reds[1] == 0


def test_where_the_exemplar_is_hidden_the_photo_keeps_its_own_and_the_user_is_told(
    take, face, monkeypatch
):
    column = int(face[1][49, 0]) + 4
    other = face[0] // 2
    other[int(face[1][51, 1]) - 20 : int(face[1][57, 1]) + 20, :column] = (255, 0, 0)
    monkeypatch.setattr(part_transfer, "find_occlusion", _occlusions(0, _red_in))
    result = take(MOUTH_ONLY, (other, face[1]), shape=0.0)
    changed = (shown(face[0], result) != face[0]).any(axis=2)
    assert not changed[:, :column].any()
    assert changed[:, column:].any()
    assert any("keeps its own" in notice for notice in result.notices)


def test_glasses_are_told_of_where_they_lie_over_the_part(take, face, monkeypatch):
    monkeypatch.setattr(part_transfer, "wears_glasses", lambda image, _: image is not face[0])
    other = face[0].copy(), face[1]
    told = [take(parts, other, shape=0.0).notices for parts in (EYES_ONLY, MOUTH_ONLY)]
    assert any("exemplar seems to wear glasses" in notice for notice in told[0])
    assert not any("glasses" in notice for notice in (*told[1], *take(EYES_ONLY).notices))


def test_a_covered_exemplar_is_refused(take, face, monkeypatch):
    monkeypatch.setattr(part_transfer, "find_occlusion", _occlusions(0, 255))
    with pytest.raises(InvalidRequestError, match="covers the exemplar"):
        take(MOUTH_ONLY)


def _occlusions(own, other):
    """Return what tells of the photo first, and of the exemplar then, what lies over the face."""
    answers = iter((own, other))

    def find(image, *_):
        answer = next(answers)
        whole = answer(image) if callable(answer) else answer
        return np.broadcast_to(np.uint8(whole), image.shape[:2])

    return find


def _red_in(image):
    red = (image[..., 0] > 200) & (image[..., 1] < 90) & (image[..., 2] < 90)
    return cv2.dilate(red.astype(np.uint8) * 255, np.ones((7, 7), np.uint8))


def _mirrored(landmarks, width):
    points = landmarks[MIRROR]
    points[:, 0] = width - 1 - points[:, 0]
    return points


def _wider_mouth(face):
    """The same face whose mouth is drawn 12 % wider, pixels and points."""
    image, landmarks = face
    middle = landmarks[48:60, 0].mean()
    across, down = np.meshgrid(np.arange(image.shape[1]), np.arange(image.shape[0]))
    near = np.exp(-(((down - landmarks[48:60, 1].mean()) / 40) ** 2))
    places = (across - 0.12 * near * (across - middle)).astype(np.float32)
    wide = cv2.remap(image, places, down.astype(np.float32), cv2.INTER_CUBIC)
    points = landmarks.copy()
    points[48:, 0] += 0.12 * (points[48:, 0] - middle)
    return wide, points


def _slenderness(landmarks):
    width, height = np.ptp(landmarks[48:60], axis=0)
    return width / height
