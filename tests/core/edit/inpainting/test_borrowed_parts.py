"""Hidden eyes, noses and mouths come from other photos; never an adult's eyes for a child."""

import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_BROW, LEFT_EYE, MOUTH, RIGHT_BROW, RIGHT_EYE
from core.edit.inpainting import borrowed_parts
from core.edit.requests import Exemplar, FillSource, InpaintRequest
from core.errors import InvalidRequestError
from core.face.apparent_traits import ApparentTraits
from core.imaging.masks import dilate, fill_hull
from tests.core.edit.results import covered, shown

EYES = LEFT_EYE + RIGHT_EYE + LEFT_BROW + RIGHT_BROW
ADULT, CHILD = ApparentTraits(False, 0.5), ApparentTraits(True, 0.5)


def around(face, group, reach=8):
    """A mask over some landmarks of a face and so many pixels around."""
    return dilate(fill_hull(face[0].shape[:2], face[1][list(group)]), reach)


@pytest.fixture
def fill(editor, large_face):
    """Fill a mask of the sample face; the result."""

    def run(group, source=FillSource.DONORS, **options):
        mask = around(large_face, group)
        return editor.run(
            InpaintRequest(large_face[0], mask, (large_face[1],), source=source, **options)
        )

    return run


@pytest.fixture
def looks(monkeypatch):
    """Let every face look like an adult's or a child's."""

    def run(traits):
        monkeypatch.setattr(borrowed_parts, "apparent_traits", lambda _: traits)

    return run


@pytest.fixture
def tinted(large_face):
    """The sample face once more, as another photo of the same person."""
    image = np.clip(large_face[0].astype(int) - 12, 0, 255).astype(np.uint8)
    return Exemplar(image, large_face[1])


def test_donors_lend_both_eyes_and_nothing_outside_the_mask_changes(fill, looks, large_face):
    looks(ADULT)
    result, by_network = fill(EYES), fill(EYES, FillSource.NETWORK)
    image, mask = large_face[0], around(large_face, EYES)
    assert result.notices[-1] == "The eyes came from a donor."
    assert np.abs(result.patch.astype(int) - by_network.patch).mean() > 3
    assert np.array_equal(covered(image, result), mask)
    assert np.array_equal(shown(image, result)[mask == 0], image[mask == 0])


def test_the_next_variant_is_another_donor_and_the_same_one_repeats(fill, looks):
    looks(ADULT)
    first, again, second = fill(MOUTH), fill(MOUTH), fill(MOUTH, variant=1)
    assert np.array_equal(first.patch, again.patch)
    assert not np.array_equal(first.patch, second.patch)


def test_a_child_is_lent_no_adults_eyes(fill, looks):
    looks(CHILD)
    result, by_network = fill(EYES), fill(EYES, FillSource.NETWORK)
    assert np.array_equal(result.patch, by_network.patch)
    assert "child" in result.notices[-1]


def test_a_child_is_lent_no_adults_eyes_of_the_users_own_folder_either(fill, looks, tinted):
    looks(CHILD)
    assert "child" in fill(EYES, donors=(tinted,)).notices[-1]


def test_another_photo_of_the_same_person_is_preferred_and_nearer_than_donors(
    fill, looks, tinted, large_face
):
    looks(ADULT)
    hole = around(large_face, EYES) > 0
    image = large_face[0].astype(float)
    by_person, by_donor = (
        np.square(shown(large_face[0], result) - image)[hole].mean()
        for result in (fill(EYES, references=(tinted,)), fill(EYES))
    )
    assert by_person < 0.3 * by_donor


@pytest.mark.parametrize("source", [FillSource.DONORS, FillSource.AUTO])
def test_auto_takes_the_same_person_too_and_one_line_says_so(fill, looks, tinted, source):
    looks(CHILD)  # their own eyes are a child's
    result = fill(EYES, source, references=(tinted,))
    assert result.notices[-1] == "The eyes came from another photo of the same person."


def test_auto_takes_two_hidden_eyes_from_a_donor_but_no_mouth(fill, looks):
    looks(ADULT)
    eyes, mouth = fill(EYES, FillSource.AUTO), fill(MOUTH, FillSource.AUTO)
    assert np.array_equal(eyes.patch, fill(EYES).patch)
    assert eyes.notices == ("The eyes came from a donor.",)
    assert not any("donor" in notice for notice in mouth.notices)


def test_nobody_lends_to_a_head_that_is_turned_another_way(fill, looks, monkeypatch):
    looks(ADULT)
    monkeypatch.setattr(borrowed_parts, "estimate_yaw", lambda _: 45.0)
    result = fill(EYES)
    assert "turned" in result.notices[-1]
    assert np.array_equal(result.patch, fill(EYES, FillSource.NETWORK).patch)


def test_what_hair_covers_is_lent_nothing(fill, looks, monkeypatch):
    looks(ADULT)
    monkeypatch.setattr(
        borrowed_parts, "find_occlusion", lambda image, *_: np.full(image.shape[:2], 255, np.uint8)
    )
    assert "hair" in fill(EYES).notices[-1]


def test_a_hole_that_hides_no_part_is_the_networks(editor, large_face):
    mask = np.zeros(large_face[0].shape[:2], np.uint8)
    mask[10:30, 10:30] = 255
    request = InpaintRequest(large_face[0], mask, (large_face[1],), source=FillSource.DONORS)
    assert "because no eye, nose or mouth" in editor.run(request).notices[-1]


def test_photos_of_16_bits_keep_them(editor, looks, large_face):
    looks(ADULT)
    fine = large_face[0].astype(np.uint16) * 257
    mask = around(large_face, EYES)
    result = editor.run(InpaintRequest(fine, mask, (large_face[1],), source=FillSource.DONORS))
    assert result.patch.dtype == np.uint16
    assert len(np.unique(result.patch % 257)) > 100


def test_no_donor_comes_before_the_one_that_suits_best(large_face):
    mask = around(large_face, EYES)
    with pytest.raises(InvalidRequestError, match="counted from 0"):
        InpaintRequest(large_face[0], mask, variant=-1)
