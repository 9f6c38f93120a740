"""A frame's picture comes to full size with the exemplar's own detail."""

import numpy as np
import pytest

from core.edit.compositing.detail_overlay import SmoothLayer, composite_layers, detail_layer
from core.face.align import Frame

FRAME = Frame(np.array([[0.25, 0.0, -0.375], [0.0, 0.25, -0.375]]), 64)
SIZE = 256


def _even(tone, dtype=np.uint8):
    return np.full((SIZE, SIZE, 3), tone, dtype)


def _base(tone):
    return SmoothLayer(np.full((192, 192, 3), tone, np.float32), FRAME.resized(192))


def _striped(dark, bright):
    picture = _even(120)
    picture[:, ::16] = dark
    picture[:, 8::16] = bright
    return picture


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_without_detail_the_base_is_brought_to_full_size(dtype):
    made = composite_layers(_base(90), None, _even(0, dtype))
    assert made.dtype == dtype
    assert (made == 90).all()


def test_detail_of_the_picture_comes_back_on_another_base():
    picture = _striped(60, 180)
    shown = FRAME.crop(picture)
    made = composite_layers(_base(120), detail_layer(picture, shown, shown, FRAME), picture).astype(
        int
    )
    inside = made[32:-32, 32:-32]
    assert inside.max() - inside.min() > 80


def test_detail_grows_with_the_light_but_reflections_do_not():
    picture = _striped(60, 180) // 2
    shown = FRAME.crop(picture)
    brighter = np.full((64, 64, 3), 200, np.uint8)
    same = composite_layers(_base(128), detail_layer(picture, shown, shown, FRAME), picture).astype(
        int
    )
    grown = composite_layers(
        _base(128), detail_layer(picture, shown, brighter, FRAME), picture
    ).astype(int)
    middle = slice(64, -64), slice(64, -64)
    assert grown[middle].min() < same[middle].min() - 8
    assert abs(grown[middle].max() - same[middle].max()) <= 2


def test_even_pictures_add_nothing():
    picture = _even(70)
    shown = FRAME.crop(picture)
    made = composite_layers(_base(150), detail_layer(picture, shown, shown * 2, FRAME), picture)
    assert np.abs(made.astype(int) - 150).max() <= 1
