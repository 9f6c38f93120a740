"""What fills are measured by; every figure is a plain function of stacks of images.

`results` and `targets` are (N, S, S, 3) uint8: composites and originals; `holes` is (N, S, S) bool.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.training.data.array_types import Figures, HoleMasks, Images

_PEAK = 255.0
_MIN_ERROR = 1e-3  # mean squared error below which an image counts as the same: 78 dB
_SSIM_SIGMA = 1.5
_BAND_SIGMA = 1.5
"""A Gaussian that halves waves of 8 pixels: what it takes away is the 2-8 pixel band."""
_RING = 8
_GREY = np.array([0.299, 0.587, 0.114])


def hole_psnr(results: Images, targets: Images, holes: HoleMasks) -> float:
    """Mean over images of the peak signal-to-noise ratio inside the hole, in dB."""
    error = _squared_error(results, targets)
    return _mean_psnr((error * holes).sum(axis=(1, 2)) / holes.sum(axis=(1, 2)))


def psnr(results: Images, targets: Images) -> float:
    """Mean over images of the peak signal-to-noise ratio of the composite, in dB."""
    return _mean_psnr(_squared_error(results, targets).mean(axis=(1, 2)))


def ssim(results: Images, targets: Images, holes: HoleMasks) -> tuple[float, float]:
    """Mean structural similarity inside the hole and on the composite, each at most 1."""
    from skimage.metrics import structural_similarity

    inside, whole = [], []
    for result_energy, target_energy, hole in zip(results, targets, holes, strict=True):
        _, local = structural_similarity(
            result_energy,
            target_energy,
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


def sharpness_ratio(results: Images, targets: Images, holes: HoleMasks) -> float:
    """Energy of the 2-8 pixel band inside the holes / the originals' there; 1 is right."""
    result_energy = sum(
        float(_fine_energy(one)[hole].sum()) for one, hole in zip(results, holes, strict=True)
    )
    target_energy = sum(
        float(_fine_energy(one)[hole].sum()) for one, hole in zip(targets, holes, strict=True)
    )
    return result_energy / max(target_energy, 1e-9)


def seam_score(images: Images, holes: HoleMasks) -> float:
    """Mean step across the border of the holes / mean step in the 8-pixel ring outside them.

    The sums are pooled over the images and then divided.
    """
    border, ring = np.zeros(2), np.zeros(2)  # sum of steps, number of steps
    for image, hole in zip(images, holes, strict=True):
        near = _dilate(hole, _RING) & ~hole
        grey = image @ _GREY
        for axis in (0, 1):
            steps = np.abs(np.diff(grey, axis=axis))
            low, high = _neighbours(hole, axis)
            crossing = low != high
            low, high = _neighbours(near, axis)
            beside = low & high
            border += steps[crossing].sum(), crossing.sum()
            ring += steps[beside].sum(), beside.sum()
    return float((border[0] / max(border[1], 1)) / max(ring[0] / max(ring[1], 1), 1e-9))


def kernel_distance(results: Figures, targets: Figures, *, draws: int = 50) -> tuple[float, float]:
    """Kernel inception distance: unbiased squared MMD with a cubic kernel, and its error.

    Args:
        results, targets: (N, D) features of the two sets of images.
        draws: random halves whose spread tells the error.

    Returns:
        The distance over all images; the standard error of the mean, from the spread over
        random halves (a half spreads about sqrt(2) times as much as the whole).
    """
    rng = np.random.default_rng(0)
    half = max(len(results) // 2, 2)
    spread = [
        _mmd(
            results[rng.permutation(len(results))[:half]],
            targets[rng.permutation(len(targets))[:half]],
        )
        for _ in range(draws)
    ]
    return _mmd(results, targets), float(np.std(spread) / np.sqrt(2))


def _mmd(x: Figures, y: Figures) -> float:
    width = x.shape[1]
    xx, yy, xy = ((a @ b.T / width + 1.0) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    own = sum((k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in (xx, yy))
    return float(own - 2.0 * xy.mean())


def _squared_error(results: Images, targets: Images) -> npt.NDArray[np.float32]:
    difference = results.astype(np.float32) - targets
    return np.asarray((difference**2).mean(axis=3), np.float32)


def _mean_psnr(errors: npt.NDArray[np.float32]) -> float:
    return float((10 * np.log10(_PEAK**2 / np.maximum(errors, _MIN_ERROR))).mean())


def _fine_energy(image: Images) -> Figures:
    grey = image @ _GREY
    smooth = cv2.GaussianBlur(grey, (0, 0), _BAND_SIGMA, borderType=cv2.BORDER_REFLECT)
    return np.asarray((grey - smooth) ** 2, np.float64)


def _dilate(hole: HoleMasks, radius: int) -> HoleMasks:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(hole.astype(np.uint8), disc) > 0)


def _neighbours(mask: HoleMasks, axis: int) -> tuple[HoleMasks, HoleMasks]:
    """Return every pixel but the last, and its neighbour, along an axis."""
    return (mask[:-1], mask[1:]) if axis == 0 else (mask[:, :-1], mask[:, 1:])
