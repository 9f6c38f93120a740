"""The promises that hold for the whole tree rather than for one module."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path

import pytest

from core.models import models_for
from core.models.base import Task
from core.runtime.checkpoints import weights_path
from faceeditor_gui.state.model_names import FILL_MODELS, model_title

REPOSITORY = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path for package in ("core", "faceeditor_gui") for path in (REPOSITORY / package).rglob("*.py")
)
MAX_LINES = 400
MAX_MODEL_LINES = 600
UNHOMELY_NAMES = {"utils", "helpers", "common", "misc", "manager"}


def test_window_opens_without_importing_torch_or_dlib():
    assert not _imported_by("faceeditor_gui.app") & {"torch", "dlib", "skimage", "core.models"}


def test_command_line_explains_itself_without_importing_torch_dlib_or_qt():
    assert not _imported_by("core.cli") & {"torch", "dlib", "PySide6", "skimage"}


def test_editing_and_training_run_where_neither_dlib_nor_qt_is_installed():
    imported = _imported_by("core.training.__main__")
    assert "core.edit.editor" in imported
    assert not imported & {"dlib", "PySide6", "qtawesome"}


@pytest.mark.parametrize("module", ["core.cli", "core.training.__main__", "faceeditor_gui.app"])
def test_importing_opens_no_network_connection(module):
    assert module in _imported_by(module)  # a connection would have ended it


def test_every_module_is_short_enough_to_read():
    for path in MODULES:
        limit = MAX_MODEL_LINES if path.parent.name == "models" else MAX_LINES
        assert len(path.read_text(encoding="utf-8").splitlines()) <= limit, path


def test_every_module_is_named_after_what_is_in_it():
    assert [path for path in MODULES if path.stem in UNHOMELY_NAMES] == []


def test_command_of_the_project_is_what_the_package_provides():
    assert importlib.util.find_spec("faceeditor_gui.__main__") is not None


def test_window_offers_every_network_that_fills_and_has_weights():
    fills = models_for(Task.FILL)
    assert set(FILL_MODELS) == {name for name in fills if weights_path(name).exists()}
    assert all(fills[name].title.startswith(model_title(name)) for name in FILL_MODELS)


@cache
def _imported_by(module: str) -> set[str]:
    """Name what a fresh interpreter that cannot connect holds after importing `module`."""
    code = f"""
        import socket
        import sys

        def refuse(*arguments, **options):
            raise SystemExit("a connection was attempted")

        socket.socket.connect = socket.socket.connect_ex = refuse
        socket.create_connection = socket.getaddrinfo = refuse
        import {module}

        print(*sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
