"""Writes a camera raw file as the smallest cameras would: DNG, 16 bits, a Bayer pattern."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from core.image_io import exif
from core.image_io.exif import LONG, SHORT, Entry

WHITE = 16_000
"""The sensor's saturation."""


def write_dng(
    path: Path, image: np.ndarray, balance: tuple[float, float, float], orientation: int = 1
) -> None:
    """Write what a sensor with some white balance would have seen.

    Args:
        path: ends in .dng.
        image: (H, W, 3) linear light, 0..1, in the sensor's primaries; even sides.
        balance: what neutral grey reads in red, green, blue.
        orientation: as EXIF counts.
    """
    height, width = image.shape[:2]
    seen = image * np.asarray(balance) * WHITE
    mosaic = seen[..., 1].copy()
    mosaic[0::2, 0::2], mosaic[1::2, 1::2] = seen[0::2, 0::2, 0], seen[1::2, 1::2, 2]
    samples = np.rint(mosaic).astype("<u2").tobytes()

    def numbers(tag: int, kind: int, *values: int) -> Entry:
        letter = {1: "B", SHORT: "H", LONG: "I"}[kind]
        return Entry(tag, kind, len(values), struct.pack(f"<{len(values)}{letter}", *values))

    def ratios(tag: int, kind: int, values: np.ndarray) -> Entry:
        pairs = [part for value in values for part in (round(float(value) * 10_000), 10_000)]
        return Entry(tag, kind, len(values), struct.pack(f"<{len(pairs)}i", *pairs))

    def text(tag: int, words: str) -> Entry:
        data = words.encode() + b"\0"
        return Entry(tag, 2, len(data), data)

    # From XYZ to linear sRGB, under D65: the sensor's primaries are sRGB's.
    matrix = [3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570]
    details = (text(36867, "2026:01:02 03:04:05"),)
    entries = [
        *(numbers(254, LONG, 0), numbers(256, LONG, width), numbers(257, LONG, height)),
        *(numbers(258, SHORT, 16), numbers(259, SHORT, 1), numbers(262, SHORT, 32803)),
        *(text(271, "Test"), text(272, "Camera"), numbers(274, SHORT, orientation)),
        *(numbers(273, LONG, 0), numbers(277, SHORT, 1), numbers(278, LONG, height)),
        *(numbers(279, LONG, len(samples)), numbers(33421, SHORT, 2, 2)),
        *(numbers(33422, 1, 0, 1, 1, 2), Entry(34665, LONG, 1, bytes(4), None, details)),
        *(numbers(50706, 1, 1, 4, 0, 0), text(50708, "Test Camera")),
        *(numbers(50717, LONG, WHITE), ratios(50721, 10, np.array(matrix))),
        *(ratios(50728, 5, np.array(balance)), numbers(50778, SHORT, 21)),
    ]
    start = 8 + len(exif.lay_out("<", entries, 8))
    entries = [one if one.tag != 273 else numbers(273, LONG, start) for one in entries]
    path.write_bytes(b"II*\0\x08\0\0\0" + exif.lay_out("<", entries, 8) + samples)
