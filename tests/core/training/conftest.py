"""One labelled face that needs no data: the public-domain sample portrait."""

import pytest
from skimage.data import astronaut

from core.face.align import canonical_frame
from core.training.data.faces import TrainingFace


@pytest.fixture(scope="session")
def sample_face(landmarks):
    record = {
        "yaw": 0.0,
        "mouth_open": 0.1,
        "split": "train",
        "expression": {"neutral": 0.1, "happy": 0.9},
    }
    return TrainingFace("sample", astronaut(), landmarks, canonical_frame(landmarks), record)
