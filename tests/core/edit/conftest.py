"""What edits are tried on, and the program with the shipped weights."""

import cv2
import pytest
from skimage.data import astronaut

from core.edit.pipeline import Editor
from core.face.detect import find_faces
from core.training.data import load_faces


@pytest.fixture(scope="session")
def portrait(landmarks):
    """The sample portrait and its landmarks."""
    return astronaut(), landmarks


@pytest.fixture(scope="session")
def large_face():
    """A picture of 540 x 560 pixels with eyes far enough apart, and its landmarks."""
    image = cv2.resize(astronaut(), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)[:560, 190:730]
    return image, find_faces(image, thorough=False)[0].landmarks


@pytest.fixture(scope="session")
def neutral_people(data_dir):
    """The 12 people of the London set whom no network was trained on, not smiling."""
    people = {}
    for face in load_faces(data_dir, ["hires768"], "val"):
        if face.record.get("pair") and face.record["expression"]["happy"] < 0.5:
            people.setdefault(face.record["pair"], face)
    assert len(people) == 12
    return list(people.values())


@pytest.fixture(scope="session")
def editor():
    return Editor("cpu")
