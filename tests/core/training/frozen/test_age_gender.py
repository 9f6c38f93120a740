"""The network whose features judge EXE-GAN sees faces as it was measured to."""

import gzip
import json
import tarfile

import cv2
import numpy as np
import pytest

from core.training.frozen.age_gender import AgeGenderFeatures
from core.training.reports.style_judge import TEACHER

COUNT = 48


@pytest.fixture(scope="module")
def features(data_dir):
    return AgeGenderFeatures(data_dir / "teachers" / TEACHER)


@pytest.fixture(scope="module")
def people(data_dir):
    """Photos, ages and genders of some held-out people."""
    with tarfile.open(data_dir / "utk200-000.tar") as shard:
        records = gzip.decompress(shard.extractfile("labels.jsonl.gz").read()).decode()
        known = [json.loads(line) for line in records.splitlines()]
        chosen = [one for one in known if one["split"] == "val"][:COUNT]
        files = [shard.extractfile(f"{one['name']}.jpg").read() for one in chosen]
    photos = [cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR_RGB) for one in files]
    ages, genders = ([one[key] for one in chosen] for key in ("age", "gender"))
    return np.stack(photos), np.array(ages), np.array(genders)


def test_ages_are_guessed_to_a_few_years_and_genders_nearly_always(features, people):
    photos, ages, genders = people
    predictions = features.predict(photos)
    error = np.abs(predictions.years.numpy() - ages).mean()
    assert error < 7.5  # 5.9 years on all 122
    assert error < 0.5 * np.abs(ages - np.median(ages)).mean()
    is_male = predictions.male.numpy() > 0.5
    assert (is_male == (genders == "male")).mean() > 0.85  # 98 % on all


def test_features_come_at_six_depths(small_data):
    features = AgeGenderFeatures(small_data / "teachers" / TEACHER)
    maps = features.extract(np.zeros((2, 128, 128, 3), np.uint8))
    assert [tuple(one.shape) for one in maps] == [
        (2, 32, 56, 56),
        (2, 64, 28, 28),
        (2, 128, 14, 14),
        (2, 128, 14, 14),
        (2, 256, 7, 7),
        (2, 512, 7, 7),
    ]
