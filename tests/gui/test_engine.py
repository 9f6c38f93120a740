"""What the engine answers without networks."""

from __future__ import annotations

import pytest

from core.progress import silent
from faceeditor_gui.engine import Engine, OpenSample


def test_the_sample_is_a_portrait_of_512_pixels():
    assert Engine().run(OpenSample(), silent).size == (512, 512)


def test_what_nobody_answers_is_an_error():
    with pytest.raises(TypeError, match="str"):
        Engine().run("smile please", silent)
