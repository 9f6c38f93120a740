"""What is found of an edited face is true of it."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.data import astronaut

from core.edit.requests import CheckEditRequest, CheckEditResult
from core.edit.result_checks import check_edit, seam_steepness
from core.errors import InvalidRequestError
from core.face.detect import find_faces
from core.progress import silent

NOWHERE = np.zeros((512, 512), np.uint8)


@pytest.fixture(scope="module")
def landmarks() -> np.ndarray:
    return find_faces(astronaut())[0].landmarks


@pytest.fixture(scope="module")
def cheek(landmarks) -> tuple[slice, slice]:
    x, y = landmarks[[2, 31]].mean(axis=0).round().astype(int)
    return slice(y - 6, y + 6), slice(x - 6, x + 6)


def _check(landmarks, after, coverage=NOWHERE) -> CheckEditResult:
    return check_edit(CheckEditRequest(astronaut(), after, coverage, landmarks, landmarks), silent)


def test_an_unchanged_face_is_the_same_person_without_a_seam(landmarks):
    assert _check(landmarks, astronaut()) == CheckEditResult(0.0, 0.0, 0)


def test_a_patch_of_another_tone_shows_a_seam_and_a_blended_one_none(landmarks, cheek):
    coverage, hard, soft = NOWHERE.copy(), astronaut(), astronaut()
    coverage[cheek] = 255
    hard[cheek] = np.minimum(hard[cheek].astype(int) + 25, 255)
    ramp = np.minimum(np.arange(12), np.arange(12)[::-1])
    soft[cheek] = np.minimum(soft[cheek] + np.minimum.outer(ramp, ramp)[..., None], 255)
    assert _check(landmarks, hard, coverage).seam > 0.5
    assert _check(landmarks, soft, coverage).seam < 0.5


def test_another_face_in_its_place_is_another_person(landmarks):
    masked = astronaut()
    left, top = landmarks.min(axis=0).astype(int) - 12
    right, bottom = landmarks.max(axis=0).astype(int) + 12
    masked[top:bottom, left:right] = masked[top:bottom, left:right][::-1]
    assert _check(landmarks, masked, np.full_like(NOWHERE, 255)).identity > 0.5


def test_pixels_that_changed_beside_the_edits_are_counted(landmarks, cheek):
    after = astronaut()
    after[:2, :5, 1] ^= 1
    assert _check(landmarks, after).changed_outside == 10


def test_deep_photos_are_measured_like_others(cheek):
    coverage, hard = NOWHERE.copy(), astronaut()
    coverage[cheek] = 255
    hard[cheek] += 20
    deep = [one.astype(np.uint16) * 257 for one in (astronaut(), hard)]
    assert seam_steepness(*deep, coverage) == pytest.approx(
        seam_steepness(astronaut(), hard, coverage), rel=0.02
    )


def test_pictures_of_different_sizes_are_refused(landmarks):
    with pytest.raises(InvalidRequestError):
        CheckEditRequest(astronaut(), astronaut()[1:], NOWHERE, landmarks, landmarks)
