"""Trains mask-guided portraits: steps with a face's own components and with lent ones in turn."""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.anatomy.parts import Component
from core.models import face_parser
from core.models.face_parser import FaceParser
from core.models.mask_portrait.components import component_picture, one_hot
from core.models.mask_portrait.discriminator import EMBEDDED_WIDTHS, PortraitDiscriminator
from core.models.mask_portrait.model import (
    EMBEDDED,
    NAME,
    Embeddings,
    LocalDecoders,
    MaskPortrait,
    MaskPortraitConfig,
)
from core.runtime import tensors
from core.runtime.checkpoints import load_state, load_weights, save_weights, weights_path
from core.runtime.device import training_arithmetic
from core.training.data.prefetch import prefetch
from core.training.frozen.squeezenet import SqueezeNetFeatures, feature_distance
from core.training.harness.run_log import RunLog
from core.training.harness.run_state import (
    counts,
    read_state,
    restore,
    spent_seconds,
    write_state,
)
from core.training.harness.schedule import Clock, learning_rate_at
from core.training.losses.terms import Term
from core.training.portrait.data import (
    PARSED_FACES,
    PortraitBatch,
    PortraitMix,
    canonical_batch,
    load_drawn,
    load_parsed,
)
from core.training.portrait.losses import (
    adversarial_loss,
    discriminator_loss,
    global_l1,
    local_loss,
    matching_loss,
    parsing_loss,
)
from core.training.portrait.sheet import write_portrait_sheet
from core.training.trainer import critics_path

log = logging.getLogger(__name__)

_LOCAL, _GLOBAL, _ADVERSARIAL, _PARSING = 10.0, 1.0, 1.0, 1.0
"""The paper's weights (section 3.5)."""
_L1, _PERCEPTUAL, _MATCHING, _GAN, _PARSE = 10.0, 1.0, 2.0, 0.25, 0.5
"""What brings the terms to sizes that such weights suit."""
_RATE, _BETAS = 5e-4, (0.5, 0.99)
_EMA_DECAY = 0.995
_ADVERSARIAL_FROM = 400
"""Step at which the discriminators join."""
_PARSED_SHARE = 0.25
"""Of a batch, that the parser looks at."""
_SAVE_EVERY_S, _SHEET_EVERY_S, _LOG_EVERY, _SHEET_FACES = 120, 600, 50, 12
_FEATURES = "squeezenet1_0.safetensors"


@dataclass(frozen=True)
class PortraitRun:
    """The settings of one run."""

    data: Path
    """Folder of shards, with the teachers."""
    out: Path
    minutes: float
    device: torch.device
    resume: bool = False
    total_minutes: float | None = None
    """What the whole run may take over all its resumptions."""
    start: Path | None = None
    """Weights to start from."""
    batch: int = 12


class PortraitLearner(nn.Module):
    """The network, and what paints components alone, which only training needs."""

    def __init__(self, config: MaskPortraitConfig) -> None:
        super().__init__()
        self.network = MaskPortrait(config)
        self.local = LocalDecoders(config)


class PortraitTrainer:
    """Networks, discriminators, their optimisers and running average."""

    def __init__(
        self,
        device: torch.device,
        config: MaskPortraitConfig = EMBEDDED,
        parser: FaceParser | None = None,
        features: SqueezeNetFeatures | None = None,
        widths: tuple[int, ...] = EMBEDDED_WIDTHS,
    ) -> None:
        self.device, self.config, self.parser, self.features = device, config, parser, features
        self.learner = PortraitLearner(config).to(device)
        self.average = copy.deepcopy(self.learner.network).eval().requires_grad_(False)
        kinds = ("paired", "unpaired")
        self.critics = nn.ModuleDict({kind: PortraitDiscriminator(widths) for kind in kinds})
        self.critics.to(device)
        for module in (self.learner, self.average, self.critics, parser, features):
            if module is not None:
                convert_conv2d_weight_memory_format(module, torch.channels_last)
        self.optimiser = torch.optim.Adam(self.learner.parameters(), _RATE, _BETAS)
        self.critic_optimiser = torch.optim.Adam(self.critics.parameters(), _RATE, _BETAS)
        self.step = self.samples = 0
        self.spent_s = 0.0

    def train_step(self, batch: PortraitBatch, share: float) -> dict[str, float]:
        """Take one step at that share of the run; returns the terms of the loss.

        Even steps paint faces of their own components, odd ones of their neighbour's in the batch.
        """
        self._set_rate(learning_rate_at(share, _RATE))
        kind = "unpaired" if self.step % 2 else "paired"
        self.learner.train()
        image, labels = self._to_device(batch)
        with training_arithmetic(self.device):
            painted, terms = self._paint(image, labels, kind)
            terms += self._judge(painted, image, labels, kind)
        self.critics.requires_grad_(False)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(torch.stack([t.weight * t.value.float() for t in terms]).sum())
        self.optimiser.step()
        values = {f"{kind} {term.name}": float(term.value.detach()) for term in terms}
        if self.step >= _ADVERSARIAL_FROM:
            values[f"{kind} critic"] = self._teach_critic(painted.detach(), image, labels, kind)
        self.step, self.samples = self.step + 1, self.samples + len(image)
        self._update_average()
        return values

    def _to_device(self, batch: PortraitBatch) -> tuple[Tensor, Tensor]:
        image = tensors.from_images(batch.image).to(self.device)
        labels = torch.from_numpy(batch.labels)[:, None].to(self.device)
        return image.contiguous(memory_format=torch.channels_last), labels

    def _paint(self, image: Tensor, labels: Tensor, kind: str) -> tuple[Tensor, list[Term]]:
        """Paint the batch, and measure how well components are remembered."""
        network = self.learner.network
        embeddings = network.embed(image, labels)
        terms = []
        if kind == "paired":
            pictures = {part: component_picture(image, labels, part) for part in Component}
            local = local_loss(self.learner.local(embeddings), pictures)
            terms.append(Term("local", _LOCAL, local))
        used = embeddings if kind == "paired" else _lent(embeddings)
        painted: Tensor = network(image, labels, used)
        return painted.float(), terms

    def _judge(self, painted: Tensor, image: Tensor, labels: Tensor, kind: str) -> list[Term]:
        """Measure a portrait: against its photo if it is of the face's own components."""
        terms = []
        if kind == "paired":
            terms.append(Term("l1", _GLOBAL * _L1, global_l1(painted, image, labels)))
            if self.features is not None:
                distance = self._distance(painted, image)
                terms.append(Term("perceptual", _GLOBAL * _PERCEPTUAL, distance))
        if self.parser is not None:
            few = slice(max(1, round(_PARSED_SHARE * len(image))))
            loss = parsing_loss(self.parser, painted[few], labels[few])
            terms.append(Term("parsing", _PARSING * _PARSE, loss))
        if self.step >= _ADVERSARIAL_FROM:
            terms += self._adversarial(painted, image, labels, kind)
        return terms

    def _distance(self, painted: Tensor, image: Tensor) -> Tensor:
        assert self.features is not None
        with torch.no_grad():
            wanted = self.features(image)
        return feature_distance(self.features(painted), wanted)

    def _adversarial(self, painted: Tensor, image: Tensor, labels: Tensor, kind: str) -> list[Term]:
        self.critics.requires_grad_(False)
        critic, regions = self.critics[kind], one_hot(labels)
        fake = critic(painted, regions)
        terms = [Term("adversarial", _ADVERSARIAL * _GAN, adversarial_loss(fake))]
        if kind == "paired":
            with torch.no_grad():
                real = critic(image, regions)
            terms.append(Term("matching", _ADVERSARIAL * _MATCHING, matching_loss(fake, real)))
        return terms

    def _teach_critic(self, painted: Tensor, image: Tensor, labels: Tensor, kind: str) -> float:
        self.critics.requires_grad_(True)
        critic, regions = self.critics[kind], one_hot(labels)
        with training_arithmetic(self.device):
            loss = discriminator_loss(critic(image, regions), critic(painted, regions))
        self.critic_optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.critic_optimiser.step()
        return float(loss.detach())

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(_EMA_DECAY, (1 + self.step) / (10 + self.step))
        network = self.learner.network
        for average, current in zip(self.average.parameters(), network.parameters(), strict=True):
            average.lerp_(current, 1.0 - decay)
        buffers = zip(self.average.buffers(), network.buffers(), strict=True)
        for held, new in buffers:
            held.copy_(new)

    def _set_rate(self, rate: float) -> None:
        for optimiser in (self.optimiser, self.critic_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = rate

    def save(self, folder: Path) -> None:
        """Write the weights, the discriminators, and everything that a resumption needs."""
        path = folder / f"{NAME}.safetensors"
        save_weights(path, self.average.state_dict(), NAME, asdict(self.config))
        save_weights(critics_path(path), self._kept_beside(), NAME, {})
        state = {name: item.state_dict() for name, item in self._stateful_items().items()}
        spent = {"step": self.step, "samples": self.samples, "spent_s": self.spent_s}
        write_state(folder, state | spent)

    def resume(self, folder: Path) -> None:
        """Go on where `save` left off.

        Raises:
            FileNotFoundError: there is no run in that folder.
            CheckpointError: what is there is damaged.
        """
        state = read_state(folder)
        restore(self._stateful_items(), state, folder)
        self.step, self.samples = counts(state, "step", "samples", folder=folder)
        self.spent_s = spent_seconds(state, folder)

    def start_from(self, path: Path) -> None:
        """Take over the weights of an earlier run, and its discriminators if they are beside them.

        Raises:
            CheckpointError: the weights are missing, damaged, or another network's.
        """
        for network in (self.learner.network, self.average):
            load_state(network, load_weights(path)[0], path)
        beside = critics_path(path)
        if beside.is_file():
            load_state(self.critics, load_weights(beside)[0], beside)
            self.step = _ADVERSARIAL_FROM

    def _kept_beside(self) -> dict[str, Tensor]:
        return dict(self.critics.state_dict())

    def _stateful_items(self) -> dict[str, Any]:
        return {
            "learner": self.learner,
            "average": self.average,
            "critics": self.critics,
            "optimiser": self.optimiser,
            "critic_optimiser": self.critic_optimiser,
        }


def train_portraits(run: PortraitRun) -> str:
    """Train until the minutes are spent; returns what was seen."""
    torch.manual_seed(0)
    run.out.mkdir(parents=True, exist_ok=True)
    parser = face_parser.build(weights_path(face_parser.NAME), run.device)
    features = SqueezeNetFeatures(run.data / "teachers" / _FEATURES).to(run.device)
    trainer = PortraitTrainer(run.device, EMBEDDED, parser, features)
    if run.start:
        trainer.start_from(run.start)
    if run.resume:
        trainer.resume(run.out)
    shown = canonical_batch(load_drawn(run.data, "val")[:_SHEET_FACES], EMBEDDED.size)
    sheet_at, run_log = time.monotonic(), RunLog(run.out)
    with closing(_make_batches(run, parser, trainer.step)) as batches:
        for is_last in _train_until_over(trainer, run, batches, run_log):
            trainer.save(run.out)
            if is_last or time.monotonic() - sheet_at > _SHEET_EVERY_S:
                sheet_at = time.monotonic()
                path = run.out / f"sheet-{trainer.samples:08d}.png"
                write_portrait_sheet(path, trainer.average, shown, run.device)
    return f"{trainer.samples} samples in {trainer.spent_s / 60:.0f} minutes."


def _make_batches(run: PortraitRun, parser: FaceParser, first: int) -> Generator[PortraitBatch]:
    """Draw batches in a thread beside the network, the next one of that number."""
    drawn = load_drawn(run.data, "train")
    parsed = load_parsed(run.data, "train", parser, PARSED_FACES)
    log.info("%d faces with drawn maps, %d with parsed ones", len(drawn), len(parsed))
    mix = PortraitMix(drawn, parsed, EMBEDDED.size)

    def draw(number: int) -> PortraitBatch:
        mix.seek(number)
        return mix.batch(run.batch)

    return prefetch(draw, first)


def _train_until_over(
    trainer: PortraitTrainer, run: PortraitRun, batches: Iterator[PortraitBatch], run_log: RunLog
) -> Iterator[bool]:
    """Train; now and then yield whether it was the last time."""
    clock = Clock(run.minutes, trainer.spent_s, run.total_minutes)
    saved, since, rows = time.monotonic(), time.monotonic(), list[dict[str, float]]()
    while not clock.is_over:
        rows.append(trainer.train_step(next(batches), clock.share))
        trainer.spent_s = clock.spent_s
        if len(rows) == _LOG_EVERY:
            _log(trainer, run_log, rows, len(rows) * run.batch / (time.monotonic() - since))
            rows, since = [], time.monotonic()
        if time.monotonic() - saved > _SAVE_EVERY_S:
            yield False
            saved = time.monotonic()
    yield True


def _log(
    trainer: PortraitTrainer, run_log: RunLog, rows: list[dict[str, float]], pace: float
) -> None:
    names = dict.fromkeys(name for row in rows for name in row)
    means = {
        name: round(float(np.mean([row[name] for row in rows if name in row])), 5) for name in names
    }
    row = {"step": float(trainer.step), "samples": float(trainer.samples), "pace": round(pace, 1)}
    row |= means
    log.info(" ".join(f"{name}={value:g}" for name, value in row.items()))
    run_log.write(row)


def _lent(embeddings: Embeddings) -> Embeddings:
    """Give every face the components of the one before it in the batch, all five together."""
    return {part: embedding.roll(1, 0) for part, embedding in embeddings.items()}
