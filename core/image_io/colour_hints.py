"""What the colours of a file without an ICC profile mean, as such a profile."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

_SRGB_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""White, red, green, blue: x and y each."""
_PRIMARIES = {
    1: _SRGB_PRIMARIES,
    5: (0.3127, 0.329, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06),
    6: (0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    7: (0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    9: (0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    12: (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
}
"""By the number that ITU-T H.273 gives them."""
_ADOBE_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
_ADOBE_GAMMA = 563 / 256
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_VIDEO_CURVE = (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)
_CURVES: dict[int, Sequence[float]] = {
    **dict.fromkeys((1, 6, 14, 15), _VIDEO_CURVE),
    4: (2.2,),
    5: (2.8,),
    8: (1.0,),
    13: _SRGB_CURVE,
}
"""Parameters of ICC's curves, by H.273's number; the curves of HDR are not among them."""
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)

Numbers = npt.NDArray[np.float64]


class UnknownColoursError(ValueError):
    """The chunk names colours that no profile of curves can hold, such as those of HDR."""


def coded_profile(chunk: bytes, *, is_grey: bool) -> bytes | None:
    """Return the profile that a cICP chunk stands for, None for sRGB.

    Raises:
        UnknownColoursError: it stands for colours that are not known here.
    """
    try:
        primaries, curve, *layout = chunk
        curves = _CURVES if layout == [0, 1] else {}  # RGB in full range
        return _profile(_PRIMARIES[primaries], curves[curve], is_grey=is_grey)
    except (ValueError, LookupError) as error:
        raise UnknownColoursError(chunk.hex()) from error


def adobe_rgb_profile() -> bytes | None:
    """Return the profile of Adobe RGB (1998), which cameras tell by two letters in EXIF."""
    return _profile(_ADOBE_PRIMARIES, (_ADOBE_GAMMA,), is_grey=False)


def measured_profile(chunks: Mapping[bytes, bytes], *, is_grey: bool) -> bytes | None:
    """Return the profile that gAMA and cHRM chunks describe, None for sRGB or nonsense."""
    curve: Sequence[float] = _SRGB_CURVE
    primaries: Sequence[float] = _SRGB_PRIMARIES
    try:
        if b"gAMA" in chunks:
            (gamma,) = struct.unpack(">I", chunks[b"gAMA"])
            curve = _SRGB_CURVE if abs(gamma - 45455) < 500 else (100_000 / gamma,)
        if b"cHRM" in chunks:
            numbers = np.array(struct.unpack(">8I", chunks[b"cHRM"])) / 100_000
            is_usual = np.abs(numbers - _SRGB_PRIMARIES).max() < 0.002
            primaries = primaries if is_usual else tuple(numbers)
        return _profile(primaries, curve, is_grey=is_grey)
    except (struct.error, ArithmeticError, ValueError, np.linalg.LinAlgError):
        return None


def _profile(primaries: Sequence[float], curve: Sequence[float], *, is_grey: bool) -> bytes | None:
    if curve is _SRGB_CURVE and (is_grey or primaries is _SRGB_PRIMARIES):
        return None
    if not 0.1 < curve[0] < 10:
        return None
    response = _curve(curve)
    tags = {
        b"desc": _text("Colours as the file tells them"),
        b"cprt": _text("None"),
        b"wtpt": _xyz(_D50),
    }
    if is_grey:
        return _icc(b"GRAY", tags | {b"kTRC": response})
    columns = _to_xyz(primaries).T
    tags |= {
        key: _xyz(column) for key, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
    }
    return _icc(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), response))


def _to_xyz(primaries: Sequence[float]) -> Numbers:
    """Compute the (3, 3) from linear RGB to XYZ under D50."""
    white, *colours = (
        np.array([x / y, 1.0, (1 - x - y) / y]) for x, y in np.reshape(primaries, (4, 2))
    )
    columns = np.stack(colours, axis=1)
    columns = columns * np.linalg.solve(columns, white)
    scale = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    adapted = np.linalg.inv(_BRADFORD) @ (scale[:, None] * _BRADFORD) @ columns
    if not np.isfinite(adapted).all() or np.abs(adapted).max() > 4:
        raise ValueError("no colours of light")
    return np.asarray(adapted)


def _icc(space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    start, table, elements = 132 + 12 * len(tags), b"", b""
    for key, element in tags.items():
        table += struct.pack(">4sII", key, start + len(elements), len(element))
        elements += element + b"\0" * (-len(element) % 4)
    header = struct.pack(
        ">I4sI4s4s4s", start + len(elements), b"", 0x04200000, b"mntr", space, b"XYZ "
    )
    header = header.ljust(36, b"\0") + b"acsp"
    header = header.ljust(68, b"\0") + _xyz(_D50)[8:]
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + elements


def _curve(parameters: Sequence[float]) -> bytes:
    kind = 0 if len(parameters) == 1 else 3
    return b"para" + struct.pack(">IHH", 0, kind, 0) + _fixed(parameters)


def _xyz(colour: Numbers) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(colour)


def _fixed(numbers: Sequence[float] | Numbers) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def _text(text: str) -> bytes:
    data = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">III4sII", 0, 1, 12, b"enUS", len(data), 28) + data
