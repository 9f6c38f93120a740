"""What the engine answers without networks."""

from __future__ import annotations

import subprocess
import sys

import cv2
import pytest
from skimage.data import astronaut

from core.progress import silent
from faceeditor_gui.jobs.engine import Engine, FindExemplars, OpenSample


def test_the_sample_is_a_portrait_of_512_pixels():
    assert Engine().run(OpenSample(), silent).size == (512, 512)


def test_faces_of_another_picture_are_found_and_cut_out():
    portrait = cv2.resize(astronaut(), (1024, 1024), interpolation=cv2.INTER_CUBIC)
    found = Engine().run(FindExemplars(portrait, "Eileen"), silent)
    (one,) = found.exemplars
    assert one.name == "Eileen"
    assert one.image.size < portrait.size / 4


def test_a_face_too_small_to_lend_anything_is_measured():
    found = Engine().run(FindExemplars(astronaut(), "Eileen"), silent)
    assert found.exemplars == ()
    assert 40 < found.largest < 50


def test_what_nobody_answers_is_an_error():
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
from faceeditor_gui.engine import Engine, WarmUp
from faceeditor_gui.settings import Compute

before = torch.get_num_threads()
engine = Engine(Compute("cpu", 1))
engine.run(WarmUp(), silent)
assert torch.get_num_threads() == 1
engine.use(Compute("no such device"))
try:
    engine.run(WarmUp(), silent)
except DeviceError:
    engine.use(Compute("cpu", 0))
assert engine.run(WarmUp(), silent) is not None
assert torch.get_num_threads() == before
"""
