"""A fill of a large face: steered by landmarks and sketches, refined, with the photo's grain."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import MOUTH
from core.edit.editor import Editor
from core.edit.requests import InpaintRequest
from core.imaging.masks import dilate, fill_hull
from core.models.refiner import NAME
from tests.core.edit.results import shown


@pytest.fixture(scope="module")
def larger_face(large_face):
    """The large face enlarged until a frame of a network has fewer pixels than its mouth."""
    image, landmarks = large_face
    larger = cv2.resize(image, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    return larger, (landmarks + 0.5) * 1.5 - 0.5


@pytest.fixture(scope="module")
def mouth(larger_face):
    """Cover the mouth and a little around."""
    image, landmarks = larger_face
    return dilate(fill_hull(image.shape[:2], landmarks[list(MOUTH)]), 12)


@pytest.fixture(scope="module")
def fill(editor, larger_face, mouth):
    """Return a fill of the mouth as floats; (H, W, 3)."""

    def run(image=larger_face[0], editor=editor, **known):
        result = editor.run(InpaintRequest(image, mouth, **known))
        return shown(image, result).astype(float)

    return run


@pytest.fixture(scope="module")
def known_face(fill, larger_face):
    """The fill where the face's landmarks are known."""
    return fill(faces=(larger_face[1],))


def test_a_mouth_is_filled_nearer_to_the_photo_where_its_landmarks_are_known(
    fill, known_face, larger_face, mouth
):
    with_lines, without = (
        np.abs(made - larger_face[0])[mouth > 0].mean() for made in (known_face, fill())
    )
    assert with_lines < 0.75 * without


def test_a_sketch_changes_what_is_painted_along_it_most(fill, known_face, larger_face, mouth):
    points = larger_face[1]
    sketch = np.zeros_like(mouth)
    x, y = points[62].astype(int)
    cv2.line(sketch, (x - 30, y - 9), (x + 30, y + 9), 255, 3)
    changed = np.abs(fill(faces=(points,), lines=sketch) - known_face).mean(axis=2)
    along, hole = dilate(sketch, 6) > 0, mouth > 0
    assert changed[along & hole].mean() > 4
    assert changed[along & hole].mean() > 1.5 * changed[~along & hole].mean()


def test_the_grain_of_a_photo_goes_on_in_what_is_filled(fill, larger_face, mouth):
    image, landmarks = larger_face
    noise = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 20, image.shape), (0, 0), 0.8)
    filled = fill((image + noise).clip(0, 255).astype(np.uint8), faces=(landmarks,))
    inside = cv2.erode(mouth, np.ones((15, 15))) > 0
    around = (dilate(mouth, 30) > 0) & (mouth == 0)
    fine = filled - cv2.GaussianBlur(filled, (0, 0), 1.0)
    assert 0.7 < fine[inside].std() / fine[around].std() < 1.4


def test_a_hole_of_many_pixels_is_refined(known_face, reddening, fill, larger_face, mouth):
    redder = fill(editor=Editor("cpu", {NAME: reddening}), faces=(larger_face[1],)) - known_face
    inside = cv2.erode(mouth, np.ones((9, 9))) > 0
    red, green, blue = redder[inside].mean(axis=0)
    assert red > green + 10
    assert red > blue + 10


def test_a_hole_of_few_pixels_needs_no_refiner(portrait, tmp_path):
    image, landmarks = portrait
    mouth = fill_hull(image.shape[:2], landmarks[list(MOUTH)])
    editor = Editor("cpu", {NAME: tmp_path / "none.safetensors"})
    assert editor.run(InpaintRequest(image, mouth, (landmarks,))).coverage.any()
