"""The training loop: stops when its minutes are spent, resumes to the step, knows no model."""

from __future__ import annotations

import copy
import csv
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.training.config import TrainConfig
from core.training.frames import Batch
from core.training.losses import (
    PatchDiscriminator,
    hinge_discriminator,
    hinge_generator,
    hole_l1,
    painted_patches,
)
from core.training.perceptual import SqueezeNetFeatures, feature_distance, style_distance

log = logging.getLogger(__name__)

SAVE_EVERY_S = 120
LOG_EVERY_STEPS = 50
_COOL_DOWN = 0.8  # share of the run after which the learning rate falls
_LOWEST_RATE = 0.1


class Term(NamedTuple):
    """One row of the loss: what the log, the sum and the paper's table agree on."""

    name: str
    weight: float
    value: Tensor


class Painter(Protocol):
    """What a recipe gives the loop."""

    network: nn.Module

    def paint(
        self, network: nn.Module, image: Tensor, mask: Tensor, lines: Tensor
    ) -> tuple[Tensor, Sequence[Term]]:
        """Return the composite (N, 3, S, S) in [-1, 1] and the recipe's own loss terms."""

    def stored_config(self) -> dict[str, Any]:
        """Return what goes beside the weights."""


class Tensors(NamedTuple):
    """A batch on the device."""

    image: Tensor
    mask: Tensor
    lines: Tensor


@dataclass
class Clock:
    """Minutes that a run may use, over all its resumptions within one call."""

    minutes: float
    started: float

    @property
    def share(self) -> float:
        """How much of the time is spent, 0..1."""
        return min((time.monotonic() - self.started) / max(self.minutes * 60, 1e-9), 1.0)


class Trainer:
    """Trains one painter against a patch discriminator."""

    def __init__(
        self, painter: Painter, config: TrainConfig, features: Path, device: torch.device
    ) -> None:
        self.painter, self.config, self.device = painter, config, device
        self.network = painter.network.to(device)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.discriminator = PatchDiscriminator().to(device)
        self.features = SqueezeNetFeatures(features).to(device)
        betas = (0.5, 0.99)
        self.optimiser = torch.optim.Adam(self.network.parameters(), config.learning_rate, betas)
        self.critic_optimiser = torch.optim.Adam(
            self.discriminator.parameters(), config.learning_rate, betas
        )
        for module in (self.network, self.average, self.discriminator, self.features):
            convert_conv2d_weight_memory_format(module, torch.channels_last)
        self.step = 0

    @property
    def samples(self) -> int:
        """Samples seen, earlier runs included."""
        return self.config.samples_before + self.step * self.config.batch

    def run(self, batches: Iterator[Batch], minutes: float, folder: Path) -> Iterator[float]:
        """Train until the minutes are spent; yields the share spent after every save."""
        clock = Clock(minutes, time.monotonic())
        saved, totals, count, since = time.monotonic(), dict[str, float](), 0, time.monotonic()
        while clock.share < 1.0:
            self._set_rate(clock.share)
            for name, value in self._train_step(self._to_device(next(batches))).items():
                totals[name] = totals.get(name, 0.0) + value
            self.step, count = self.step + 1, count + 1
            if self.step % LOG_EVERY_STEPS == 0:
                pace = count * self.config.batch / (time.monotonic() - since)
                self._log(folder, {name: value / count for name, value in totals.items()}, pace)
                totals, count, since = {}, 0, time.monotonic()
            if time.monotonic() - saved > SAVE_EVERY_S:
                self.save(folder)
                saved = time.monotonic()
                yield clock.share
        self.save(folder)
        yield 1.0

    def save(self, folder: Path) -> None:
        """Write everything that a resumption needs."""
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / "state.pt.part"
        torch.save(
            {name: item.state_dict() for name, item in self._parts().items()} | {"step": self.step},
            part,
        )
        part.replace(folder / "state.pt")

    def resume(self, folder: Path) -> None:
        """Go on where `save` left off."""
        state: dict[str, Any] = torch.load(
            folder / "state.pt", weights_only=True, map_location=self.device
        )
        self.step = state.pop("step")
        for name, item in self._parts().items():
            item.load_state_dict(state[name])

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "average": self.average,
            "discriminator": self.discriminator,
            "optimiser": self.optimiser,
            "critic_optimiser": self.critic_optimiser,
        }

    def _train_step(self, batch: Tensors) -> dict[str, float]:
        adversarial = self.step >= self.config.adversarial_from
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16):
            output, own_terms = self.painter.paint(self.network, *batch)
            terms = [*self._terms(output, batch, adversarial=adversarial), *own_terms]
        total = torch.stack([term.weight * term.value.float() for term in terms]).sum()
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        self.optimiser.step()
        values = {term.name: float(term.value.detach()) for term in terms}
        if adversarial:
            values["critic"] = self._train_critic(output.detach(), batch)
        self._average()
        return values

    def _terms(self, output: Tensor, batch: Tensors, *, adversarial: bool) -> list[Term]:
        config = self.config
        terms = [Term("hole", config.hole, hole_l1(output, batch.image, batch.mask))]
        found = self.features(output)
        with torch.no_grad():
            wanted = self.features(batch.image)
        terms.append(Term("perceptual", config.perceptual, feature_distance(found, wanted)))
        if config.style:
            terms.append(Term("style", config.style, style_distance(found, wanted)))
        if adversarial:
            self.discriminator.requires_grad_(False)
            scores = self.discriminator(output, torch.cat([batch.mask, batch.lines], dim=1))
            painted = painted_patches(batch.mask, scores)
            terms.append(Term("adversarial", config.adversarial, hinge_generator(scores, painted)))
        return terms

    def _train_critic(self, fake: Tensor, batch: Tensors) -> float:
        self.discriminator.requires_grad_(True)
        condition = torch.cat([batch.mask, batch.lines], dim=1)
        with torch.autocast(self.device.type, torch.bfloat16):
            both = self.discriminator(
                torch.cat([batch.image, fake]), torch.cat([condition, condition])
            )
            real_scores, fake_scores = both.float().chunk(2)
        painted = painted_patches(batch.mask, fake_scores)
        loss = hinge_discriminator(real_scores, fake_scores, painted)
        self.critic_optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.critic_optimiser.step()
        return float(loss.detach())

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        pairs = zip(self.average.parameters(), self.network.parameters(), strict=True)
        for slow, fast in pairs:
            slow.lerp_(fast, 1.0 - decay)
        for kept, now in zip(self.average.buffers(), self.network.buffers(), strict=True):
            kept.copy_(now)

    def _set_rate(self, share: float) -> None:
        fall = max(0.0, (share - _COOL_DOWN) / (1.0 - _COOL_DOWN))
        rate = self.config.learning_rate * (1.0 - fall * (1.0 - _LOWEST_RATE))
        for optimiser in (self.optimiser, self.critic_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = rate

    def _to_device(self, batch: Batch) -> Tensors:
        image = torch.from_numpy(batch.image).to(self.device).permute(0, 3, 1, 2).float()
        mask = (torch.from_numpy(batch.mask).to(self.device)[:, None] > 0).float()
        lines = torch.from_numpy(batch.lines).to(self.device).permute(0, 3, 1, 2).float()
        return Tensors(image / 127.5 - 1.0, mask, lines / 255.0)

    def _log(self, folder: Path, values: dict[str, float], pace: float) -> None:
        row = {"step": self.step, "samples": self.samples, "pace": round(pace, 1)}
        row |= {name: round(value, 5) for name, value in values.items()}
        log.info(" ".join(f"{name}={value}" for name, value in row.items()))
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "log.csv").open("a", newline="") as file:
            csv.writer(file).writerow([f"{name}={value}" for name, value in row.items()])
