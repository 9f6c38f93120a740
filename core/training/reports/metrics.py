"""What fills are measured by; every figure is a plain function of stacks of pictures.

`found` and `wanted` are (N, S, S, 3) uint8: composites and originals; `holes` is (N, S, S) bool.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.training.data.picture_types import Holes, Numbers, Pictures

_PEAK = 255.0
_LEAST_ERROR = 1e-3  # mean squared error below which a picture counts as the same: 78 dB
_SSIM_SIGMA = 1.5
_BAND_SIGMA = 1.5
"""A Gaussian that halves waves of 8 pixels: what it takes away is the 2-8 pixel band."""
_RING = 8
_GREY = np.array([0.299, 0.587, 0.114])


def hole_psnr(found: Pictures, wanted: Pictures, holes: Holes) -> float:
    """Mean over pictures of the peak signal-to-noise ratio inside the hole, in dB."""
    error = _squared_error(found, wanted)
    return _mean_psnr((error * holes).sum(axis=(1, 2)) / holes.sum(axis=(1, 2)))


def psnr(found: Pictures, wanted: Pictures) -> float:
    """Mean over pictures of the peak signal-to-noise ratio of the composite, in dB."""
    return _mean_psnr(_squared_error(found, wanted).mean(axis=(1, 2)))


def ssim(found: Pictures, wanted: Pictures, holes: Holes) -> tuple[float, float]:
    """Mean structural similarity inside the hole and on the composite, each at most 1."""
    from skimage.metrics import structural_similarity

    inside, whole = [], []
    for ours, theirs, hole in zip(found, wanted, holes, strict=True):
        _, local = structural_similarity(
            ours,
            theirs,
            data_range=_PEAK,
            channel_axis=2,
            gaussian_weights=True,
            sigma=_SSIM_SIGMA,
            use_sample_covariance=False,
            full=True,
        )
        inside.append(local[hole].mean())
        whole.append(local.mean())
    return float(np.mean(inside)), float(np.mean(whole))


def sharpness_ratio(found: Pictures, wanted: Pictures, holes: Holes) -> float:
    """Energy of the 2-8 pixel band inside the holes / the originals' there; 1 is right."""
    ours = sum(float(_fine_energy(one)[hole].sum()) for one, hole in zip(found, holes, strict=True))
    theirs = sum(
        float(_fine_energy(one)[hole].sum()) for one, hole in zip(wanted, holes, strict=True)
    )
    return ours / max(theirs, 1e-9)


def seam_score(pictures: Pictures, holes: Holes) -> float:
    """Mean step across the border of the holes / mean step in the 8-pixel ring outside them.

    The sums are pooled over the pictures and then divided.
    """
    border, ring = np.zeros(2), np.zeros(2)  # sum of steps, number of steps
    for picture, hole in zip(pictures, holes, strict=True):
        near = _grown(hole, _RING) & ~hole
        grey = picture @ _GREY
        for axis in (0, 1):
            steps = np.abs(np.diff(grey, axis=axis))
            low, high = _pairs(hole, axis)
            crossing = low != high
            low, high = _pairs(near, axis)
            beside = low & high
            border += steps[crossing].sum(), crossing.sum()
            ring += steps[beside].sum(), beside.sum()
    return float((border[0] / max(border[1], 1)) / max(ring[0] / max(ring[1], 1), 1e-9))


def kernel_distance(found: Numbers, wanted: Numbers, *, draws: int = 50) -> tuple[float, float]:
    """Kernel inception distance: unbiased squared MMD with a cubic kernel, and its error.

    Args:
        found, wanted: (N, D) features of the two sets of pictures.
        draws: random halves whose spread tells the error.

    Returns:
        The distance over all pictures; the standard error of the mean, from the spread over
        random halves (a half spreads about sqrt(2) times as much as the whole).
    """
    rng = np.random.default_rng(0)
    half = max(len(found) // 2, 2)
    spread = [
        _mmd(found[rng.permutation(len(found))[:half]], wanted[rng.permutation(len(wanted))[:half]])
        for _ in range(draws)
    ]
    return _mmd(found, wanted), float(np.std(spread) / np.sqrt(2))


def _mmd(x: Numbers, y: Numbers) -> float:
    width = x.shape[1]
    xx, yy, xy = ((a @ b.T / width + 1.0) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    own = sum((k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in (xx, yy))
    return float(own - 2.0 * xy.mean())


def _squared_error(found: Pictures, wanted: Pictures) -> npt.NDArray[np.float32]:
    difference = found.astype(np.float32) - wanted
    return np.asarray((difference**2).mean(axis=3), np.float32)


def _mean_psnr(errors: npt.NDArray[np.float32]) -> float:
    return float((10 * np.log10(_PEAK**2 / np.maximum(errors, _LEAST_ERROR))).mean())


def _fine_energy(picture: Pictures) -> Numbers:
    grey = picture @ _GREY
    smooth = cv2.GaussianBlur(grey, (0, 0), _BAND_SIGMA, borderType=cv2.BORDER_REFLECT)
    return np.asarray((grey - smooth) ** 2, np.float64)


def _grown(hole: Holes, radius: int) -> Holes:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(hole.astype(np.uint8), disc) > 0)


def _pairs(mask: Holes, axis: int) -> tuple[Holes, Holes]:
    """Return every pixel but the last, and its neighbour, along an axis."""
    return (mask[:-1], mask[1:]) if axis == 0 else (mask[:, :-1], mask[:, 1:])
