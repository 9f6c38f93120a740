"""Exemplars cropped from other images."""

from __future__ import annotations

import numpy as np
import pytest

from core.anatomy.landmarks import interocular_distance
from core.face.align import canonical_frame
from faceeditor_gui.document.exemplar import MAX_FRAME_PX, MIN_INTEROCULAR_PX, cut_exemplars


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (900, 1600, 3), np.uint8)


def test_only_the_surroundings_of_the_face_are_kept(picture, make_face):
    (one,) = cut_exemplars(picture, [make_face(800, 400, 80)], "Anna").exemplars
    assert one.name == "Anna"
    assert one.image.size < picture.size / 4
    x, y = one.landmarks[36].round().astype(int)
    np.testing.assert_array_equal(one.image[y, x], picture[400, 760])


def test_the_source_image_is_not_kept(picture, make_face):
    (one,) = cut_exemplars(picture, [make_face(800, 400, 80)], "Anna").exemplars
    assert not np.shares_memory(one.image, picture)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_large_face_is_downscaled_and_its_landmarks_with_it(make_face, dtype):
    face = make_face(1500, 1400, 700)
    picture = np.zeros((3000, 3000, 3), dtype)
    (one,) = cut_exemplars(picture, [face], "Anna").exemplars
    frame = canonical_frame(one.landmarks)
    assert frame.size / frame.scale == pytest.approx(MAX_FRAME_PX, abs=1)
    assert max(one.image.shape) < 1.4 * MAX_FRAME_PX
    assert one.image.dtype == dtype


def test_landmarks_of_a_downscaled_face_lie_where_its_pixels_do(make_face):
    face = make_face(1500, 1400, 700)
    picture = np.zeros((3000, 3000, 3), np.uint8)
    x, y = face.landmarks[36].round().astype(int)
    picture[y - 20 : y + 21, x - 20 : x + 21] = 255
    (one,) = cut_exemplars(picture, [face], "Anna").exemplars
    light = one.image[..., 0].astype(float)
    rows, columns = np.indices(light.shape)
    centre = (columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()
    np.testing.assert_allclose(centre, one.landmarks[36], atol=0.02)


def test_a_small_face_is_no_exemplar_but_its_size_is_returned(picture, make_face):
    found = cut_exemplars(picture, [make_face(800, 400, MIN_INTEROCULAR_PX - 1)], "Anna")
    assert found.exemplars == ()
    assert found.largest_eye_distance == pytest.approx(MIN_INTEROCULAR_PX - 1)


def test_several_faces_are_numbered_largest_first(picture, make_face):
    faces = [make_face(300, 300, 70), make_face(900, 400, 90), make_face(1400, 300, 20)]
    found = cut_exemplars(picture, faces, "Party")
    assert [one.name for one in found.exemplars] == ["Party 1", "Party 2"]
    sizes = [interocular_distance(one.landmarks) for one in found.exemplars]
    assert sizes == pytest.approx([90, 70])


def test_an_image_without_faces_has_no_exemplars(picture):
    found = cut_exemplars(picture, [], "Wall")
    assert (found.exemplars, found.largest_eye_distance) == ((), 0.0)


def test_the_portrait_is_a_square_around_the_face(picture, make_face):
    (one,) = cut_exemplars(picture, [make_face(800, 400, 80)], "Anna").exemplars
    height, width = one.portrait.shape[:2]
    assert abs(height - width) <= 1
    assert np.ptp(one.landmarks[:, 0]) < width < 2 * np.ptp(one.landmarks[:, 0])
