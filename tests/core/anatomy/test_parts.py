"""Parts of a face as outlines."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import (
    LEFT_BROW,
    LEFT_EYE,
    MOUTH,
    NOSE_BASE,
    NOSE_BRIDGE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
)
from core.anatomy.parts import FacePart, part_outlines


@pytest.fixture
def landmarks():
    """A stylised upright face, 100 pixels between the eyes."""
    points = np.zeros((68, 2))
    turns = np.linspace(np.pi, 0, 17)
    points[:17] = np.column_stack([200 + 110 * np.cos(turns), 190 + 150 * np.sin(turns)])
    points[17:22] = np.column_stack([np.linspace(110, 180, 5), [165, 155, 152, 155, 160]])
    points[22:27] = np.column_stack([np.linspace(220, 290, 5), [160, 155, 152, 155, 165]])
    points[27:31] = np.column_stack([np.full(4, 200), np.linspace(185, 235, 4)])
    points[31:36] = np.column_stack([np.linspace(180, 220, 5), np.full(5, 248)])
    eye = np.array([(-22, 0), (-8, -8), (8, -8), (22, 0), (8, 8), (-8, 8)])
    points[36:42], points[42:48] = np.add(eye, [150, 190]), np.add(eye, [250, 190])
    lips = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    points[48:60] = np.column_stack([200 - 40 * np.cos(lips), 285 - 16 * np.sin(lips)])
    points[60:68] = points[48:56]
    return points


def _holds(outline, point):
    return cv2.pointPolygonTest(outline.astype(np.float32), tuple(map(float, point)), False) >= 0


@pytest.mark.parametrize(
    ("part", "groups"),
    [
        (FacePart.MOUTH, [OUTER_LIPS]),
        (FacePart.EYES, [LEFT_EYE, RIGHT_EYE]),
        (FacePart.BROWS, [LEFT_BROW, RIGHT_BROW]),
        (FacePart.NOSE, [NOSE_BRIDGE + NOSE_BASE]),
    ],
)
def test_a_part_holds_its_own_landmarks_and_no_other_parts(landmarks, part, groups):
    outlines = part_outlines(part, landmarks)
    assert len(outlines) == len(groups)
    for outline, group in zip(outlines, groups, strict=True):
        assert all(_holds(outline, landmarks[index]) for index in group)
    strangers = {*range(68)} - {index for group in groups for index in group} - {*MOUTH}
    assert not any(_holds(outline, landmarks[i]) for outline in outlines for i in strangers)


def test_the_face_oval_holds_every_landmark_and_a_forehead(landmarks):
    (outline,) = part_outlines(FacePart.FACE, landmarks)
    assert all(_holds(outline, point) for point in landmarks)
    assert outline[:, 1].min() < 152 - 40


def test_parts_turn_with_the_face(landmarks):
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    for part in FacePart:
        upright = [cv2.contourArea(o.astype(np.float32)) for o in part_outlines(part, landmarks)]
        turned = [
            cv2.contourArea(o.astype(np.float32)) for o in part_outlines(part, landmarks @ turn)
        ]
        assert turned == pytest.approx(upright, rel=0.02)
