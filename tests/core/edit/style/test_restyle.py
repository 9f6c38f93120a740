"""Painted in another style: only where asked, as the exemplar, the layers and the seed say."""

import cv2
import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.editor import Editor
from core.edit.requests import (
    RANDOM_STYLE_ROWS,
    STYLE_ROWS,
    Exemplar,
    ExemplarRequest,
    StyleRequest,
)
from core.edit.style.restyle import encoder_rows
from core.errors import CheckpointError, InvalidRequestError
from core.face.align import canonical_frame
from core.imaging.masks import scale_coverage
from core.models.exe_gan import model as exe_gan
from core.models.exe_gan.model import ExeGANConfig, ExeGANInpainter
from core.runtime.tensors import to_image
from tests.core.edit.results import covered, shown

EYES, FACE = (FacePart.EYES,), (FacePart.FACE,)


@pytest.fixture(scope="module")
def face(large_face):
    return large_face


@pytest.fixture(scope="module")
def exemplars(face):
    """The same person in two other colours."""
    image, landmarks = face
    return Exemplar(image[..., ::-1].copy(), landmarks), Exemplar(255 - image, landmarks)


@pytest.fixture(scope="module")
def editor(small_style):
    return Editor("cpu", {"exe_gan": small_style})


@pytest.fixture
def restyle(editor, face):
    """Paint parts of the sample's face quickly, by default its eyes in a random style."""

    def run(exemplar=None, target=face, **settings):
        settings.setdefault("draft", True)
        if not settings.keys() & {"parts", "hair", "mask"}:
            settings["parts"] = EYES
        return editor.run(StyleRequest(*target, exemplar, **settings))

    return run


def disc(face, point, radius):
    """A mask around one landmark."""
    mask = np.zeros(face[0].shape[:2], np.uint8)
    cv2.circle(mask, tuple(np.rint(face[1][point]).astype(int).tolist()), radius, 255, -1)
    return mask


def painted(result):
    return result.patch[result.coverage == 255].astype(int)


@pytest.mark.parametrize("asked", [{"parts": EYES}, {"hair": True}, {"parts": FACE, "hair": True}])
def test_samples_without_coverage_are_the_photos_own(restyle, face, exemplars, asked):
    result = restyle(exemplars[0], draft=False, **asked)
    outside = covered(face[0], result) == 0
    assert outside.mean() > 0.4
    picture = shown(face[0], result)
    assert np.array_equal(picture[outside], face[0][outside])
    assert not np.array_equal(picture, face[0])


def test_a_painted_mask_is_what_is_covered_as_for_glasses_that_hide_the_eyes(restyle, face):
    mask = np.maximum(disc(face, 36, 40), disc(face, 45, 40))
    mask[mask > 0] = np.where(np.arange((mask > 0).sum()) % 2, 255, 100)
    assert np.array_equal(covered(face[0], restyle(mask=mask)), mask)


def test_the_same_request_gives_the_same_pixels(restyle, exemplars):
    first, second = (restyle(exemplars[0], seed=3) for _ in range(2))
    assert np.array_equal(first.patch, second.patch)


def test_another_exemplar_gives_another_style(restyle, exemplars):
    first, second = (painted(restyle(one)) for one in exemplars)
    assert (first != second).mean() > 0.05


@pytest.mark.parametrize("number", [None, 0])
def test_every_seed_is_a_variation_with_an_exemplar_and_without_one(restyle, exemplars, number):
    exemplar = None if number is None else exemplars[number]
    first, second = (painted(restyle(exemplar, seed=seed)) for seed in (1, 2))
    assert (first != second).mean() > 0.05


def test_layers_choose_what_comes_from_the_second_exemplar(restyle, exemplars):
    first, second = exemplars
    whole = painted(restyle(first, second=second))
    assert np.array_equal(whole, painted(restyle(second)))
    mixed = painted(restyle(first, second=second, layers=(8, 14)))
    assert not np.array_equal(mixed, whole)
    assert not np.array_equal(mixed, painted(restyle(first)))


@pytest.mark.parametrize("count", [8, 10])
def test_every_published_layer_has_its_rows_whatever_the_size(count):
    assert encoder_rows((0, STYLE_ROWS), count) == (0, count)
    for row in range(RANDOM_STYLE_ROWS, STYLE_ROWS):
        start, stop = encoder_rows((row, row + 1), count)
        assert 0 <= start < stop <= count


def test_rows_are_counted_as_the_published_network_does():
    assert ExeGANConfig().rows == STYLE_ROWS
    assert exe_gan.RANDOM_ROWS == RANDOM_STYLE_ROWS


def test_strength_weighs_the_coverage_and_0_is_the_photo(restyle, exemplars):
    whole = restyle(exemplars[0])
    for strength in (0.5, 0.07, 0.93):
        weaker = restyle(exemplars[0], strength=strength)
        assert np.array_equal(weaker.patch, whole.patch)
        assert np.array_equal(weaker.coverage, scale_coverage(whole.coverage, strength))
    assert not restyle(exemplars[0], strength=0.0).coverage.any()


def test_a_sketch_guides_what_is_painted(restyle, face):
    asked = {"mask": disc(face, 30, 60)}
    lines = np.zeros_like(asked["mask"])
    x, y = face[1][30].astype(int)
    cv2.line(lines, (x - 40, y - 20), (x + 40, y + 20), 255, 3)
    assert not np.array_equal(restyle(**asked).patch, restyle(**asked, lines=lines).patch)


def test_a_photo_of_16_bits_keeps_them_and_any_exemplar_fits(restyle, face, exemplars):
    deep = (face[0].astype(np.uint16) * 257, face[1])
    plain = restyle(exemplars[0])
    fine = restyle(exemplars[0], deep)
    assert fine.patch.dtype == np.uint16
    assert np.abs(fine.patch / 257 - plain.patch).mean() < 1
    other = Exemplar(exemplars[0].image.astype(np.uint16) * 257, face[1])
    assert np.abs(painted(restyle(other)) - painted(plain)).mean() < 1


def test_a_draft_covers_the_same(restyle, exemplars):
    whole, draft = (restyle(exemplars[0], draft=draft) for draft in (False, True))
    assert np.array_equal(whole.coverage, draft.coverage)
    assert np.abs(painted(whole) - painted(draft)).mean() < 12


def test_an_exemplar_is_encoded_once(editor, restyle, face, exemplars, monkeypatch):
    read, encode = [], ExeGANInpainter.encode
    monkeypatch.setattr(
        ExeGANInpainter, "encode", lambda self, one: read.append(one) or encode(self, one)
    )
    exemplar = Exemplar(exemplars[0].image // 2, face[1])
    for strength in (0.3, 0.6, 0.9):
        restyle(exemplar, strength=strength)
    assert len(read) == 1


def test_a_small_hole_is_painted_in_view_of_the_whole_face(restyle, face, monkeypatch):
    shown, paint = [], ExeGANInpainter.paint
    monkeypatch.setattr(
        ExeGANInpainter,
        "paint",
        lambda self, image, *rest: shown.append(image) or paint(self, image, *rest),
    )
    restyle(mask=disc(face, 30, 8))
    expected = canonical_frame(face[1], 128).crop(face[0])
    seen = to_image(shown[0]).astype(int)
    assert np.median(np.abs(seen - expected)) <= 1
    assert np.mean(np.abs(seen - expected)) < 3


def test_a_mask_far_from_the_face_is_refused_with_what_to_do(restyle, face):
    mask = np.zeros(face[0].shape[:2], np.uint8)
    mask[-30:, -30:] = 255
    with pytest.raises(InvalidRequestError, match="fill it instead"):
        restyle(mask=mask)


def test_a_mask_a_little_larger_than_the_face_is_painted(restyle, face):
    corners = canonical_frame(face[1]).corners()
    mask = np.zeros(face[0].shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(corners).astype(np.int32)], 255)
    assert np.array_equal(covered(face[0], restyle(mask=mask)), mask)


def test_a_face_outside_the_picture_is_refused(restyle, face):
    with pytest.raises(InvalidRequestError, match="outside the picture"):
        restyle(target=(face[0], face[1] + 5000))


def test_an_exemplar_that_is_small_or_outside_its_picture_is_refused(restyle, face):
    image, landmarks = face
    with pytest.raises(InvalidRequestError, match="at least 60 apart"):
        restyle(Exemplar(image, landmarks * 0.2))
    with pytest.raises(InvalidRequestError, match="outside its picture"):
        restyle(Exemplar(image, landmarks + 5000))


def test_missing_weights_are_told(face, tmp_path):
    editor = Editor("cpu", {"exe_gan": tmp_path / "none.safetensors"})
    with pytest.raises(CheckpointError, match="missing"):
        editor.run(StyleRequest(*face, parts=EYES))


def test_an_inpainter_knows_no_styles(restyle):
    with pytest.raises(InvalidRequestError, match="no model named residual_unet"):
        restyle(model="residual_unet")


def test_a_whole_look_has_the_exemplars_own_face_and_painted_hair(restyle, editor, face, exemplars):
    image, landmarks = face
    pixels = ExemplarRequest(
        image, landmarks, exemplars[0].image, exemplars[0].landmarks, FACE, draft=True
    )
    whole_look = shown(image, restyle(exemplars[0], parts=FACE, hair=True)).astype(int)
    nose = disc(face, 30, 12) > 0
    np.testing.assert_allclose(whole_look[nose], shown(image, editor.run(pixels))[nose], atol=1)
    hair = shown(image, restyle(exemplars[0], hair=True)).astype(int)
    above = canonical_frame(landmarks).to_photo(np.array([[128.0, 30.0]]))[0].astype(int)
    crown = np.s_[above[1] - 5 : above[1] + 5, above[0] - 5 : above[0] + 5]
    assert np.abs(hair[crown] - image[crown]).mean() > 3
    assert np.abs(whole_look[crown] - image[crown]).mean() > 3


def test_landmarks_guide_what_is_painted(restyle, face):
    image, landmarks = face
    opened = landmarks.copy()
    opened[65:68] += [0, 12]
    asked = {"mask": disc(face, 62, 50)}
    assert not np.array_equal(
        restyle(**asked).patch, restyle(target=(image, opened), **asked).patch
    )


def test_a_large_face_is_refined_but_for_a_draft(restyle, small_style, reddening, face):
    other_refiner = Editor("cpu", {"exe_gan": small_style, "refiner": reddening})
    asked = {"mask": disc(face, 30, 50)}
    for draft in (True, False):
        plain = restyle(**asked, draft=draft)
        other = other_refiner.run(StyleRequest(*face, **asked, draft=draft))
        assert np.array_equal(plain.patch, other.patch) == draft


def test_the_grain_of_a_photo_goes_on_in_what_is_painted_but_for_a_draft(restyle, face):
    noise = np.random.default_rng(0).normal(0, 20, face[0].shape)
    grainy = (face[0] + noise).clip(0, 255).astype(np.uint8), face[1]
    inside, hole, beyond = (disc(face, 30, radius) > 0 for radius in (40, 55, 80))
    strengths = []
    for draft in (True, False):
        result = restyle(target=grainy, mask=disc(face, 30, 50), draft=draft)
        picture = shown(grainy[0], result).astype(np.float32)
        fine = picture - cv2.GaussianBlur(picture, (0, 0), 0.7)
        strengths.append(fine[inside].std() / fine[beyond & ~hole].std())
    assert strengths[0] < 0.4
    assert 0.6 < strengths[1] < 1.4
