"""Our own parser's maps are found again by the faces they belong to."""

from dataclasses import asdict, replace

import cv2
import numpy as np
import pytest
import torch

from core.checkpoints import save_weights
from core.errors import CheckpointError
from core.labels import Region
from core.models import face_parser
from core.training import own_maps
from core.training.label_maps import load_labelled

CPU = torch.device("cpu")


@pytest.fixture
def weights(tmp_path):
    """A parser that calls everything neck."""
    config = replace(face_parser.EMBEDDED, widths=(8, 8, 8, 8, 8, 8))
    parser = face_parser.FaceParser(config)
    with torch.no_grad():
        parser.to_scores.weight.zero_()
        parser.to_scores.bias.zero_()
        parser.to_scores.bias[Region.NECK] = 1.0
    path = tmp_path / "face_parser.safetensors"
    save_weights(path, parser.state_dict(), face_parser.NAME, asdict(config))
    return path


def test_every_face_gets_its_map(weights, data_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(own_maps, "SETS", ("hires768",))
    monkeypatch.setattr(own_maps, "SPLITS", ("val",))
    assert "maps" in own_maps.map_faces(data_dir, tmp_path / "maps", weights, CPU)
    faces = load_labelled([data_dir, tmp_path / "maps"], ["hires768"], "val")
    assert all(face.labels is not None for face in faces)
    labels = cv2.imdecode(np.frombuffer(faces[0].labels, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert labels.shape == (768, 768)
    assert (labels == Region.NECK).all()


def test_a_missing_parser_is_one_sentence(data_dir, tmp_path):
    with pytest.raises(CheckpointError, match="missing"):
        own_maps.map_faces(data_dir, tmp_path, tmp_path / "nothing.safetensors", CPU)
