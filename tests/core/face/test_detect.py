"""Finding faces of any size and turn, and nothing where there is none."""

import subprocess
import sys
import tarfile
import threading

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from core.errors import InvalidRequestError
from core.face import detect
from core.face.candidates import Candidate
from core.face.detect import face_in_box, find_faces
from core.progress import Cancelled


def test_the_astronaut_has_one_face(astronaut, error):
    (face,) = find_faces(astronaut.image, thorough=False)

    assert error(face.landmarks, astronaut.landmarks) == 0
    left, top, right, bottom = face.box
    assert left < face.landmarks[30, 0] < right
    assert top < face.landmarks[30, 1] < bottom
    assert 80 < right - left < 105


@pytest.mark.parametrize("degrees", [20, 90, 135, 240])
def test_a_face_turned_by_any_angle_is_found_and_progress_never_runs_backwards(
    astronaut, turned, error, degrees
):
    photo, fractions = turned(astronaut, degrees), []

    (face,) = find_faces(photo.image, report=lambda fraction, _: fractions.append(fraction))

    assert error(face.landmarks, photo.landmarks) < 0.015
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] < 1


def test_faces_from_60_pixels_to_the_full_frame_are_found_in_24_megapixels(
    astronaut, resized, error
):
    canvas = np.full((4000, 6000, 3), 90, np.uint8)
    expected = []
    for scale, top, left in (
        (6.0, 0, 100),
        (1.3, 3300, 300),
        (0.87, 500, 5100),
        (0.66, 2890, 3700),
    ):
        photo = resized(astronaut, scale)
        height, width = photo.image.shape[:2]
        canvas[top : top + height, left : left + width] = photo.image
        expected.append(photo.landmarks + np.array([left, top]))

    faces = find_faces(canvas)

    assert len(faces) == len(expected)
    for face, landmarks in zip(faces, expected, strict=True):
        assert error(face.landmarks, landmarks) < 0.04
    assert faces[-1].box[2] - faces[-1].box[0] < 66


def test_a_face_with_a_covered_mouth_gets_a_second_chance(astronaut, error):
    image = astronaut.image.copy()
    image[130:174, 164:277] = 128
    assert not find_faces(image, thorough=False)

    (face,) = find_faces(image)

    assert error(face.landmarks, astronaut.landmarks) < 0.1


def test_faces_in_16_bits_are_the_faces_in_8_bits(astronaut):
    (face,) = find_faces(astronaut.image.astype(np.uint16) * 257, thorough=False)

    np.testing.assert_array_equal(face.landmarks, astronaut.landmarks)


@pytest.mark.parametrize("shape", [(1, 1), (300, 1), (7, 9), (2, 60000), (45, 20000)])
def test_photos_too_small_for_a_face_hold_none(shape):
    assert find_faces(np.full((*shape, 3), 99, np.uint8)) == ()


def test_noise_holds_no_face():
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)

    assert find_faces(noise) == ()


def test_a_cancel_while_strips_are_searched_begins_no_more_and_leaves_no_thread(monkeypatch):
    threads, begun, is_cancelled = threading.active_count(), [], threading.Event()

    def search_until_the_cancel(_grey, strip, _scale):
        begun.append(strip)
        is_cancelled.wait(timeout=10)
        return []

    def cancel(_fraction, stage):
        if stage == "Looking for small faces":
            is_cancelled.set()
            raise Cancelled

    monkeypatch.setattr(detect, "_detect_strip", search_until_the_cancel)
    monkeypatch.setattr(detect, "_STRIP_PIXELS", 1e5)
    with pytest.raises(Cancelled):
        find_faces(np.zeros((1500, 2000, 3), np.uint8), report=cancel)

    assert len(begun) < 20
    assert threading.active_count() == threads


@pytest.mark.parametrize("degrees", [0, 75, 180])
@pytest.mark.parametrize("looseness", [0.7, 1.0, 1.6])
def test_a_face_is_found_in_a_box_drawn_by_hand(astronaut, turned, error, degrees, looseness):
    photo = turned(astronaut, degrees)
    x, y = photo.landmarks.mean(axis=0) + np.array([8, -6])
    half = 50 * looseness

    face = face_in_box(photo.image, (x - half, y - half * 1.1, x + half * 1.1, y + half))

    assert error(face.landmarks, photo.landmarks) < 0.02


def test_a_box_may_be_drawn_from_any_corner(astronaut):
    straight = face_in_box(astronaut.image, (170, 70, 280, 180))
    reverse = face_in_box(astronaut.image, (280, 180, 170, 70))

    np.testing.assert_array_equal(straight.landmarks, reverse.landmarks)


@pytest.mark.parametrize("size", [1, 40, 300])
def test_a_box_around_no_face_still_gives_landmarks_to_drag(size):
    face = face_in_box(np.full((size, size, 3), 99, np.uint8), (-20.0, -10.0, 90.0, 100.0))

    assert np.isfinite(face.landmarks).all()
    assert -40 < face.landmarks.min() < face.landmarks.max() < 120
    assert face.score == 0


@pytest.mark.parametrize(
    "box",
    [(50, 50, 50, 90), (50, 50, 90, 50.5), (9, 9, np.nan, 99), (600, 0, 700, 90), (0, -90, 90, -1)],
)
def test_an_empty_box_or_one_beside_the_photo_is_refused(astronaut, box):
    with pytest.raises(InvalidRequestError, match="Draw the box"):
        face_in_box(astronaut.image, box)


def test_known_faces_are_found_where_they_are_known_to_be(london, error):
    errors = []
    for photo in london:
        (face,) = find_faces(photo.image, thorough=False)
        errors.append(error(face.landmarks, photo.landmarks))

    assert np.mean(errors) < 0.015
    assert max(errors) < 0.04


def test_a_request_is_made_without_dlib_or_torch():
    code = "import sys, core.edit.requests; print({'dlib', 'torch'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_an_unclear_face_is_where_the_cnn_detector_sees_it(astronaut, monkeypatch, sample_faces):
    """As sunglasses and a scarf make the frontal detector see it: too low and too large."""
    (face,) = sample_faces
    left, top, right, bottom = face.box
    x, y, width = (left + right) / 2, (top + bottom) / 2, right - left
    low = Candidate(x, y + 0.35 * width, 1.4 * width, 0.0, 0.5)
    monkeypatch.setattr(detect, "_detect_quick", lambda _grey: [low])
    monkeypatch.setattr(detect, "_best_rotation", lambda _grey, one: one)
    (mended,) = find_faces(astronaut.image, thorough=False)
    mouth, expected = (points[48:].mean(axis=0) for points in (mended.landmarks, face.landmarks))
    assert np.linalg.norm(mouth - expected) < 0.03 * width
    assert mended.score < 0.5


def test_a_clear_face_needs_no_second_opinion(astronaut, monkeypatch):
    def refuse(_pixels):
        raise AssertionError

    monkeypatch.setattr(detect, "_detect_by_cnn", refuse)
    assert len(find_faces(astronaut.image, thorough=False)) == 1


@pytest.mark.parametrize("width", [768, 423], ids=["whole", "half"])
def test_points_of_a_face_in_sunglasses_and_a_scarf_lie_on_its_mouth(data_dir, width):
    path = data_dir / "hires768-000.tar"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    with tarfile.open(path) as shard:
        member = [one for one in shard if one.name.endswith(".jpg")][22]
        image = np.array(Pillow.open(shard.extractfile(member)).convert("RGB"))
    face = find_faces(np.ascontiguousarray(image[:, :width]))[0]
    assert 520 < face.landmarks[48:, 1].mean() < 560
    assert face.score < 0.6


def test_no_more_threads_search_than_opencv_may_use():
    before = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        assert detect._threads() == 1
    finally:
        cv2.setNumThreads(before)
