"""The only module that knows strides: arrays to Qt's images and back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColorSpace, QImage, QPainter, QPixmap

from core.imaging.arrays import Image8, Mask, Samples


def from_rgb(image: Image8) -> QImage:
    """Copy (H, W, 3) uint8 RGB into an image of Qt's own."""
    return _copied(image, QImage.Format.Format_RGB888)


def from_rgba(image: Image8, alpha: Mask) -> QImage:
    """Copy (H, W, 3) uint8 RGB and its (H, W) uint8 opacity into an image of Qt's own."""
    return _copied(np.dstack([image, alpha]), QImage.Format.Format_RGBA8888)


def from_indices(indices: Mask, colours: npt.NDArray[np.uint32]) -> QImage:
    """Copy (H, W) uint8 into an image whose value i shows as colours[i], uint32 ARGB.

    The colours are premultiplied by their opacity, which is what Qt draws fastest.
    """
    height, width = indices.shape
    pixels = np.take(colours, indices)
    layout = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, layout).copy()


def to_rgb(image: QImage) -> Image8:
    """Copy any image of Qt's into (H, W, 3) uint8 RGB; what is transparent becomes white."""
    opaque = QImage(image.size(), QImage.Format.Format_RGB888)
    opaque.fill(0xFFFFFFFF)
    painter = QPainter(opaque)
    painter.drawImage(0, 0, _unscaled(image))
    painter.end()
    height, width = opaque.height(), opaque.width()
    rows = np.frombuffer(opaque.constBits(), np.uint8).reshape(height, opaque.bytesPerLine())
    return rows[:, : 3 * width].reshape(height, width, 3).copy()


def to_samples(image: QImage) -> Samples:
    """Copy any image of Qt's into (H, W, 4) sRGB and alpha, with 16 bits where it has more than 8.

    (H, W, 3) where all of it is opaque.
    """
    layout = image.pixelFormat()
    sizes = (layout.redSize(), layout.greenSize(), layout.brightnessSize(), layout.cyanSize())
    is_deep = max(sizes) > 8
    srgb = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    known = image.convertedToColorSpace(srgb) if image.colorSpace().isValid() else image
    kind = QImage.Format.Format_RGBA64 if is_deep else QImage.Format.Format_RGBA8888
    plain = known.convertToFormat(kind)
    height, width, dtype = plain.height(), plain.width(), np.uint16 if is_deep else np.uint8
    rows = np.frombuffer(plain.constBits(), dtype).reshape(height, -1)
    samples: Samples = np.array(rows[:, : 4 * width]).reshape(height, width, 4)
    is_opaque = bool((samples[..., 3] == np.iinfo(dtype).max).all())
    return samples[..., :3].copy() if is_opaque else samples


def from_mime_data(data: QMimeData) -> QImage | None:
    """Take the image that a clipboard or drop announces; None if it does not give one."""
    image = data.imageData()
    if isinstance(image, QPixmap):
        image = image.toImage()
    return image if isinstance(image, QImage) and not image.isNull() else None


def _copied(pixels: npt.NDArray[np.uint8], layout: QImage.Format) -> QImage:
    rows = np.ascontiguousarray(pixels)
    height, width = rows.shape[:2]
    return QImage(rows.data, width, height, rows.strides[0], layout).copy()


def _unscaled(image: QImage) -> QImage:
    plain = QImage(image)
    plain.setDevicePixelRatio(1.0)
    return plain
