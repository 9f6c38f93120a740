"""Labels in the photo's own pixels."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.anatomy.regions import MIRRORED_REGIONS, Region
from core.face.align import canonical_frame, sub_frame
from core.face.parse import ScoredFrame, label_frame, labels_from_scores, parse_face, parsing_frame
from core.models.face_parser import EMBEDDED, SIZE, FaceParser

TINY = replace(EMBEDDED, widths=(4, 6, 8))
FACE = np.zeros((68, 2))
FACE[36:42], FACE[42:48], FACE[48], FACE[54] = (
    (96, 121.4),
    (159.2, 121.4),
    (104, 186.5),
    (152, 186.5),
)
"""Eyes and mouth where they are in the canonical frame of 256 pixels."""


def scores_of(labels):
    return np.stack([(labels == region) * 8.0 for region in Region]).astype(np.float32)


def labels_of(labels, frame, shape):
    return labels_from_scores(ScoredFrame(scores_of(labels), frame), [], shape)


def disc():
    y, x = np.mgrid[:SIZE, :SIZE]
    return np.where(np.hypot(x - 127.5, y - 127.5) < 60, Region.SKIN, Region.HAIR)


@pytest.fixture
def network():
    return FaceParser(TINY).eval().requires_grad_(False)


def test_labels_come_back_from_the_frame_to_where_they_were_in_the_photo():
    photo = np.full((600, 500), Region.BACKGROUND, np.uint8)
    cv2.circle(photo, (250, 300), 80, int(Region.SKIN), -1)
    frame = parsing_frame(canonical_frame(1.4 * FACE + (60, 90)))
    seen = frame.crop(photo, cv2.INTER_NEAREST)
    again = labels_of(seen, frame, photo.shape)
    assert (again != photo).sum() < 0.03 * (photo == Region.SKIN).sum()


def test_beyond_the_faces_frame_everything_is_background():
    frame = parsing_frame(canonical_frame(0.5 * FACE + 100))
    labels = labels_of(disc(), frame, (400, 400))
    rows, columns = frame.window(labels.shape)
    outside = np.ones(labels.shape, bool)
    outside[rows, columns] = False
    assert (labels[outside] == Region.BACKGROUND).all()
    assert (labels[rows, columns] == Region.HAIR).any()


def test_the_rim_of_the_frame_is_not_believed():
    rim = np.full((SIZE, SIZE), Region.NECK)
    rim[1:-1, 1:-1] = Region.BACKGROUND
    frame = parsing_frame(canonical_frame(2.0 * FACE + 50))
    assert not labels_of(rim, frame, (700, 700)).any()


def test_a_face_beyond_the_photo_leaves_background_only():
    frame = parsing_frame(canonical_frame(FACE + 5000))
    assert (labels_of(disc(), frame, (50, 40)) == Region.BACKGROUND).all()


def test_a_border_is_smooth_where_a_face_is_large():
    frame = parsing_frame(canonical_frame(8.0 * FACE))
    skin = labels_of(disc(), frame, (2048, 2048)) == Region.SKIN
    outline = max(cv2.findContours(skin.astype(np.uint8), 0, cv2.CHAIN_APPROX_NONE)[0], key=len)
    radius = np.hypot(*(outline[:, 0] - outline[:, 0].mean(axis=0)).T)
    assert np.ptp(radius) < 2 / frame.scale  # a step of labels would be a whole pixel of the frame


def test_a_near_look_decides_where_it_lies_and_nowhere_else():
    canonical = canonical_frame(2.0 * FACE + 50)
    whole = ScoredFrame(scores_of(np.full((SIZE, SIZE), Region.SKIN)), parsing_frame(canonical))
    near_frame = sub_frame(canonical, (0.5, 0.7), 0.4, SIZE)
    near = ScoredFrame(scores_of(np.full((SIZE, SIZE), Region.UPPER_LIP)), near_frame)
    lip = labels_from_scores(whole, [near], (700, 700)) == Region.UPPER_LIP
    rows, columns = near_frame.window(lip.shape)
    assert lip[(rows.start + rows.stop) // 2, (columns.start + columns.stop) // 2]
    assert lip.sum() > 0.6 * lip[rows, columns].size
    lip[rows, columns] = False
    assert not lip.any()


def test_a_near_look_may_lie_beyond_the_photo():
    frame = parsing_frame(canonical_frame(FACE - (0, 100)))
    near_frame = sub_frame(canonical_frame(FACE - (0, 100)), (0.5, 0.3), 0.2, SIZE)
    scores = scores_of(disc())
    labels = labels_from_scores(
        ScoredFrame(scores, frame), [ScoredFrame(scores, near_frame)], (50, 40)
    )
    assert (labels == labels_from_scores(ScoredFrame(scores, frame), [], (50, 40))).all()


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_a_photo_of_either_depth_gets_a_label_in_each_pixel(network, depth):
    photo = np.full((300, 280, 3), np.iinfo(depth).max // 2, depth)
    labels = parse_face(photo, FACE, network)
    assert labels.shape == (300, 280)
    assert labels.dtype == np.uint8
    assert labels.max() < len(Region)


def test_a_mirrored_face_has_mirrored_labels(network):
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    labels = label_frame(network, picture)
    again = label_frame(network, np.ascontiguousarray(picture[:, ::-1]))[:, ::-1]
    assert (MIRRORED_REGIONS[again] == labels).mean() > 0.999  # bfloat16 may turn a tie


def test_a_frames_label_is_the_one_with_the_highest_score(network):
    for parameter in network.to_scores.parameters():
        parameter.zero_()
    network.to_scores.bias[Region.NOSE] = 1.0
    assert (label_frame(network, np.zeros((64, 64, 3), np.uint8)) == Region.NOSE).all()
