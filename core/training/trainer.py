"""The training loop: stops when its minutes are spent, resumes to the step."""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.runtime.checkpoints import load_state, load_weights, save_weights
from core.runtime.device import training_arithmetic
from core.training.data.batches import TensorBatch
from core.training.frozen.squeezenet import SqueezeNetFeatures, feature_distance, style_distance
from core.training.harness.config import TrainConfig
from core.training.harness.distributed import ProcessGroup
from core.training.harness.run_log import RunLog
from core.training.harness.run_state import (
    counts,
    read_state,
    restore,
    spent_seconds,
    write_state,
)
from core.training.harness.schedule import Clock, learning_rate_at
from core.training.losses.critics import SECOND_BETA, Critic, make_critics
from core.training.losses.style import photo_weights, weigh_gradient
from core.training.losses.terms import Term, hole_l1

log = logging.getLogger(__name__)

SAVE_EVERY_S = 120
LOG_EVERY_STEPS = 50
CRITICS_FOLDER = "resume"
"""Beside weights, where the discriminators are kept that a later run starts from."""

_ALWAYS_KEPT = ("network", "average", "optimiser")
_FIRST_CRITIC_KEY = "discriminator"  # its name in state files since before there were others


class TrainableModel(Protocol):
    """What a recipe gives the loop."""

    network: nn.Module

    def load_teachers(self, teachers: Path, device: torch.device) -> None:
        """Load the frozen networks of the recipe's own losses, if it has any."""
        del teachers, device

    def begin_step(self, step: int, seed: int) -> None:
        """Let everything random in a step of training follow from that seed."""
        del step, seed

    def state_dict(self) -> dict[str, Any]:
        """Return what beside the network changes from step to step."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned in an earlier run."""
        del state

    def prepare(self, batch: TensorBatch, *, is_training: bool) -> TensorBatch:
        """Return the input of `inpaint`: the batch itself, unless a recipe adds to it."""
        del is_training
        return batch

    def inpaint(self, network: nn.Module, batch: TensorBatch) -> tuple[Tensor, Sequence[Term]]:
        """Return the composite (N, 3, S, S) in [-1, 1] and the recipe's own loss terms."""

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Return groups of parameters for the optimiser, each with its share of the rate."""
        return [{"params": list(self.network.parameters()), "share": 1.0}]

    def stored_config(self) -> dict[str, Any]:
        """Return the configuration that is stored with the weights."""


class Trainer:
    """Trains one generator against its discriminators."""

    def __init__(
        self,
        model: TrainableModel,
        config: TrainConfig,
        features: Path,
        device: torch.device,
        process_group: ProcessGroup | None = None,
    ) -> None:
        self.model, self.config, self.device = model, config, device
        self.process_group = process_group or ProcessGroup()
        self.network = model.network.to(device)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.features = SqueezeNetFeatures(features).to(device)
        betas = (config.momentum, SECOND_BETA)
        self.optimiser = torch.optim.Adam(model.parameter_groups(), config.learning_rate, betas)
        for module in (self.network, self.average, self.features):
            convert_conv2d_weight_memory_format(module, torch.channels_last)
        self.critics = make_critics(config, self.features, device)
        self.step = 0
        self.spent_s = 0.0
        self._trained = self._compiled()

    @property
    def samples(self) -> int:
        """Samples seen, earlier runs included."""
        return self.config.samples_before + self.step * self.config.batch * self.process_group.size

    def run(self, batches: Iterator[TensorBatch], clock: Clock, run_log: RunLog) -> Iterator[bool]:
        """Train until the clock is over; after every save yields whether it was the last."""
        folder = run_log.folder
        saved, totals, count, since = time.monotonic(), dict[str, float](), 0, time.monotonic()
        while not self._is_over(clock):
            self._set_rate(learning_rate_at(clock.share, self.config.learning_rate))
            for name, value in self.train_step(next(batches)).items():
                totals[name] = totals.get(name, 0.0) + value
            self.step, count = self.step + 1, count + 1
            if self.step % LOG_EVERY_STEPS == 0:
                pace = (
                    count * self.config.batch * self.process_group.size / (time.monotonic() - since)
                )
                self._log(run_log, {name: value / count for name, value in totals.items()}, pace)
                totals, count, since = {}, 0, time.monotonic()
            if time.monotonic() - saved > SAVE_EVERY_S:
                self.spent_s, saved = clock.spent_s, time.monotonic()
                self.save(folder)
                yield False
        self.spent_s = clock.spent_s
        self.save(folder)
        yield True

    def save(self, folder: Path) -> None:
        """Write everything that a resumption needs."""
        if not self.process_group.is_first:
            return
        state = {name: item.state_dict() for name, item in self._stateful_items().items()}
        write_state(folder, state | {"step": self.step, "spent_s": self.spent_s})

    def resume(self, folder: Path) -> None:
        """Go on where `save` left off; a discriminator that is new starts anew.

        Raises:
            FileNotFoundError: there is no run in that folder.
            CheckpointError: what is there is damaged.
        """
        state = read_state(folder)
        items = self._stateful_items()
        new = {key for key in items.keys() - state.keys() if key not in _ALWAYS_KEPT}
        restore({key: item for key, item in items.items() if key not in new}, state, folder)
        (self.step,) = counts(state, "step", folder=folder)
        self.spent_s = spent_seconds(state, folder)

    def save_critics(self, path: Path, system: str) -> None:
        """Write the discriminators beside a weights file, for a later run to start from."""
        state = {
            f"{critic.name}.{name}": tensor
            for critic in self.critics
            for name, tensor in critic.module.state_dict().items()
        }
        save_weights(critics_path(path), state, system, {"critics": [c.name for c in self.critics]})

    def load_critics(self, path: Path) -> None:
        """Load the discriminators kept beside a weights file, if there are any."""
        source = critics_path(path)
        if not source.is_file():
            return
        state = load_weights(source)[0]
        for critic in self.critics:
            critic_state = {
                name.removeprefix(f"{critic.name}."): tensor
                for name, tensor in state.items()
                if name.startswith(f"{critic.name}.")
            }
            if critic_state:
                load_state(critic.module, critic_state, source)

    def train_step(self, batch: TensorBatch) -> dict[str, float]:
        """Take one step of every network; returns the terms of the loss."""
        critics = self.critics if self.step >= self.config.adversarial_from else []
        self._seed_step()
        self.network.train()
        batch = self.model.prepare(batch, is_training=True)
        with training_arithmetic(self.device):
            output, own_terms = self.model.inpaint(self._trained, batch)
            terms = [*self._terms(output, batch, critics), *own_terms]
        total = torch.stack([term.weight * term.value.float() for term in terms]).sum()
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        self.process_group.average_gradients(self.network)
        self.optimiser.step()
        values = {term.name: float(term.value.detach()) for term in terms}
        for critic in critics:
            name = "critic" if critic is self.critics[0] else f"{critic.name} critic"
            values[name] = critic.learn(output.detach(), batch, self.step, self.process_group)
        self._average()
        return values

    def _seed_step(self) -> None:
        """Seed a step by its number: a run that goes on draws what it would have drawn."""
        seeds = (self.config.seed + self.process_group.seed_offset, self.step)
        seed = int(np.random.SeedSequence(seeds).generate_state(1)[0])
        torch.manual_seed(seed)
        self.model.begin_step(self.step, seed)

    def _terms(self, output: Tensor, batch: TensorBatch, critics: Sequence[Critic]) -> list[Term]:
        config, rows = self.config, slice(batch.num_supervised)
        supervised, image, mask = (
            output[rows],
            batch.image[rows],
            batch.mask[rows],
        )
        terms = [Term("hole", config.hole, hole_l1(supervised, image, mask))]
        if config.perceptual_by_place:
            supervised = weigh_gradient(supervised, photo_weights(mask))
        features = self.features(supervised)
        with torch.no_grad():
            target_features = self.features(image)
        terms.append(
            Term("perceptual", config.perceptual, feature_distance(features, target_features))
        )
        if config.style:
            terms.append(Term("style", config.style, style_distance(features, target_features)))
        for critic in critics:
            terms += critic.terms(output, batch)
        return terms

    def _stateful_items(self) -> dict[str, Any]:
        parts: dict[str, Any] = {
            "network": self.network,
            "average": self.average,
            "optimiser": self.optimiser,
            "model": self.model,
        }
        for critic in self.critics:
            is_first = critic is self.critics[0]
            parts[_FIRST_CRITIC_KEY if is_first else critic.name] = critic.module
            parts["critic_optimiser" if is_first else f"{critic.name}_optimiser"] = critic.optimiser
        return parts

    def _compiled(self) -> nn.Module:
        if not self.config.compile:
            return self.network
        return cast(nn.Module, torch.compile(self.network))

    def _is_over(self, clock: Clock) -> bool:
        return self.process_group.broadcast_first(float(clock.is_over), self.device) > 0

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        pairs = zip(self.average.parameters(), self.network.parameters(), strict=True)
        for average_parameter, parameter in pairs:
            average_parameter.lerp_(parameter, 1.0 - decay)
        for average, current in zip(self.average.buffers(), self.network.buffers(), strict=True):
            average.copy_(current)

    def _set_rate(self, rate: float) -> None:
        for optimiser in (self.optimiser, *(critic.optimiser for critic in self.critics)):
            for group in optimiser.param_groups:
                group["lr"] = rate * group.get("share", 1.0)

    def _log(self, run_log: RunLog, values: dict[str, float], pace: float) -> None:
        row = {"step": float(self.step), "samples": float(self.samples), "pace": round(pace, 1)}
        row |= {name: round(value, 5) for name, value in values.items()}
        log.info(" ".join(f"{name}={value:g}" for name, value in row.items()))
        if self.process_group.is_first:
            run_log.write(row)


def critics_path(weights: Path) -> Path:
    """Return where the discriminators of a weights file are kept."""
    return weights.parent / CRITICS_FOLDER / weights.name
