"""What lies over a face is told by a parser, if the program has one."""

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.edit import occlusion
from core.edit.occlusion import find_occlusion
from core.edit.painters import Painters
from core.face.align import canonical_frame
from core.face.detect import find_faces
from core.face.parse import parsing_frame
from core.labels import Region

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def landmarks():
    return find_faces(astronaut(), thorough=False)[0].landmarks


@pytest.fixture
def labelled(monkeypatch, landmarks):
    """Let the parser answer with labels of our own, and skip its network."""

    def find(labels):
        painters = Painters(CPU)
        monkeypatch.setattr(painters, "model", lambda *_: None)
        monkeypatch.setattr(occlusion, "frame_labels", lambda *_: labels)
        return find_occlusion(astronaut(), landmarks, painters)

    return find


def test_hair_is_found_where_the_parser_sees_it(labelled, landmarks):
    labels = np.full((256, 256), Region.SKIN, np.uint8)
    labels[:80] = Region.HAIR
    over = labelled(labels)
    frame = parsing_frame(canonical_frame(landmarks))
    hair, skin = np.rint(frame.to_photo(np.array([[128.0, 40.0], [128.0, 160.0]]))).astype(int)
    assert over[hair[1], hair[0]] == 255
    assert over[skin[1], skin[0]] == 0


def test_specks_are_errors_of_the_parser(labelled):
    labels = np.full((256, 256), Region.NOSE, np.uint8)
    labels[100:103, 100:103] = Region.BACKGROUND
    assert not labelled(labels).any()


def test_without_a_parser_nothing_is_hidden(landmarks, tmp_path):
    painters = Painters(CPU, {"face_parser": tmp_path / "none.safetensors"})
    assert not find_occlusion(astronaut(), landmarks, painters).any()
