"""Painted hair takes its strands from hair: the photo's own below it, or the exemplar's."""

import cv2
import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.edit.hair import strands
from core.edit.painters import Painters
from core.edit.request import Exemplar, StyleRequest
from core.face.align import canonical_frame
from core.face.parse import parsing_frame
from core.face.parts import FacePart
from core.labels import Region

IMAGE = astronaut()
WHOLE = slice(0, 512), slice(0, 512)
HOLE = np.full((512, 512), 255, np.uint8)
CROWN, EYE = (128, 60), (102, 121)


@pytest.fixture
def painters(monkeypatch):
    """The parser says: hair above, an eye below it."""
    labels = np.full((256, 256), Region.SKIN, np.uint8)
    labels[30:100, 40:216] = Region.HAIR
    labels[115:128, 90:115] = Region.LEFT_EYE
    found = Painters(torch.device("cpu"))
    monkeypatch.setattr(found, "labels", lambda _: labels)
    return found


@pytest.fixture
def at(landmarks):
    """Read a map of the photo at a place of the parsing frame."""

    def read(values, place):
        frame = parsing_frame(canonical_frame(landmarks))
        x, y = np.rint(frame.to_photo(np.array([place], float))[0]).astype(int)
        return values[y, x]

    return read


@pytest.mark.parametrize(("asked", "skin"), [({"hair": True}, 0), ({"mask": HOLE}, 255)])
def test_hair_that_is_painted_over_lends_strands_and_skin_but_not_below_a_mask(
    painters, landmarks, at, asked, skin
):
    source, unknown = strands(StyleRequest(IMAGE, landmarks, **asked), WHOLE, HOLE, painters)
    assert np.array_equal(source, IMAGE)
    assert at(unknown, CROWN) == 0
    assert at(unknown, (128, 150)) == skin


def test_eyes_lend_nothing_to_hair_but_to_another_eye(painters, landmarks, at):
    nothing = np.zeros_like(HOLE)
    for asked, unknown_there in (({"hair": True}, 255), ({"parts": (FacePart.EYES,)}, 0)):
        request = StyleRequest(IMAGE, landmarks, **asked)
        assert at(strands(request, WHOLE, nothing, painters)[1], EYE) == unknown_there


def test_a_sharp_exemplar_lends_its_own_strands_where_its_hair_lies(painters, landmarks, at):
    turned = cv2.rotate(255 - IMAGE, cv2.ROTATE_90_CLOCKWISE)
    there = np.column_stack([511 - landmarks[:, 1], landmarks[:, 0]])
    request = StyleRequest(IMAGE, landmarks, Exemplar(turned, there), hair=True)
    source, unknown = strands(request, WHOLE, HOLE, painters)
    assert at(unknown, CROWN) == 0
    assert np.abs(at(source, CROWN).astype(int) - (255 - at(IMAGE, CROWN).astype(int))).max() < 12
    assert np.array_equal(at(source, (128, 150)), at(IMAGE, (128, 150)))


def test_a_coarse_exemplar_lends_none(painters, landmarks):
    small = cv2.resize(255 - IMAGE, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    request = StyleRequest(IMAGE, landmarks, Exemplar(small, landmarks / 2), hair=True)
    assert np.array_equal(strands(request, WHOLE, HOLE, painters)[0], IMAGE)


def test_a_photo_of_16_bits_is_lent_strands_of_8(painters, landmarks, at):
    request = StyleRequest(
        IMAGE.astype(np.uint16) * 257, landmarks, Exemplar(255 - IMAGE, landmarks), hair=True
    )
    source, _ = strands(request, WHOLE, HOLE, painters)
    assert source.dtype == np.uint16
    expected = 255 - at(IMAGE, CROWN).astype(int)
    assert np.abs(at(source, CROWN) / 257 - expected).max() < 12


def test_without_a_parser_what_is_painted_lends_nothing(landmarks, tmp_path):
    found = Painters(torch.device("cpu"), {"face_parser": tmp_path / "none.safetensors"})
    mask = HOLE.copy()
    request = StyleRequest(IMAGE, landmarks, mask=mask)
    assert np.array_equal(strands(request, WHOLE, HOLE, found)[1], HOLE)
