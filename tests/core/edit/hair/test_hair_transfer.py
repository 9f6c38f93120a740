"""An exemplar's hair: its own pixels, the old hair gone, the face itself untouched."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_EYE, MOUTH, NOSE_BASE, RIGHT_EYE
from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.hair.head_alignment import HeadAlignment, align_heads
from core.edit.requests import ExemplarRequest
from core.errors import InvalidRequestError
from core.imaging.masks import scale_coverage
from tests.core.edit.results import covered, shown


@pytest.fixture(scope="module")
def face(head):
    return head


@pytest.fixture(scope="module")
def dyed(editor, face, green):
    """The result of transferring the green hair."""
    return editor.run(request(face, green))


def request(own, exemplar, **settings):
    return ExemplarRequest(*own, *exemplar, hair=True, **settings)


def in_picture(matte, image):
    """Return how much of every pixel of a picture is hair; (H, W) float32."""
    to_picture = cv2.invertAffineTransform(matte.frame.matrix)
    return cv2.warpAffine(matte.coverage, to_picture, image.shape[1::-1])


def test_hair_is_found_and_the_face_is_not(face, hair_matte):
    points = np.rint(hair_matte.frame.to_frame(face[1])).astype(int)
    columns, rows = points[[*LEFT_EYE, *RIGHT_EYE, *MOUTH]].T
    assert hair_matte.coverage[rows, columns].max() < 0.1
    brow = points[:, 1].min()
    assert (hair_matte.coverage[brow // 2 : brow - 20] > 0.9).mean() > 0.1


def test_the_same_persons_hair_changes_little(editor, face):
    image, landmarks = face
    smaller = cv2.resize(image, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    result = editor.run(request(face, (smaller, landmarks * 0.8 - 0.1)))
    error = np.abs(shown(image, result).astype(float) - image)
    assert np.median(error[(error > 0).any(axis=2)]) < 8


def test_hair_takes_the_exemplars_colour_and_the_face_keeps_its_own(dyed, face, hair_matte):
    image, landmarks = face
    result = shown(image, dyed)
    sure = in_picture(hair_matte, image) > 0.95
    greener = result[sure].astype(float) @ [-0.5, 1, -0.5] - image[sure].astype(float) @ [
        -0.5,
        1,
        -0.5,
    ]
    assert np.median(greener) > 10
    inner = landmarks[[*LEFT_EYE, *RIGHT_EYE, *NOSE_BASE, *MOUTH]]
    left, top = inner.min(axis=0).astype(int)
    right, bottom = inner.max(axis=0).astype(int)
    assert (result[top:bottom, left:right] == image[top:bottom, left:right]).mean() > 0.99


def test_what_is_not_covered_stays_as_it_was(dyed, face):
    outside = covered(face[0], dyed) == 0
    assert outside.any()
    assert not dyed.is_painted
    assert (shown(face[0], dyed) == face[0])[outside].all()


def test_strength_goes_from_the_photo_to_the_exemplars_hair(editor, dyed, face, green):
    image, whole = face[0].astype(float), shown(face[0], dyed)
    none, half = (
        shown(face[0], editor.run(request(face, green, strength=strength)))
        for strength in (0.0, 0.5)
    )
    assert (none == face[0]).all()
    assert np.abs((whole + image) / 2 - half).max() <= 2


def test_strength_only_weighs_the_same_patch(editor, face, green):
    half, whole = (editor.run(request(face, green, strength=strength)) for strength in (0.5, 1.0))
    np.testing.assert_array_equal(half.patch, whole.patch)
    np.testing.assert_array_equal(half.coverage, scale_coverage(whole.coverage, 0.5))


def test_sixteen_bits_give_the_same_hair(editor, face, green):
    deep = [(image.astype(np.uint16) * 257, points) for image, points in (face, green)]
    fine = shown(deep[0][0], editor.run(request(*deep, draft=True)))
    plain = shown(face[0], editor.run(request(face, green, draft=True)))
    apart = np.abs(fine / 257.0 - plain)
    assert np.quantile(apart, 0.995) < 3  # of the rest a label may be a tie
    assert apart.mean() < 0.2


def test_hair_and_parts_are_one_result(editor, face, green):
    result = editor.run(request(face, green, parts=(FacePart.MOUTH,)))
    assert result.request.parts == (FacePart.MOUTH,)
    assert result.landmarks is not None
    height = result.coverage.shape[0]
    assert result.top < face[1][:, 1].min()
    assert result.top + height > face[1][list(MOUTH), 1].mean()


def test_an_exemplar_without_hair_is_refused(face, monkeypatch):
    editor = Editor("cpu")
    bald = np.full((256, 256), Region.SKIN, np.uint8)
    monkeypatch.setattr("core.edit.networks.Networks.parse_face", lambda *_: bald)
    with pytest.raises(InvalidRequestError, match="No hair is seen"):
        editor.run(request(face, face))


def test_a_background_that_is_labelled_as_hair_is_refused(face, monkeypatch):
    editor = Editor("cpu")
    rows, columns = np.mgrid[:256, :256]
    head = np.hypot(rows - 140, columns - 128) < 60
    labels = np.where(head, Region.SKIN, Region.HAIR).astype(np.uint8)
    monkeypatch.setattr("core.edit.networks.Networks.parse_face", lambda *_: labels)
    plain = np.full_like(face[0], 90)
    with pytest.raises(InvalidRequestError, match="cannot be told from what is behind"):
        editor.run(request(face, (plain, face[1])))


def test_an_exemplar_that_wears_a_hat_is_refused(face, monkeypatch):
    editor = Editor("cpu")
    rows, columns = np.mgrid[:256, :256]
    head = np.hypot(rows - 140, columns - 128) < 60
    labels = np.where(head, Region.SKIN, np.where(rows < 90, Region.HAT, Region.BACKGROUND))
    labels[(abs(columns - 128) > 60) & (rows > 90) & (rows < 150)] = Region.HAIR
    monkeypatch.setattr(
        "core.edit.networks.Networks.parse_face", lambda *_: labels.astype(np.uint8)
    )
    with pytest.raises(InvalidRequestError, match="wears a hat"):
        editor.run(request(face, face))


def test_outlines_are_aligned_without_much_distortion(face):
    points = face[1]
    stretched = points * [1.6, 1.0]
    linear = align_heads(points, stretched)[:, :2]
    sizes = np.linalg.svd(linear)[1]
    assert sizes[0] / sizes[1] < 1.21
    turn = np.array([[0.9, -0.2], [0.2, 0.9]])
    np.testing.assert_allclose(align_heads(points, points @ turn.T + 5)[:, :2], turn, atol=1e-6)


def test_a_photo_without_colours_gets_hair_without_colours(editor, face, green):
    image = np.repeat(face[0][..., 1:2], 3, axis=2)
    result = shown(image, editor.run(request((image, face[1]), green)))
    assert (result != image).any()
    assert (result == result[..., :1]).all()


@pytest.mark.parametrize(("rows", "columns"), [((150, 158), (0, 660)), ((200, 201), (300, 301))])
def test_a_picture_of_a_few_rows_gets_hair_too(editor, face, green, rows, columns):
    image = np.ascontiguousarray(face[0][slice(*rows), slice(*columns)])
    result = editor.run(request((image, face[1] - [columns[0], rows[0]]), green))
    assert shown(image, result).shape == image.shape


def test_hair_that_the_exemplars_picture_cuts_off_is_told_of(editor, dyed, face):
    image, landmarks = face
    top = int(landmarks[:, 1].min() - 0.2 * np.ptp(landmarks[:, 1]))
    cut = editor.run(request(face, (image[top:], landmarks - [0, top]), draft=True))
    assert any("cut off" in notice for notice in cut.notices)


def test_hair_of_a_darker_picture_is_brought_to_the_light_on_the_face(
    editor, face, green, hair_matte
):
    darker = (green[0] * 0.7).astype(np.uint8), green[1]
    results = [editor.run(request(face, one, draft=True)) for one in (green, darker)]
    hair = np.minimum.reduce([covered(face[0], one) for one in results]) == 255
    hair &= in_picture(hair_matte, face[0]) > 0.95
    plain, dark = (shown(face[0], one)[hair].mean() for one in results)
    assert 0.75 < dark / plain < 0.95  # it takes no more than eyes can tell


def wearing(monkeypatch, landmarks, matte):
    """Let the face wear a hat over the upper half of its hair; cover it in the photo, surely."""
    brow = int(matte.frame.to_frame(landmarks)[17:27, 1].min())
    hair = np.argwhere(matte.coverage > 0.5)
    rows = np.arange(len(matte.coverage))[:, None] < (hair[:, 0].min() + brow) / 2
    hat = rows & (matte.coverage > 0.5)
    monkeypatch.setattr(HeadAlignment, "hat", property(lambda _: hat))
    inner = cv2.erode(hat.astype(np.float32), np.ones((9, 9)))
    to_picture = cv2.invertAffineTransform(matte.frame.matrix)
    return lambda image: cv2.warpAffine(inner, to_picture, image.shape[1::-1]) > 0.99


def test_a_hat_stays_on_or_comes_off_by_choice(editor, face, green, hair_matte, monkeypatch):
    image, landmarks = face
    hat = wearing(monkeypatch, landmarks, hair_matte)(image)
    kept, off = (
        editor.run(request(face, green, keeps_hat=keeps_hat)) for keeps_hat in (True, False)
    )
    assert hat.sum() > 500
    assert (shown(image, kept) == image)[hat].all()
    assert covered(image, off)[hat].mean() > 250
    below = (in_picture(hair_matte, image) > 0.95) & ~hat
    below[: round(landmarks[:, 1].min()) + 20] = False  # a fringe stays with its hat
    assert covered(image, kept)[below].mean() > 200


def test_a_hat_that_is_not_there_is_told_of(editor, face, green):
    result = editor.run(request(face, green, keeps_hat=True, draft=True))
    assert any("No hat" in notice for notice in result.notices)


def with_smaller_hair(green):
    """Let the exemplar's hair be too small for the head, so that something is seen around it."""
    middle = green[1].mean(axis=0)
    return green[0], middle + (green[1] - middle) * 1.25


def fine_band(image):
    image = image.astype(np.float32)
    return np.abs(image - cv2.GaussianBlur(image, (0, 0), 1.5))


def test_the_photos_background_goes_on_where_hair_hid_it(editor, face, green, hair_matte):
    image, landmarks = face
    rows, columns = np.indices(image.shape[:2])
    board = np.repeat((64 + 96 * ((rows // 8 + columns // 8) % 2))[..., None], 3, axis=2)
    shown_head = cv2.GaussianBlur(in_picture(hair_matte, image), (0, 0), 1)
    to_picture = cv2.invertAffineTransform(hair_matte.frame.matrix)
    skin = (hair_matte.face | hair_matte.labelled(Region.NECK, Region.CLOTH)).astype(np.float32)
    shown_head = np.maximum(shown_head, cv2.warpAffine(skin, to_picture, image.shape[1::-1]))[
        ..., None
    ]
    before_a_board = (image * shown_head + board * (1 - shown_head)).astype(np.uint8)
    result = editor.run(request((before_a_board, landmarks), with_smaller_hair(green)))
    freed = (covered(image, result) == 255) & (in_picture(hair_matte, image) > 0.5)
    freed[round(landmarks[:, 1].min()) :] = False
    greenish = shown(image, result).astype(int) @ [-1, 2, -1] > 20
    uncovered = freed & ~greenish
    assert uncovered.sum() > 500
    around = fine_band(board)[uncovered].mean()
    assert fine_band(shown(before_a_board, result))[uncovered].mean() > 0.4 * around


def test_where_no_background_is_seen_what_hair_hid_is_smooth_with_grain_and_a_notice(
    editor, face, green, monkeypatch
):
    monkeypatch.setattr("core.edit.hair.hair_layout.complete_by_patches", lambda *_: None)
    rng = np.random.default_rng(0)
    image, landmarks = face
    grainy = (image + rng.normal(0, 12, image.shape)).clip(0, 255).astype(np.uint8), landmarks
    fine = []
    for draft in (True, False):
        result = editor.run(request(grainy, with_smaller_hair(green), draft=draft))
        assert any("Hardly any background" in notice for notice in result.notices)
        band = fine_band(shown(grainy[0], result))
        fine.append(band[covered(grainy[0], result) == 255].mean())
    assert fine[1] > 1.1 * fine[0]
