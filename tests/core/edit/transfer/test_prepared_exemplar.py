"""The exemplar's picture is converted to the photo's kind, or refused."""

import numpy as np
import pytest
from skimage.data import astronaut

from core.edit.requests import ExemplarRequest
from core.edit.transfer.prepared_exemplar import prepare_exemplar
from core.errors import InvalidRequestError
from core.face.align import canonical_frame


def prepared(photo, landmarks, exemplar, exemplar_landmarks):
    request = ExemplarRequest(photo, landmarks, exemplar, exemplar_landmarks, hair=True)
    return prepare_exemplar(request, canonical_frame(landmarks))


def grey(image):
    return np.repeat(image[..., 1:2], 3, axis=2)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_a_photo_without_colours_gets_an_exemplar_without_colours(landmarks, depth):
    photo = grey(astronaut()).astype(depth)
    found = prepared(photo, landmarks, astronaut(), landmarks).image
    assert found.dtype == depth
    assert (found == found[..., :1]).all()


def test_a_photo_with_colours_gets_the_exemplars_own(landmarks):
    found = prepared(astronaut(), landmarks, astronaut(), landmarks).image
    assert (found != found[..., :1]).any()


@pytest.mark.parametrize(
    ("asked", "found", "is_mirrored"),
    [(20, 5, False), (20, -10, True), (8, -6, False), (34, -6, True)],
)
def test_an_exemplar_is_mirrored_where_that_helps_much_or_nothing_else_fits(
    landmarks, monkeypatch, asked, found, is_mirrored
):
    turned = {0.0: asked, 1.0: found}  # degrees, keyed by where the first point lies
    monkeypatch.setattr(
        "core.edit.transfer.prepared_exemplar.estimate_yaw",
        lambda points: turned[float(points[0, 0] - landmarks[0, 0])],
    )
    notices = prepared(astronaut(), landmarks, astronaut(), landmarks + np.array([1, 0])).notices
    assert any("mirrored" in notice for notice in notices) == is_mirrored


def test_an_exemplars_face_outside_its_picture_is_refused(landmarks):
    with pytest.raises(InvalidRequestError, match="exemplar's face lies outside its picture"):
        prepared(astronaut(), landmarks, astronaut(), landmarks + 5000)
