"""What edits are tried on, and the program with the shipped weights."""

import cv2
import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.edit.editor import Editor
from core.edit.hair.hair_matte import hair_matte_of
from core.edit.networks import Networks
from core.face.detect import find_faces
from core.models import refiner
from core.models.residual_unet import ResidualUNet, config_values
from core.runtime.checkpoints import save_weights
from core.training.data.faces import load_faces


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
def head():
    """The sample portrait's head and shoulders, and its landmarks."""
    image = np.ascontiguousarray(astronaut()[:330, 60:390])
    image = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return image, find_faces(image, thorough=False)[0].landmarks


@pytest.fixture(scope="session")
def hair_matte(head):
    return hair_matte_of(*head, Networks(torch.device("cpu")))


@pytest.fixture(scope="session")
def green(head, hair_matte):
    """The same head with green hair."""
    image, landmarks = head
    whole = slice(0, image.shape[0]), slice(0, image.shape[1])
    size = (image.shape[1], image.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    share = cv2.warpAffine(
        hair_matte.coverage, hair_matte.frame.within(whole).matrix, size, flags=flags
    )
    grey = image.mean(axis=2, keepdims=True)
    tinted = image + (grey * [0.5, 1.6, 0.5] - image) * share[..., None]
    return tinted.clip(0, 255).astype(np.uint8), landmarks


@pytest.fixture(scope="session")
def face(large_face):
    """The large face in a picture of 480 x 560 pixels."""
    image, landmarks = large_face
    return image[:, 30:510].copy(), landmarks - [30, 0]


@pytest.fixture(scope="session")
def plain_editor(plain_harmonizer):
    """An editor whose harmonizer returns parts as they are."""
    return Editor("cpu", {"harmonizer": plain_harmonizer})


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


@pytest.fixture(scope="session")
def reddening(tmp_path_factory):
    """Weights of a refiner that makes everything redder."""
    network = ResidualUNet(refiner.CONFIG)
    with torch.no_grad():
        network.to_residual.weight.zero_()
        network.to_residual.bias.copy_(torch.tensor([0.2, 0.0, 0.0]))
    path = tmp_path_factory.mktemp("refiner") / "refiner.safetensors"
    config = config_values(refiner.CONFIG)
    save_weights(path, network.state_dict(), refiner.NAME, config, fp16=False)
    return path
