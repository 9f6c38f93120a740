"""Filling a hole leaves the rest alone and never needs a face."""

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.edit import pipeline
from core.edit.inpaint import frame_around
from core.edit.pipeline import Editor
from core.edit.request import InpaintRequest
from core.errors import CheckpointError, InvalidRequestError
from core.masks import bounding_window


@pytest.fixture(scope="module")
def editor():
    return Editor("cpu")


def _holed(shape, rows, columns):
    mask = np.zeros(shape[:2], np.uint8)
    mask[rows, columns] = 255
    return mask


def test_filled_hole_is_closer_to_the_picture_than_grey(editor):
    image = astronaut()
    mask = _holed(image.shape, slice(120, 150), slice(200, 230))
    result = editor.run(InpaintRequest(image, mask))
    truth = image[120:150, 200:230].astype(float)
    assert np.abs(result.patch - truth).mean() < 0.5 * np.abs(128 - truth).mean()


def test_result_covers_exactly_the_mask(editor):
    image = astronaut()
    mask = _holed(image.shape, slice(0, 40), slice(480, 512))
    result = editor.run(InpaintRequest(image, mask))
    window = bounding_window(mask)
    assert (result.top, result.left) == (0, 480)
    assert np.array_equal(result.coverage, mask[window])
    assert result.patch.shape == (40, 32, 3)


def test_hidden_pixels_do_not_shine_through(editor):
    image = astronaut()
    mask = _holed(image.shape, slice(100, 160), slice(180, 240))
    painted = image.copy()
    painted[mask > 0] = (0, 255, 0)
    first = editor.run(InpaintRequest(image, mask)).patch.astype(int)
    second = editor.run(InpaintRequest(painted, mask)).patch.astype(int)
    assert np.abs(first - second)[4:-4, 4:-4].max() <= 2


def test_one_pixel_picture_is_filled(editor):
    image = np.full((1, 1, 3), 90, np.uint8)
    result = editor.run(InpaintRequest(image, np.full((1, 1), 255, np.uint8)))
    assert result.patch.shape == (1, 1, 3)


def test_unknown_model_is_refused_in_a_sentence(editor):
    mask = np.full((8, 8), 255, np.uint8)
    with pytest.raises(InvalidRequestError, match="no model named"):
        editor.run(InpaintRequest(np.zeros((8, 8, 3), np.uint8), mask, model="nothing"))


def test_missing_weights_are_named_in_a_sentence(editor, monkeypatch, tmp_path):
    monkeypatch.setattr(pipeline, "weights_path", lambda name: tmp_path / f"{name}.safetensors")
    mask = np.full((8, 8), 255, np.uint8)
    with pytest.raises(CheckpointError):
        Editor("cpu").run(InpaintRequest(np.zeros((8, 8, 3), np.uint8), mask))


def test_memory_that_runs_out_gives_a_smaller_frame_and_a_notice(monkeypatch):
    sizes = []

    class Hungry:
        def inpaint(self, image, mask, lines):
            sizes.append(image.shape[-1])
            if image.shape[-1] > 64:
                raise torch.OutOfMemoryError
            return image

    editor = Editor("cpu")
    monkeypatch.setattr(editor, "_model", lambda name, device: Hungry())
    image = astronaut()
    result = editor.run(InpaintRequest(image, _holed(image.shape, slice(9, 50), slice(9, 50))))
    assert sizes == [128, 64]
    assert result.notices


def test_frame_holds_the_hole_with_a_margin():
    mask = _holed((300, 400, 3), slice(100, 180), slice(50, 90))
    frame = frame_around(mask, None, 128)
    inside = frame.to_frame(np.array([[50.0, 100.0], [89.0, 179.0]]))
    assert inside.min() > 10
    assert inside.max() < 118
