"""The features that judge fills know faces."""

import numpy as np
import pytest
from skimage.data import astronaut

from core.face.align import canonical_frame
from core.training.frozen.openface import OpenFaceFeatures, perceptual_distance, pool_features


@pytest.fixture(scope="module")
def features(data_dir):
    return OpenFaceFeatures(data_dir / "teachers" / "openface_nn4small2_conv1_3b.safetensors")


@pytest.fixture(scope="module")
def face(landmarks):
    return canonical_frame(landmarks).crop(astronaut())


def test_features_have_the_published_sizes(small_data, face):
    path = small_data / "teachers" / "openface_nn4small2_conv1_3b.safetensors"
    maps = OpenFaceFeatures(path).extract(face[None])
    assert [tuple(one.shape[1:]) for one in maps] == [
        (64, 48, 48),
        (192, 24, 24),
        (256, 12, 12),
        (320, 12, 12),
    ]
    assert pool_features(maps).shape == (1, 320)


def test_features_are_those_of_the_recorded_first_run(features, face):
    deepest = pool_features(features.extract(face[None]))[0]
    assert deepest.mean() == pytest.approx(0.14007, rel=1e-3)


def test_a_small_blur_is_nearer_than_another_face(features, face):
    darker = (face * 0.95).astype(np.uint8)
    upside_down = face[::-1]
    image_features = [
        features.extract(np.ascontiguousarray(one)[None]) for one in (face, darker, upside_down)
    ]
    assert perceptual_distance(image_features[0], image_features[0]) == 0
    assert (
        perceptual_distance(image_features[0], image_features[1])
        < perceptual_distance(image_features[0], image_features[2]) / 5
    )
