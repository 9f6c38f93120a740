"""The harmonizer is shown parts of a face relit, in frames that hold them."""

import numpy as np
import pytest
import torch

from core.anatomy.parts import FacePart
from core.face.align import canonical_frame
from core.training.data.batches import to_device
from core.training.data.frames import FrameSource, SampleMix
from core.training.losses.critics import make_critics
from core.training.recipes import RECIPES
from core.training.recipes.harmonizer import holes_over_parts

EVERY_PART = [(part,) for part in FacePart] + [(FacePart.EYES, FacePart.BROWS)]


@pytest.fixture(scope="module")
def batch(sample_face):
    makers = [(1.0, holes_over_parts(parts)) for parts in EVERY_PART]
    source = FrameSource("face", 1.0, [sample_face], (0.9, 1.0), makers, (0.5, 0.5))
    return to_device(SampleMix([source], 64).batch(4), torch.device("cpu"))


@pytest.mark.parametrize("parts", EVERY_PART)
def test_a_hole_holds_its_part_whole_and_more(sample_face, parts):
    landmarks = canonical_frame(sample_face.landmarks).to_frame(sample_face.landmarks)
    mask = holes_over_parts(parts)(np.random.default_rng(0), 256, landmarks)
    points = {"eyes": 37, "brows": 19, "mouth": 51, "nose": 33, "face": 30}
    for part in parts:
        x, y = np.rint(landmarks[points[part]]).astype(int)
        assert mask[y - 1 : y + 2, x - 1 : x + 2].all()
    assert (mask > 0).mean() < 0.6


def test_the_network_gets_an_exemplar_in_the_hole_only(batch):
    shown = RECIPES["harmonizer"].make_model().prepare(batch, is_training=True)
    assert shown.lines.any()
    assert not (shown.lines * (1 - batch.mask)).any()
    assert torch.equal(shown.image, batch.image)


def test_validation_has_the_same_exemplars_every_time(batch):
    model = RECIPES["harmonizer"].make_model()
    first = model.prepare(batch, is_training=False).lines
    model.prepare(batch, is_training=True)
    assert torch.equal(model.prepare(batch, is_training=False).lines, first)


def test_the_critic_of_exemplars_is_not_shown_them(features):
    recipe = RECIPES["harmonizer"]
    critic = make_critics(recipe.defaults, features, torch.device("cpu"))[0]
    assert critic.module(torch.zeros(1, 3, 64, 64), torch.zeros(1, 1, 64, 64)).scores
