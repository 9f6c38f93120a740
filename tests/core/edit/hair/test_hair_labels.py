"""Detail of painted hair comes from hair, and pores from skin, never from eyes."""

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from core.edit.hair.hair_labels import LabelledHead, exclude_from_detail
from core.edit.networks import Networks
from core.edit.requests import StyleRequest
from core.face.align import canonical_frame
from core.face.parse import parsing_frame

IMAGE = astronaut()
WHOLE = slice(0, 512), slice(0, 512)
HOLE = np.full((512, 512), 255, np.uint8)
CROWN, EYE = (128, 60), (102, 121)


@pytest.fixture
def networks(monkeypatch):
    """The parser says: hair above, an eye below it."""
    labels = np.full((256, 256), Region.SKIN, np.uint8)
    labels[30:100, 40:216] = Region.HAIR
    labels[115:128, 90:115] = Region.LEFT_EYE
    found = Networks(torch.device("cpu"))
    monkeypatch.setattr(found, "parse_face", lambda _: labels)
    return found


@pytest.fixture
def at(landmarks):
    """Read a map of the photo at a point of the parsing frame."""

    def read(values, point):
        frame = parsing_frame(canonical_frame(landmarks))
        x, y = np.rint(frame.to_photo(np.array([point], float))[0]).astype(int)
        return values[y, x]

    return read


@pytest.mark.parametrize(("asked", "skin"), [({"hair": True}, 0), ({"mask": HOLE}, 255)])
def test_hair_that_is_painted_over_is_a_source_of_detail_and_skin_too_but_not_below_a_mask(
    networks, landmarks, at, asked, skin
):
    excluded = exclude_from_detail(
        LabelledHead(StyleRequest(IMAGE, landmarks, **asked), networks), WHOLE, HOLE
    )
    assert at(excluded, CROWN) == 0
    assert at(excluded, (128, 150)) == skin


def test_eyes_are_a_source_of_detail_for_eyes_but_not_for_hair(networks, landmarks, at):
    nothing = np.zeros_like(HOLE)
    for asked, expected in (({"hair": True}, 255), ({"parts": (FacePart.EYES,)}, 0)):
        request = StyleRequest(IMAGE, landmarks, **asked)
        assert (
            at(exclude_from_detail(LabelledHead(request, networks), WHOLE, nothing), EYE)
            == expected
        )


def test_without_a_parser_all_that_is_painted_is_excluded_from_detail(landmarks, tmp_path):
    found = Networks(torch.device("cpu"), {"face_parser": tmp_path / "none.safetensors"})
    mask = HOLE.copy()
    request = StyleRequest(IMAGE, landmarks, mask=mask)
    assert np.array_equal(exclude_from_detail(LabelledHead(request, found), WHOLE, HOLE), HOLE)
