"""Portraits: scikit-image's astronaut, and validation photos where there are any."""

import json
import tarfile
from typing import NamedTuple

import cv2
import numpy as np
import pytest
import skimage.data

from core.anatomy.landmarks import interocular_distance
from core.face.detect import find_faces


class Photo(NamedTuple):
    image: np.ndarray
    landmarks: np.ndarray
    """(68, 2) where dlib's predictor is known to see them."""
    pair: str | None = None


@pytest.fixture(scope="session")
def astronaut():
    """One upright face, 92 pixels wide, in a photo of 512 x 512 pixels."""
    image = skimage.data.astronaut()
    (face,) = find_faces(image)
    return Photo(image, face.landmarks)


@pytest.fixture(scope="session")
def london(data_dir):
    """Six validation photos of London people, 768 x 768, as pairs of one person."""
    with np.load(data_dir / "landmarks_dlib.npz") as known:
        keys = zip(known["set"], known["name"], strict=True)
        points = dict(zip(keys, known["points"] / 32.0, strict=True))
    photos = []
    for path in sorted(data_dir.glob("hires768-*.tar")):
        with tarfile.open(path) as shard:
            photos += _london_photos(shard, points)
    return sorted(photos, key=lambda photo: photo.pair)[:6]


def _london_photos(shard, points):
    names = sorted(name for name in shard.getnames() if name.startswith("london"))
    for name in (name.removesuffix(".json") for name in names if name.endswith(".json")):
        record = json.load(shard.extractfile(f"{name}.json"))
        if record["split"] == "val":
            encoded = np.frombuffer(shard.extractfile(f"{name}.jpg").read(), np.uint8)
            image = cv2.imdecode(encoded, cv2.IMREAD_COLOR)[:, :, ::-1]
            yield Photo(image, points["hires768", name], record["pair"])


@pytest.fixture(scope="session")
def turned():
    """A function that turns a photo anticlockwise; the corners become grey."""

    def turn(photo, degrees):
        height, width = photo.image.shape[:2]
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
        size = np.ceil(np.abs(matrix[:, :2]) @ [width, height]).astype(int)
        matrix[:, 2] += (size - [width, height]) / 2
        image = cv2.warpAffine(photo.image, matrix, size.tolist(), borderValue=(128, 128, 128))
        return Photo(image, photo.landmarks @ matrix[:, :2].T + matrix[:, 2])

    return turn


@pytest.fixture(scope="session")
def resized():
    """A function that enlarges or reduces a photo."""

    def resize(photo, scale):
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        image = cv2.resize(photo.image, None, fx=scale, fy=scale, interpolation=method)
        ratio = np.array(image.shape[1::-1]) / photo.image.shape[1::-1]
        return Photo(image, (photo.landmarks + 0.5) * ratio - 0.5)

    return resize


@pytest.fixture(scope="session")
def error():
    """A function that measures how far landmarks lie from where they should, in eye distances."""

    def measure(landmarks, expected):
        distances = np.linalg.norm(landmarks - expected, axis=1)
        return float(distances.mean() / interocular_distance(expected))

    return measure
