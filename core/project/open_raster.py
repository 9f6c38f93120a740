"""What OpenRaster asks for: the stack of layers, the merged picture, the thumbnail.

https://www.openraster.org: GIMP, Krita, MyPaint and others read it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from core.imaging.arrays import Image, Image8
from core.imaging.depth import to_8_bit

STACK = "stack.xml"
MERGED = "mergedimage.png"
THUMBNAIL = "Thumbnails/thumbnail.png"
THUMBNAIL_PX = 256
"""The longest side of a thumbnail, as the format has it."""
_VERSION = "0.0.3"
"""Of the format."""


@dataclass(frozen=True)
class StackedLayer:
    """One row of the stack: a PNG with transparency, and how it is laid."""

    name: str
    member: str
    left: int = 0
    top: int = 0
    opacity: float = 1.0
    """0..1"""
    is_visible: bool = True


def stack_xml(size: tuple[int, int], layers: Iterable[StackedLayer]) -> str:
    """Write the stack of a picture of some width and height; layers lowest first."""
    width, height = map(str, size)
    image = ElementTree.Element("image", version=_VERSION, w=width, h=height)
    stack = ElementTree.SubElement(image, "stack")
    for layer in reversed(list(layers)):
        ElementTree.SubElement(
            stack,
            "layer",
            {
                "name": layer.name,
                "src": layer.member,
                "x": str(layer.left),
                "y": str(layer.top),
                "opacity": f"{layer.opacity:.6f}",
                "visibility": "visible" if layer.is_visible else "hidden",
                "composite-op": "svg:src-over",
            },
        )
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + ElementTree.tostring(image, "unicode")


def thumbnail_of(image: Image) -> Image8:
    """Shrink an (H, W, 3) image so that it fits a thumbnail; (h, w, 3) uint8."""
    height, width = image.shape[:2]
    scale = min(1.0, THUMBNAIL_PX / max(height, width))
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return to_8_bit(np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA)))
