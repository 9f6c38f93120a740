"""A run that stops and goes on makes the weights of one that did not stop, bit for bit."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pytest
import torch

from core.models.ctsdg.model import CTSDGConfig
from core.models.exe_gan.model import ExeGANConfig, StyleConfig
from core.models.psp import StyleEncoderConfig
from core.models.region_norm.model import RegionNormConfig
from core.models.residual_unet import ResidualUNetConfig
from core.runtime.checkpoints import load_weights
from core.training import run
from core.training.data import holes
from core.training.data.faces import load_faces
from core.training.data.frames import FrameSource, stroke_holes
from core.training.harness.schedule import Clock
from core.training.recipes import RECIPES, ctsdg, exe_gan, refiner, region_norm, residual_unet
from core.training.run import TrainingRun, train

CPU = torch.device("cpu")
STYLE = StyleConfig(
    ExeGANConfig((16,) * 4, 16, 16, 1, membrane=True, line_channels=3),
    StyleEncoderConfig((1,) * 4, (16,) * 4, 16, last_row=7, shared_heads=True, size=32),
    known=6,
)
STEPS_A_MINUTE, STEPS = 60, 4


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
def _tiny(monkeypatch):
    """Make every network small, and one thread enough for it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(run, "Clock", StepClock)
    monkeypatch.setattr(run, "_VALIDATION_FRAMES", 2)
    monkeypatch.setattr(exe_gan, "EMBEDDED", STYLE)
    monkeypatch.setattr(exe_gan, "_PATH_EVERY", 2)
    monkeypatch.setattr(ctsdg, "EMBEDDED", CTSDGConfig((16,) * 4, 4, True, 9))
    tiny_regions = RegionNormConfig((8,) * 4, (8,) * 4, (8,) * 3, True, 8)
    monkeypatch.setattr(region_norm, "EMBEDDED", tiny_regions)
    monkeypatch.setattr(residual_unet, "ResidualUNetConfig", partial(ResidualUNetConfig, (8, 8)))
    monkeypatch.setattr(refiner, "CONFIG", ResidualUNetConfig((8, 8), 1))
    monkeypatch.setattr(refiner, "_CROP", 32)
    yield
    torch.set_num_threads(threads)


def asked(name, folder, data, minutes, **settings) -> TrainingRun:
    """Ask for a run over a few small batches, with everything random that there is."""
    whole = RECIPES[name]
    config = replace(
        whole.defaults,
        size=64 if name == refiner.NAME else 32,
        batch=6 if name.startswith(exe_gan.NAME) else 2,
        adversarial_from=0,
        diff_augment=True,
        r1=1.0,
        r1_every=2,
    )
    recipe = replace(whole, sources=labelled_faces)
    limits = {"total_minutes": STEPS / STEPS_A_MINUTE, **settings}
    return TrainingRun(recipe, config, [data], folder, minutes, CPU, **limits)


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


@pytest.mark.usefixtures("_tiny")
@pytest.mark.parametrize("name", [name for name in RECIPES if name != "ctsdg_smile"])
def test_a_run_resumed_is_the_run_that_did_not_stop(name, small_data, tmp_path):
    whole, half = STEPS / STEPS_A_MINUTE, STEPS / 2 / STEPS_A_MINUTE
    at_once, stopped = tmp_path / "at once", tmp_path / "stopped"
    train(asked(name, at_once, small_data, whole))
    train(asked(name, stopped, small_data, half))
    torch.manual_seed(99)  # what else the process has drawn does not matter
    train(asked(name, stopped, small_data, half, resume=True))
    states = [torch.load(folder / "state.pt", weights_only=True) for folder in (at_once, stopped)]
    assert states[0]["step"] == STEPS
    assert not differing(*states)
    file = f"{RECIPES[name].system}.safetensors"
    assert not differing(*(load_weights(folder / file)[0] for folder in (at_once, stopped)))


@pytest.mark.usefixtures("_tiny")
def test_the_running_mean_of_path_lengths_is_a_part_of_the_state(small_data, tmp_path):
    train(asked("exe_gan_guided", tmp_path, small_data, 2 / STEPS_A_MINUTE))
    assert torch.load(tmp_path / "state.pt", weights_only=True)["model"]["path"] > 0
