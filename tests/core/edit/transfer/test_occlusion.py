"""What lies over a face is found by a parser, if the program has one."""

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from core.edit.networks import Networks
from core.edit.transfer.occlusion import check_unoccluded, find_occlusion
from core.errors import InvalidRequestError
from core.face.align import canonical_frame
from core.face.parse import parsing_frame

CPU = torch.device("cpu")


@pytest.fixture
def labelled(monkeypatch, landmarks):
    """Let the parser answer with labels of our own, without its network."""

    def find(labels):
        networks = Networks(CPU)
        monkeypatch.setattr(networks, "parse_face", lambda _: labels)
        return find_occlusion(astronaut(), landmarks, networks)

    return find


def test_hair_is_found_where_the_parser_sees_it(labelled, landmarks):
    labels = np.full((256, 256), Region.SKIN, np.uint8)
    labels[:80] = Region.HAIR
    occlusion = labelled(labels)
    frame = parsing_frame(canonical_frame(landmarks))
    hair, skin = np.rint(frame.to_photo(np.array([[128.0, 40.0], [128.0, 160.0]]))).astype(int)
    assert occlusion[hair[1], hair[0]] == 255
    assert occlusion[skin[1], skin[0]] == 0


def test_specks_are_errors_of_the_parser(labelled):
    labels = np.full((256, 256), Region.NOSE, np.uint8)
    labels[100:103, 100:103] = Region.BACKGROUND
    assert not labelled(labels).any()


def test_without_a_parser_nothing_is_hidden(landmarks, tmp_path):
    networks = Networks(CPU, {"face_parser": tmp_path / "none.safetensors"})
    assert not find_occlusion(astronaut(), landmarks, networks).any()


def test_a_covered_eye_is_refused_by_name_where_it_would_be_transferred(landmarks):
    occlusion = np.zeros(astronaut().shape[:2], np.uint8)
    occlusion[:, : int(landmarks[39, 0])] = 255
    for parts in ((FacePart.EYES,), (FacePart.FACE,)):
        with pytest.raises(InvalidRequestError, match="left eye"):
            check_unoccluded(occlusion, landmarks, parts)
    check_unoccluded(occlusion, landmarks, (FacePart.NOSE,))


def test_a_strand_over_a_feature_is_no_reason_to_refuse(landmarks):
    occlusion = np.zeros(astronaut().shape[:2], np.uint8)
    x = int(landmarks[50, 0])
    occlusion[:, x - 1 : x + 2] = 255
    check_unoccluded(occlusion, landmarks, tuple(FacePart))
