"""Labelled faces, shards and frozen networks that need no data folder."""

from functools import partial

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from skimage.data import astronaut

from core.face.align import canonical_frame, sub_frame
from core.models.ctsdg.model import CTSDGConfig
from core.models.exe_gan.model import ExeGANConfig, StyleConfig
from core.models.psp import StyleEncoderConfig
from core.models.region_norm.model import RegionNormConfig
from core.models.residual_unet import ResidualUNetConfig
from core.training.data.faces import TrainingFace
from core.training.data.shards import ShardEntry, encode_jpeg, write_shards
from core.training.frozen.squeezenet import SqueezeNetFeatures
from core.training.recipes import ctsdg, exe_gan, refiner, region_norm, residual_unet
from tests.core.training import teachers

SETS = {"faces256": 256, "hires768": 768}
TINTS = {"first": (1.0, 1.0, 1.0), "second": (0.8, 0.75, 0.7), "third": (1.1, 1.0, 0.9)}
"""What makes three people of the one of the sample portrait."""
TINY_STYLE = StyleConfig(
    ExeGANConfig((16,) * 4, 16, 16, 1, membrane=True, line_channels=3),
    StyleEncoderConfig((1,) * 4, (16,) * 4, 16, last_row=7, shared_heads=True, size=32),
    known=6,
)


@pytest.fixture(autouse=True)
def as_many_threads_as_before():
    """Put back how many threads networks have: a report sets that for the whole process."""
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tiny_networks(monkeypatch, as_many_threads_as_before):
    """Make every recipe's network small, for frames of 32 pixels, and one thread enough for it."""
    torch.set_num_threads(1)
    monkeypatch.setattr(exe_gan, "EMBEDDED", TINY_STYLE)
    monkeypatch.setattr(ctsdg, "EMBEDDED", CTSDGConfig((16,) * 4, 4, True, 9))
    tiny_regions = RegionNormConfig((8,) * 4, (8,) * 4, (8,) * 3, True, 8)
    monkeypatch.setattr(region_norm, "EMBEDDED", tiny_regions)
    monkeypatch.setattr(residual_unet, "ResidualUNetConfig", partial(ResidualUNetConfig, (8, 8)))
    monkeypatch.setattr(refiner, "CONFIG", ResidualUNetConfig((8, 8), 1))
    monkeypatch.setattr(refiner, "_CROP", 32)


@pytest.fixture(scope="session")
def sample_face(landmarks):
    record = {
        "yaw": 0.0,
        "mouth_open": 0.1,
        "split": "train",
        "expression": {"neutral": 0.1, "happy": 0.9},
    }
    return TrainingFace("sample", astronaut(), landmarks, canonical_frame(landmarks), record)


@pytest.fixture(scope="session")
def feature_network(tmp_path_factory):
    """A file of weights for `SqueezeNetFeatures`, random and frozen."""
    return _written(tmp_path_factory.mktemp("teachers"), "squeezenet1_0", teachers.squeezenet)


@pytest.fixture(scope="session")
def small_data(tmp_path_factory, sample_face):
    """A folder as the training data's: two sets of shards, the landmarks, random teachers.

    Every person is there twice in each split, neutral and smiling: the sample portrait in a few
    tints.
    """
    folder = tmp_path_factory.mktemp("data")
    write_shards(folder, {name: _entries(sample_face, size) for name, size in SETS.items()})
    (folder / "teachers").mkdir()
    for name, make_state in {
        "squeezenet1_0": teachers.squeezenet,
        "openface_nn4small2_conv1_3b": teachers.openface,
        "faceapi_age_gender": teachers.age_gender,
    }.items():
        _written(folder / "teachers", name, make_state)
    return folder


@pytest.fixture(scope="session")
def features(feature_network):
    return SqueezeNetFeatures(feature_network)


def _written(folder, name, make_state):
    path = folder / f"{name}.safetensors"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        save_file(make_state(), path)
    return path


def _entries(face, size):
    frame = sub_frame(face.canonical, (0.5, 0.45), 1.25, size)
    image, points = frame.crop(face.image, cv2.INTER_CUBIC), frame.to_frame(face.landmarks)
    return [
        ShardEntry(
            f"{split}-{person}-{expression}",
            encode_jpeg((image * np.array(tint)).clip(0, 255).astype(np.uint8)),
            points,
            {
                "source": "sample",
                "split": split,
                "size": [size, size],
                "pair": person,
                "yaw": 0.0,
                "mouth_open": 0.1,
                "landmarks68": points.tolist(),
                "expression": {"neutral": 1.0 - happy, "happy": happy},
                "smile": happy > 0.5,
            },
            0,
        )
        for split in ("train", "val")
        for person, tint in TINTS.items()
        for expression, happy in (("neutral", 0.1), ("smiling", 0.9))
    ]
