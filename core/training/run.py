"""One training run: frames in; weights, log and contact sheets out."""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import torch
from torch import Tensor, nn

from core.runtime.checkpoints import load_state, load_weights, save_weights
from core.training.data.batches import TensorBatch, to_device
from core.training.data.contact_sheet import fill_batch, write_sheet
from core.training.data.device_frames import device_batches
from core.training.data.frames import Batch, SampleMix
from core.training.data.prefetch import prefetch
from core.training.harness.config import TrainConfig
from core.training.harness.distributed import join_process_group
from core.training.harness.run_log import RunLog
from core.training.harness.schedule import Clock
from core.training.recipes import Recipe
from core.training.reports import metrics
from core.training.trainer import Trainer

log = logging.getLogger(__name__)

_VALIDATION_FRAMES = 64
_VALIDATE_EVERY_S = 600
_MOST_WORKERS = 14
_FEATURES = "squeezenet1_0.safetensors"


@dataclass(frozen=True)
class TrainingRun:
    """The settings of one run."""

    recipe: Recipe
    config: TrainConfig
    data: Sequence[Path]
    """Folders of shards; one of them holds the teachers."""
    out: Path
    minutes: float
    device: torch.device
    start: Path | None = None
    """Weights to start from."""
    resume: bool = False
    """Go on with the run in `out`."""
    total_minutes: float | None = None
    """What the whole run may take over all its resumptions."""
    workers: int | None = None
    """Processes that draw holes; None: as many as the device needs."""


def train(run: TrainingRun) -> None:
    """Train until the minutes are spent."""
    torch.manual_seed(run.config.seed)
    run.out.mkdir(parents=True, exist_ok=True)
    (run.out / "config.json").write_text(json.dumps(asdict(run.config), indent=1))
    trainer = _make_trainer(run)
    validation = SampleMix(run.recipe.sources(run.data, "val"), run.config.size, seed=1)
    frames, watched_at, run_log = validation.batch(_VALIDATION_FRAMES), -math.inf, RunLog(run.out)
    with closing(_make_batches(run, trainer)) as batches:
        clock = Clock(run.minutes, trainer.spent_s, run.total_minutes)
        for is_last in trainer.run(batches, clock, run_log):
            if trainer.process_group.is_first:
                _save(trainer, run)
                if is_last or time.monotonic() - watched_at > _VALIDATE_EVERY_S:
                    watched_at = time.monotonic()
                    _validate(trainer, frames, run_log)


def _make_trainer(run: TrainingRun) -> Trainer:
    model = run.recipe.make_model()
    if run.start:
        load_state(model.network, load_weights(run.start)[0], run.start)
    process_group, teachers = join_process_group(run.device), _teachers_folder(run.data)
    device = process_group.device(run.device)
    model.load_teachers(teachers, device)
    trainer = Trainer(model, run.config, teachers / _FEATURES, device, process_group)
    if run.start:
        trainer.load_critics(run.start)
    if run.resume:
        trainer.resume(run.out)
    return trainer


def _teachers_folder(folders: Sequence[Path]) -> Path:
    for folder in folders:
        if (folder / "teachers" / _FEATURES).is_file():
            return folder / "teachers"
    where = ", ".join(str(folder) for folder in folders)
    raise FileNotFoundError(f"There is no teachers/{_FEATURES} in {where}.")


def _make_batches(run: TrainingRun, trainer: Trainer) -> Generator[TensorBatch]:
    """Cut frames on a graphics card if there is one, else by a thread beside the network."""
    config, sources = run.config, run.recipe.sources(run.data, "train")
    for source in sources:
        log.info("%s: weight %.2f, %d faces", source.name, source.weight, len(source.faces))
    mix = SampleMix(sources, config.size, config.seed + trainer.process_group.seed_offset)

    def draw(number: int) -> TensorBatch:
        mix.seek(number)
        return to_device(mix.batch(config.batch), trainer.device)

    if trainer.device.type != "cuda":
        return prefetch(draw, trainer.step)
    workers = run.workers
    if workers is None:
        share = (os.cpu_count() or 2) // trainer.process_group.size
        workers = max(1, min(share - 2, _MOST_WORKERS))
    return device_batches(mix, config.batch, trainer.device, workers=workers, first=trainer.step)


def _save(trainer: Trainer, run: TrainingRun) -> None:
    system = run.recipe.system
    path = run.out / f"{system}.safetensors"
    state, config = trainer.average.state_dict(), trainer.model.stored_config()
    save_weights(path, state, system, config)
    trainer.save_critics(path, system)


def _validate(trainer: Trainer, validation: Batch, run_log: RunLog) -> None:
    """Measure the validation frames, write them into the log, and draw sheet and plot."""
    exemplars_or_lines: list[Tensor] = []

    def inpaint(sample: TensorBatch) -> Tensor:
        network: nn.Module = trainer.average
        prepared = trainer.model.prepare(sample, is_training=False)
        exemplars_or_lines.append(prepared.lines.cpu())
        return trainer.model.inpaint(network, prepared)[0]

    cv2.setNumThreads(1)
    results, hole = fill_batch(inpaint, validation, trainer.device), validation.mask > 0
    figures = {
        "validation PSNR": metrics.hole_psnr(results, validation.image, hole),
        "validation sharpness": metrics.sharpness_ratio(results, validation.image, hole),
        "validation seam": metrics.seam_score(results, hole),
    }
    figures_text = " ".join(f"{name} {value:.3f}" for name, value in figures.items())
    log.info("samples=%d %s", trainer.samples, figures_text)
    run_log.write({"step": trainer.step, "samples": trainer.samples, **figures})
    run_log.plot()
    lines = (
        (torch.cat(exemplars_or_lines).permute(0, 2, 3, 1) * 255.0)
        .round()
        .clamp(0, 255)
        .byte()
        .numpy()
    )
    sheet = run_log.folder / f"sheet-{trainer.samples:08d}.png"
    write_sheet(sheet, results, validation._replace(lines=lines))
