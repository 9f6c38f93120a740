"""Folds are learned from pairs of photos."""

import numpy as np
import pytest

from core.edit.expression import fold_light
from core.training.smile_statistics.fold_figures import compare
from core.training.smile_statistics.folds import FoldSamples, blank_weights, fit, measure, predict


@pytest.fixture(scope="module")
def blank(sample_face):
    return blank_weights([(sample_face, sample_face)])


@pytest.fixture(scope="module")
def planted(blank):
    """Eight faces whose light changes by their cheeks alone."""
    random = np.random.default_rng(0)
    shape = (8, 2, fold_light.SIDE, fold_light.SIDE)
    inputs = random.normal(size=(*shape, fold_light.INPUTS)).astype(np.float32)
    return FoldSamples(inputs, 0.1 * inputs[..., 10] * blank.skin)


def test_same_photo_twice_teaches_no_change(sample_face, blank):
    samples = measure([(sample_face, sample_face)], blank)
    assert np.abs(samples.change).max() < 1e-6


def test_way_back_is_the_opposite_change(sample_face, blank):
    darker = sample_face.image // 4 + sample_face.image // 2
    other = type(sample_face)(
        "other", darker, sample_face.landmarks + 1.0, sample_face.canonical, sample_face.record
    )
    there, back = (measure([(sample_face, other)], blank, sign) for sign in (1, -1))
    assert np.abs(there.change).max() > 0
    assert np.allclose(there.change, -back.change, atol=1e-5)


def test_fit_finds_what_the_light_follows(planted, blank):
    weights = fit(planted, blank)
    skin = blank.skin > 0.95
    assert np.argmax(np.abs(weights[skin]).mean(axis=0)) == 10
    missed = predict(planted, weights) - planted.change[:, 0]
    assert (missed[:, skin] ** 2).mean() < 0.2 * (planted.change[:, 0][:, skin] ** 2).mean()


def test_table_tells_the_error_of_every_way_to_know_the_light(planted, blank):
    fold_weights = blank._replace(smiling=fit(planted, blank), relaxing=fit(planted, blank))
    both = {1: planted, -1: planted}
    rows = [line.split("|")[1:-1] for line in compare(both, both, fold_weights).splitlines()]
    assert [cell.strip() for cell in rows[0]][-3:] == ["nasolabial folds", "cheeks", "lower lids"]
    errors = {row[2].strip(): float(row[3]) for row in rows if "validation" in row[1]}
    assert errors["learned"] < errors["none"]
