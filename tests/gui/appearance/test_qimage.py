"""Arrays to Qt's images and back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QColor, QColorSpace, QImage, QPixmap

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


def test_alpha_and_depth_of_a_pasted_picture_are_kept(qapp):
    image = QImage(5, 3, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(255, 0, 0, 0))
    image.setPixelColor(1, 1, QColor(10, 200, 30))
    samples = qimage.to_samples(image)
    assert (samples.shape, samples.dtype) == ((3, 5, 4), np.uint8)
    assert samples[0, 0, 3] == 0
    assert samples[1, 1].tolist() == [10, 200, 30, 255]
    for layout in ("RGBA64", "RGBX64", "Grayscale16", "A2RGB30_Premultiplied"):
        deep = QImage(5, 3, getattr(QImage.Format, f"Format_{layout}"))
        deep.fill(QColor.fromRgba64(40_000, 40_000, 40_000))
        samples = qimage.to_samples(deep)
        assert (samples.shape, samples.dtype) == ((3, 5, 3), np.uint16)
        assert np.abs(samples.astype(int) - 40_000).max() <= 130


@pytest.mark.parametrize("layout", ["Mono", "Indexed8", "RGB16", "Grayscale8", "CMYK8888"])
def test_every_shallow_layout_becomes_8_bit_colours(qapp, layout):
    image = QImage(5, 3, getattr(QImage.Format, f"Format_{layout}"))
    image.fill(0)
    assert qimage.to_samples(image).shape == (3, 5, 3)
    assert qimage.to_samples(image).dtype == np.uint8


def test_colours_of_another_space_come_as_srgb(qapp):
    image = QImage(5, 3, QImage.Format.Format_RGB32)
    image.fill(QColor(55, 55, 55))
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgbLinear))
    assert np.abs(qimage.to_samples(image).astype(int) - 128).max() <= 1


def test_image_that_is_announced_and_not_given_is_none(qapp):
    null, junk, pixmap = QMimeData(), QMimeData(), QMimeData()
    null.setImageData(QImage())
    junk.setData("application/x-qt-image", QByteArray(b"junk"))
    pixmap.setImageData(QPixmap(QImage(4, 4, QImage.Format.Format_RGB32)))
    assert qimage.from_mime_data(null) is None
    assert qimage.from_mime_data(junk) is None
    assert qimage.from_mime_data(QMimeData()) is None
    assert qimage.from_mime_data(pixmap).size().width() == 4
