"""What the engine answers without networks."""

from __future__ import annotations

import subprocess
import sys

import cv2
import pytest
from skimage.data import astronaut

from core.progress import silent
from faceeditor_gui.jobs.engine import Engine, FindExemplarsRequest, OpenSampleRequest


def test_the_sample_is_a_portrait_of_512_pixels():
    assert Engine().run(OpenSampleRequest(), silent).photo.size == (512, 512)


def test_faces_of_another_image_are_detected_and_cropped():
    portrait = cv2.resize(astronaut(), (1024, 1024), interpolation=cv2.INTER_CUBIC)
    found = Engine().run(FindExemplarsRequest(portrait, "Eileen"), silent)
    (one,) = found.exemplars
    assert one.name == "Eileen"
    assert one.image.size < portrait.size / 4


def test_a_face_too_small_for_an_exemplar_is_measured():
    found = Engine().run(FindExemplarsRequest(astronaut(), "Eileen"), silent)
    assert found.exemplars == ()
    assert 40 < found.largest_eye_distance < 50


def test_an_unknown_request_is_an_error():
    with pytest.raises(TypeError, match="str"):
        Engine().run("smile please", silent)


def test_another_device_or_number_of_threads_holds_from_the_next_request_on():
    """In a process of its own: torch is not to be imported where windows are tested."""
    done = subprocess.run([sys.executable, "-c", _SWITCHING], check=False, timeout=120)
    assert done.returncode == 0


_SWITCHING = """
import torch
from core.errors import DeviceError
from core.progress import silent
from faceeditor_gui.jobs.engine import Engine, WarmUpEditorRequest
from faceeditor_gui.state.settings import ComputeSettings

before = torch.get_num_threads()
engine = Engine(ComputeSettings("cpu", 1))
engine.run(WarmUpEditorRequest(), silent)
assert torch.get_num_threads() == 1
engine.set_compute(ComputeSettings("no such device"))
try:
    engine.run(WarmUpEditorRequest(), silent)
except DeviceError:
    engine.set_compute(ComputeSettings("cpu", 0))
assert engine.run(WarmUpEditorRequest(), silent) is not None
assert torch.get_num_threads() == before
"""
