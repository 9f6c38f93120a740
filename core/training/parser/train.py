"""Trains the face parser: every pixel's label shall be one of those that are possible there."""

from __future__ import annotations

import copy
import json
import logging
import math
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import torch
from torch import Tensor
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.anatomy.regions import Region
from core.models import face_parser
from core.models.face_parser import EMBEDDED, FaceParser
from core.runtime import tensors
from core.runtime.checkpoints import load_state, load_weights, save_weights
from core.runtime.device import training_arithmetic
from core.training.data.label_choices import WORN_OVER, label_set
from core.training.data.prefetch import prefetch
from core.training.harness.run_log import RunLog
from core.training.harness.run_state import (
    counts,
    read_state,
    restore,
    spent_seconds,
    write_state,
)
from core.training.harness.schedule import Clock
from core.training.parser.data import LabelBatch, LabelMix, label_sources
from core.training.parser.figures import load_held_out_frames, measure_overlap, write_label_sheet

log = logging.getLogger(__name__)

_SAVE_EVERY_S = 120
_VALIDATE_EVERY_S = 900
_LOG_EVERY = 50
_RATE = 1e-3
_MIN_RATE_SHARE = 0.01
_DECAY = 1e-4
_BETAS = (0.9, 0.99)
_EMA_DECAY = 0.998
_TINY = 1e-20  # keeps the logarithm finite
_LABEL_WEIGHTS = {
    Region.LEFT_BROW: 3.0,
    Region.RIGHT_BROW: 3.0,
    Region.LEFT_EYE: 3.0,
    Region.RIGHT_EYE: 3.0,
    Region.NOSE: 1.5,
    Region.UPPER_LIP: 3.0,
    Region.INNER_MOUTH: 8.0,
    Region.LOWER_LIP: 3.0,
    Region.EARS: 3.0,
    Region.GLASSES: 3.0,
    Region.HAT: 2.0,
    Region.EARRING: 4.0,
    Region.NECKLACE: 4.0,
}
"""Weights of pixels that can only have this label, or be covered there; the others weigh one."""


@dataclass(frozen=True)
class ParserRun:
    """The settings of one run."""

    data: Path
    """Folder of shards."""
    out: Path
    minutes: float
    device: torch.device
    resume: bool = False
    total_minutes: float | None = None
    """What the whole run may take over all its resumptions."""
    start: Path | None = None
    """Weights to start from."""
    parsed: Path | None = None
    """Folder with maps that an earlier parser made of the faces: self-training."""
    batch: int = 16


def choice_loss(scores: Tensor, choices: Tensor) -> Tensor:
    """Measure how unlikely the possible labels are, on average over the pixels that tell.

    Args:
        scores: (N, L, H, W) logits.
        choices: (N, H, W) integers; bit l is set where label l is possible.

    Returns:
        Scalar.
    """
    labels = torch.arange(scores.shape[1], device=scores.device)[:, None, None]
    is_allowed = (choices[:, None] >> labels) & 1  # (N, L, H, W)
    scores = scores.float()
    likelihoods = (scores - scores.detach().amax(dim=1, keepdim=True)).exp()
    allowed_likelihoods = (likelihoods * is_allowed).sum(dim=1) + _TINY
    unlikely = likelihoods.sum(dim=1).log() - allowed_likelihoods.log()
    weight = _label_set_weights(scores.shape[1]).to(scores.device)[choices]
    return (unlikely * weight).sum() / weight.sum().clamp(min=1.0)


@cache
def _label_set_weights(count: int) -> Tensor:
    """Return the weight of every set of labels, (2^L,); where all are possible nothing is told."""
    weights = torch.ones(1 << count)
    weights[-1] = 0.0
    for region, weight in _LABEL_WEIGHTS.items():
        for possible in ((region,), (region, *WORN_OVER.get(region, ()))):
            if max(possible) < count:
                weights[label_set(possible)] = weight
    return weights


class ParserTrainer:
    """The network, its running average, and the optimiser."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.network = FaceParser(EMBEDDED).to(device)
        convert_conv2d_weight_memory_format(self.network, torch.channels_last)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), _RATE, _BETAS, weight_decay=_DECAY
        )
        self.step = self.samples = 0
        self.spent_s = 0.0

    def start_from(self, path: Path) -> None:
        """Take over the weights of an earlier run."""
        for network in (self.network, self.average):
            load_state(network, load_weights(path)[0], path)

    def train_step(self, batch: LabelBatch, share: float) -> float:
        """Take one step at that share of the run; returns the loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = _RATE * max(_MIN_RATE_SHARE, 0.5 * (1 + math.cos(math.pi * share)))
        images = tensors.from_images(batch.image).to(self.device)
        choices = torch.from_numpy(batch.choices).to(self.device)
        with training_arithmetic(self.device):
            scores = self.network.train()(images.contiguous(memory_format=torch.channels_last))
        loss = choice_loss(scores, choices)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimiser.step()
        self.step, self.samples = self.step + 1, self.samples + len(images)
        self._update_average()
        return float(loss.detach())

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(_EMA_DECAY, (1 + self.step) / (10 + self.step))
        pairs = zip(self.average.parameters(), self.network.parameters(), strict=True)
        for average_parameter, parameter in pairs:
            average_parameter.lerp_(parameter, 1.0 - decay)
        for average, current in zip(self.average.buffers(), self.network.buffers(), strict=True):
            average.copy_(current)

    def save(self, folder: Path) -> None:
        """Write the weights, and everything that a resumption needs."""
        save_weights(
            folder / f"{face_parser.NAME}.safetensors",
            self.average.state_dict(),
            face_parser.NAME,
            asdict(EMBEDDED),
        )
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

    def _stateful_items(self) -> dict[str, Any]:
        return {"network": self.network, "average": self.average, "optimiser": self.optimiser}


def train_parser(run: ParserRun) -> str:
    """Train until the minutes are spent, and say how good the parser is."""
    torch.manual_seed(0)
    run.out.mkdir(parents=True, exist_ok=True)
    trainer = ParserTrainer(run.device)
    if run.start:
        trainer.start_from(run.start)
    if run.resume:
        trainer.resume(run.out)
    summary = ""
    with closing(_make_batches(run, trainer.step)) as batches:
        for is_last in _train_until_over(trainer, run, batches, RunLog(run.out)):
            trainer.save(run.out)
            if is_last or _is_validation_due(run.out, trainer):
                summary = _validate(trainer, run)
                log.info("samples=%d\n%s", trainer.samples, summary)
    return summary


def _make_batches(run: ParserRun, first: int) -> Generator[LabelBatch]:
    """Draw batches in a thread beside the network, the next one of that number."""
    sources = label_sources(run.data, run.parsed)
    for source in sources:
        log.info("%s: weight %.2f, %d faces", source.name, source.weight, len(source.faces))
    mix = LabelMix(sources, face_parser.SIZE, seed=0)

    def draw(number: int) -> LabelBatch:
        mix.seek(number)
        return mix.batch(run.batch)

    return prefetch(draw, first)


def _train_until_over(
    trainer: ParserTrainer, run: ParserRun, batches: Iterator[LabelBatch], run_log: RunLog
) -> Iterator[bool]:
    """Train; now and then yield whether it was the last time."""
    clock = Clock(run.minutes, trainer.spent_s, run.total_minutes)
    saved, since, losses = time.monotonic(), time.monotonic(), list[float]()
    while not clock.is_over:
        losses.append(trainer.train_step(next(batches), clock.share))
        trainer.spent_s = clock.spent_s
        if len(losses) == _LOG_EVERY:
            _log(trainer, run_log, losses, time.monotonic() - since, run.batch)
            losses, since = [], time.monotonic()
        if time.monotonic() - saved > _SAVE_EVERY_S:
            yield False
            saved = time.monotonic()
    yield True


def _log(
    trainer: ParserTrainer, run_log: RunLog, losses: list[float], seconds: float, batch: int
) -> None:
    row = {
        "step": float(trainer.step),
        "samples": float(trainer.samples),
        "loss": round(sum(losses) / len(losses), 5),
        "pace": round(len(losses) * batch / seconds, 1),
    }
    log.info(" ".join(f"{name}={value:g}" for name, value in row.items()))
    run_log.write(row)


def _is_validation_due(folder: Path, trainer: ParserTrainer) -> bool:
    """Tell whether the last sheet is old."""
    sheets = [path.stat().st_mtime for path in folder.glob("sheet-*.png")]
    return trainer.spent_s > _VALIDATE_EVERY_S and time.time() - max(sheets, default=0.0) > (
        _VALIDATE_EVERY_S
    )


def _validate(trainer: ParserTrainer, run: ParserRun) -> str:
    """Measure the held-out maps, write them down and draw a sheet."""
    cv2.setNumThreads(1)
    frames = load_held_out_frames(run.data)
    table = measure_overlap(trainer.average, frames)
    (run.out / "figures.json").write_text(json.dumps(table.values, indent=1))
    write_label_sheet(run.out / f"sheet-{trainer.samples:08d}.png", trainer.average, frames)
    return table.markdown()
