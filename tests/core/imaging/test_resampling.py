"""Positions of a picture are sampled with as much care as can be seen."""

import cv2
import numpy as np
import pytest

from core.imaging.resampling import Interpolation, resample

SIZE = 128


@pytest.fixture
def positions():
    y, x = np.mgrid[8:72, 8:72].astype(np.float32)
    return x + np.float32(0.5), y + np.float32(0.5)


def _noise(sigma, blur=0.0):
    noise = np.random.default_rng(0).normal(0, sigma, (SIZE, SIZE, 3))
    if blur:
        noise = cv2.GaussianBlur(noise, (0, 0), blur) * 2 * blur
    return np.clip(128 + noise, 0, 255).astype(np.uint8)


def _remapped(image, positions, method):
    return cv2.remap(image, *positions, method, borderMode=cv2.BORDER_REFLECT)


def test_sharp_detail_is_resampled_by_lanczos(positions):
    image = _noise(40)
    found = resample(image, *positions, Interpolation.LANCZOS)
    assert np.array_equal(found, _remapped(image, positions, cv2.INTER_LANCZOS4))


@pytest.mark.parametrize("deep", [False, True])
def test_cubic_interpolation_changes_smooth_detail_by_hardly_a_level(positions, deep):
    image = _noise(20, blur=2.0)
    if deep:
        image = image.astype(np.uint16) * 257
    found = resample(image, *positions, Interpolation.LANCZOS)
    by_lanczos = _remapped(image, positions, cv2.INTER_LANCZOS4)
    apart = np.abs(found.astype(float) - by_lanczos) / (257 if deep else 1)
    assert np.array_equal(found, _remapped(image, positions, cv2.INTER_CUBIC))
    assert (apart > 1).mean() < 0.02


def test_detail_of_one_direction_is_found(positions):
    for stripes in (np.s_[::2], np.s_[:, ::2]):
        image = np.full((SIZE, SIZE, 3), 100, np.uint8)
        image[stripes] = 140
        found = resample(
            image, *(position - np.float32(0.2) for position in positions), Interpolation.LANCZOS
        )
        moved = tuple(position - np.float32(0.2) for position in positions)
        assert np.array_equal(found, _remapped(image, moved, cv2.INTER_LANCZOS4))


def test_positions_beside_the_picture_are_mirrored():
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    across, down = np.meshgrid(np.arange(-3.0, 33.0), np.arange(-3.0, 23.0))
    for interpolation in Interpolation:
        around = resample(image, across.astype(np.float32), down.astype(np.float32), interpolation)
        np.testing.assert_array_equal(around, np.pad(image, ((3, 3), (3, 3), (0, 0)), "symmetric"))
