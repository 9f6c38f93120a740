"""The promises that hold for the whole tree rather than for one module."""

from __future__ import annotations

import ast
import importlib.util
import re
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
PACKAGES = sorted({path.parent for path in MODULES})
MAX_FILES = 24
"""Python files that stand in one folder, before nobody finds anything there."""
DOCUMENTS = [*REPOSITORY.glob("*.md"), *sorted((REPOSITORY / "resources/weights").glob("*.md"))]
UNHOMELY_NAMES = {"utils", "helpers", "common", "misc", "manager"}


def test_window_opens_without_importing_torch_or_dlib():
    assert not _imported_by("faceeditor_gui.app") & {"torch", "dlib", "skimage", "core.models"}


def test_command_line_explains_itself_without_importing_torch_dlib_or_qt():
    assert not _imported_by("core.cli.commands") & {"torch", "dlib", "PySide6", "skimage"}


def test_editing_and_training_run_where_neither_dlib_nor_qt_is_installed():
    imported = _imported_by("core.training.__main__")
    assert "core.edit.editor" in imported
    assert not imported & {"dlib", "PySide6", "qtawesome"}


@pytest.mark.parametrize(
    "module", ["core.cli.commands", "core.training.__main__", "faceeditor_gui.app"]
)
def test_importing_opens_no_network_connection(module):
    assert module in _imported_by(module)  # a connection would have ended it


@pytest.mark.parametrize(
    "module", ["core.cli.commands", "core.training.__main__", "faceeditor_gui.app"]
)
def test_dlib_is_not_imported_before_somebody_looks_for_faces(module):
    assert "dlib" not in _imported_by(module)


def test_no_folder_is_too_full_to_survey():
    files = {package: len(list(package.glob("*.py"))) for package in PACKAGES}
    assert {package: count for package, count in files.items() if count > MAX_FILES} == {}


def test_every_room_says_its_purpose_in_one_line_and_imports_nothing():
    with_code = {"core", "core/models", "core/training/recipes"}  # OpenCV's Qt; two registries
    for package in PACKAGES:
        if package.relative_to(REPOSITORY).as_posix() in with_code:
            continue
        tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
        assert [type(node) for node in tree.body] == [ast.Expr], package
        purpose = ast.get_docstring(tree)
        assert len((purpose or "").splitlines()) == 1, package


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_only_paths_that_exist(document):
    named = _paths_named_in(document)
    assert sorted(path for path in named if not (REPOSITORY / path).exists()) == []


def test_contributing_names_the_places_where_changes_go():
    assert len(_paths_named_in(REPOSITORY / "CONTRIBUTING.md")) > 40


def test_contributing_has_a_line_for_every_room():
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = {package.relative_to(REPOSITORY).as_posix() for package in PACKAGES}
    rooms -= {"core", "faceeditor_gui"}
    assert sorted(room for room in rooms if f"`{room}/`" not in text) == []


def test_every_module_is_named_after_what_is_in_it():
    assert [path for path in MODULES if path.stem in UNHOMELY_NAMES] == []


def test_command_of_the_project_is_what_the_package_provides():
    assert importlib.util.find_spec("faceeditor_gui.__main__") is not None


def test_window_offers_every_network_that_fills_and_has_weights():
    fills = models_for(Task.FILL)
    assert set(FILL_MODELS) == {name for name in fills if weights_path(name).exists()}
    assert all(fills[name].title.startswith(model_title(name)) for name in FILL_MODELS)


def _paths_named_in(document: Path) -> set[str]:
    roots = ("core/", "faceeditor_gui/", "tests/", "packaging/", "resources/")
    words = re.findall(r"`([\w./-]+)`", document.read_text(encoding="utf-8"))
    return {word for word in words if word.startswith(roots)}


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
