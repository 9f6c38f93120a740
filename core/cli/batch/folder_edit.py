"""Edits every photo of a folder into another one, and goes on where it was interrupted."""

from __future__ import annotations

import io
import shutil
import time
from argparse import Namespace
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from core.cli.batch.cluster import run_on_cluster
from core.cli.batch.record import Record, digest_of
from core.cli.batch.worker_pool import PoolSize, run_tasks
from core.cli.edits import files_among, is_same_file
from core.errors import CoreError, ImageWriteError, InvalidRequestError
from core.image_io.formats import READABLE_SUFFIXES
from core.image_io.photo import ENCODERS

RunCommand = Callable[[Namespace], int]
"""Runs the command for one photo: prints its sentences, returns its exit code."""

_OWN_FOLDER = ".faceeditor-batch"
"""In the folder of results: the record, and what is not finished."""
_LABELS_SUFFIX = ".png"
_OF_THE_BATCH = frozenset(
    {"in_folder", "out_folder", "masks", "jobs", "limit", "dask", "json", "json_lines", "verbose"}
    | {"overwrite"}
)
"""Options that do not decide what becomes of a photo."""


class State(StrEnum):
    """What became of a photo."""

    DONE = "done"
    UNCHANGED = "unchanged"  # it was done before
    FAILED = "failed"


@dataclass(frozen=True)
class PhotoOutcome:
    """What became of one photo."""

    photo: str
    state: State
    outputs: tuple[str, ...] = ()
    """Names of the files in the folder of results."""
    notices: tuple[str, ...] = ()
    """Sentences for the user."""
    reason: str | None = None
    """Why it failed, as one sentence."""
    exit_code: int = 0
    """Of the command for that photo."""
    seconds: float = 0.0


@dataclass(frozen=True)
class _Task:
    """One photo to edit."""

    options: Namespace
    """Of the command for that photo, which writes into a folder of its own."""
    name: str
    """Of the photo."""
    digest: str


@dataclass(frozen=True)
class _Answer:
    exit_code: int
    sentences: tuple[str, ...]
    seconds: float


class FolderEdit:
    """One edit of all photos in a folder."""

    def __init__(self, options: Namespace, run_command: RunCommand, size: PoolSize) -> None:
        """Find the photos.

        Args:
            options: of `faceeditor batch`.
            run_command: can be pickled.
            size: of the pool of processes.

        Raises:
            InvalidRequestError: the folders are not as they should be, or hold no photo.
        """
        self._options, self._run_command, self._size = options, run_command, size
        self._in, self._out = options.in_folder.absolute(), options.out_folder.absolute()
        masks = getattr(options, "masks", None)
        self._masks = pictures_in(masks.absolute()) if masks is not None else None
        self.photos = pictures_in(self._in)[: options.limit]
        """Paths, by name."""
        sources = (self._in, masks) if masks is not None else (self._in,)
        if self._out.exists() and any(self._out.samefile(source) for source in sources):
            raise InvalidRequestError(
                f"{options.out_folder} is a folder that is read; write into another one."
            )
        if not self.photos:
            raise InvalidRequestError(
                f"There is no photo in {options.in_folder}; choose a folder of photos."
            )
        self._own_folder = self._out / _OWN_FOLDER
        self._unfinished = self._own_folder / "unfinished"

    def run(self) -> Generator[PhotoOutcome, None, None]:
        """Yield what became of each photo, first of those for which there is nothing to do.

        Raises:
            OSError: the folder of results cannot be written.
        """
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._unfinished.mkdir(parents=True)
        record = Record(self._own_folder / "done.jsonl", self._out)
        tasks, taken = list[_Task](), set[str]()
        for photo in self.photos:
            planned = self._plan(photo, record, taken)
            if isinstance(planned, _Task):
                tasks.append(planned)
            else:
                yield planned
        try:
            for task, answer in self._answers(tasks):
                yield self._finish(task, answer, record)
        finally:
            shutil.rmtree(self._unfinished, ignore_errors=True)

    def _answers(self, tasks: Sequence[_Task]) -> Iterator[tuple[_Task, _Answer | None]]:
        """Yield what comes of each task, from processes here or from a cluster."""
        work = partial(_edit, self._run_command)
        if self._options.dask is None:
            yield from run_tasks(work, tasks, self._size)
        elif tasks:
            yield from run_on_cluster(work, tasks, self._options.dask)

    def _plan(self, photo: Path, record: Record, taken: set[str]) -> _Task | PhotoOutcome:
        """Say what to do for a photo, or what became of it if that is nothing."""
        output = self._output_name(photo)
        if output in taken:
            return _failure(photo, f"Another photo becomes {output}, too; rename one of them.")
        taken.add(output)
        options = Namespace(**vars(self._options))
        options.command, options.photo, options.landmarks = options.edit, photo, None
        options.json = options.verbose = False
        options.page = 1
        if self._masks is not None:
            options.mask = self._mask_for(photo)
            if options.mask is None:
                return _failure(photo, f"There is no mask with its name in {options.masks}.")
        digest = digest_of(_settings(options), _files(options))
        if record.is_done(photo.name, digest):
            return PhotoOutcome(photo.name, State.UNCHANGED, record.outputs_of(photo.name))
        if any(is_same_file(self._out / output, path) for path in _files(options)):
            return _failure(photo, f"{output} is a file that is read; write into another folder.")
        has_variants = getattr(options, "variants", None) is not None
        if not has_variants and not self._may_write(output, record):
            return _failure(photo, _foreign(output))
        options.output = self._unfinished / photo.name / output
        return _Task(options, photo.name, digest)

    def _finish(self, task: _Task, answer: _Answer | None, record: Record) -> PhotoOutcome:
        """Move what was written to where it belongs; files are moved whole or not at all."""
        folder = task.options.output.parent
        if answer is None:
            return _failure(
                task.options.photo,
                "It ended the process that edited it, perhaps for want of memory; "
                "try fewer --jobs, or a smaller copy.",
                CoreError.exit_code,
            )
        if answer.exit_code:
            *notices, reason = answer.sentences or ("It failed unexpectedly.",)
            return PhotoOutcome(
                task.name,
                State.FAILED,
                notices=tuple(notices),
                reason=reason,
                exit_code=answer.exit_code,
                seconds=answer.seconds,
            )
        try:
            written = sorted(path.name for path in folder.iterdir())
            foreign = next((name for name in written if not self._may_write(name, record)), None)
            if foreign is not None:
                return _failure(task.options.photo, _foreign(foreign))
            for name in written:
                (folder / name).replace(self._out / name)
            record.add(task.name, task.digest, written)
        except OSError as error:
            return _failure(
                task.options.photo,
                f"Its result cannot be put into {self._options.out_folder} "
                f"({error.strerror}); make room there, or choose another folder.",
                ImageWriteError.exit_code,
            )
        return PhotoOutcome(
            task.name,
            State.DONE,
            tuple(written),
            answer.sentences,
            seconds=answer.seconds,
        )

    def _output_name(self, photo: Path) -> str:
        """Name the result as the photo, in its format if that can be saved."""
        if self._options.edit == "parse":
            return photo.with_suffix(_LABELS_SUFFIX).name
        can_save = photo.suffix.lower() in ENCODERS
        return photo.name if can_save else photo.with_suffix(".png").name

    def _mask_for(self, photo: Path) -> Path | None:
        """Find the mask of the same name, or at least the same stem."""
        masks = [mask for mask in self._masks or () if mask.stem == photo.stem]
        return min(masks, key=lambda mask: mask.name != photo.name, default=None)

    def _may_write(self, name: str, record: Record) -> bool:
        is_free = not (self._out / name).exists()
        return is_free or self._options.overwrite or record.is_own(name)


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """List the pictures that lie in a folder itself, by name.

    Raises:
        InvalidRequestError: there is no such folder.
    """
    try:
        return tuple(
            sorted(path for path in folder.iterdir() if path.suffix.lower() in READABLE_SUFFIXES)
        )
    except OSError as error:
        raise InvalidRequestError(
            f"{folder} is not a folder that can be read; choose another one."
        ) from error


def _edit(run_command: RunCommand, task: _Task) -> _Answer:
    """Run the command for one photo, in a process of the pool; what it prints is gathered."""
    started, told = time.perf_counter(), io.StringIO()
    task.options.output.parent.mkdir(parents=True, exist_ok=True)
    with redirect_stdout(io.StringIO()), redirect_stderr(told):
        exit_code = run_command(task.options)
    sentences = tuple(dict.fromkeys(told.getvalue().splitlines()))
    return _Answer(exit_code, sentences, time.perf_counter() - started)


def _settings(options: Namespace) -> dict[str, object]:
    """Take the options that decide what becomes of a photo."""
    return {name: value for name, value in vars(options).items() if name not in _OF_THE_BATCH}


def _files(options: Namespace) -> Iterable[Path]:
    """Yield the files that the command for one photo reads."""
    return files_among(_settings(options).values())


def _failure(
    photo: Path, reason: str, exit_code: int = InvalidRequestError.exit_code
) -> PhotoOutcome:
    return PhotoOutcome(photo.name, State.FAILED, reason=reason, exit_code=exit_code)


def _foreign(name: str) -> str:
    return (
        f"{name} is there already and not as this batch wrote it; move it away, or add --overwrite."
    )
