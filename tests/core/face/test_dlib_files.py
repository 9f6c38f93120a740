"""dlib's weights are taken from their package only when they are whole."""

import sys

import numpy as np
import pytest

from core.errors import CheckpointError
from core.face import dlib_files, landmarks
from core.face.candidates import Candidate
from core.face.dlib_files import (
    CNN_DETECTOR,
    DESCRIPTOR,
    LANDMARKS_5,
    LANDMARKS_68,
    verified_file,
)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The folder of weights of a package that hides the real one."""
    folder = tmp_path / "face_recognition_models" / "models"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise ImportError('never imported')")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


@pytest.mark.parametrize("name", [CNN_DETECTOR, DESCRIPTOR, LANDMARKS_5, LANDMARKS_68])
def test_installed_weights_are_found_whole_without_importing_their_package(name):
    assert verified_file(name).name == name
    assert "face_recognition_models" not in sys.modules


def test_damaged_weights_are_refused_with_a_way_out(package):
    (package / CNN_DETECTOR).write_bytes(b"half a file")

    with pytest.raises(
        CheckpointError, match=r"are damaged: repair them with `pip install"
    ) as caught:
        verified_file(CNN_DETECTOR)

    assert caught.value.exit_code == 5


def test_a_missing_file_is_named(package):
    with pytest.raises(CheckpointError, match=f"{CNN_DETECTOR} are missing: install them with"):
        verified_file(CNN_DETECTOR)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(dlib_files, "_PACKAGE", "no_such_package_of_weights")

    with pytest.raises(CheckpointError, match="`pip install face-recognition-models`"):
        verified_file(LANDMARKS_68)


def test_repaired_weights_are_verified_again(package):
    (package / CNN_DETECTOR).write_bytes(b"half a file")
    with pytest.raises(CheckpointError):
        verified_file(CNN_DETECTOR)
    (package / CNN_DETECTOR).unlink()

    with pytest.raises(CheckpointError, match="missing"):
        verified_file(CNN_DETECTOR)


def test_landmarks_do_not_crash_on_damaged_weights(package):
    (package / LANDMARKS_68).write_bytes(b"half a file")
    landmarks._predictor.cache_clear()

    with pytest.raises(CheckpointError, match="damaged"):
        landmarks.find_landmarks(
            np.zeros((90, 90, 3), np.uint8), Candidate(45.0, 45.0, 60.0, 0.0, 1.0)
        )
