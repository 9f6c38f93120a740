"""A run stops by the clock, and goes on where it stopped."""

from itertools import repeat

import numpy as np
import pytest
import torch

from core.training.data import holes
from core.training.data.batches import to_device
from core.training.data.frames import FrameSource, SampleMix, stroke_holes
from core.training.data.holes import RATIO_BINS, free_form
from core.training.harness.config import TrainConfig, load_config
from core.training.harness.run_log import RunLog
from core.training.harness.schedule import Clock
from core.training.recipes import RECIPES, refiner
from core.training.trainer import Trainer


@pytest.fixture(scope="module")
def mix(sample_face):
    makers = [(1.0, holes.inner_mouth), (1.0, stroke_holes(0.1, 0.3))]
    return SampleMix([FrameSource("sample", 1.0, [sample_face], (0.9, 1.0), makers)], 32)


def test_same_seed_draws_the_same_samples(mix):
    first = SampleMix(mix.sources, 32, seed=3).batch(2)
    second = SampleMix(mix.sources, 32, seed=3).batch(2)
    pairs = zip(first[:3], second[:3], strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    assert first.labels is None


@pytest.mark.parametrize("low_high", RATIO_BINS)
def test_free_form_holes_cover_what_their_bin_says(low_high):
    rng = np.random.default_rng(0)
    shares = [(free_form(rng, 128, *low_high) > 0).mean() for _ in range(20)]
    assert low_high[0] * 0.8 <= np.mean(shares) <= low_high[1]


@pytest.mark.usefixtures("tiny_networks")
@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_a_model_leaves_known_pixels_alone(recipe, mix):
    batch = SampleMix(mix.sources, 64 if recipe.name == refiner.NAME else 32).batch(1)
    tensor_batch = to_device(batch, torch.device("cpu"))
    model = recipe.make_model()
    shown = model.prepare(tensor_batch, is_training=False)
    output, _ = model.inpaint(model.network, shown)
    known = 1 - tensor_batch.mask
    assert torch.allclose(output * known, tensor_batch.image * known, atol=1e-6)


@pytest.fixture
def make_trainer(feature_network, tiny_networks):
    def make(**settings):
        torch.manual_seed(0)
        config = TrainConfig(**{"size": 32, "batch": 4, "adversarial_from": 0, **settings})
        model = RECIPES["residual_unet"].make_model()
        return Trainer(model, config, feature_network, torch.device("cpu"))

    return make


@pytest.fixture(scope="module")
def batch(mix):
    return to_device(mix.batch(4), torch.device("cpu"))


def test_run_stops_by_the_clock_and_goes_on_where_it_stopped(batch, make_trainer, tmp_path):
    trainer = make_trainer()
    assert list(trainer.run(repeat(batch), Clock(0.02), RunLog(tmp_path))) == [True]
    assert trainer.step >= 1
    resumed = make_trainer()
    resumed.resume(tmp_path)
    assert (resumed.step, resumed.spent_s) == (trainer.step, trainer.spent_s)
    pairs = zip(resumed.average.parameters(), trainer.average.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_a_run_saved_before_there_were_other_critics_goes_on(batch, make_trainer, tmp_path):
    trainer = make_trainer()
    trainer.train_step(batch)
    trainer.save(tmp_path)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    assert {"network", "average", "discriminator", "optimiser", "critic_optimiser"} <= set(state)
    torch.save({k: v for k, v in state.items() if k != "spent_s"}, tmp_path / "state.pt")
    resumed = make_trainer(projected=0.1)
    resumed.resume(tmp_path)
    assert resumed.spent_s == 0
    assert {"projected", "projected critic"} <= set(resumed.train_step(batch))


def test_resuming_nothing_says_so(make_trainer, tmp_path):
    with pytest.raises(FileNotFoundError, match="no run to go on with"):
        make_trainer().resume(tmp_path)


def test_every_extra_of_the_trainer_takes_part_when_asked(batch, make_trainer):
    trainer = make_trainer(
        style=1.0, projected=0.1, feature_matching=1.0, r1=10.0, r1_every=1, diff_augment=True
    )
    before = [one.detach().clone() for one in trainer.network.parameters()]
    values = trainer.train_step(batch)
    assert {"style", "adversarial", "critic", "projected", "projected critic", "matching"} <= set(
        values
    )
    assert all(np.isfinite(value) for value in values.values())
    pairs = zip(before, trainer.network.parameters(), strict=True)
    assert not all(torch.equal(a, b) for a, b in pairs)


def test_extras_are_off_unless_asked(batch, make_trainer):
    assert set(make_trainer().train_step(batch)) == {"hole", "perceptual", "adversarial", "critic"}


def test_discriminators_are_kept_small_beside_the_weights_and_started_from(make_trainer, tmp_path):
    trainer = make_trainer(projected=0.1)
    with torch.no_grad():
        for critic in trainer.critics:
            next(critic.module.parameters()).fill_(0.5)
    weights = tmp_path / "residual_unet.safetensors"
    trainer.save_critics(weights, "residual_unet")
    count = sum(one.numel() for critic in trainer.critics for one in critic.module.parameters())
    assert count <= 1.5e6
    assert (tmp_path / "resume" / weights.name).stat().st_size < 3.5e6
    started = make_trainer(projected=0.1)
    started.load_critics(weights)
    pairs = zip(started.critics, trainer.critics, strict=True)
    for critic, loaded in pairs:
        assert torch.equal(next(critic.module.parameters()), next(loaded.module.parameters()))


def test_unknown_setting_is_an_error(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text("bach = 3\n")
    with pytest.raises(ValueError, match="bach"):
        load_config(path, TrainConfig())


def test_relativistic_critic_learns_and_is_asked_for_favour(batch, make_trainer):
    trainer = make_trainer(relativistic=True, projected=0.1)
    assert [critic.is_relativistic for critic in trainer.critics] == [True, False]
    values = trainer.train_step(batch)
    assert all(np.isfinite(value) for value in values.values())


def test_samples_without_an_answer_are_not_compared_with_their_photo(batch, make_trainer):
    trainer = make_trainer()
    output = torch.rand_like(batch.image).requires_grad_(True)
    terms = trainer._terms(output, batch._replace(num_supervised=3), [])
    torch.stack([term.weight * term.value for term in terms]).sum().backward()
    assert output.grad[:3].abs().sum(dim=(1, 2, 3)).gt(0).all()
    assert not output.grad[3:].any()


def test_the_middle_of_a_hole_is_freer_where_perception_is_weighed_spatially(batch, make_trainer):
    def gradient(**settings) -> torch.Tensor:
        output = batch.image.roll(1, 0).requires_grad_(True)
        terms = make_trainer(hole=0.0, **settings)._terms(output, batch, [])
        torch.stack([term.weight * term.value for term in terms]).sum().backward()
        return output.grad

    plain, weighed = gradient(), gradient(perceptual_by_place=True)
    hole = (batch.mask > 0).expand_as(plain)
    assert torch.allclose(plain[~hole], weighed[~hole], atol=1e-6)
    assert weighed[hole].abs().sum() < plain[hole].abs().sum()


def test_the_rate_is_shared_as_the_recipe_and_the_settings_say(make_trainer):
    trainer = make_trainer(critic_share=0.5, momentum=0.0)
    trainer._set_rate(0.01)
    assert [group["lr"] for group in trainer.optimiser.param_groups] == [0.01]
    assert [group["lr"] for group in trainer.critics[0].optimiser.param_groups] == [0.005]
    assert trainer.optimiser.param_groups[0]["betas"][0] == 0.0


def test_averaged_weights_follow_the_trained_ones_and_lag_behind(batch, make_trainer):
    trainer = make_trainer(ema=0.9)
    trainer.step = 1000
    before = [one.clone() for one in trainer.average.parameters()]
    trainer.train_step(batch)
    rows = zip(before, trainer.average.parameters(), trainer.network.parameters(), strict=True)
    for start, average, trained in rows:
        assert torch.allclose(average - start, 0.1 * (trained - start), atol=1e-6)
    moved = zip(before, trainer.average.parameters(), strict=True)
    assert any(not torch.equal(start, average) for start, average in moved)


def test_the_first_averages_forget_quickly(batch, make_trainer):
    trainer = make_trainer(ema=0.999)
    before = [one.clone() for one in trainer.average.parameters()]
    trainer.train_step(batch)
    rows = zip(before, trainer.average.parameters(), trainer.network.parameters(), strict=True)
    for start, average, trained in rows:
        assert torch.allclose(average - start, 0.9 * (trained - start), atol=1e-6)


def test_the_buffers_of_the_average_are_the_last_ones(batch, make_trainer):
    trainer = make_trainer()
    trainer.train_step(batch)
    buffers = dict(trainer.network.named_buffers())
    assert buffers
    assert all(torch.equal(buffers[name], value) for name, value in trainer.average.named_buffers())


def test_a_critic_learns_to_tell_photos_from_fills(batch, make_trainer):
    trainer = make_trainer(projected=0.1, learning_rate=2e-3)
    fill = batch.image * (1 - batch.mask)
    for critic in trainer.critics:
        losses = [critic.learn(fill, batch, step, trainer.process_group) for step in range(12)]
        assert losses[-1] < 0.8 * losses[0]


def test_critics_join_at_the_step_that_the_settings_say(batch, make_trainer):
    trainer = make_trainer(adversarial_from=1)
    before = [one.clone() for one in trainer.critics[0].module.parameters()]
    assert set(trainer.train_step(batch)) == {"hole", "perceptual"}
    after = list(trainer.critics[0].module.parameters())
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    trainer.step = 1
    assert {"adversarial", "critic"} <= set(trainer.train_step(batch))
    assert not all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_the_loss_of_the_hole_asks_nothing_of_what_is_known(batch, make_trainer):
    output = torch.rand_like(batch.image).requires_grad_(True)
    terms = {term.name: term for term in make_trainer(hole=6.0)._terms(output, batch, [])}
    assert terms["hole"].weight == 6.0
    terms["hole"].value.backward()
    hole = (batch.mask > 0).expand_as(output)
    assert output.grad[hole].all()
    assert not output.grad[~hole].any()


def test_losses_without_weight_teach_nothing(batch, make_trainer):
    weights = {"hole": 0.0, "perceptual": 0.0, "adversarial": 0.0}
    for changed, learns in (({}, False), ({"hole": 1.0}, True)):
        trainer = make_trainer(**weights | changed)
        before = [one.clone() for one in trainer.network.parameters()]
        trainer.train_step(batch)
        pairs = zip(before, trainer.network.parameters(), strict=True)
        assert learns != all(torch.equal(a, b) for a, b in pairs)


def test_the_gradient_penalty_comes_every_few_steps_and_so_much_the_harder(batch, make_trainer):
    critic = make_trainer(r1=10.0, r1_every=4).critics[0]
    penalties = [float(critic._penalty(batch, step).detach()) for step in range(5)]
    assert [value > 0 for value in penalties] == [True, False, False, False, True]
    every_step = make_trainer(r1=10.0, r1_every=1).critics[0]
    assert penalties[0] == pytest.approx(
        4 * float(every_step._penalty(batch, 3).detach()), rel=1e-4
    )
