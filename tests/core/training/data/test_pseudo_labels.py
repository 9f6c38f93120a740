"""Our own parser's maps are found again by the faces they belong to."""

from dataclasses import asdict, replace

import cv2
import numpy as np
import pytest
import torch

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import Region
from core.errors import CheckpointError
from core.models import face_parser
from core.runtime.checkpoints import save_weights
from core.training.data import pseudo_labels
from core.training.data.label_maps import load_labelled_faces
from core.training.data.shards import ShardEntry, encode_jpeg, write_shards
from core.training.parser.data import load_landmark_faces

CPU = torch.device("cpu")


@pytest.fixture
def weights(tmp_path):
    """A parser that calls everything neck."""
    config = replace(face_parser.EMBEDDED, widths=(8, 8, 8, 8, 8, 8))
    parser = face_parser.FaceParser(config)
    with torch.no_grad():
        parser.to_scores.weight.zero_()
        parser.to_scores.bias.zero_()
        parser.to_scores.bias[Region.NECK] = 9.0
    path = tmp_path / "face_parser.safetensors"
    save_weights(path, parser.state_dict(), face_parser.NAME, asdict(config))
    return path


def test_every_face_gets_its_map(weights, small_data, tmp_path, monkeypatch):
    monkeypatch.setattr(pseudo_labels, "SETS", ("hires768",))
    monkeypatch.setattr(pseudo_labels, "SPLITS", ("val",))
    assert "maps" in pseudo_labels.write_pseudo_labels(small_data, tmp_path / "maps", weights, CPU)
    faces = load_labelled_faces([small_data, tmp_path / "maps"], ["hires768"], "val")
    assert all(face.labels is not None for face in faces)
    labels = cv2.imdecode(np.frombuffer(faces[0].labels, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert labels.shape == (256, 256)
    assert (labels == Region.NECK).all()


def test_a_missing_parser_is_one_sentence(tmp_path):
    with pytest.raises(CheckpointError, match="missing"):
        pseudo_labels.write_pseudo_labels(tmp_path, tmp_path, tmp_path / "nothing.safetensors", CPU)


def test_a_map_says_nothing_where_the_parser_is_not_sure(weights, sample_face):
    parser = face_parser.build(weights, CPU)
    assert (pseudo_labels.confident_labels(parser, sample_face.image) == Region.NECK).all()
    parser.to_scores.bias[Region.HAIR] = 9.0
    assert (pseudo_labels.confident_labels(parser, sample_face.image) == UNKNOWN).all()


def test_left_and_right_that_contradict_in_the_mirror_are_not_sure(weights, sample_face):
    parser = face_parser.build(weights, CPU)
    parser.to_scores.bias[Region.LEFT_EYE] = 20.0
    assert (pseudo_labels.confident_labels(parser, sample_face.image) == UNKNOWN).all()


def test_own_maps_narrow_what_the_next_parser_learns(weights, sample_face, tmp_path, monkeypatch):
    frame = sample_face.canonical
    jpeg, points = encode_jpeg(frame.crop(sample_face.image)), frame.to_frame(sample_face.landmarks)
    record = sample_face.record | {"source": "own"}
    write_shards(tmp_path, {"faces256": [ShardEntry("one", jpeg, points, record, 0)]})
    monkeypatch.setattr(pseudo_labels, "SETS", ("faces256",))
    monkeypatch.setattr(pseudo_labels, "SPLITS", ("train",))
    pseudo_labels.write_pseudo_labels(tmp_path, tmp_path / "maps", weights, CPU)
    (before,), (after,) = (
        load_landmark_faces(tmp_path, "train", maps)[0] for maps in (None, tmp_path / "maps")
    )
    assert not np.any(after.choices & ~before.choices)
    is_narrower = (after.choices != before.choices) & (after.choices == 1 << Region.NECK)
    assert is_narrower.mean() > 0.05
