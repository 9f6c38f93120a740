"""Repainted maps move and fill only what they change; make-up stays where it belongs."""

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from core.anatomy.parts import Component
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.requests import MakeUpRequest, ParseRequest, TransferMethod, TransferRequest
from core.errors import InvalidRequestError


@pytest.fixture(scope="module")
def editor():
    return Editor("cpu")


@pytest.fixture(scope="module")
def face(sample_faces):
    return astronaut(), sample_faces[0].landmarks


@pytest.fixture(scope="module")
def labels(editor, face):
    return editor.run(ParseRequest(*face)).labels


def with_thicker_brows(labels):
    changed = labels.copy()
    for brow in (Region.LEFT_BROW, Region.RIGHT_BROW):
        near = cv2.dilate((labels == brow).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        changed[near & (labels == Region.SKIN)] = brow
    return changed


def reached(editor, face, result, wanted, changed):
    """Return the share of the changed pixels that the parser calls as asked in the result."""
    image = face[0].copy()
    part = image[result.window].astype(float)
    share = result.coverage[..., None] / 255
    image[result.window] = np.rint(part + (result.patch - part) * share)
    found = editor.run(ParseRequest(image, face[1])).labels
    return (found == wanted)[changed].mean()


def test_a_map_as_the_face_is_changes_nothing(editor, face, labels):
    result = editor.run(TransferRequest(*face, labels=labels))
    assert not result.coverage.any()


@pytest.mark.parametrize("method", list(TransferMethod))
def test_a_repainted_brow_changes_the_brows_and_leaves_the_chin(method, editor, face, labels):
    wanted = with_thicker_brows(labels)
    result = editor.run(TransferRequest(*face, labels=wanted, method=method))
    assert result.coverage.any()
    assert result.top + len(result.coverage) < face[1][8, 1]
    if method is TransferMethod.PIXELS:
        assert reached(editor, face, result, wanted, wanted != labels) > 0.3  # none of it before


def test_one_class_alone_is_refused_in_one_sentence(editor, face, labels):
    with pytest.raises(InvalidRequestError, match="too little in common"):
        editor.run(TransferRequest(*face, labels=np.zeros_like(labels)))


def test_a_map_of_another_size_is_refused(face, labels):
    with pytest.raises(InvalidRequestError, match="differ in size"):
        TransferRequest(*face, labels=labels[1:])


def test_parts_need_a_picture_to_come_from(face):
    with pytest.raises(InvalidRequestError, match="both"):
        TransferRequest(*face, parts=(Component.MOUTH,))


def test_lip_colour_lies_on_the_lips_and_reddens_them(editor, face):
    result = editor.run(MakeUpRequest(*face, lips=(170, 20, 40), strength=1.0))
    mouth = face[1][48:60]
    centre = np.array([result.left, result.top]) + np.array(result.coverage.shape[::-1]) / 2
    assert np.linalg.norm(centre - mouth.mean(axis=0)) < 0.3 * np.ptp(mouth[:, 0])
    before = face[0][result.window].astype(float)
    red = (result.patch.astype(float) - before)[result.coverage > 0]
    assert (red[:, 0] - red[:, 1]).mean() > 10


def test_no_make_up_is_the_photo(editor, face):
    assert not editor.run(MakeUpRequest(*face)).coverage.any()
