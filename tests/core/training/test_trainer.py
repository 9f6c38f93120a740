"""A run stops by the clock, and goes on where it stopped."""

from itertools import repeat

import numpy as np
import pytest
import torch

from core.training import holes
from core.training.config import TrainConfig, load_config
from core.training.frames import FrameSource, SampleMix, strokes
from core.training.holes import RATIO_BINS, free_form
from core.training.recipes import RECIPES
from core.training.trainer import Trainer


@pytest.fixture(scope="module")
def mix(sample_face):
    makers = [(1.0, holes.inner_mouth), (1.0, strokes(0.1, 0.3))]
    return SampleMix([FrameSource("sample", 1.0, [sample_face], (0.9, 1.0), makers)], 64)


def test_same_seed_draws_the_same_samples(mix):
    first = SampleMix(mix.sources, 64, seed=3).batch(2)
    second = SampleMix(mix.sources, 64, seed=3).batch(2)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("low_high", RATIO_BINS)
def test_free_form_holes_cover_what_their_bin_says(low_high):
    rng = np.random.default_rng(0)
    shares = [(free_form(rng, 128, *low_high) > 0).mean() for _ in range(20)]
    assert low_high[0] * 0.8 <= np.mean(shares) <= low_high[1]


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_painter_leaves_known_pixels_alone(recipe, mix):
    batch = mix.batch(2)
    image = torch.from_numpy(batch.image).permute(0, 3, 1, 2).float() / 127.5 - 1
    mask = (torch.from_numpy(batch.mask)[:, None] > 0).float()
    painter = recipe.make_painter()
    output, _ = painter.paint(painter.network, image, mask, torch.zeros_like(image))
    assert torch.allclose(output * (1 - mask), image * (1 - mask), atol=1e-6)


def test_run_stops_by_the_clock_and_goes_on_where_it_stopped(mix, data_dir, tmp_path):
    torch.manual_seed(0)
    recipe = RECIPES["residual_unet"]
    features = data_dir / "teachers" / "squeezenet1_0.safetensors"
    config = TrainConfig(size=64, batch=4, adversarial_from=0)
    cpu = torch.device("cpu")
    trainer = Trainer(recipe.make_painter(), config, features, cpu)
    assert list(trainer.run(repeat(mix.batch(4)), 0.02, tmp_path))[-1] == 1.0
    assert trainer.step >= 1
    resumed = Trainer(recipe.make_painter(), config, features, cpu)
    resumed.resume(tmp_path)
    assert resumed.step == trainer.step
    pairs = zip(resumed.average.parameters(), trainer.average.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_unknown_setting_is_an_error(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text("bach = 3\n")
    with pytest.raises(ValueError, match="bach"):
        load_config(path, TrainConfig())
