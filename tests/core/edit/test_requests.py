"""A request that makes no sense cannot be made; a result is no larger than what changed."""

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import EditResult, Exemplar, InpaintRequest, StyleRequest
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


def test_a_result_is_as_large_as_what_changed_and_lies_where_it_did():
    image, coverage = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3), np.zeros((20, 30))
    coverage[4:9, 7:19] = 200
    request = StyleRequest(IMAGE, POINTS, parts=EYES)
    window = slice(10, 30), slice(15, 45)
    told = {"is_painted": False, "landmarks": POINTS}
    result = EditResult.trimmed(image, coverage.astype(np.uint8), window, request, ("a",), **told)
    assert (result.top, result.left) == (14, 22)
    assert result.window == (slice(14, 19), slice(22, 34))
    assert np.array_equal(result.patch, image[4:9, 7:19])
    assert (result.coverage == 200).all()
    assert result.coverage.shape == (5, 12)
    assert (result.notices, result.is_painted, result.landmarks) == (("a",), False, POINTS)


def test_a_result_that_covers_nothing_is_unchanged():
    request = StyleRequest(IMAGE, POINTS, parts=EYES)
    window = slice(10, 30), slice(15, 45)
    nothing = EditResult.trimmed(IMAGE[:20, :30], np.zeros((20, 30), np.uint8), window, request)
    assert nothing.coverage.shape == (1, 1)
    assert not nothing.coverage.any()
    assert not nothing.is_painted


@pytest.mark.parametrize("kind", [InpaintRequest, StyleRequest])
def test_in_a_window_everything_is_asked_for_where_it_was(kind):
    maps = {
        name: np.random.default_rng(0).integers(1, 9, (40, 50), np.uint8)
        for name in ("mask", "lines")
    }
    if kind is InpaintRequest:
        maps["labels"] = maps["lines"] + 1
        request = InpaintRequest(IMAGE, faces=(POINTS,), **maps)
    else:
        request = StyleRequest(IMAGE, POINTS, **maps)
    window = slice(5, 35), slice(8, 48)
    narrowed = request.within(window)
    assert narrowed.image.shape == (30, 40, 3)
    for name, values in maps.items():
        assert np.array_equal(getattr(narrowed, name), values[window])
    landmarks = narrowed.faces[0] if kind is InpaintRequest else narrowed.landmarks
    assert np.array_equal(landmarks, POINTS - [8, 5])


def test_maps_of_regions_and_sketches_of_a_fill_are_as_large_as_the_photo():
    for name in ("mask", "lines", "labels"):
        with pytest.raises(InvalidRequestError, match="differ in size"):
            InpaintRequest(IMAGE, **{"mask": MASK, name: MASK[1:]})
    with pytest.raises(InvalidRequestError, match="Paint over"):
        InpaintRequest(IMAGE, MASK * 0)
    with pytest.raises(InvalidRequestError, match="68 landmarks"):
        InpaintRequest(IMAGE, MASK, (POINTS[:5],))
