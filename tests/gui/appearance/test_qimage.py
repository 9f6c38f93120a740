"""Arrays to Qt's images and back."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

from faceeditor_gui.appearance import qimage


def test_image_reaches_qt_unchanged_at_an_odd_width():
    image = np.random.default_rng(0).integers(0, 256, (7, 13, 3), np.uint8)
    converted = qimage.from_rgb(image)
    for y in range(7):
        for x in range(13):
            assert QColor(converted.pixel(x, y)).getRgb()[:3] == tuple(image[y, x])


def test_image_survives_the_round_trip_through_qt(qapp):
    image = np.random.default_rng(0).integers(0, 256, (7, 13, 3), np.uint8)
    np.testing.assert_array_equal(qimage.to_rgb(qimage.from_rgb(image)), image)


def test_a_window_of_a_larger_image_is_converted_too():
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    np.testing.assert_array_equal(
        qimage.to_rgb(qimage.from_rgb(image[3:20, 7:30])), image[3:20, 7:30]
    )


def test_what_is_transparent_becomes_white(qapp):
    image = QImage(4, 4, QImage.Format.Format_ARGB32)
    image.fill(0)
    assert (qimage.to_rgb(image) == 255).all()


def test_indices_show_as_their_colours():
    indices = np.array([[0, 255, 7]], np.uint8)
    colours = 0xFF000000 + (np.arange(256, dtype=np.uint32) << 16)
    colours[7] = 0x64320000
    image = qimage.from_indices(indices, colours)
    shown = [image.pixelColor(x, 0) for x in range(3)]
    assert [(colour.red(), colour.alpha()) for colour in shown] == [
        (0, 255),
        (255, 255),
        (128, 100),
    ]
