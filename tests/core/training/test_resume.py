"""A run that stops and goes on makes the weights of one that did not stop, bit for bit."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from core.runtime.checkpoints import load_weights
from core.training import run
from core.training.data import holes
from core.training.data.faces import load_faces
from core.training.data.frames import FrameSource, stroke_holes
from core.training.harness.schedule import Clock
from core.training.recipes import RECIPES, exe_gan, refiner
from core.training.run import TrainingRun, train

CPU = torch.device("cpu")
STEPS_A_MINUTE, GUIDED = 60, "exe_gan_guided"


@dataclass
class StepClock(Clock):
    """A clock by which every step takes a second, so that two runs see the same time."""

    steps: int = -1

    @property
    def spent_s(self) -> float:
        return self.spent_before_s + max(self.steps, 0)

    @property
    def is_over(self) -> bool:
        self.steps += 1
        return self.steps >= STEPS_A_MINUTE * self.minutes


@pytest.fixture
def _tiny(tiny_networks, monkeypatch):
    """Make every network small, and every step a second."""
    monkeypatch.setattr(run, "Clock", StepClock)
    monkeypatch.setattr(run, "_VALIDATION_FRAMES", 2)
    monkeypatch.setattr(exe_gan, "_PATH_EVERY", 2)


def asked(name, folder, data, minutes, **settings) -> TrainingRun:
    """Ask for a run over a few small batches, with everything random that there is."""
    whole = RECIPES[name]
    config = replace(
        whole.defaults,
        size=64 if name == refiner.NAME else 32,
        batch={GUIDED: 6, exe_gan.NAME: 3}.get(name, 2),
        adversarial_from=0,
        diff_augment=True,
        r1=1.0,
        r1_every=2,
    )
    recipe = replace(whole, sources=labelled_faces)
    return TrainingRun(recipe, config, [data], folder, minutes, CPU, **settings)


def labelled_faces(folders, split):
    """Return faces with holes and maps, though the small data has none of these."""
    makers = [(1.0, holes.whole_mouth), (1.0, stroke_holes(0.1, 0.3))]
    faces = load_faces(folders, ["faces256"], split)
    return [FrameSource("face", 1.0, faces, (0.9, 1.0), makers, draw_labels=draw_labels)]


def draw_labels(rng, face, crop, mask):
    coarse = rng.integers(0, 13, (4, 4), np.uint8)
    return np.kron(coarse, np.ones((mask.shape[0] // 4,) * 2, np.uint8))


def differing(first: object, second: object, name: str = "") -> list[str]:
    """Name every number in two states that is not the same in both."""
    if isinstance(first, dict):
        assert first.keys() == second.keys()
        return [
            path for key in first for path in differing(first[key], second[key], f"{name}.{key}")
        ]
    if isinstance(first, list | tuple):
        pairs = zip(first, second, strict=True)
        return [path for i, pair in enumerate(pairs) for path in differing(*pair, f"{name}.{i}")]
    same = torch.equal(first, second) if isinstance(first, torch.Tensor) else first == second
    return [] if same else [name]


def run_and_resume(name, data, folder, steps) -> dict:
    """Run at once and with a stop half way; returns the state that both must have come to."""
    whole, half = steps / STEPS_A_MINUTE, steps / 2 / STEPS_A_MINUTE
    at_once, stopped = folder / "at once", folder / "stopped"
    train(asked(name, at_once, data, whole, total_minutes=whole))
    train(asked(name, stopped, data, half, total_minutes=whole))
    torch.manual_seed(99)  # what else the process has drawn does not matter
    train(asked(name, stopped, data, half, total_minutes=whole, resume=True))
    states = [torch.load(folder / "state.pt", weights_only=True) for folder in (at_once, stopped)]
    assert states[0]["step"] == steps
    assert not differing(*states)
    file = f"{RECIPES[name].system}.safetensors"
    assert not differing(*(load_weights(folder / file)[0] for folder in (at_once, stopped)))
    return states[0]


@pytest.mark.usefixtures("_tiny")
@pytest.mark.parametrize("name", [name for name in RECIPES if name not in ("ctsdg_smile", GUIDED)])
def test_a_run_resumed_is_the_run_that_did_not_stop(name, small_data, tmp_path):
    run_and_resume(name, small_data, tmp_path, 2)


@pytest.mark.usefixtures("_tiny")
def test_a_run_that_measures_path_lengths_goes_on_with_their_running_mean(small_data, tmp_path):
    """Lengths are measured every second step: once before the stop, once after it."""
    state = run_and_resume(GUIDED, small_data, tmp_path, 4)
    assert state["model"]["path"] > 0
