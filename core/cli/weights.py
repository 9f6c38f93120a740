"""The commands about network weights."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from math import prod
from pathlib import Path

from core.cli import console
from core.edit.requests import InpaintRequest, SmileRequest
from core.errors import CheckpointError, InvalidRequestError
from core.face.dlib_files import (
    CNN_DETECTOR,
    DESCRIPTOR,
    LANDMARKS_5,
    LANDMARKS_68,
    verified_file,
)
from core.runtime.model_card import card_path, stated_terms

SUFFIX = ".safetensors"

_CHECKSUM = "\n- sha256: "
"""What tells a model card from other texts beside the weights."""


@dataclass(frozen=True)
class ModelRow:
    """One system and what is known about its shipped weights."""

    name: str
    title: str
    card: str
    bytes: int | None
    parameters: int | None
    terms: str | None
    """Under which they may be used."""
    problem: str | None
    """A sentence, or None where the file is what its card says."""


def list_models(options: Namespace) -> int:
    """List the systems with size, parameters and card of their weights."""
    rows = list(_rows())
    if options.json:
        console.print_json({"models": [asdict(row) for row in rows]})
        return 0
    for row in rows:
        console.print_line(
            f"{row.name:<18}{row.title:<46}{_size(row)}, {row.terms or 'terms unknown'}  {row.card}"
        )
    return 0


def verify_models(options: Namespace) -> int:
    """Compare every shipped weights file, dlib's too, with its checksum."""
    from core.runtime.checkpoints import load_weights, weights_path

    checks: dict[str, str | None] = {
        name: _problem(partial(load_weights, weights_path(name))) for name in _shipped_names()
    }
    for name in (LANDMARKS_68, LANDMARKS_5, CNN_DETECTOR, DESCRIPTOR):
        checks[name] = _problem(partial(verified_file, name))
    problems = [problem for problem in checks.values() if problem is not None]
    if options.json:
        console.print_json({"files": checks})
    for name, problem in checks.items():
        if not options.json and problem is None:
            console.print_line(f"{name}: verified")
    console.print_notices(problems)
    return CheckpointError.exit_code if problems else 0


def import_weights(options: Namespace) -> int:
    """Convert a published checkpoint into weights of this program."""
    from core.models import MODELS

    spec = MODELS.get(options.system)
    if spec is None or spec.import_published is None:
        known = [name for name, spec in MODELS.items() if spec.import_published is not None]
        raise InvalidRequestError(
            f"Nothing published can be imported for {options.system}; choose one of "
            f"{', '.join(known)}."
        )
    _check_output(options.output, overwrite=options.overwrite)
    spec.import_published(options.checkpoint, options.output)
    terms = stated_terms(options.output)
    if options.json:
        console.print_json({"system": spec.name, "output": str(options.output), "terms": terms})
    else:
        console.print_line(
            f"Wrote {options.output} for {spec.title}; its terms: {terms}. "
            f"An edit uses it with --weights {spec.name}={options.output}."
        )
    return 0


def _check_output(path: Path, *, overwrite: bool) -> None:
    if path.suffix != SUFFIX:
        raise InvalidRequestError(f"{path} has to end in {SUFFIX}.")
    if path.exists() and not overwrite:
        raise InvalidRequestError(f"{path} exists; name another file, or add --overwrite.")


def _shipped_names() -> list[str]:
    """Name what has a card or a file, and what edits use by default, there or not."""
    from core.runtime.checkpoints import WEIGHTS_DIR

    cards = (
        card for card in WEIGHTS_DIR.glob("*.md") if _CHECKSUM in card.read_text("utf-8", "replace")
    )
    files = WEIGHTS_DIR.glob(f"*{SUFFIX}")
    defaults = (InpaintRequest.model, SmileRequest.model)
    return sorted({path.stem for path in (*cards, *files)}.union(defaults))


def _rows() -> Iterator[ModelRow]:
    from core.models import MODELS
    from core.runtime.checkpoints import load_weights, weights_path

    for spec in MODELS.values():
        path = weights_path(spec.name)
        problem = _problem(partial(load_weights, path))
        yield ModelRow(
            spec.name,
            spec.title,
            str(card_path(path)),
            path.stat().st_size if path.is_file() else None,
            _parameters(path) if problem is None else None,
            stated_terms(path),
            problem,
        )


def _problem(check: Callable[[], object]) -> str | None:
    try:
        check()
    except CheckpointError as error:
        return str(error)
    return None


def _parameters(path: Path) -> int:
    """Count the values in a file from its header."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        names = file.keys()
        return sum(prod(file.get_slice(name).get_shape()) for name in names)


def _size(row: ModelRow) -> str:
    if row.bytes is None:
        return "no weights"
    if row.problem is not None or row.parameters is None:
        return f"{row.bytes / 1e6:.1f} MB, damaged"
    return f"{row.bytes / 1e6:.1f} MB, {row.parameters / 1e6:.1f} M parameters, verified"
