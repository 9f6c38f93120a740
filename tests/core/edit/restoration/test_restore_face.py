"""A soft face gets detail; its tones and all around it stay the photo's; sharp faces are told."""

from dataclasses import asdict, replace

import cv2
import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.edit.editor import Editor
from core.edit.requests import RestoreRequest
from core.edit.restoration.restore_face import detail_side, keep_low_tones
from core.errors import InvalidRequestError
from core.models.super_resolution import NAME, SuperResolution, SuperResolutionConfig
from core.progress import Cancelled
from core.runtime.checkpoints import save_weights
from tests.core.edit.results import covered, shown

WORN_BY = 2.5
"""Times by which the sample is reduced before it is compressed and enlarged again."""
SMALL = SuperResolutionConfig(features=4, layers=1)


def worn(image, times=WORN_BY, quality=50):
    """Reduce, compress, and enlarge again."""
    height, width = image.shape[:2]
    size = round(width / times), round(height / times)
    reduced = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", reduced, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return cv2.resize(decoded, (width, height), interpolation=cv2.INTER_CUBIC)


def fine(image):
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return grey - cv2.GaussianBlur(grey, (0, 0), 2.0)


def smooth(image):
    return cv2.GaussianBlur(image.astype(np.float32), (0, 0), 6.0)


@pytest.fixture(scope="module")
def soft():
    return worn(astronaut())


@pytest.fixture(scope="module")
def restored(editor, soft, landmarks):
    return editor.run(RestoreRequest(soft, landmarks, strength=1.0))


@pytest.fixture(scope="module")
def quick_editor(tmp_path_factory):
    """An editor with a small network of random weights: quick, and wrong in every tone."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        state = SuperResolution(SMALL).state_dict()
    path = tmp_path_factory.mktemp("super_resolution") / "small.safetensors"
    save_weights(path, state, NAME, asdict(SMALL), fp16=False)
    return Editor("cpu", {NAME: path})


@pytest.fixture(scope="module")
def quick_result(quick_editor, soft, landmarks):
    return quick_editor.run(RestoreRequest(soft, landmarks, strength=1.0))


def test_soft_face_gets_detail_that_lies_where_the_sharp_one_has_it(restored, soft, landmarks):
    left, top = landmarks.min(axis=0).astype(int)
    right, bottom = landmarks.max(axis=0).astype(int)
    face = slice(top, bottom), slice(left, right)
    sharp, before, after = (fine(one)[face] for one in (astronaut(), soft, shown(soft, restored)))
    assert after.std() > 1.4 * before.std()
    assert np.corrcoef(after.ravel(), sharp.ravel())[0, 1] > 0.6


def test_low_tones_stay_the_photos_whatever_the_network_paints(quick_result, soft):
    inside = covered(soft, quick_result) == 255
    patch = np.abs(smooth(shown(soft, quick_result)) - smooth(soft))
    assert patch[inside].mean() < 2
    raw = quick_result.patch.astype(float) - soft[quick_result.window]
    assert np.abs(raw[quick_result.coverage == 255]).mean() > 3  # it has painted something else


def test_low_tones_are_given_back_over_the_whole_picture():
    picture = np.random.default_rng(0).integers(80, 170, (24, 24, 3), np.uint8)
    darker = cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC) - 40
    given = keep_low_tones(picture, darker)
    assert given.shape == (96, 96, 3)
    assert np.abs(given.mean(axis=(0, 1)) - picture.mean(axis=(0, 1))).max() < 1


def test_only_the_head_is_covered_and_the_rest_stays_bit_for_bit(quick_result, soft, landmarks):
    coverage = covered(soft, quick_result)
    changed = (shown(soft, quick_result) != soft).any(axis=2)
    assert not changed[coverage == 0].any()
    columns, rows = landmarks[17:].round().astype(int).T
    assert (coverage[rows, columns] > 250).all()
    beyond_hair_and_collar = np.ones_like(coverage, bool)
    beyond_hair_and_collar[:220, 115:325] = False
    assert not coverage[beyond_hair_and_collar].any()


def test_border_of_what_is_restored_is_soft(quick_result):
    steps = np.abs(np.diff(quick_result.coverage.astype(int), axis=1))
    assert 0 < steps.max() < 100


def test_strength_mixes_photo_and_result(quick_editor, quick_result, soft):
    half = quick_editor.run(replace(quick_result.request, strength=0.5))
    assert np.array_equal(half.patch, quick_result.patch)
    assert np.array_equal(half.coverage, np.ceil(quick_result.coverage * 0.5))


def test_strength_0_is_the_photo(quick_editor, soft, landmarks):
    result = quick_editor.run(RestoreRequest(soft, landmarks, strength=0.0))
    assert not result.coverage.any()


def test_sixteen_bits_are_restored_as_eight_are(quick_editor, quick_result):
    image = quick_result.request.image.astype(np.uint16) * 257
    deep = quick_editor.run(replace(quick_result.request, image=image))
    assert deep.patch.dtype == np.uint16
    assert np.array_equal(deep.coverage, quick_result.coverage)
    difference = np.abs(deep.patch / 257 - quick_result.patch)
    assert difference[deep.coverage > 0].mean() < 1
    assert len(np.unique(deep.patch % 257)) > 100  # finer levels than 8 bits have


def test_grain_around_the_face_is_on_it_too(quick_editor, quick_result, soft):
    noise = np.random.default_rng(0).normal(0, 6, soft.shape)
    grainy = (soft + noise).clip(0, 255).astype(np.uint8)
    result = quick_editor.run(replace(quick_result.request, image=grainy))
    before, after = fine(soft)[quick_result.window], fine(shown(grainy, result))[result.window]
    assert after[result.coverage == 255].std() > before[quick_result.coverage == 255].std() + 2


def test_face_that_is_sharp_for_its_size_is_only_cleaned_and_says_so(quick_editor, landmarks):
    result = quick_editor.run(RestoreRequest(astronaut(), landmarks, strength=1.0))
    assert any("as sharp as its pixels allow" in notice for notice in result.notices)
    assert 0 < result.coverage.max() < 128


def test_large_sharp_face_stays_as_it_is_and_says_so(quick_editor, landmarks):
    large = cv2.resize(astronaut(), None, fx=3, fy=3, interpolation=cv2.INTER_LANCZOS4)
    points = (landmarks + 0.5) * 3 - 0.5
    lines = np.zeros_like(large)
    lines[::14], lines[:, ::9] = 90, 90  # detail of one pixel, as lashes are
    result = quick_editor.run(RestoreRequest(cv2.add(large, lines), points))
    assert not result.coverage.any()
    assert result.notices == ("This face is sharp already; nothing was changed.",)


def test_detail_is_as_small_as_the_face_was_made(landmarks):
    sizes = [detail_side(worn(astronaut(), times), landmarks) for times in (1.0001, 2.0, 3.0)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_grain_is_not_taken_for_detail(soft, landmarks):
    noise = np.random.default_rng(0).normal(0, 8, soft.shape)
    grainy = (soft + noise).clip(0, 255).astype(np.uint8)
    assert detail_side(grainy, landmarks) <= 1.25 * detail_side(soft, landmarks)


def test_cancel_is_heard_at_every_stage(quick_editor, quick_result):
    stages = []
    quick_editor.run(quick_result.request, lambda _, stage: stages.append(stage))
    assert stages[-1] == "Compositing"
    for last in stages:

        def stop(_, stage, last=last):
            if stage == last:
                raise Cancelled

        with pytest.raises(Cancelled):
            quick_editor.run(quick_result.request, stop)


def test_face_at_the_edge_of_the_photo_is_restored_up_to_it(quick_editor, soft, landmarks):
    corner = np.array([landmarks[:, 0].mean(), 60.0]).astype(int)
    cut = soft[corner[1] :, corner[0] :]
    result = quick_editor.run(RestoreRequest(cut, landmarks - corner, strength=1.0))
    assert covered(cut, result)[:, 0].max() == 255


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_strength_beyond_0_to_1_is_refused(soft, landmarks, strength):
    with pytest.raises(InvalidRequestError, match="between 0 and 1"):
        RestoreRequest(soft, landmarks, strength=strength)
