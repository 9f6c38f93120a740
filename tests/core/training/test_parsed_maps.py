"""What the parser sees in training faces."""

from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from core.checkpoints import save_weights
from core.face.landmark_labels import UNKNOWN
from core.labels import Region
from core.models.face_parser import EMBEDDED, NAME, FaceParser
from core.training.label_maps import load_labelled
from core.training.parsed_maps import parse_faces, sure_labels
from core.training.parser_data import known_faces
from core.training.shards import Member, encode, write_shards

TINY = replace(EMBEDDED, widths=(4, 6, 8))


@pytest.fixture
def network():
    """Sure that everything is skin."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = FaceParser(TINY).eval().requires_grad_(False)
    network.to_scores.weight.zero_()
    network.to_scores.bias.zero_()
    network.to_scores.bias[Region.SKIN] = 9.0
    return network


@pytest.fixture
def shards(sample_face, tmp_path):
    """The sample portrait, once to train on and once to validate."""
    frame = sample_face.canonical
    jpeg, points = encode(frame.cut(sample_face.image)), frame.to_frame(sample_face.landmarks)
    records = [sample_face.record | {"split": split, "source": "own"} for split in ("train", "val")]
    members = [Member(record["split"], jpeg, points, record, 0) for record in records]
    write_shards(tmp_path, {"faces256": members})
    return tmp_path


def test_a_map_says_nothing_where_the_parser_is_not_sure(network, sample_face):
    assert (sure_labels(network, sample_face.image) == Region.SKIN).all()
    network.to_scores.bias[Region.HAIR] = 9.0
    assert (sure_labels(network, sample_face.image) == UNKNOWN).all()


def test_left_and_right_do_not_contradict_in_the_mirror(network, sample_face):
    network.to_scores.bias[Region.LEFT_EYE] = 20.0
    assert (sure_labels(network, sample_face.image) == UNKNOWN).all()


def test_parsed_faces_teach_painters_and_the_next_parser(network, sample_face, tmp_path, shards):
    weights, out = tmp_path / f"{NAME}.safetensors", tmp_path / "maps"
    save_weights(weights, network.state_dict(), NAME, asdict(TINY))
    assert parse_faces(shards, weights, out).startswith("2 maps; 100.0%")
    (face,) = load_labelled([shards, out], ["faces256"], "train")
    assert face.labels is not None
    (before,), (after,) = (known_faces(shards, "train", parsed)[0] for parsed in (None, out))
    is_narrower = (after.choices != before.choices) & (after.choices == 1 << Region.SKIN)
    assert is_narrower.mean() > 0.05
    assert not np.any(after.choices & ~before.choices)
