"""One labelled face that needs no data: the public-domain sample portrait."""

import pytest
from skimage.data import astronaut

from core.face.align import canonical_frame
from core.face.detect import find_faces
from core.training.data import TrainingFace


@pytest.fixture(scope="session")
def sample_face():
    image = astronaut()
    points = find_faces(image, thorough=False)[0].landmarks
    record = {
        "yaw": 0.0,
        "mouth_open": 0.1,
        "split": "train",
        "expression": {"neutral": 0.1, "happy": 0.9},
    }
    return TrainingFace("sample", image, points, canonical_frame(points), record)
