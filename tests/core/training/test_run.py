"""One command trains, writes what a run leaves behind, and goes on where it stopped."""

import csv
import json
from dataclasses import replace

import pytest
import torch

from core.errors import CheckpointError
from core.face.align import canonical_frame
from core.runtime.checkpoints import load_weights
from core.training import run
from core.training.data import holes
from core.training.data.faces import TrainingFace
from core.training.data.frames import FrameSource, SampleMix, stroke_holes
from core.training.harness.config import TrainConfig
from core.training.recipes import RECIPES, Recipe
from core.training.run import TrainingRun, train
from core.training.trainer import Trainer
from tests.core.training.patience import drawing_threads, within_patience


@pytest.fixture
def asked(sample_face, small_data, tmp_path, monkeypatch, tiny_networks):
    small = canonical_frame(sample_face.landmarks, 256)
    points = small.to_frame(sample_face.landmarks)
    image, record = small.crop(sample_face.image), sample_face.record
    face = TrainingFace("small", image, points, canonical_frame(points), record)
    makers = [(1.0, holes.whole_mouth), (1.0, stroke_holes(0.1, 0.3))]
    source = FrameSource("face", 1.0, [face], (0.9, 1.0), makers)
    whole = RECIPES["residual_unet"]
    recipe = Recipe(
        whole.name,
        whole.system,
        whole.defaults,
        whole.make_model,
        lambda folders, split: [source],
    )
    monkeypatch.setattr(run, "_VALIDATION_FRAMES", 4)
    config = TrainConfig(size=32, batch=2, adversarial_from=0)
    return TrainingRun(recipe, config, [small_data], tmp_path / "run", 0.01, torch.device("cpu"))


def test_a_run_leaves_weights_critics_log_plot_sheet_and_config(asked):
    train(asked)
    left = {path.name for path in asked.out.iterdir()}
    assert {"residual_unet.safetensors", "state.pt", "log.csv", "log.png", "config.json"} <= left
    assert any(name.startswith("sheet-") for name in left)
    assert (asked.out / "resume" / "residual_unet.safetensors").is_file()
    assert json.loads((asked.out / "config.json").read_text())["size"] == 32
    state, metadata = load_weights(asked.out / "residual_unet.safetensors")
    assert state
    assert metadata["system"] == "residual_unet"


def test_a_run_goes_on_with_its_steps_and_its_minutes(asked):
    train(asked)
    train(TrainingRun(**{**vars(asked), "resume": True}))
    state = torch.load(asked.out / "state.pt", weights_only=True)
    with (asked.out / "log.csv").open(newline="") as file:
        steps = [float(row["step"]) for row in csv.DictReader(file)]
    assert steps == sorted(steps)
    assert state["step"] == steps[-1] > steps[0]
    assert state["spent_s"] >= 1.0


def test_a_run_whose_minutes_are_spent_ends_at_once(asked):
    train(asked)
    before = torch.load(asked.out / "state.pt", weights_only=True)["step"]
    train(TrainingRun(**{**vars(asked), "resume": True, "total_minutes": 0.001}))
    assert torch.load(asked.out / "state.pt", weights_only=True)["step"] == before


def test_a_new_run_starts_from_weights_and_their_critics(asked, tmp_path):
    train(asked)
    start = asked.out / "residual_unet.safetensors"
    train(TrainingRun(**{**vars(asked), "out": tmp_path / "next", "start": start, "minutes": 0.0}))
    resumed, original = (
        load_weights(out / start.name)[0] for out in (tmp_path / "next", asked.out)
    )
    assert all(torch.equal(resumed[name], original[name]) for name in original)


def test_what_a_run_leaves_are_the_averaged_weights(asked):
    train(asked)
    left, _ = load_weights(asked.out / "residual_unet.safetensors")
    state = torch.load(asked.out / "state.pt", weights_only=True)
    is_left = {
        kept: all(torch.equal(left[name].half(), state[kept][name].half()) for name in left)
        for kept in ("average", "network")
    }
    assert is_left == {"average": True, "network": False}


def test_a_run_is_validated_on_faces_that_it_does_not_learn_from(asked):
    splits, recipe = [], asked.recipe

    def sources(folders, split):
        splits.append(split)
        return recipe.sources(folders, split)

    train(replace(asked, recipe=replace(recipe, sources=sources), minutes=0.0))
    assert sorted(splits) == ["train", "val"]


def test_missing_teachers_are_one_sentence(asked, tmp_path):
    with pytest.raises(FileNotFoundError, match="teachers"):
        train(TrainingRun(**{**vars(asked), "data": [tmp_path]}))


def failing_mix(asked, monkeypatch, last):
    """Let the drawing of batches fail from one of them on."""
    seek = SampleMix.seek

    def fail(mix, number):
        if number >= last:
            raise ZeroDivisionError(f"batch {number}")
        seek(mix, number)

    monkeypatch.setattr(SampleMix, "seek", fail)
    return TrainingRun(**{**vars(asked), "minutes": 10.0})


@pytest.mark.parametrize("last", [0, 2])
def test_a_batch_that_cannot_be_drawn_ends_the_run_with_its_error(asked, monkeypatch, last):
    error = within_patience(lambda: train(failing_mix(asked, monkeypatch, last)))
    assert isinstance(error, ZeroDivisionError)
    assert str(error) == f"batch {last}"
    assert not drawing_threads()


def test_a_step_that_fails_ends_the_thread_that_draws(asked, monkeypatch):
    def fail(trainer, batch):
        raise ZeroDivisionError

    monkeypatch.setattr(Trainer, "train_step", fail)
    assert isinstance(within_patience(lambda: train(asked)), ZeroDivisionError)
    assert not drawing_threads()


@pytest.mark.parametrize(
    "damage",
    [
        {"step": -1},
        {"step": "1"},
        {"spent_s": float("nan")},
        {"network": 3},
        {"network": {"stem.conv.weight": torch.zeros(1)}},
        {"average": None},
        {"optimiser": {"state": {0: {"step": torch.tensor(1.0)}}}},
        {"optimiser": {"state": {}, "param_groups": 1}, "critic_optimiser": []},
        {"discriminator": {"layers.0.weight": torch.tensor(float("nan"))}},
        {"nonsense": torch.zeros(1).expand(1 << 28)},
    ],
    ids=str,
)
def test_a_run_that_is_damaged_does_not_go_on(asked, damage):
    trainer = run._make_trainer(asked)
    trainer.save(asked.out)
    state = torch.load(asked.out / "state.pt", weights_only=True)
    torch.save(state | damage, asked.out / "state.pt")
    with pytest.raises(CheckpointError, match="start it anew"):
        trainer.resume(asked.out)
