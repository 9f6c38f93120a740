"""Components of another face: what is not asked for keeps the face's own, without an edge."""

import numpy as np
import pytest
from skimage.data import astronaut

from core.anatomy.parts import Component
from core.edit.portrait.lent_components import _half
from core.edit.requests import EditResult, Exemplar, TransferRequest

PARTS = frozenset({Component.LEFT_EYE, Component.MOUTH})


@pytest.fixture(scope="module")
def share(sample_faces):
    """How much of a result that covers everything one eye and the mouth leave."""
    image, landmarks = astronaut(), sample_faces[0].landmarks
    request = TransferRequest(image, landmarks, Exemplar(image, landmarks), tuple(PARTS))
    everything = EditResult(image, 0, 0, np.full(image.shape[:2], 255, np.uint8), request)
    return _half(everything, PARTS, landmarks).astype(int)


def test_one_eye_and_the_mouth_change_and_the_other_eye_stays(share, sample_faces):
    points = sample_faces[0].landmarks
    left, right, mouth = (
        points[part].mean(axis=0).round().astype(int)
        for part in (slice(36, 42), slice(42, 48), slice(48, 68))
    )
    assert [share[y, x] for x, y in (left, right, mouth)] == [255, 0, 255]


def test_the_mouth_ends_softly_below_the_eye_that_stays(share):
    for axis in (0, 1):
        assert 0 < np.abs(np.diff(share, axis=axis)).max() < 80
