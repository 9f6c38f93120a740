"""A request of a style that makes no sense cannot be made."""

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import Exemplar, StyleRequest
from core.errors import InvalidRequestError

IMAGE = np.zeros((40, 50, 3), np.uint8)
POINTS = np.arange(136, dtype=float).reshape(68, 2)
SOMEBODY = Exemplar(IMAGE, POINTS)
EYES = (FacePart.EYES,)
MASK = np.full((40, 50), 255, np.uint8)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "which part"),
        ({"mask": MASK * 0}, "Paint over"),
        ({"mask": MASK[1:]}, "mask and the image differ"),
        ({"mask": MASK, "parts": EYES}, "not both"),
        ({"mask": MASK, "hair": True}, "not both"),
        ({"parts": EYES, "lines": MASK[1:]}, "sketch and the image differ"),
        ({"parts": EYES, "strength": 1.1}, "strength"),
        ({"parts": EYES, "seed": -1}, "seed"),
        ({"parts": EYES, "seed": 2**32}, "seed"),
        ({"parts": EYES, "second": SOMEBODY}, "two exemplars"),
        ({"parts": EYES, "layers": (9, 4)}, "layers"),
        ({"parts": EYES, "layers": (0, 4)}, "layers"),
        ({"parts": EYES, "layers": (4, 15)}, "layers"),
    ],
)
def test_an_impossible_style_is_refused_with_a_sentence(settings, sentence):
    with pytest.raises(InvalidRequestError, match=sentence):
        StyleRequest(IMAGE, POINTS, **settings)


@pytest.mark.parametrize("points", [POINTS[:5], POINTS * np.nan])
def test_an_exemplar_has_68_landmarks(points):
    with pytest.raises(InvalidRequestError, match="68 landmarks"):
        Exemplar(IMAGE, points)


@pytest.mark.parametrize(
    "settings", [{"hair": True}, {"parts": EYES, "hair": True}, {"mask": MASK}, {"parts": EYES}]
)
def test_hair_parts_or_a_mask_can_be_painted_with_or_without_an_exemplar(settings):
    for exemplar in (None, SOMEBODY):
        assert StyleRequest(IMAGE, POINTS, exemplar, **settings).strength == 1.0
