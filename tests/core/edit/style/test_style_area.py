"""Parts of a face and hair as what is painted: the face stays where only hair is asked for."""

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from core.edit.hair.hair_labels import LabelledHead
from core.edit.networks import Networks
from core.edit.requests import StyleRequest
from core.edit.style.style_area import find_style_area
from core.errors import CheckpointError, InvalidRequestError
from core.face.align import canonical_frame
from core.face.parse import parsing_frame

CPU = torch.device("cpu")
FACE = (FacePart.FACE,)
IMAGE = astronaut()


@pytest.fixture
def covers(monkeypatch, landmarks):
    """Read the coverage at points of the parsing frame, given a label map."""

    def find(labels, points, **asked):
        networks = Networks(CPU)
        monkeypatch.setattr(networks, "parse_face", lambda _: labels)
        request = StyleRequest(IMAGE, landmarks, **asked)
        window, coverage = find_style_area(LabelledHead(request, networks))
        whole = np.zeros(IMAGE.shape[:2], np.uint8)
        whole[window] = coverage
        frame = parsing_frame(canonical_frame(landmarks))
        in_photo = frame.to_photo(np.array(points, float))
        return [int(whole[y, x]) for x, y in np.rint(in_photo).astype(int)]

    return find


def head(hair=slice(20, 70)):
    """Skin around the landmarks, eyes, and hair in some rows."""
    labels = np.zeros((256, 256), np.uint8)
    labels[60:220, 60:196] = Region.SKIN
    labels[115:128, 90:115] = Region.LEFT_EYE
    labels[hair, 50:206] = Region.HAIR
    return labels


CROWN, FOREHEAD, LEFT_EYE, CHEEK, ABOVE = (128, 50), (128, 85), (102, 121), (90, 165), (128, 16)


def test_hair_is_covered_with_its_strands_and_the_face_stays(covers):
    points = (CROWN, ABOVE, FOREHEAD, LEFT_EYE, CHEEK)
    crown, above, *face = covers(head(), points=points, hair=True)
    assert crown == 255
    assert above > 128
    assert face == [0, 0, 0]


def test_face_and_hair_are_the_whole_look(covers):
    points = (CROWN, FOREHEAD, LEFT_EYE, CHEEK)
    assert covers(head(), points=points, hair=True, parts=FACE) == [255] * 4


def test_what_begins_below_the_mouth_is_not_hair(covers):
    labels = head()
    labels[225:250, 100:150] = Region.HAIR
    assert covers(labels, points=(CROWN, (125, 235)), hair=True) == [255, 0]


def test_hair_over_a_part_of_the_face_stays_where_no_hair_is_asked_for(covers):
    fringe = head(slice(20, 100))
    assert covers(fringe, points=(FOREHEAD, CHEEK), parts=FACE) == [0, 255]


def test_a_face_without_hair_is_refused_where_hair_is_asked_for(covers):
    with pytest.raises(InvalidRequestError, match="paint a mask"):
        covers(head(slice(0)), points=(), hair=True)


def test_parts_are_found_without_a_parser_but_hair_is_not(landmarks, tmp_path):
    networks = Networks(CPU, {"face_parser": tmp_path / "none.safetensors"})
    assert (
        find_style_area(LabelledHead(StyleRequest(IMAGE, landmarks, parts=FACE), networks))[1].max()
        == 255
    )
    with pytest.raises(CheckpointError):
        find_style_area(LabelledHead(StyleRequest(IMAGE, landmarks, hair=True), networks))


def test_hair_is_grown_beyond_what_the_parser_sees_but_not_over_the_face(covers):
    below_hair, beside_hair = (128, 73), (47, 50)
    skin, background = covers(head(), points=(below_hair, beside_hair), hair=True)
    assert skin < 64
    assert background > 128
