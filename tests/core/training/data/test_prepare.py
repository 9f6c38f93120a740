"""Shards made from one's own photos are those that training reads."""

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from core.errors import InvalidRequestError
from core.face.pose import estimate_yaw
from core.training.data.faces import load_faces
from core.training.data.prepare import prepare_shards, validation_groups
from core.training.data.shards import ShardEntry, encode_jpeg, write_shards


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    photos, out = tmp_path_factory.mktemp("photos"), tmp_path_factory.mktemp("shards")
    picture = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2BGR)
    for person, light in (("anna", 1.0), ("bea", 0.8)):
        (photos / person).mkdir()
        large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(photos / person / "one.png"), (large * light).astype(np.uint8))
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(photos / "small.png"), small)
    (photos / "broken.jpg").write_bytes(b"no photo")
    return prepare_shards(photos, out), out


def test_summary_says_what_was_kept_and_what_was_left_out_and_why(prepared):
    summary, _ = prepared
    assert "4 photos: 1 faces to train on and 1 to validate" in summary
    assert "1 unreadable photos" in summary
    assert "1 too small" in summary


def test_prepared_faces_are_read_by_training_and_people_are_not_split(prepared):
    _, out = prepared
    (train,), (held_out,) = (load_faces([out], ["faces256"], split) for split in ("train", "val"))
    assert {train.record["person"], held_out.record["person"]} == {"anna", "bea"}
    assert train.image.shape == (256, 256, 3)


def test_prepared_faces_stand_where_training_expects_them(prepared):
    _, out = prepared
    (face,) = load_faces([out], ["faces256"], "train")
    assert np.abs(face.canonical.matrix - [[1, 0, 0], [0, 1, 0]]).max() < 0.3
    assert face.yaw < 25
    assert 0 < face.mouth_open < 0.5


def test_an_empty_folder_is_one_sentence(tmp_path):
    with pytest.raises(InvalidRequestError, match="add other photos"):
        prepare_shards(tmp_path, tmp_path / "out")


def test_one_group_in_twenty_is_held_out_and_a_lone_one_never():
    assert validation_groups(["only"]) == set()
    assert len(validation_groups(["a", "b"])) == 1
    assert len(validation_groups([str(i) for i in range(100)])) == 5


def test_shards_are_split_before_they_grow_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr("core.training.data.shards.MAX_BYTES", 25_000)
    picture = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    points = np.random.default_rng(1).uniform(20, 100, (68, 2))
    record = {"split": "train", "yaw": 0.0, "mouth_open": 0.1}
    members = [ShardEntry(f"face{i}", encode_jpeg(picture), points, record, 10) for i in range(4)]
    write_shards(tmp_path, {"faces256": members})
    assert len(list(tmp_path.glob("faces256-*.tar"))) == 4
    faces = load_faces([tmp_path], ["faces256"], "train")
    assert [face.name for face in faces] == ["face0", "face1", "face2", "face3"]
    assert np.abs(faces[0].landmarks - points).max() <= 1 / 64
    write_shards(tmp_path, {"faces256": members[:1]})
    assert len(list(tmp_path.glob("faces256-*.tar"))) == 1


def test_yaw_is_small_for_a_face_seen_from_the_front(sample_face):
    assert abs(estimate_yaw(sample_face.landmarks)) < 25
