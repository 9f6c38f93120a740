"""Hidden faces are filled by everything that is compared, from what may be known."""

import numpy as np
import pytest
import torch

from core.models.exe_gan import weights as exe_gan_weights
from core.training.reports.recovery import OCCLUDERS, People, compared_fills, known_people, occlude


@pytest.fixture(scope="module")
def model():
    return exe_gan_weights.build(None, torch.device("cpu"))


@pytest.mark.parametrize("occluder", OCCLUDERS)
def test_the_hole_hides_what_is_worn_and_the_rest_stays(occluder, sample_face, model):
    occluded = occlude(occluder, People("somebody", [sample_face], None))
    photos, hole = occluded.photos, occluded.coverage > 0
    assert 0.04 < hole.mean() < 0.35
    made = dict(compared_fills(model, occluded))
    assert list(made) == ["EXE-GAN, random style", "residual U-Net", "Telea"]
    for found in made.values():
        assert np.array_equal(found[~hole], photos[~hole])
        assert not np.array_equal(found[hole], photos[hole])


def test_another_photo_of_the_person_guides_where_there_is_one(sample_face, model):
    people = People("somebody", [sample_face], [sample_face])
    occluded = occlude("sunglasses", people)
    made = dict(compared_fills(model, occluded))
    assert "EXE-GAN, own other photo" in made
    hole = occluded.coverage > 0
    errors = {
        name: np.abs(found.astype(float) - occluded.photos)[hole].mean()
        for name, found in made.items()
    }
    assert errors["pixels, own other photo"] == min(errors.values())  # here it is the same photo


def test_people_with_two_photos_are_reconstructed_from_the_second_one(small_data):
    pairs, single = known_people(small_data, 4)
    for face, exemplar in zip(pairs.faces, pairs.exemplars, strict=True):
        assert face.record["pair"] == exemplar.record["pair"]
        assert face.name != exemplar.name
    following = zip(pairs.faces, pairs.faces[1:], strict=False)
    assert all(one.record["pair"] != two.record["pair"] for one, two in following)
    assert len(single.faces) == 4
    assert single.exemplars is None
