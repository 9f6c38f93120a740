"""The expression network learns, in every form of its loss, stops, and goes on."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import CheckpointError
from core.models.sa_stargan import model as sa_stargan
from core.models.sa_stargan.model import CLASSES, SAStarGANConfig, one_hot
from core.runtime import tensors
from core.training.expressions import data, train
from core.training.expressions.data import ExpressionBatch, LabelledFace
from core.training.expressions.settings import Adversarial, ExpressionConfig
from core.training.expressions.train import (
    ExpressionRun,
    ExpressionTrainer,
    train_expressions,
)
from core.training.harness.config import load_config

SIDE = 16
CPU = torch.device("cpu")
CONFIG = ExpressionConfig(batch=4, critic_batch=8, learning_rate=2e-3, warm_up=0.0)
STILL = np.zeros((len(CLASSES), 68, 2))
HAPPY, SAD = CLASSES.index("happy"), CLASSES.index("sad")


@pytest.fixture(autouse=True)
def _small_networks(monkeypatch, as_many_threads_as_before):
    torch.set_num_threads(1)
    monkeypatch.setattr(train, "SIDE", SIDE)
    monkeypatch.setattr(data, "SIDE", SIDE)
    monkeypatch.setattr(
        train,
        "EMBEDDED",
        SAStarGANConfig(width=4, blocks=1, kernel=3, key_side=4, steered=True, moving=True),
    )
    monkeypatch.setattr(train, "EMBEDDED_WIDTHS", (16, 16))


def batch(number: int, count: int = 8) -> ExpressionBatch:
    """Grey faces: the happy ones have a bright lower half, the others a dark one."""
    rng = np.random.default_rng(number)
    label = rng.choice([HAPPY, SAD], count)
    image = rng.normal(120, 12, (count, SIDE, SIDE, 3))
    image[:, SIDE // 2 :] += np.where(label == HAPPY, 60, -60)[:, None, None, None]
    points = rng.uniform(-0.6, 0.6, (count, 68, 2)).astype(np.float32)
    return ExpressionBatch(image.clip(0, 255).astype(np.uint8), label.astype(np.int64), points)


def lower_half(trainer: ExpressionTrainer, expression: str) -> float:
    images = tensors.from_images(batch(10**6).image)
    label = one_hot({expression: 1.0}, CPU).expand(len(images), -1)
    with torch.inference_mode():
        return float(trainer.average(images, label)[:, :, SIDE // 2 :].mean())


def test_the_generator_learns_what_the_classes_look_like():
    published = replace(CONFIG, geometry=0.0, unevenness=0.0, painted=0.0)
    eager = replace(published, learning_rate=6e-3, ema=0.8, cycle=1.0, identity=1.0)
    trainer = ExpressionTrainer(eager, CPU, STILL)
    assert lower_half(trainer, "happy") == pytest.approx(lower_half(trainer, "sad"))
    for number in range(60):
        trainer.train_step(batch(number), share=0.5)
    assert lower_half(trainer, "happy") > lower_half(trainer, "sad") + 0.1


def test_the_generator_learns_where_points_of_a_class_lie():
    wanted = STILL.copy()
    wanted[HAPPY, :, 1] = -0.05
    only = dict.fromkeys(("adversarial", "classification", "cycle", "identity", "painted"), 0.0)
    trainer = ExpressionTrainer(replace(CONFIG, geometry_scale=1.0, **only), CPU, wanted)
    errors = [trainer.train_step(batch(number), share=0.5)["geometry"] for number in range(60)]
    assert np.mean(errors[-15:]) < 0.8 * np.mean(errors[:15])


def test_the_discriminator_learns_the_classes_before_anything_is_painted():
    trainer = ExpressionTrainer(replace(CONFIG, warm_up=0.5), CPU, STILL)
    before = {name: tensor.clone() for name, tensor in trainer.network.state_dict().items()}
    values = [trainer.train_step(batch(number), share=0.1) for number in range(60)]
    assert values[-1].keys() == {"photo classes"}
    assert values[-1]["photo classes"] < 0.7 * values[0]["photo classes"]
    after = trainer.network.state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())
    assert trainer.samples == 0
    assert "adversarial" in trainer.train_step(batch(60), share=0.6)
    assert trainer.samples == CONFIG.batch


@pytest.mark.parametrize("form", Adversarial)
def test_every_form_of_the_loss_moves_both_networks(form):
    trainer = ExpressionTrainer(replace(CONFIG, adversarial_form=form), CPU, STILL)
    modules = trainer.network, trainer.critic
    before = [[one.detach().clone() for one in module.parameters()] for module in modules]
    for number in range(3):  # at first the last layer hides the others from the gradient
        values = trainer.train_step(batch(number), share=0.5)
    assert all(np.isfinite(value) for value in values.values())
    assert ("penalty" in values) == (form is Adversarial.WGAN_GP)
    for module, old in zip(modules, before, strict=True):
        pairs = zip(old, module.parameters(), strict=True)
        assert all(not torch.equal(one, now) for one, now in pairs)


def test_the_generator_may_step_once_in_five():
    trainer = ExpressionTrainer(replace(CONFIG, generator_every=5), CPU, STILL)
    stepped = ["adversarial" in trainer.train_step(batch(n), share=0.5) for n in range(10)]
    assert [number for number, is_step in enumerate(stepped) if is_step] == [0, 5]


def test_no_share_of_the_cycle_means_no_cycle():
    trainer = ExpressionTrainer(replace(CONFIG, cycle_share=0.0), CPU, STILL)
    assert "cycle" not in trainer.train_step(batch(0), share=0.5)


def test_only_faces_that_show_what_is_asked_for_are_to_stay_as_they_are():
    trainer = ExpressionTrainer(replace(CONFIG, cycle_share=0.0), CPU, STILL)
    image, label = torch.zeros(2, 3, SIDE, SIDE), torch.tensor([HAPPY, SAD])
    fake, asked = torch.stack([image[0] + 0.1, image[1] + 0.5]), torch.tensor([HAPPY, HAPPY])
    terms = {term.name: term for term in trainer._generator_terms(image, label, fake, asked)}
    assert float(terms["identity"].value) == pytest.approx(0.1)
    assert terms["identity"].weight == CONFIG.identity


@pytest.fixture
def run(sample_face, tmp_path, monkeypatch):
    faces = [LabelledFace(sample_face, label) for label in range(len(CLASSES))]
    monkeypatch.setattr(train, "load_labelled", lambda folders, split: faces)
    return ExpressionRun(CONFIG, [tmp_path], tmp_path / "run", 0.01, CPU)


def test_a_run_leaves_weights_discriminator_sheet_and_settings_and_goes_on(run):
    train_expressions(run)
    left = {path.name for path in run.out.iterdir()}
    assert {"sa_stargan.safetensors", "state.pt", "config.json", "resume"} <= left
    assert any(name.startswith("sheet-") for name in left)
    assert sa_stargan.build(run.out / "sa_stargan.safetensors", CPU).classes == CLASSES
    before = torch.load(run.out / "state.pt", weights_only=True)["step"]
    train_expressions(replace(run, resume=True))
    assert torch.load(run.out / "state.pt", weights_only=True)["step"] > before > 0


def test_a_run_starts_from_weights_and_their_discriminator(run):
    train_expressions(run)
    trainer = ExpressionTrainer(CONFIG, CPU, STILL)
    trainer.start_from(run.out / "sa_stargan.safetensors")
    state = torch.load(run.out / "state.pt", weights_only=True)
    for name, module in (("average", trainer.network), ("critic", trainer.critic)):
        for key, tensor in module.state_dict().items():
            assert torch.allclose(tensor, state[name][key], atol=1e-3, rtol=1e-2)


def test_a_run_that_is_damaged_is_refused_with_a_sentence(run):
    train_expressions(run)
    (run.out / "state.pt").write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="damaged"):
        train_expressions(replace(run, resume=True))


def test_options_are_typed(tmp_path):
    path = tmp_path / "options.toml"
    path.write_text('adversarial_form = "wgan_gp"\ngenerator_every = 5\ncycle_share = 1\n')
    config = load_config(path, ExpressionConfig())
    assert config == ExpressionConfig(
        adversarial_form=Adversarial.WGAN_GP, generator_every=5, cycle_share=1.0
    )
    path.write_text('adversarial_form = "best"\n')
    with pytest.raises(ValueError, match="adversarial_form"):
        load_config(path, ExpressionConfig())


@pytest.mark.parametrize(
    "values", [{"batch": 0}, {"batch": 30}, {"generator_every": 0}, {"warm_up": 1.0}]
)
def test_impossible_options_are_refused(values):
    with pytest.raises(ValueError, match=r"batch|share"):
        ExpressionConfig(**values)
