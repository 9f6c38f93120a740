"""Parts of an exemplar: at their place, in the photo's depth, and nothing else is touched."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import MIRRORED_INDICES
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
def transfer(plain_editor, face):
    """Transfer parts of one face to another, by default both the sample's."""

    def run(parts, exemplar=face, own=face, **settings):
        return plain_editor.run(ExemplarRequest(*own, *exemplar, parts, **settings))

    return run


def moved(face, matrix, size):
    """The same face somewhere else in a picture of another size."""
    image, landmarks = face
    flags = cv2.INTER_AREA if abs(matrix[0, 0]) < 1 else cv2.INTER_CUBIC
    exemplar = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT)
    return exemplar, landmarks @ matrix[:, :2].T + matrix[:, 2]


@pytest.mark.parametrize("parts", EVERY_PART)
def test_the_same_persons_part_from_a_turned_picture_changes_next_to_nothing(transfer, face, parts):
    turned = moved(face, cv2.getRotationMatrix2D((240, 280), 25, 1.1), (520, 600))
    result = transfer(parts, turned, shape=1.0)
    inside = covered(face[0], result) > 0
    assert inside.sum() > 500
    error = np.abs(shown(face[0], result).astype(float) - face[0])[inside]
    assert error.mean() < 9


def test_samples_without_coverage_are_the_photos_own(transfer, face):
    exemplar = face[0][:, ::-1].copy(), _mirrored(face[1], face[0].shape[1])
    result = transfer(EYES_ONLY + MOUTH_ONLY, exemplar, shape=1.0)
    outside = covered(face[0], result) == 0
    assert outside.mean() > 0.5
    assert np.array_equal(shown(face[0], result)[outside], face[0][outside])


def test_coverage_is_feathered_where_nothing_moved(transfer):
    values = np.unique(transfer(MOUTH_ONLY, shape=0.0).coverage)
    assert values[0] == 0
    assert values[-1] == 255
    assert len(values) > 10


def test_photos_of_16_bits_keep_them_and_any_exemplar_fits(transfer, face):
    deep = (face[0].astype(np.uint16) * 257, face[1])
    expected = transfer(MOUTH_ONLY, shape=0.0)
    fine = transfer(MOUTH_ONLY, own=deep, shape=0.0)
    assert fine.patch.dtype == np.uint16
    assert np.abs(fine.patch / 257 - expected.patch).mean() < 1
    assert (
        np.abs(transfer(MOUTH_ONLY, deep, shape=0.0).patch.astype(int) - expected.patch).max() <= 1
    )


def test_the_same_request_gives_the_same_pixels(transfer):
    first, second = transfer(MOUTH_ONLY), transfer(MOUTH_ONLY)
    assert np.array_equal(first.patch, second.patch)
    assert np.array_equal(first.coverage, second.coverage)


def test_strength_goes_from_the_photo_to_the_whole_exemplar(transfer, face):
    exemplar = moved(_wider_mouth(face), np.eye(2, 3), face[0].shape[1::-1])
    changes = [
        np.abs(
            shown(face[0], transfer(MOUTH_ONLY, exemplar, strength=strength)).astype(int) - face[0]
        )
        for strength in (0.0, 0.3, 0.6, 1.0)
    ]
    sums = [int(change.sum()) for change in changes]
    assert sums[0] == 0
    assert sums == sorted(sums)
    assert sums[1] < 0.6 * sums[3]


def test_at_shape_one_the_mouth_is_shaped_as_the_exemplars_is(transfer, face):
    wide = _wider_mouth(face)
    result = transfer(MOUTH_ONLY, wide, shape=1.0)
    points = find_faces(shown(face[0], result), thorough=False)[0].landmarks
    before, after, wanted = (_slenderness(one) for one in (face[1], points, wide[1]))
    assert after - before > 0.4 * (wanted - before)
    assert _slenderness(result.landmarks) == pytest.approx(wanted, rel=0.02)


def test_heads_turned_to_opposite_sides_meet_by_mirroring(transfer, face):
    turned = face[1] + np.array([12, 0]) * (np.arange(68) == 30)[:, None]
    own = face[0], turned
    mirrored = face[0][:, ::-1].copy(), _mirrored(turned, face[0].shape[1])
    result = transfer(EYES_ONLY, mirrored, own, shape=0.0)
    assert any("mirrored" in notice for notice in result.notices)
    assert np.abs(shown(face[0], result).astype(float) - face[0]).max() < 80


def test_a_small_exemplar_is_refused_with_what_to_do(transfer, face):
    tiny = moved(face, np.eye(2, 3) * 0.3, (200, 200))
    with pytest.raises(InvalidRequestError, match="at least 60 apart"):
        transfer(MOUTH_ONLY, tiny)


def test_an_exemplar_that_looks_another_way_is_refused(transfer, face):
    away = face[1] + np.array([60, 0]) * (np.arange(68) == 30)[:, None]
    with pytest.raises(InvalidRequestError, match="turned another way"):
        transfer(MOUTH_ONLY, (face[0], away))


def test_an_exemplar_cut_off_by_its_picture_is_refused(transfer, face):
    bottom = int(face[1][48:60, 1].min())
    with pytest.raises(InvalidRequestError, match="cut off"):
        transfer(MOUTH_ONLY, (face[0][:bottom], face[1]))


def test_a_coarse_exemplar_is_used_and_told_of(transfer, face):
    large = moved(face, np.eye(2, 3) * 3, (1440, 1680))
    result = transfer(MOUTH_ONLY, own=large)
    assert any("soft" in notice for notice in result.notices)


def test_a_face_outside_the_picture_is_refused(transfer, face):
    with pytest.raises(InvalidRequestError, match="outside"):
        transfer(MOUTH_ONLY, own=(face[0], face[1] + 5000))


def test_a_face_at_the_edge_of_the_photo_works(transfer, face):
    frame = canonical_frame(face[1])
    left = int(frame.to_photo(np.array([[128.0, 0.0]]))[0, 0])
    cut = face[0][:, left:].copy(), face[1] - [left, 0]
    result = transfer((FacePart.FACE,), own=cut)
    assert result.coverage.any()
    outside = covered(cut[0], result) == 0
    assert np.array_equal(shown(cut[0], result)[outside], cut[0][outside])


def test_an_inpainter_is_no_harmonizer(transfer):
    with pytest.raises(InvalidRequestError, match="no model named residual_unet"):
        transfer(MOUTH_ONLY, model="residual_unet")


def test_missing_weights_are_told(face, tmp_path):
    editor = Editor("cpu", {"harmonizer": tmp_path / "none.safetensors"})
    with pytest.raises(CheckpointError, match="missing"):
        editor.run(ExemplarRequest(*face, *face, MOUTH_ONLY))


def test_hair_over_the_face_stays_the_photos_own(transfer, face, monkeypatch):
    over = np.zeros(face[0].shape[:2], np.uint8)
    column = int(face[1][51, 0])
    over[:, :column] = 255
    monkeypatch.setattr(part_transfer, "find_occlusion", _occlusions(over, 0))
    result = transfer(MOUTH_ONLY, (face[0] // 2, face[1]), shape=0.0)
    changed = (shown(face[0], result) != face[0]).any(axis=2)
    assert not changed[:, :column].any()
    assert changed[:, column:].any()


def test_what_lies_over_the_exemplar_is_not_transferred(transfer, face, monkeypatch):
    x, y = face[1][57].astype(int)
    red = face[0].copy()
    red[y - 4 : y + 5, x - 4 : x + 5] = (255, 0, 0)
    reds = []
    for exemplar in (0, _red_in):
        monkeypatch.setattr(part_transfer, "find_occlusion", _occlusions(0, exemplar))
        picture = shown(face[0], transfer(MOUTH_ONLY, (red, face[1]), shape=0.0)).astype(int)
        reds.append(int((picture[..., 0] - picture[..., 1] > 200).sum()))
    assert reds[0] > 20
    assert reds[1] == 0


def test_where_the_exemplar_is_hidden_the_photo_keeps_its_own_and_the_user_is_told(
    transfer, face, monkeypatch
):
    column = int(face[1][49, 0]) + 4
    exemplar = face[0] // 2
    exemplar[int(face[1][51, 1]) - 20 : int(face[1][57, 1]) + 20, :column] = (255, 0, 0)
    monkeypatch.setattr(part_transfer, "find_occlusion", _occlusions(0, _red_in))
    result = transfer(MOUTH_ONLY, (exemplar, face[1]), shape=0.0)
    changed = (shown(face[0], result) != face[0]).any(axis=2)
    assert not changed[:, :column].any()
    assert changed[:, column:].any()
    assert any("keeps its own" in notice for notice in result.notices)


def test_glasses_are_told_of_where_they_lie_over_the_part(transfer, face, monkeypatch):
    monkeypatch.setattr(part_transfer, "wears_glasses", lambda image, _: image is not face[0])
    exemplar = face[0].copy(), face[1]
    notices = [transfer(parts, exemplar, shape=0.0).notices for parts in (EYES_ONLY, MOUTH_ONLY)]
    assert any("exemplar seems to wear glasses" in notice for notice in notices[0])
    assert not any("glasses" in notice for notice in (*notices[1], *transfer(EYES_ONLY).notices))


def test_a_covered_exemplar_is_refused(transfer, face, monkeypatch):
    monkeypatch.setattr(part_transfer, "find_occlusion", _occlusions(0, 255))
    with pytest.raises(InvalidRequestError, match="covers the exemplar"):
        transfer(MOUTH_ONLY)


def _occlusions(own, exemplar):
    """Return a stand-in that finds what lies over the photo's face first, then the exemplar's."""
    answers = iter((own, exemplar))

    def find(image, *_):
        answer = next(answers)
        whole = answer(image) if callable(answer) else answer
        return np.broadcast_to(np.uint8(whole), image.shape[:2])

    return find


def _red_in(image):
    red = (image[..., 0] > 200) & (image[..., 1] < 90) & (image[..., 2] < 90)
    return cv2.dilate(red.astype(np.uint8) * 255, np.ones((7, 7), np.uint8))


def _mirrored(landmarks, width):
    points = landmarks[MIRRORED_INDICES]
    points[:, 0] = width - 1 - points[:, 0]
    return points


def _wider_mouth(face):
    """The same face whose mouth is drawn 12 % wider, pixels and landmarks."""
    image, landmarks = face
    middle = landmarks[48:60, 0].mean()
    across, down = np.meshgrid(np.arange(image.shape[1]), np.arange(image.shape[0]))
    near = np.exp(-(((down - landmarks[48:60, 1].mean()) / 40) ** 2))
    columns = (across - 0.12 * near * (across - middle)).astype(np.float32)
    wide = cv2.remap(image, columns, down.astype(np.float32), cv2.INTER_CUBIC)
    points = landmarks.copy()
    points[48:, 0] += 0.12 * (points[48:, 0] - middle)
    return wide, points


def _slenderness(landmarks):
    width, height = np.ptp(landmarks[48:60], axis=0)
    return width / height


def test_detail_that_no_network_shows_comes_along_but_not_in_a_draft(transfer, face):
    rows, columns = np.indices(face[0].shape[:2])
    squares = np.where((rows + columns) % 2, 14, -14)[..., None]
    squared = (face[0] + squares).clip(0, 255).astype(np.uint8), face[1]
    inside = (
        cv2.erode(covered(face[0], transfer((FacePart.FACE,), squared)), np.ones((9, 9))) == 255
    )
    whole, draft, own = (
        (
            shown(face[0], transfer((FacePart.FACE,), exemplar, draft=draft))
            * 1.0
            * np.sign(squares)
        )[inside].mean()
        for exemplar, draft in ((squared, False), (squared, True), (face, False))
    )
    assert whole - own > 4
    assert abs(draft - own) < 1


def test_a_part_takes_on_the_tones_of_the_faces_skin(transfer, face):
    darker = (face[0] * 0.55).astype(np.uint8), face[1]
    result = transfer(MOUTH_ONLY, darker, shape=0.0, draft=True)
    inside = covered(face[0], result) == 255
    made, own, exemplar = (
        one[inside].mean() for one in (shown(face[0], result), face[0], darker[0])
    )
    assert abs(made - own) < 0.4 * abs(exemplar - own)


def test_a_transfer_says_where_the_points_of_the_face_are_now(transfer, face):
    wide = face[1].copy()
    wide[[48, 54]] += [[-14, 0], [14, 0]]
    moved_by = transfer(MOUTH_ONLY, (face[0], wide), shape=1.0, draft=True).landmarks - face[1]
    assert moved_by[48, 0] < -3
    assert moved_by[54, 0] > 3
    assert np.abs(moved_by[:27]).max() < 0.5
