"""What OpenRaster asks for: the stack of layers, the merged picture, the thumbnail.

https://www.openraster.org: GIMP, Krita, MyPaint and others read it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass

from core.image_io.thumbnail import shrink
from core.imaging.arrays import Image, Image8

STACK = "stack.xml"
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
    return shrink(image, THUMBNAIL_PX)
