"""`python -m core.training RECIPE --data DIR --out RUN --minutes N` makes weights; and more."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from core.anatomy.expressions import slider_names
from core.edit.expression.fold_light import NAME as FOLDS
from core.errors import CoreError, InvalidRequestError
from core.face.blendshapes import NAME as BLENDSHAPES
from core.models import MODELS
from core.models.sa_stargan import model as sa_stargan
from core.runtime.checkpoints import weights_path
from core.runtime.device import DEVICE_NAMES, choose_device
from core.runtime.weights_folder import DONORS_DIR
from core.training import blendshape_mesh, donors
from core.training.data.prepare import prepare_shards
from core.training.data.pseudo_labels import write_pseudo_labels
from core.training.evaluate import HIDDEN_PARTS, SECTIONS, Evaluation, evaluate
from core.training.expressions.moved_faces import class_report, write_slider_sheet
from core.training.expressions.train import DEFAULTS as EXPRESSION_DEFAULTS
from core.training.expressions.train import ExpressionRun, train_expressions
from core.training.frozen.expression_judge import DEFAULT_PATH as JUDGE_PATH
from core.training.harness.config import load_config
from core.training.judge_training import train_judge
from core.training.parser.train import ParserRun, train_parser
from core.training.portrait.train import PortraitRun, train_portraits
from core.training.recipes import RECIPES, Recipe
from core.training.reports.speed import measure_speed
from core.training.run import TrainingRun, train
from core.training.smile_statistics import displacements, fold_figures

Command = Callable[[argparse.Namespace], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    if getattr(arguments, "threads", 0):
        torch.set_num_threads(arguments.threads)
    run: Command = arguments.run
    try:
        run(arguments)
    except (CoreError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code if isinstance(error, CoreError) else CoreError.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, recipe in RECIPES.items():
        _add_recipe(commands.add_parser(name, help=f"train {name}"), recipe)
    _add_run(
        commands.add_parser(sa_stargan.NAME, help=f"train {sa_stargan.NAME}"), _train_expressions
    )
    _add_evaluate(commands.add_parser("evaluate", help="the table of a system, as Markdown"))
    speed = _with_data(commands.add_parser("speed", help="how long edits take; JSON"), _speed)
    speed.add_argument("system", choices=list(MODELS))
    speed.add_argument("--weights", type=Path)
    judge = _with_data(commands.add_parser("judge", help="train the judge of smiles"), _judge)
    judge.add_argument("--out", type=Path, default=JUDGE_PATH)
    judge.add_argument("--minutes", type=float, default=20.0)
    judge.add_argument("--threads", type=int, default=0, help="0: as torch decides")
    _add_parser_training(commands.add_parser("face_parser", help="train face_parser"))
    _add_portrait_training(commands.add_parser("mask_portrait", help="train mask_portrait"))
    maps = commands.add_parser("map", help="let the parser map the training faces")
    maps.set_defaults(run=_map)
    maps.add_argument("--data", type=Path, nargs="+", required=True, help="folders of shards")
    maps.add_argument("--out", type=Path, required=True, help="folder of the maps")
    maps.add_argument("--weights", type=Path, help="of the parser, in place of the shipped ones")
    maps.add_argument("--device", default="auto", choices=DEVICE_NAMES)
    maps.add_argument("--threads", type=int, default=0, help="0: as torch decides")
    shards = commands.add_parser("prepare", help="make shards from a folder of photos")
    shards.set_defaults(run=_prepare)
    shards.add_argument("photos", type=Path, help="a folder for each person in it, or just photos")
    shards.add_argument("-o", "--out", type=Path, required=True, help="folder of the shards")
    _add_measurements(commands)
    return parser


def _add_measurements(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add what is measured, not trained."""
    measure = _with_data(
        commands.add_parser("shapes", help="measure the displacements of a smile"), _shapes
    )
    measure.add_argument("--out", type=Path, default=weights_path("displacements"))
    mesh = _with_data(
        commands.add_parser("blendshapes", help="make the blend shapes that ship"), _blendshapes
    )
    mesh.add_argument("--out", type=Path, default=weights_path(BLENDSHAPES))
    lent = _with_data(
        commands.add_parser("donors", help="crop the parts that fills borrow"), _donors
    )
    lent.add_argument("--out", type=Path, default=DONORS_DIR, help="folder of the crops")
    express = _with_data(
        commands.add_parser("expressions", help="judge what `express` makes of people"),
        _expressions,
    )
    express.add_argument("--judge", type=Path, help="weights of the judge of expressions")
    express.add_argument("--out", type=Path, help="folder of contact sheets")
    express.add_argument(
        "--sliders",
        nargs="+",
        choices=["all", *slider_names()],
        metavar="NAME",
        help="draw a sheet of each of these sliders, or of all; judge nothing",
    )
    learn = _with_data(
        commands.add_parser("folds", help="learn the light that a smile casts on a face"), _folds
    )
    learn.add_argument("--out", type=Path, default=weights_path(FOLDS))


def _with_data(command: argparse.ArgumentParser, run: Command) -> argparse.ArgumentParser:
    command.set_defaults(run=run)
    command.add_argument("--data", type=Path, required=True, help="folder of shards")
    return command


def _add_parser_training(command: argparse.ArgumentParser) -> None:
    _with_data(command, _train_parser)
    _add_run_options(command)
    command.add_argument("--parsed", type=Path, help="folder of maps that `map` wrote")


def _add_portrait_training(command: argparse.ArgumentParser) -> None:
    _with_data(command, _train_portraits)
    _add_run_options(command)


def _add_run_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, required=True, help="folder of this run")
    command.add_argument("--minutes", type=float, default=60.0)
    command.add_argument("--device", default="auto", choices=DEVICE_NAMES)
    command.add_argument("--threads", type=int, default=0, help="0: as torch decides")
    command.add_argument("--resume", action="store_true", help="go on with the run in --out")
    command.add_argument("--total", type=float, help="minutes of the run over all resumptions")
    command.add_argument("--start", type=Path, help="weights to start from")


def _add_recipe(command: argparse.ArgumentParser, recipe: Recipe) -> None:
    _add_run(command, _train)
    command.set_defaults(recipe=recipe)
    command.add_argument("--workers", type=int, help="processes that draw holes for a GPU")


def _add_run(command: argparse.ArgumentParser, run: Command) -> None:
    command.set_defaults(run=run)
    command.add_argument("--data", type=Path, nargs="+", required=True, help="folders of shards")
    command.add_argument("--out", type=Path, required=True, help="folder of this run")
    command.add_argument("--minutes", type=float, default=60.0)
    command.add_argument("--config", type=Path, help="TOML file over the recipe's settings")
    command.add_argument("--device", default="auto", choices=DEVICE_NAMES)
    command.add_argument("--threads", type=int, default=0, help="0: as torch decides")
    command.add_argument("--resume", action="store_true", help="go on with the run in --out")
    command.add_argument("--total", type=float, help="minutes of the run over all resumptions")
    command.add_argument("--start", type=Path, help="weights to start from")


def _add_evaluate(command: argparse.ArgumentParser) -> None:
    _with_data(command, _evaluate)
    command.add_argument(
        "system", choices=[*MODELS, HIDDEN_PARTS], help=f"{HIDDEN_PARTS}: every source of a fill"
    )
    command.add_argument("--weights", type=Path, help="in place of the shipped ones")
    command.add_argument("--out", type=Path, help="folder for contact sheets")
    command.add_argument("--faces", type=int, default=64, help="pictures a row (64)")
    command.add_argument("--judge", type=Path, help=f"weights of the judge ({JUDGE_PATH})")
    command.add_argument("--beside", nargs="+", choices=list(MODELS), default=(), metavar="SYSTEM")
    command.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    command.add_argument("--threads", type=int, default=0, help="0: as torch decides")


def _train(arguments: argparse.Namespace) -> None:
    train(
        TrainingRun(
            arguments.recipe,
            load_config(arguments.config, arguments.recipe.defaults),
            arguments.data,
            arguments.out,
            arguments.minutes,
            choose_device(arguments.device),
            arguments.start,
            arguments.resume,
            arguments.total,
            arguments.workers,
        )
    )


def _train_expressions(arguments: argparse.Namespace) -> None:
    train_expressions(
        ExpressionRun(
            load_config(arguments.config, EXPRESSION_DEFAULTS),
            arguments.data,
            arguments.out,
            arguments.minutes,
            choose_device(arguments.device),
            arguments.start,
            arguments.resume,
            arguments.total,
        )
    )


def _evaluate(arguments: argparse.Namespace) -> None:
    evaluation = Evaluation(
        arguments.system,
        arguments.data,
        arguments.weights,
        arguments.out,
        arguments.faces,
        arguments.judge,
        tuple(arguments.only),
        tuple(arguments.beside),
    )
    for section in evaluate(evaluation):
        sys.stdout.write(f"{section}\n\n")
        sys.stdout.flush()


def _speed(arguments: argparse.Namespace) -> None:
    figures = measure_speed(arguments.system, arguments.weights, arguments.data)
    sys.stdout.write(json.dumps(figures) + "\n")


def _judge(arguments: argparse.Namespace) -> None:
    sys.stdout.write(train_judge(arguments.data, arguments.out, arguments.minutes) + "\n")


def _train_parser(arguments: argparse.Namespace) -> None:
    run = ParserRun(
        arguments.data,
        arguments.out,
        arguments.minutes,
        choose_device(arguments.device),
        arguments.resume,
        arguments.total,
        arguments.start,
        arguments.parsed,
    )
    sys.stdout.write(train_parser(run) + "\n")


def _train_portraits(arguments: argparse.Namespace) -> None:
    run = PortraitRun(
        arguments.data,
        arguments.out,
        arguments.minutes,
        choose_device(arguments.device),
        arguments.resume,
        arguments.total,
        arguments.start,
    )
    sys.stdout.write(train_portraits(run) + "\n")


def _map(arguments: argparse.Namespace) -> None:
    device = choose_device(arguments.device)
    summary = write_pseudo_labels(arguments.data, arguments.out, arguments.weights, device)
    sys.stdout.write(summary + "\n")


def _prepare(arguments: argparse.Namespace) -> None:
    sys.stdout.write(prepare_shards(arguments.photos, arguments.out) + "\n")


def _shapes(arguments: argparse.Namespace) -> None:
    displacements.write(arguments.data, arguments.out)


def _blendshapes(arguments: argparse.Namespace) -> None:
    blendshape_mesh.write(arguments.data, arguments.out)


def _donors(arguments: argparse.Namespace) -> None:
    sys.stdout.write(donors.write(arguments.data, arguments.out) + "\n")


def _expressions(arguments: argparse.Namespace) -> None:
    if not arguments.sliders:
        for section in class_report(arguments.data, arguments.judge, arguments.out):
            sys.stdout.write(section + "\n\n")
    elif arguments.out is None:
        raise InvalidRequestError("Sheets of sliders need a folder: --out DIR.")
    else:
        for name in slider_names() if "all" in arguments.sliders else arguments.sliders:
            sheet = write_slider_sheet(arguments.data, arguments.out, name)
            sys.stdout.write(f"{sheet}\n")


def _folds(arguments: argparse.Namespace) -> None:
    sys.stdout.write(fold_figures.write(arguments.data, arguments.out) + "\n")


if __name__ == "__main__":
    sys.exit(main())
