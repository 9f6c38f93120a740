"""Filling a hole leaves the rest alone and never needs a face."""

import cv2
import numpy as np
import pytest
import torch
from skimage.data import astronaut

from core.edit import networks
from core.edit.compositing.network_view import network_view
from core.edit.editor import Editor
from core.edit.inpainting.hole_lines import draw_known_lines
from core.edit.inpainting.hole_partition import split_hole
from core.edit.requests import InpaintRequest
from core.errors import CheckpointError, InvalidRequestError
from core.face.align import Frame, canonical_frame
from core.imaging.windows import bounding_window
from tests.core.edit.results import shown


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
    monkeypatch.setattr(networks, "weights_path", lambda name: tmp_path / f"{name}.safetensors")
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
    monkeypatch.setattr(editor._networks, "model", lambda name, device: Hungry())
    image = astronaut()
    result = editor.run(InpaintRequest(image, _holed(image.shape, slice(9, 50), slice(9, 50))))
    assert sizes == [128, 64]
    assert result.notices


def test_holes_at_both_ends_of_the_picture_come_back_in_one_result(editor):
    image = astronaut()
    mask = _holed(image.shape, slice(10, 40), slice(10, 40))
    mask[450:480, 450:480] = 200
    result = editor.run(InpaintRequest(image, mask))
    assert (result.left, result.top) == (10, 10)
    assert np.array_equal(result.coverage, mask[10:480, 10:480])
    assert np.array_equal(result.patch[100:400], image[110:410, 10:480])
    assert not np.array_equal(result.patch[440:, 440:], image[450:480, 450:480])


def test_what_one_hole_hides_does_not_shine_into_another(editor):
    image = astronaut()
    mask = _holed(image.shape, slice(100, 200), slice(100, 200))
    mask[100:200, 260:360] = 255
    painted = image.copy()
    painted[:, 230:][mask[:, 230:] > 0] = (0, 255, 0)
    first, second = (editor.run(InpaintRequest(one, mask)).patch for one in (image, painted))
    assert np.abs(first.astype(int) - second)[4:-4, 4:96].max() <= 2


def test_hole_is_filled_alike_in_the_photo_and_in_a_window_of_it(editor):
    image = astronaut()
    mask = _holed(image.shape, slice(200, 210), slice(150, 350))
    window = slice(20, 420), slice(40, 460)
    whole = editor.run(InpaintRequest(image, mask))
    part = editor.run(InpaintRequest(image[window], mask[window]))
    assert np.abs(whole.patch.astype(int) - part.patch).max() <= 2


def test_pieces_of_a_long_hole_meet_without_a_step(editor):
    down, across = np.mgrid[0:200, 0:600]
    image = np.dstack([across * 255 // 600, down, 255 - across * 255 // 600]).astype(np.uint8)
    mask = _holed(image.shape, slice(95, 105), slice(20, 580))
    result = editor.run(InpaintRequest(image, mask))
    assert np.abs(np.diff(result.patch.astype(int), axis=1)).max() < 8


def test_sixteen_bit_photo_is_filled_in_sixteen_bits(editor):
    image = astronaut()
    mask = _holed(image.shape, slice(120, 150), slice(200, 230))
    shallow = editor.run(InpaintRequest(image, mask)).patch
    deep = editor.run(InpaintRequest(image.astype(np.uint16) * 257, mask)).patch
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257.0 - shallow).max() < 2


def test_border_of_a_filled_hole_does_not_show(editor):
    image = cv2.resize(astronaut()[:256, 100:356], (768, 768), interpolation=cv2.INTER_CUBIC)
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.ellipse(mask, (384, 430), (130, 90), 20, 0, 360, 255, -1)
    result = editor.run(InpaintRequest(image, mask))
    filled = shown(image, result)
    inside = (mask > 0) & (cv2.erode(mask, np.ones((3, 3), np.uint8)) == 0)
    steps = [
        np.abs(cv2.Laplacian(picture.astype(np.float32), -1))[inside].mean()
        for picture in (filled, image)
    ]
    assert steps[0] < 1.5 * steps[1]


def test_nothing_hidden_shines_through_what_the_network_sees():
    image = np.full((200, 200, 3), 90, np.uint8)
    mask = np.zeros((200, 200), np.uint8)
    mask[60:141, 50:151] = 255
    image[mask > 0] = 255
    frame = Frame(np.array([[0.6, 0.1, 1.3], [-0.1, 0.6, 20.7]]), 128)
    seen, hole = network_view(frame, image, mask)
    assert np.array_equal(np.unique(seen[hole == 0]), [90])
    share = np.count_nonzero(hole) / frame.scale**2 / np.count_nonzero(mask)
    assert 0.95 < share < 1.05


def test_frame_of_a_large_hole_is_no_larger_than_the_face(landmarks):
    canonical = canonical_frame(landmarks)
    mask = np.zeros((512, 512), np.uint8)
    low, high = landmarks.min(axis=0).astype(int), landmarks.max(axis=0).astype(int)
    mask[low[1] : high[1], low[0] : high[0]] = 255
    (part,) = split_hole(mask, (landmarks,), 128)
    assert part.frame.size / part.frame.scale <= 1.01 * canonical.size / canonical.scale


@pytest.mark.parametrize("scale", [0.07, 0.3, 1.0, 2.5])
def test_a_drawn_line_stays_visible_and_thin_at_every_scale(scale):
    sketch = np.zeros((900, 900), np.uint8)
    cv2.line(sketch, (100, 120), (800, 700), 255, 3)
    size = min(round(900 * scale), 900)
    frame = Frame(np.array([[scale, 0, 0], [0, scale, 0]]), size)
    lines = draw_known_lines(frame, (), sketch)
    crossed = (lines[..., 2] > 0).any(axis=0)
    assert crossed[int(101 * scale) + 1 : int(800 * scale) - 1].all()
    assert set(np.unique(lines[..., 2])) <= {0, 255}
    assert not lines[..., :2].any()
    if scale < 1:
        assert (lines[..., 2] > 0).sum(axis=0).max() <= 4
