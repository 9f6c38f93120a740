"""Glasses of an exemplar are put on a face: all of the frame, in place, and nothing else."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_EYE, MOUTH, RIGHT_EYE
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.glasses.frame_mask import whole_glasses
from core.edit.glasses.glasses_transfer import fit_perspective
from core.edit.requests import ExemplarRequest
from core.errors import InvalidRequestError
from core.imaging.masks import dilate
from tests.core.edit.results import covered, shown

FRAME = (20, 30, 150)


def drawn_glasses(landmarks, shape):
    """Draw two round rims and a bridge, and what lies within them; bool."""
    centres = [landmarks[list(eye)].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE)]
    unit = float(np.linalg.norm(centres[1] - centres[0]))
    frame, lenses = np.zeros(shape[:2], np.uint8), np.zeros(shape[:2], np.uint8)
    (left, right), thick = np.rint(centres).astype(int), max(round(0.06 * unit), 2)
    for x, y in (left, right):
        cv2.circle(frame, (int(x), int(y)), round(0.38 * unit), 255, thick)
        cv2.circle(lenses, (int(x), int(y)), round(0.38 * unit), 255, -1)
    cv2.line(
        frame,
        (int(left[0] + 0.38 * unit), int(left[1])),
        (int(right[0] - 0.38 * unit), int(right[1])),
        255,
        thick,
    )
    return frame > 0, (lenses | frame) > 0


@pytest.fixture(scope="module")
def wearer(large_face):
    """The sample face with a blue frame drawn on it."""
    image, landmarks = large_face
    frame, _ = drawn_glasses(landmarks, image.shape)
    worn = image.copy()
    worn[frame] = FRAME
    return worn, landmarks


@pytest.fixture
def editor(monkeypatch):
    """An editor whose parser sees the drawn glasses where they are, and skin elsewhere."""

    def parse(request, *_):
        labels = np.full(request.image.shape[:2], Region.SKIN, np.uint8)
        blue = request.image[..., 2].astype(int) - request.image[..., 0] > 80
        if blue.sum() > 100:
            labels[drawn_glasses(request.landmarks, labels.shape)[1]] = Region.GLASSES
        return type("Parsed", (), {"labels": labels})()

    monkeypatch.setattr("core.edit.glasses.glasses_transfer.parse_regions", parse)
    return Editor("cpu")


def glasses(own, exemplar, **settings):
    return ExemplarRequest(*own, *exemplar, glasses=True, **settings)


def test_a_frame_is_put_where_it_sat_on_the_exemplar(editor, large_face, wearer):
    image, landmarks = large_face
    result = editor.run(glasses(large_face, wearer))
    frame, _ = drawn_glasses(landmarks, image.shape)
    core = cv2.erode(frame.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert np.abs(shown(image, result)[core].astype(int) - FRAME).mean() < 30


def test_the_face_beside_a_frame_and_its_shadow_stays(editor, large_face, wearer):
    image, landmarks = large_face
    result = editor.run(glasses(large_face, wearer))
    frame, _ = drawn_glasses(landmarks, image.shape)
    unit = float(np.linalg.norm(landmarks[45] - landmarks[36]))
    far = dilate(frame * np.uint8(255), 0.3 * unit) == 0
    assert (shown(image, result) == image)[far].all()
    x, y = np.rint(landmarks[list(MOUTH)].mean(axis=0)).astype(int)
    assert covered(image, result)[y, x] == 0


def test_strength_zero_is_the_photo(editor, large_face, wearer):
    result = editor.run(glasses(large_face, wearer, strength=0.0))
    assert (shown(large_face[0], result) == large_face[0]).all()


def test_an_exemplar_without_glasses_is_refused(editor, large_face):
    with pytest.raises(InvalidRequestError, match="wears no glasses"):
        editor.run(glasses(large_face, large_face))


def test_a_face_that_wears_glasses_is_told_to_take_them_off(editor, wearer):
    with pytest.raises(InvalidRequestError, match="Remove glasses"):
        editor.run(glasses(wearer, wearer))


def test_glasses_of_which_one_side_is_seen_are_refused(wearer):
    image, landmarks = wearer
    _, both = drawn_glasses(landmarks, image.shape)
    half = both & (np.arange(image.shape[1]) < landmarks[27, 0])
    labels = np.where(half, Region.GLASSES, Region.NECK).astype(np.uint8)
    with pytest.raises(InvalidRequestError, match="told whole"):
        whole_glasses(image, labels, landmarks)


def test_a_rim_that_the_parser_takes_for_skin_comes_along(wearer):
    image, landmarks = wearer
    frame, both = drawn_glasses(landmarks, image.shape)
    lower = both & (np.arange(image.shape[0])[:, None] > landmarks[list(LEFT_EYE), 1].mean())
    labels = np.where(lower, Region.GLASSES, Region.SKIN).astype(np.uint8)
    found = whole_glasses(image, labels, landmarks).opaque > 0
    assert found[frame].mean() > 0.9


def test_perspective_follows_a_turned_head(large_face):
    _, landmarks = large_face
    middle = landmarks[27]
    turn = np.array([[0.8, 0.05, 30], [0.02, 0.9, 20], [2e-4, 0, 1]])
    homogeneous = np.column_stack([landmarks - middle, np.ones(68)]) @ turn.T
    turned = homogeneous[:, :2] / homogeneous[:, 2:]
    fitted = fit_perspective(landmarks, turned)
    found = cv2.perspectiveTransform(landmarks[None].astype(np.float32), fitted)[0]
    assert np.abs(found - turned).max() < 0.5
