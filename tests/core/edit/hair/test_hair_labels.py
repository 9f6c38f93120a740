"""Painted hair takes its strands from hair and pores from skin, never from eyes."""

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from core.edit.hair.hair_labels import Head, not_lending
from core.edit.networks import Painters
from core.edit.requests import StyleRequest
from core.face.align import canonical_frame
from core.face.parse import parsing_frame

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
    unknown = not_lending(Head(StyleRequest(IMAGE, landmarks, **asked), painters), WHOLE, HOLE)
    assert at(unknown, CROWN) == 0
    assert at(unknown, (128, 150)) == skin


def test_eyes_lend_nothing_to_hair_but_to_another_eye(painters, landmarks, at):
    nothing = np.zeros_like(HOLE)
    for asked, unknown_there in (({"hair": True}, 255), ({"parts": (FacePart.EYES,)}, 0)):
        request = StyleRequest(IMAGE, landmarks, **asked)
        assert at(not_lending(Head(request, painters), WHOLE, nothing), EYE) == unknown_there


def test_without_a_parser_what_is_painted_lends_nothing(landmarks, tmp_path):
    found = Painters(torch.device("cpu"), {"face_parser": tmp_path / "none.safetensors"})
    mask = HOLE.copy()
    request = StyleRequest(IMAGE, landmarks, mask=mask)
    assert np.array_equal(not_lending(Head(request, found), WHOLE, HOLE), HOLE)
