"""The figures say what they are meant to say on pictures whose answer is known."""

import numpy as np
import pytest

from core.training.reports import metrics


@pytest.fixture(scope="module")
def photos():
    rng = np.random.default_rng(0)
    rows = np.linspace(60, 180, 64)[None, :, None, None]
    return np.clip(rows + rng.normal(0, 12, (3, 64, 64, 3)), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def holes():
    mask = np.zeros((3, 64, 64), bool)
    mask[:, 20:44, 20:44] = True
    return mask


def changed(photos, holes, values):
    return np.where(holes[..., None], values, photos).astype(np.uint8)


def test_hole_psnr_counts_only_the_hole(photos, holes):
    brighter = photos.astype(int) + 10
    assert metrics.hole_psnr(brighter.astype(np.uint8), photos, holes) == pytest.approx(
        28.13, abs=0.05
    )
    composite = changed(photos, holes, brighter)
    assert metrics.psnr(composite, photos) > 28.13 + 8  # the hole is a seventh of the picture


def test_similarity_is_one_for_the_photo_itself_and_less_in_the_hole_than_outside(photos, holes):
    assert metrics.ssim(photos, photos, holes) == pytest.approx((1.0, 1.0))
    inside, whole = metrics.ssim(changed(photos, holes, 120), photos, holes)
    assert inside < whole < 1


def test_a_flat_fill_has_no_sharpness_and_the_photo_has_all(photos, holes):
    assert metrics.sharpness_ratio(photos, photos, holes) == pytest.approx(1)
    assert metrics.sharpness_ratio(changed(photos, holes, 120), photos, holes) < 0.25


def test_a_visible_border_raises_the_seam_score(photos, holes):
    own = metrics.seam_score(photos, holes)
    assert own == pytest.approx(1, abs=0.1)
    assert metrics.seam_score(changed(photos, holes, 250), holes) > 3 * own


def test_kernel_distance_tells_two_sets_from_one_set_twice():
    rng = np.random.default_rng(0)
    first, second = rng.normal(0, 1, (2, 60, 32))
    near, error = metrics.kernel_distance(first, second)
    far, _ = metrics.kernel_distance(first, second + 1)
    assert abs(near) < 3 * error
    assert far > 10 * error
