"""`python -m core.training RECIPE --data DIR --minutes N`: makes weights."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
import torch
from torch import Tensor, nn

from core.checkpoints import load_weights, save_weights, weights_path
from core.training import shapes
from core.training.config import TrainConfig, load_config
from core.training.frames import Batch, SampleMix, prefetched
from core.training.recipes import RECIPES, Recipe
from core.training.sheet import answers, hole_psnr, write_sheet
from core.training.trainer import Trainer

log = logging.getLogger(__name__)

_WATCHED = 64
_SHEET_SHARE = 0.1  # of the minutes between two contact sheets


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    run: Callable[[argparse.Namespace], int] = arguments.run
    return run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, recipe in RECIPES.items():
        command = commands.add_parser(name, help=f"train {name}")
        command.set_defaults(run=_train, recipe=recipe)
        command.add_argument("--data", type=Path, required=True, help="folder of shards")
        command.add_argument("--out", type=Path, required=True, help="folder of this run")
        command.add_argument("--minutes", type=float, default=60.0)
        command.add_argument("--config", type=Path, help="TOML file over the recipe's settings")
        command.add_argument("--device", default="cpu")
        command.add_argument("--threads", type=int, default=0, help="0: as torch decides")
        command.add_argument("--resume", action="store_true", help="go on with the run in --out")
        command.add_argument("--start", type=Path, help="weights to start from")
    measure = commands.add_parser("shapes", help="measure the displacements of a smile")
    measure.set_defaults(run=_measure)
    measure.add_argument("--data", type=Path, required=True, help="folder of shards")
    measure.add_argument("--out", type=Path, default=weights_path("displacements"))
    return parser


def _measure(arguments: argparse.Namespace) -> int:
    shapes.write(arguments.data, arguments.out)
    return 0


def _train(arguments: argparse.Namespace) -> int:
    recipe: Recipe = arguments.recipe
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    config = load_config(arguments.config, recipe.defaults)
    torch.manual_seed(config.seed)
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(asdict(config), indent=1))
    trainer = _make_trainer(arguments, recipe, config)
    sources = recipe.sources(arguments.data, "train")
    for source in sources:
        log.info("%s: weight %.2f, %d faces", source.name, source.weight, len(source.faces))
    watched = SampleMix(recipe.sources(arguments.data, "val"), config.size, seed=1).batch(_WATCHED)
    batches = prefetched(SampleMix(sources, config.size, config.seed + trainer.step), config.batch)
    next_sheet = 0.0
    for share in trainer.run(batches, arguments.minutes, out):
        _save(trainer, recipe, config, out)
        if share >= next_sheet:
            next_sheet = share + _SHEET_SHARE
            _watch(trainer, watched, out)
    return 0


def _make_trainer(arguments: argparse.Namespace, recipe: Recipe, config: TrainConfig) -> Trainer:
    features = arguments.data / "teachers" / "squeezenet1_0.safetensors"
    painter = recipe.make_painter()
    if arguments.start:
        painter.network.load_state_dict(load_weights(arguments.start)[0])
    trainer = Trainer(painter, config, features, torch.device(arguments.device))
    if arguments.resume:
        trainer.resume(arguments.out)
    return trainer


def _save(trainer: Trainer, recipe: Recipe, config: TrainConfig, out: Path) -> None:
    save_weights(
        out / f"{recipe.system}.safetensors",
        trainer.average.state_dict(),
        recipe.system,
        trainer.painter.stored_config(),
    )


def _watch(trainer: Trainer, watched: Batch, out: Path) -> None:
    def paint(image: Tensor, mask: Tensor, lines: Tensor) -> Tensor:
        network: nn.Module = trainer.average
        return trainer.painter.paint(network, image, mask, lines)[0]

    cv2.setNumThreads(1)
    found = answers(paint, watched, trainer.device)
    log.info("samples=%d validation hole PSNR %.2f dB", trainer.samples, hole_psnr(found, watched))
    write_sheet(out / f"sheet-{trainer.samples:08d}.png", found, watched)


if __name__ == "__main__":
    sys.exit(main())
