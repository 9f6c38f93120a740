"""One training run: frames in; weights, log and contact sheets out."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import torch
from torch import Tensor, nn

from core.checkpoints import load_weights, save_weights
from core.training.config import TrainConfig
from core.training.frames import Batch, SampleMix, prefetched
from core.training.metrics import hole_psnr
from core.training.recipes import Recipe
from core.training.sheet import answers, write_sheet
from core.training.trainer import Trainer

log = logging.getLogger(__name__)

_WATCHED = 64
_SHEET_SHARE = 0.1  # of the minutes between two contact sheets


@dataclass(frozen=True)
class Run:
    """What a run is asked for."""

    recipe: Recipe
    config: TrainConfig
    data: Path
    out: Path
    minutes: float
    device: torch.device
    start: Path | None = None
    """Weights to start from."""
    resume: bool = False
    """Go on with the run in `out`."""


def train(run: Run) -> None:
    """Train until the minutes are spent."""
    recipe, config = run.recipe, run.config
    torch.manual_seed(config.seed)
    run.out.mkdir(parents=True, exist_ok=True)
    (run.out / "config.json").write_text(json.dumps(asdict(config), indent=1))
    trainer = _make_trainer(run)
    sources = recipe.sources(run.data, "train")
    for source in sources:
        log.info("%s: weight %.2f, %d faces", source.name, source.weight, len(source.faces))
    watched = SampleMix(recipe.sources(run.data, "val"), config.size, seed=1).batch(_WATCHED)
    batches = prefetched(SampleMix(sources, config.size, config.seed + trainer.step), config.batch)
    next_sheet = 0.0
    for share in trainer.run(batches, run.minutes, run.out):
        _save(trainer, run)
        if share >= next_sheet:
            next_sheet = share + _SHEET_SHARE
            _watch(trainer, watched, run.out)


def _make_trainer(run: Run) -> Trainer:
    features = run.data / "teachers" / "squeezenet1_0.safetensors"
    painter = run.recipe.make_painter()
    if run.start:
        painter.network.load_state_dict(load_weights(run.start)[0])
    trainer = Trainer(painter, run.config, features, run.device)
    if run.resume:
        trainer.resume(run.out)
    return trainer


def _save(trainer: Trainer, run: Run) -> None:
    system = run.recipe.system
    state, config = trainer.average.state_dict(), trainer.painter.stored_config()
    save_weights(run.out / f"{system}.safetensors", state, system, config)


def _watch(trainer: Trainer, watched: Batch, out: Path) -> None:
    def paint(image: Tensor, mask: Tensor, lines: Tensor) -> Tensor:
        network: nn.Module = trainer.average
        return trainer.painter.paint(network, image, mask, lines)[0]

    cv2.setNumThreads(1)
    found = answers(paint, watched, trainer.device)
    score = hole_psnr(found, watched.image, watched.mask > 0)
    log.info("samples=%d validation hole PSNR %.2f dB", trainer.samples, score)
    write_sheet(out / f"sheet-{trainer.samples:08d}.png", found, watched)
