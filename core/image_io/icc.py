"""Colour between a photo's own samples and the sRGB that the program works in.

Little CMS (through Pillow) converts RGB with 8 bits a channel only. Samples with 16 bits, and
grey ones, are converted here from the curves and the matrix of their profile; a profile that
holds tables instead goes through Little CMS with 8 bits, and says so.
"""

from __future__ import annotations

import functools
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageCms

from core.image_io.limits import MAX_PROFILE_BYTES
from core.imaging.arrays import Floats, Image, Samples
from core.imaging.depth import to_8_bit, to_16_bit

_LEVELS = 1 << 16
_NODES = 1 << 18
"""Of the tables that encode light; indexed by its square root, which spends them where the eye
looks, they hit every 16-bit sample of the usual curves exactly."""
_STRIP_ROWS = 256
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.HIGHRESPRECALC
_PROFILE_FAULTS = (
    ImageCms.PyCMSError,
    OSError,
    LookupError,
    ValueError,
    ArithmeticError,
    struct.error,
)
"""What reading a damaged profile can raise."""


class ProfileError(Exception):
    """A colour profile is damaged or does not fit the photo."""


class OneWayProfileError(ProfileError):
    """A profile leads to sRGB but not back, as those of scanners do."""


@dataclass(frozen=True)
class ColourSpace:
    """How a photo's samples become sRGB of the same depth, and how sRGB becomes such samples."""

    to_srgb: Callable[[Samples], Image]
    to_samples: Callable[[Image], Samples]
    is_coarse: bool = False
    """Whether 16-bit samples are converted with the accuracy of 8 bits."""


SRGB = ColourSpace(lambda samples: samples, lambda patch: patch)
"""The samples are sRGB already."""


def colour_space(samples: Samples, profile: bytes | None) -> ColourSpace:
    """Find the conversion that suits some samples.

    Args:
        samples: (H, W) grey or (H, W, 3) RGB, uint8 or uint16.
        profile: ICC; None is sRGB.

    Raises:
        OneWayProfileError: there is no way back from sRGB.
        ProfileError: the profile cannot be used at all.
    """
    if len(profile or b"") > MAX_PROFILE_BYTES:
        raise ProfileError("longer than any profile")
    try:
        if samples.ndim == 2:
            return _grey_space(profile)
        return SRGB if profile is None else _rgb_space(samples, profile)
    except _PROFILE_FAULTS as error:
        raise ProfileError(str(error)) from error


def colours_to_srgb(samples: Samples, profile: bytes) -> Image:
    """Convert (H, W, 3) samples to sRGB of the same dtype for good, with the accuracy of 8 bits."""
    return _apply(_transform(profile, "RGB"), samples)


def image_to_srgb(image: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """Convert a CMYK or LAB image with 8 bits a channel for good."""
    if image.mode == "LAB":
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    try:
        converted = profile and ImageCms.applyTransform(image, _transform(profile, image.mode))
    except _PROFILE_FAULTS:
        converted = None
    return converted or image.convert("RGB")


def _rgb_space(samples: Samples, profile: bytes) -> ColourSpace:
    forward = _transform(profile, "RGB")
    if _keeps_colours(forward):
        return SRGB
    is_16_bit = samples.dtype == np.uint16
    if is_16_bit and not _has_tables(profile):
        return _curve_space(_rgb_curves(profile))
    back = _back_transform(profile)
    return ColourSpace(
        functools.partial(_apply, forward), functools.partial(_apply, back), is_coarse=is_16_bit
    )


@functools.cache
def _srgb_profile() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.buildTransform(source, _srgb_profile(), mode, "RGB", _INTENT, _FLAGS)


def _back_transform(profile: bytes) -> ImageCms.ImageCmsTransform:
    try:
        target = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(_srgb_profile(), target, "RGB", "RGB", _INTENT, _FLAGS)
    except ImageCms.PyCMSError as error:
        raise OneWayProfileError(str(error)) from error


def _apply(transform: ImageCms.ImageCmsTransform, samples: Samples) -> Image:
    """Convert (H, W, 3) with 8 bits; 16 bits go there and come back."""
    is_16_bit = samples.dtype == np.uint16
    source = Pillow.fromarray(to_8_bit(samples))
    converted = ImageCms.applyTransform(source, transform)
    colours: npt.NDArray[np.uint8] = np.array(converted)
    return to_16_bit(colours) if is_16_bit else colours


def _keeps_colours(transform: ImageCms.ImageCmsTransform) -> bool:
    """Tell whether no colour moves by more than one level: the profile is some maker's sRGB."""
    steps = np.linspace(0, 255, 18).astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(18, -1, 3)
    difference = _apply(transform, grid).astype(int) - grid
    return bool(np.abs(difference).max() <= 1)


@dataclass(frozen=True, eq=False)
class _Curves:
    """The curve of each channel, and what its light is in CIE XYZ."""

    decode: tuple[Floats, ...]
    """C arrays of 65536: the linear light in [0, 1] of each 16-bit sample."""
    to_xyz: npt.NDArray[np.float64]
    """(3, C)."""
    from_xyz: npt.NDArray[np.float64]
    """(C, 3)."""

    @functools.cached_property
    def encode(self) -> tuple[Floats, ...]:
        """C arrays of 262144: the 16-bit sample of the light whose square root is the index."""
        light = np.linspace(0.0, 1.0, _NODES) ** 2
        levels = np.arange(_LEVELS)
        return tuple(np.interp(light, curve, levels).astype(np.float32) for curve in self.decode)


def _curve_space(curves: _Curves) -> ColourSpace:
    return ColourSpace(
        lambda samples: _convert(samples, curves, _srgb_curves()),
        lambda patch: _convert(patch, _srgb_curves(), curves),
    )


def _grey_space(profile: bytes | None) -> ColourSpace:
    """Make grey samples show as grey; colours put among them become grey of equal luminance."""
    if profile is not None:
        return _curve_space(_grey_curves(profile))
    curves = _neutral_curves(_srgb_curves().decode[0])
    return ColourSpace(
        _grey_to_rgb,
        lambda patch: _convert(patch, _srgb_curves(), curves),
    )


def _grey_to_rgb(samples: Samples) -> Image:
    image = np.empty((*samples.shape, 3), samples.dtype)
    image[:] = samples[..., None]
    return image


def _convert(samples: Samples, source: _Curves, target: _Curves) -> Samples:
    matrix = target.from_xyz @ source.to_xyz
    channels = () if len(target.decode) == 1 else (3,)
    converted = np.empty(samples.shape[:2] + channels, samples.dtype)
    for top in range(0, len(samples), _STRIP_ROWS):
        rows = slice(top, top + _STRIP_ROWS)
        light = cv2.transform(_to_light(samples[rows], source), matrix)
        converted[rows] = _from_light(np.asarray(light, np.float32), target, samples.dtype)
    return converted


def _to_light(samples: Samples, curves: _Curves) -> Floats:
    """Turn (H, W) or (H, W, C) samples into linear light of the same shape."""
    step = 257 if samples.dtype == np.uint8 else 1
    if samples.ndim == 2:
        return curves.decode[0][::step][samples]
    light = np.empty(samples.shape, np.float32)
    for channel, curve in enumerate(curves.decode):
        light[..., channel] = curve[::step][samples[..., channel]]
    return light


def _from_light(light: Floats, curves: _Curves, depth: npt.DTypeLike) -> Samples:
    """Turn (H, W, C) or (H, W) light, clipped to [0, 1], into samples of the same shape."""
    index = (np.sqrt(light.clip(0.0, 1.0)) * (_NODES - 1) + 0.5).astype(np.int32)
    index = index.reshape(*light.shape[:2], -1)
    step = 257 if depth == np.uint8 else 1
    samples: Samples = np.empty(index.shape, np.uint16 if step == 1 else np.uint8)
    for channel, table in enumerate(curves.encode):
        samples[..., channel] = np.rint(table[index[..., channel]] / step)
    return samples.reshape(light.shape)


@functools.cache
def _srgb_curves() -> _Curves:
    return _rgb_curves(_srgb_profile().tobytes())


def _rgb_curves(profile: bytes) -> _Curves:
    tags = _tagged_elements(profile)
    decode = tuple(_sample_curve(tags[key]) for key in (b"rTRC", b"gTRC", b"bTRC"))
    to_xyz = np.array(
        [_fixed_point_numbers(tags[key][8:20]) for key in (b"rXYZ", b"gXYZ", b"bXYZ")]
    ).T
    return _Curves(decode, to_xyz, np.linalg.inv(to_xyz))


def _grey_curves(profile: bytes) -> _Curves:
    """Read a grey profile, or the neutral axis of an RGB profile on a grey photo."""
    tags = _tagged_elements(profile)
    if profile[20:24] != b"XYZ ":
        raise ValueError("no curve leads from grey to XYZ")
    return _neutral_curves(_sample_curve(tags[b"kTRC"] if b"kTRC" in tags else tags[b"gTRC"]))


def _neutral_curves(curve: Floats) -> _Curves:
    white = _srgb_curves().to_xyz.sum(axis=1, keepdims=True)
    return _Curves((curve,), white, np.array([[0.0, 1.0 / white[1, 0], 0.0]]))


def _has_tables(profile: bytes) -> bool:
    return any(tag.startswith((b"A2B", b"D2B")) for tag in _tagged_elements(profile))


def _tagged_elements(profile: bytes) -> dict[bytes, bytes]:
    """Split an ICC profile into its tagged elements."""
    (count,) = struct.unpack(">I", profile[128:132])
    entries = struct.iter_unpack(">4sII", profile[132 : 132 + 12 * count])
    return {key: profile[start : start + size] for key, start, size in entries}


def _sample_curve(element: bytes) -> Floats:
    """Sample a "curv" or "para" element at every 16-bit level.

    Returns:
        (65536,) rising, in [0, 1].
    """
    levels = np.linspace(0.0, 1.0, _LEVELS)
    with np.errstate(all="ignore"):
        light = _CURVE_KINDS[element[:4]](element, levels).clip(0.0, 1.0)
        if not (np.diff(light) >= 0).all() or light[-1] <= light[0]:
            raise ValueError("a curve does not rise")
    return light.astype(np.float32)


def _sample_table(element: bytes, levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    (count,) = struct.unpack(">I", element[8:12])
    table = np.frombuffer(element, ">u2", count, 12)
    if count < 2:
        return levels ** (table[0] / 256 if count else 1.0)
    return np.interp(levels, np.linspace(0.0, 1.0, count), table / 65535)


def _sample_parametric(element: bytes, levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Evaluate (a x + b) ** gamma + e from d on, and c x + f below it, as ICC.1 defines."""
    (kind,) = struct.unpack(">H", element[8:10])
    values = _fixed_point_numbers(element[12 : 12 + 4 * (1, 3, 4, 5, 7)[kind]])
    gamma, a, b = values[:3] if kind else (values[0], 1.0, 0.0)
    c, d, e, f = 0.0, -b / a, 0.0, 0.0
    if kind == 2:
        e = f = values[3]
    elif kind > 2:
        c, d, e, f = (*values[3:], 0.0, 0.0)[:4]
    power = np.maximum(a * levels + b, 0.0) ** gamma + e
    return np.where(levels >= d, power, c * levels + f)


_CURVE_KINDS = {b"curv": _sample_table, b"para": _sample_parametric}


def _fixed_point_numbers(data: bytes) -> list[float]:
    """Read numbers with 16 bits behind the point."""
    return [value / 65536 for (value,) in struct.iter_unpack(">i", data)]
