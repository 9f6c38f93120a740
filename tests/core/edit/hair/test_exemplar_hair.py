"""What is wrong with an exemplar's hair is told before it is transferred, in the same words."""

import numpy as np
import pytest

from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.requests import CheckHairRequest, ExemplarRequest
from core.errors import InvalidRequestError

_ROWS, _COLUMNS = np.mgrid[:256, :256]
_HEAD = np.hypot(_ROWS - 140, _COLUMNS - 128) < 60
BALD = np.where(_HEAD, Region.SKIN, Region.BACKGROUND).astype(np.uint8)
UNDER_A_HAT = np.where(_HEAD | (_ROWS >= 90), BALD, Region.HAT).astype(np.uint8)


def test_hair_that_can_serve_has_no_problem(editor, head):
    assert editor.run(CheckHairRequest(*head)).problem is None


@pytest.mark.parametrize("labels", [BALD, UNDER_A_HAT], ids=["no hair", "hat"])
def test_a_problem_is_what_the_transfer_says(head, monkeypatch, labels):
    monkeypatch.setattr("core.edit.networks.Networks.parse_face", lambda *_: labels)
    problem = Editor("cpu").run(CheckHairRequest(*head)).problem
    with pytest.raises(InvalidRequestError) as refusal:
        Editor("cpu").run(ExemplarRequest(*head, *head, hair=True))
    assert problem == str(refusal.value)


def test_hair_that_the_picture_cuts_off_is_a_problem(editor, head):
    image, landmarks = head
    top = int(landmarks[:, 1].min() - 0.2 * np.ptp(landmarks[:, 1]))
    problem = editor.run(CheckHairRequest(image[top:], landmarks - [0, top])).problem
    assert "cut off" in problem


def test_a_face_that_is_too_small_is_a_problem(editor, head):
    image, landmarks = head
    problem = editor.run(CheckHairRequest(image[::8, ::8].copy(), landmarks / 8)).problem
    assert "pixels apart" in problem
