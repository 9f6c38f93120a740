"""Which labels are trusted, and how often a class is drawn."""

from collections import Counter
from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.face.align import canonical_frame
from core.models.sa_stargan.model import CLASSES, SIDE
from core.training.data.shards import ShardEntry, encode_jpeg, write_shards
from core.training.expressions.data import (
    COEFFICIENTS_FILE,
    ExpressionMix,
    LabelledFace,
    load_labelled,
    trusted_label,
)


@pytest.fixture
def with_record(sample_face):
    def make(**record):
        return replace(sample_face, record=sample_face.record | {"mouth_open": 0.0} | record)

    return make


@pytest.mark.parametrize(
    ("found", "label"),
    [
        ({"happy": 0.95, "neutral": 0.05}, "happy"),
        ({"happy": 0.85, "neutral": 0.15}, None),
        ({"surprised": 0.9, "fearful": 0.1}, "surprised"),
        ({"disgusted": 0.99, "angry": 0.01}, None),
        ({"fearful": 0.99, "angry": 0.01}, None),
    ],
)
def test_automatic_labels_serve_where_they_are_mostly_right(with_record, found, label):
    assert trusted_label(with_record(expression=found)) == label


def test_what_people_say_comes_before_what_a_network_says(with_record):
    said = {"label": "disgust", "expression": {"happy": 1.0}}
    assert trusted_label(with_record(**said)) == "disgusted"
    assert trusted_label(with_record(label="disgust"), is_one_sided=True) == "disgusted"


def test_a_closed_mouth_that_smiles_on_one_side_is_contempt(with_record):
    neutral = {"expression": {"neutral": 1.0}}
    assert trusted_label(with_record(**neutral), is_one_sided=True) == "contemptuous"
    assert trusted_label(with_record(**neutral, yaw=25.0), is_one_sided=True) == "neutral"
    assert trusted_label(with_record(**neutral, mouth_open=0.2), is_one_sided=True) == "neutral"


@pytest.mark.parametrize(("balance", "share"), [(1.0, 0.5), (0.0, 0.1), (0.5, 0.25)])
def test_balance_says_how_often_a_rare_class_is_drawn(sample_face, balance, share):
    faces = [LabelledFace(sample_face, 0)] * 90 + [LabelledFace(sample_face, 1)] * 10
    mix = ExpressionMix(faces, balance)
    assert mix._weights[90:].sum() == pytest.approx(share)


def test_batches_of_one_number_are_the_same_and_others_differ(sample_face):
    mix = ExpressionMix([LabelledFace(sample_face, 3)], balance=1.0)
    first, again, other = (mix.batch(number, 2) for number in (5, 5, 6))
    assert first.image.shape == (2, SIDE, SIDE, 3)
    assert np.array_equal(first.image, again.image)
    assert not np.array_equal(first.image, other.image)
    assert first.label.tolist() == [3, 3]


def test_points_are_told_in_the_frame_that_is_shown(sample_face):
    image = np.zeros_like(sample_face.image)
    left, right = sample_face.landmarks[[48, 54]].round().astype(int)
    image[left[1], left[0]], image[right[1], right[0]] = (255, 0, 0), (0, 255, 0)
    face = replace(sample_face, image=cv2.dilate(image, np.ones((5, 5), np.uint8)))
    for number in range(6):  # mirrored or not
        drawn = ExpressionMix([LabelledFace(face, 3)], balance=1.0).batch(number, 1)
        corners = (drawn.landmarks[0, [48, 54]] + 1) * SIDE / 2 - 0.5
        assert corners[0, 0] < corners[1, 0]
        reds_and_greens = [np.argwhere(drawn.image[0][..., channel] > 60) for channel in (0, 1)]
        found = np.sort([places.mean(axis=0)[1] for places in reds_and_greens])
        assert np.allclose(found, corners[:, 0], atol=2.0)


def test_a_folder_gives_the_faces_whose_expression_is_known(sample_face, tmp_path):
    frame = canonical_frame(sample_face.landmarks, 256)
    image, points = frame.crop(sample_face.image), frame.to_frame(sample_face.landmarks)
    records = {
        "human": {"label": "fear"},
        "unknown": {"label": "boredom"},
        "turned": {"label": "anger", "yaw": 40.0},
        "tilted smile": {"expression": {"neutral": 1.0}},
    }
    usual = {"split": "train", "yaw": 0.0, "mouth_open": 0.0}
    entries = [
        ShardEntry(name, encode_jpeg(image), points, usual | record, 0)
        for name, record in records.items()
    ]
    write_shards(tmp_path, {"faces256": entries})
    np.savez(
        tmp_path / COEFFICIENTS_FILE,
        set=np.array(["faces256"]),
        name=np.array(["tilted smile"]),
        names=np.array(["mouthSmileLeft", "mouthSmileRight"]),
        coefficients=np.array([[0.4, 0.1]], np.float16),
    )
    found = Counter(CLASSES[one.label] for one in load_labelled(tmp_path, "train"))
    assert found == {"fearful": 1, "contemptuous": 1}
    with pytest.raises(FileNotFoundError, match="known expression"):
        load_labelled(tmp_path, "val")


def test_a_face_whose_frame_is_mostly_beyond_the_picture_is_left_out(sample_face, tmp_path):
    frame = canonical_frame(sample_face.landmarks, 256)
    image, points = frame.crop(sample_face.image), frame.to_frame(sample_face.landmarks)
    record = {"split": "train", "yaw": 0.0, "mouth_open": 0.0, "label": "fear"}
    cut = ShardEntry("cut", encode_jpeg(image[:, 100:]), points - (100, 0), record, 0)
    whole = ShardEntry("whole", encode_jpeg(image), points, record, 0)
    write_shards(tmp_path, {"faces256": [cut, whole]})
    assert [one.face.name for one in load_labelled(tmp_path, "train")] == ["whole"]
