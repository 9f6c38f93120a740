"""Hair in a style: it lies where the exemplar's pixels would, in the style that is asked for."""

import gc
import weakref

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import MOUTH
from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.requests import Exemplar, ExemplarRequest, StyleRequest
from core.edit.style import restyle_hair
from core.errors import InvalidRequestError
from core.imaging.masks import fill_hull
from tests.core.edit.results import covered, shown


@pytest.fixture(scope="module")
def editor(small_style):
    return Editor("cpu", {"exe_gan": small_style})


@pytest.fixture(scope="module")
def pixels(editor, head, green):
    """The green hair transferred as pixels."""
    return editor.run(ExemplarRequest(*head, *green, hair=True, draft=True))


@pytest.fixture
def restyle(editor, head, green):
    """Give the head the green hair in its style, quickly."""

    def run(own=head, **settings):
        asked = {"hair": True, "draft": True} | settings
        return editor.run(StyleRequest(*own, Exemplar(*green), **asked))

    return run


def test_painted_hair_lies_where_the_pixels_do(restyle, pixels, head):
    result = restyle()
    assert result.is_painted
    assert not (covered(head[0], result) > covered(head[0], pixels)).any()
    apart = (shown(head[0], result) != shown(head[0], pixels)).any(axis=2)
    assert apart[covered(head[0], result) > 0].mean() > 0.3


def test_what_is_seen_beside_the_hair_is_as_with_pixels(restyle, pixels, head, hair_matte):
    size = (head[0].shape[1], head[0].shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    hair = cv2.warpAffine(hair_matte.coverage, hair_matte.frame.matrix, size, flags=flags)
    beside = (covered(head[0], pixels) > 0) & (cv2.blur(hair, (25, 25)) < 0.02)
    assert beside.sum() > 100
    assert np.array_equal(shown(head[0], restyle())[beside], shown(head[0], pixels)[beside])


def test_every_seed_is_a_variation(restyle, head):
    first, second = (shown(head[0], restyle(seed=seed)) for seed in (0, 1))
    assert not np.array_equal(first, second)


def test_hair_is_transferred_once_for_all_variations_and_anew_for_another_photo(
    restyle, head, monkeypatch
):
    computed = []
    compute = restyle_hair.compute_hair_transfer
    monkeypatch.setattr(
        restyle_hair,
        "compute_hair_transfer",
        lambda *asked: computed.append(1) or compute(*asked),
    )
    darker = (head[0] * 0.7).astype(np.uint8), head[1]
    for seed in (0, 1, 2):
        restyle(seed=seed, own=darker)
    assert len(computed) == 1
    restyle(own=((head[0] * 0.6).astype(np.uint8), head[1]))
    assert len(computed) == 2


def test_strength_weighs_the_same_patch_and_0_is_the_photo(restyle):
    half, whole = (restyle(strength=strength) for strength in (0.5, 1.0))
    assert np.array_equal(half.patch, whole.patch)
    assert half.coverage.max() == 128
    assert whole.coverage.max() == 255
    assert not restyle(strength=0.0).coverage.any()


def test_a_sketch_beyond_the_hair_is_painted_too_but_never_over_the_face(restyle, pixels, head):
    image, landmarks = head
    lines = np.zeros(image.shape[:2], np.uint8)
    middle = tuple(int(value) for value in landmarks[27])
    cv2.ellipse(lines, middle, (190, 190), 0, 200, 340, 255, 2)
    added = covered(image, restyle(lines=lines)) > covered(image, pixels)
    assert added.sum() > 1000
    assert not added[fill_hull(lines.shape, landmarks) > 0].any()


@pytest.mark.parametrize("at", [(600, 600), (40, 600)])
def test_a_sketch_that_is_not_at_the_hair_changes_nothing(restyle, head, at):
    lines = np.zeros(head[0].shape[:2], np.uint8)
    cv2.circle(lines, at, 20, 255, 3)
    assert np.array_equal(shown(head[0], restyle(lines=lines)), shown(head[0], restyle()))


def test_a_sketch_that_leaves_the_head_is_followed_as_far_as_hair_is_painted(restyle, head):
    image, landmarks = head
    lines = np.zeros(image.shape[:2], np.uint8)
    x, y = (int(value) for value in landmarks[0])
    cv2.line(lines, (x - 60, y - 100), (0, image.shape[0] - 1), 255, 8)
    found = covered(image, restyle(lines=lines)) > 0
    assert found[lines > 0].any()
    assert not found[-1, 0]


def test_hair_in_the_cache_holds_on_to_no_photo(head, green, small_style):
    own, exemplar = head[0].copy(), green[0].copy()
    images = weakref.ref(own), weakref.ref(exemplar)
    editor = Editor("cpu", {"exe_gan": small_style})
    editor.run(StyleRequest(own, head[1], Exemplar(exemplar, green[1]), hair=True, draft=True))
    del own, exemplar
    gc.collect()
    assert [image_ref() for image_ref in images] == [None, None]


def test_parts_in_the_style_are_painted_upon_the_hair(restyle, head):
    result = restyle(parts=(FacePart.MOUTH,))
    x, y = head[1][list(MOUTH)].mean(axis=0).astype(int)
    changed = shown(head[0], result) != head[0]
    assert changed[y - 5 : y + 5, x - 5 : x + 5].any()
    assert covered(head[0], result)[: int(head[1][:, 1].min())].any()


def test_an_exemplar_without_hair_is_refused_as_for_pixels(head, green, monkeypatch):
    bald = np.full((256, 256), Region.SKIN, np.uint8)
    monkeypatch.setattr("core.edit.networks.Networks.parse_face", lambda *_: bald)
    with pytest.raises(InvalidRequestError, match="No hair is seen"):
        Editor("cpu").run(StyleRequest(*head, Exemplar(*green), hair=True))


def test_painted_hair_keeps_the_strands_of_the_exemplars(restyle, editor, head, green):
    pixels = shown(head[0], editor.run(ExemplarRequest(*head, *green, hair=True)))
    result = restyle(draft=False)
    painted = shown(head[0], result)
    inside = cv2.erode(covered(head[0], result), np.ones((25, 25))) == 255
    inside &= np.abs(painted.astype(int) - pixels).max(axis=2) > 3  # painted anew
    bands = [
        (one - cv2.GaussianBlur(one, (0, 0), 1.5))[inside].ravel()
        for one in (painted.astype(np.float32), pixels.astype(np.float32))
    ]
    assert np.corrcoef(*bands)[0, 1] > 0.3
