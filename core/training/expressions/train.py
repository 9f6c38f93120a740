"""Trains the expression network: a generator, and the discriminator that also knows classes."""

from __future__ import annotations

import copy
import json
import logging
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils import convert_conv2d_weight_memory_format, parametrize

from core.models.sa_stargan.discriminator import EMBEDDED_WIDTHS, SAStarGANDiscriminator, Verdict
from core.models.sa_stargan.model import (
    CLASSES,
    EMBEDDED,
    NAME,
    SIDE,
    SAStarGANGenerator,
    move_pixels,
)
from core.runtime import tensors
from core.runtime.checkpoints import load_state, load_weights, save_weights
from core.runtime.device import training_arithmetic
from core.training.data.array_types import Figures, Images
from core.training.data.prefetch import prefetch
from core.training.expressions.data import (
    ExpressionBatch,
    ExpressionMix,
    LabelledFace,
    frame_images,
    load_labelled,
)
from core.training.expressions.figures import write_expression_sheet
from core.training.expressions.geometry import (
    class_displacements,
    geometry_error,
    unevenness,
)
from core.training.expressions.losses import critic_loss, generator_loss, gradient_penalty
from core.training.expressions.settings import Adversarial, ExpressionConfig
from core.training.harness.run_log import RunLog
from core.training.harness.run_state import (
    counts,
    read_state,
    restore,
    spent_seconds,
    write_state,
)
from core.training.harness.schedule import Clock, learning_rate_at
from core.training.losses.discriminator_augment import draw_augmentation
from core.training.losses.terms import Term
from core.training.trainer import critics_path

log = logging.getLogger(__name__)

_SAVE_EVERY_S = 120
_SHEET_EVERY_S = 600
_LOG_EVERY = 50
_SECOND_BETA = 0.99
_WATCHED = 12  # faces on the sheets of a run
DEFAULTS = ExpressionConfig()


@dataclass(frozen=True)
class ExpressionRun:
    """The settings of one run."""

    config: ExpressionConfig
    data: Sequence[Path]
    """Folders of shards."""
    out: Path
    minutes: float
    device: torch.device
    start: Path | None = None
    """Weights to start from."""
    resume: bool = False
    """Go on with the run in `out`."""
    total_minutes: float | None = None
    """What the whole run may take over all its resumptions."""


class ExpressionTrainer:
    """Both networks, the generator's running average, and the optimisers."""

    def __init__(
        self, config: ExpressionConfig, device: torch.device, displacements: Figures
    ) -> None:
        """Make new networks.

        Args:
            config: the options.
            device: where they learn.
            displacements: (K, 68, 2) as `class_displacements` measures them.
        """
        self.config, self.device = config, device
        self.displacements = torch.from_numpy(displacements).float().to(device)
        self.network = SAStarGANGenerator(EMBEDDED).to(device)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.critic = SAStarGANDiscriminator(len(CLASSES), EMBEDDED_WIDTHS, SIDE).to(device)
        convert_conv2d_weight_memory_format(self.critic, torch.channels_last)
        betas = (config.momentum, _SECOND_BETA)
        self.optimiser, self.critic_optimiser = (
            torch.optim.Adam(module.parameters(), config.learning_rate, betas)
            for module in (self.network, self.critic)
        )
        self.step, self.repainted, self.spent_s = 0, 0, 0.0

    @property
    def samples(self) -> int:
        """Faces repainted, earlier runs included."""
        return self.config.samples_before + self.repainted

    def start_from(self, path: Path) -> None:
        """Take over the weights of an earlier run, and its discriminator if it lies beside them.

        Raises:
            CheckpointError: they are missing, damaged or another network's.
        """
        for network in (self.network, self.average):
            load_state(network, load_weights(path)[0], path)
        beside = critics_path(path)
        if beside.is_file():
            load_state(self.critic, load_weights(beside)[0], beside)

    def train_step(self, batch: ExpressionBatch, share: float) -> dict[str, float]:
        """Take one step at that share of the run; returns the terms of the losses."""
        seeds = np.random.SeedSequence((self.config.seed, self.step))
        torch.manual_seed(int(seeds.generate_state(1)[0]))
        self._set_rate(learning_rate_at(share, self.config.learning_rate))
        image = tensors.from_images(batch.image).contiguous().to(self.device)
        label = torch.from_numpy(batch.label).to(self.device)
        if share < self.config.warm_up:
            values = self._descend_critic(image, label, None)
        else:
            values = self._learn_both(image, label, torch.from_numpy(batch.landmarks))
        self.step += 1
        return values

    def save(self, folder: Path) -> None:
        """Write the weights, and everything that a resumption needs."""
        path = folder / f"{NAME}.safetensors"
        save_weights(path, self.average.state_dict(), NAME, asdict(EMBEDDED))
        save_weights(critics_path(path), self.critic.state_dict(), NAME, {})
        state = {name: item.state_dict() for name, item in self._stateful_items().items()}
        spent = {"step": self.step, "repainted": self.repainted, "spent_s": self.spent_s}
        write_state(folder, state | spent)

    def resume(self, folder: Path) -> None:
        """Go on where `save` left off.

        Raises:
            FileNotFoundError: there is no run in that folder.
            CheckpointError: what is there is damaged.
        """
        state = read_state(folder)
        restore(self._stateful_items(), state, folder)
        self.step, self.repainted = counts(state, "step", "repainted", folder=folder)
        self.spent_s = spent_seconds(state, folder)

    def _learn_both(self, image: Tensor, label: Tensor, points: Tensor) -> dict[str, float]:
        config, rows = self.config, slice(self.config.batch)
        asked = torch.randint(len(CLASSES), (config.batch,)).to(self.device)
        with training_arithmetic(self.device):
            move, painted = self.network.train().changes(image[rows], _one_hot(asked))
        fake = painted if move is None else move_pixels(image[rows], move) + painted
        values = self._descend_critic(image, label, fake.detach())
        if self.step % config.generator_every == 0:
            self.critic.requires_grad_(False)
            terms = self._generator_terms(image[rows], label[rows], fake, asked)
            if move is not None:
                terms += self._move_terms(move, points[rows].to(self.device), label[rows], asked)
                terms.append(Term("painted", config.painted, painted.abs().mean()))
            values |= _descend(self.optimiser, terms)
            self.critic.requires_grad_(True)
            self._update_average()
        self.repainted += config.batch
        return values

    def _descend_critic(
        self, image: Tensor, label: Tensor, fake: Tensor | None
    ) -> dict[str, float]:
        """Update the discriminator; without fakes it learns the classes alone."""
        config = self.config
        with training_arithmetic(self.device), parametrize.cached():
            real_verdict = self._judge(image)
            fake_verdict = None if fake is None else self._judge(fake)
        terms = [self._class_term("photo classes", real_verdict, label)]
        if fake is not None and fake_verdict is not None:
            realness = real_verdict.realness.float(), fake_verdict.realness.float()
            loss = critic_loss(config.adversarial_form, *realness)
            terms.append(Term("critic", config.adversarial, loss))
            if config.adversarial_form is Adversarial.WGAN_GP:
                penalty = self._penalty(image[: len(fake)], fake)
                terms.append(Term("penalty", config.gradient_penalty, penalty))
        return _descend(self.critic_optimiser, terms)

    def _penalty(self, image: Tensor, fake: Tensor) -> Tensor:
        share = torch.rand(len(fake), 1, 1, 1).to(self.device)
        return gradient_penalty(lambda mixed: self.critic(mixed).realness, image, fake, share)

    def _generator_terms(
        self, image: Tensor, label: Tensor, fake: Tensor, asked: Tensor
    ) -> list[Term]:
        config, back = self.config, slice(round(self.config.cycle_share * len(image)))
        with training_arithmetic(self.device):
            verdict = self._judge(fake)
        adversarial = generator_loss(config.adversarial_form, verdict.realness.float())
        is_same = asked == label
        change = (fake - image).abs().mean(dim=(1, 2, 3))
        kept = (change * is_same).sum() / is_same.sum().clamp(min=1)
        terms = [
            Term("adversarial", config.adversarial, adversarial),
            self._class_term("classes", verdict, asked),
            Term("identity", config.identity, kept),
        ]
        if back.stop:
            with training_arithmetic(self.device):
                returned = self.network(fake[back], _one_hot(label[back]))
            terms.append(Term("cycle", config.cycle, (returned - image[back]).abs().mean()))
        return terms

    def _move_terms(self, move: Tensor, points: Tensor, label: Tensor, asked: Tensor) -> list[Term]:
        config = self.config
        displacement = config.geometry_scale * (
            self.displacements[asked] - self.displacements[label]
        )
        error = geometry_error(move, points, displacement)
        return [
            Term("geometry", config.geometry, error),
            Term("unevenness", config.unevenness, unevenness(move)),
        ]

    def _judge(self, image: Tensor) -> Verdict:
        if self.config.diff_augment:
            image = draw_augmentation(image).apply(image)
        verdict: Verdict = self.critic(image)
        return verdict

    def _class_term(self, name: str, verdict: Verdict, label: Tensor) -> Term:
        loss = F.cross_entropy(verdict.classes.float(), label)
        return Term(name, self.config.classification, loss)

    def _set_rate(self, rate: float) -> None:
        for optimiser in (self.optimiser, self.critic_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = rate

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        pairs = zip(self.average.parameters(), self.network.parameters(), strict=True)
        for average, current in pairs:
            average.lerp_(current, 1.0 - decay)

    def _stateful_items(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "average": self.average,
            "critic": self.critic,
            "optimiser": self.optimiser,
            "critic_optimiser": self.critic_optimiser,
        }


def train_expressions(run: ExpressionRun) -> None:
    """Train until the minutes are spent; leaves weights, log and contact sheets in a folder."""
    torch.manual_seed(run.config.seed)
    run.out.mkdir(parents=True, exist_ok=True)
    (run.out / "config.json").write_text(json.dumps(asdict(run.config), indent=1))
    faces = load_labelled(run.data, "train")
    trainer = ExpressionTrainer(run.config, run.device, class_displacements(faces))
    if run.start:
        trainer.start_from(run.start)
    if run.resume:
        trainer.resume(run.out)
    watched, drawn_at = _watched_faces(run.data), time.monotonic()
    with closing(_make_batches(run, faces, trainer.step)) as batches:
        for is_last in _train_until_over(trainer, run, batches, RunLog(run.out)):
            trainer.save(run.out)
            if is_last or time.monotonic() - drawn_at > _SHEET_EVERY_S:
                drawn_at = time.monotonic()
                path = run.out / f"sheet-{trainer.samples:08d}.png"
                write_expression_sheet(path, trainer.average, watched)


def _watched_faces(folders: Sequence[Path]) -> Images:
    """Choose held-out neutral faces that the sheets show."""
    neutral = CLASSES.index("neutral")
    faces = [one.face for one in load_labelled(folders, "val") if one.label == neutral]
    cv2.setNumThreads(1)
    return frame_images(faces[:: max(1, len(faces) // _WATCHED)][:_WATCHED])


def _make_batches(
    run: ExpressionRun, faces: Sequence[LabelledFace], first: int
) -> Generator[ExpressionBatch]:
    """Draw batches in a thread beside the networks, the next one of that number."""
    found = Counter(CLASSES[one.label] for one in faces)
    log.info(", ".join(f"{name}: {found[name]}" for name in CLASSES))
    mix = ExpressionMix(faces, run.config.balance, run.config.seed)
    return prefetch(lambda number: mix.batch(number, run.config.critic_batch), first)


def _train_until_over(
    trainer: ExpressionTrainer,
    run: ExpressionRun,
    batches: Iterator[ExpressionBatch],
    run_log: RunLog,
) -> Iterator[bool]:
    """Train; now and then yield whether it was the last time."""
    clock = Clock(run.minutes, trainer.spent_s, run.total_minutes)
    saved, since, rows = time.monotonic(), time.monotonic(), list[dict[str, float]]()
    while not clock.is_over:
        rows.append(trainer.train_step(next(batches), clock.share))
        trainer.spent_s = clock.spent_s
        if len(rows) == _LOG_EVERY:
            _log(trainer, run_log, rows, time.monotonic() - since)
            rows, since = [], time.monotonic()
        if time.monotonic() - saved > _SAVE_EVERY_S:
            saved = time.monotonic()
            yield False
    yield True


def _log(
    trainer: ExpressionTrainer, run_log: RunLog, rows: list[dict[str, float]], seconds: float
) -> None:
    names = dict.fromkeys(name for row in rows for name in row)
    means = {name: float(np.mean([row[name] for row in rows if name in row])) for name in names}
    row = {
        "step": float(trainer.step),
        "samples": float(trainer.samples),
        "steps per second": round(len(rows) / seconds, 2),
        **{name: round(value, 5) for name, value in means.items()},
    }
    log.info(" ".join(f"{name}={value:g}" for name, value in row.items()))
    run_log.write(row)


def _descend(optimiser: torch.optim.Optimizer, terms: Sequence[Term]) -> dict[str, float]:
    """Take one step down the weighted sum of the terms; returns their values."""
    total = torch.stack([term.weight * term.value.float() for term in terms]).sum()
    optimiser.zero_grad(set_to_none=True)
    torch.autograd.backward(total)
    optimiser.step()
    return {term.name: float(term.value.detach()) for term in terms}


def _one_hot(label: Tensor) -> Tensor:
    return F.one_hot(label, len(CLASSES)).float()
