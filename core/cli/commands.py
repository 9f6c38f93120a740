"""Runs one command: dispatch, exit codes, and errors as one sentence each."""

from __future__ import annotations

import logging
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import cv2

from core.cli import console
from core.cli.arguments import build_parser
from core.cli.batch.batch import batch
from core.cli.edits import fill, restore, retouch, smile
from core.cli.exemplars import exemplar
from core.cli.expressions import express
from core.cli.faces import landmarks
from core.cli.labels import parse
from core.cli.portraits import transfer
from core.cli.project import project
from core.cli.weights import import_weights, list_models, verify_models
from core.errors import CoreError

EXIT_OTHER = CoreError.exit_code
_UNEXPECTED = "The command failed unexpectedly; add -v to see why, and report it."
_NO_MEMORY = "There is too little memory for this photo; close other programs, or make it smaller."

log = logging.getLogger(__name__)

COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "smile": smile,
    "express": express,
    "fill": fill,
    "exemplar": exemplar,
    "transfer": transfer,
    "retouch": retouch,
    "restore": restore,
    "landmarks": landmarks,
    "parse": parse,
    "project": project,
    "models list": list_models,
    "models verify": verify_models,
    "models import": import_weights,
    "batch": lambda options: batch(options, run),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code of DESIGN's table."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    console.escape_unprintable()
    try:
        options = build_parser().parse_args(arguments)
    except CoreError as error:
        return _report_failure(str(error), error.exit_code, as_json="--json" in arguments)
    return run(options)


def run(options: Namespace) -> int:
    """Run the command that options are of; return its exit code, whatever goes wrong."""
    as_json = options.json
    try:
        with nullcontext() if options.verbose else console.only_our_lines():
            console.set_up_log(verbose=options.verbose)
            return COMMANDS[_command_name(options)](options)
    except CoreError as error:
        return _report_failure(str(error), error.exit_code, as_json=as_json)
    except KeyboardInterrupt:
        return _report_failure(
            "Stopped; nothing was written.", console.EXIT_INTERRUPTED, as_json=as_json
        )
    except OSError as error:
        sentence = f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
        return _report_failure(sentence, EXIT_OTHER, as_json=as_json)
    except Exception as error:
        log.exception("The command failed: %s", options)
        sentence = _NO_MEMORY if _lacks_memory(error) else _UNEXPECTED
        return _report_failure(sentence, EXIT_OTHER, as_json=as_json)


def _lacks_memory(error: Exception) -> bool:
    is_opencvs = isinstance(error, cv2.error) and error.code == cv2.Error.StsNoMem
    return is_opencvs or isinstance(error, MemoryError)


def _command_name(options: Namespace) -> str:
    return " ".join(filter(None, (options.command, getattr(options, "action", None))))


def _report_failure(sentence: str, exit_code: int, *, as_json: bool) -> int:
    console.print_error(sentence)
    if as_json:
        console.print_json({"error": sentence, "exit_code": exit_code})
    return exit_code
