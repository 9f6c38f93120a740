"""Nothing leaves the machine: the program opens no network connection."""

import ast
import os
import subprocess
import sys

import pytest

from tests.test_architecture import MODULES, REPOSITORY

NETWORK_LIBRARIES = {
    *("socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "xmlrpc", "socketserver"),
    *("webbrowser", "requests", "httpx", "aiohttp", "urllib3", "huggingface_hub", "torch.hub"),
    *("distributed", "dask"),
    *("PySide6.QtNetwork", "PySide6.QtWebSockets", "PySide6.QtGui.QDesktopServices"),
}
ALLOWED = {
    "faceeditor_gui/display_check.py",
    "core/cli/batch/cluster.py",
    "faceeditor_gui/panels/status_bar.py",
}
"""They ask the X server that the user's DISPLAY names whether it answers, the Dask scheduler that
the user's `--dask` names to work, and the system to show the folder of a file just written."""


def tell_story(folder, story, *before):
    """Let a process do what users do; it ends with an error at the first socket."""
    return subprocess.run(
        [*before, sys.executable, "-m", "tests.offline_stories", story, str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_module_imports_what_opens_network_connections():
    importing = {}
    for path in MODULES:
        name = path.relative_to(REPOSITORY).as_posix()
        found = NETWORK_LIBRARIES & _imports(ast.parse(path.read_text(encoding="utf-8")))
        if found and name not in ALLOWED:
            importing[name] = found
    assert importing == {}


def test_fill_opens_no_socket(tmp_path):
    done = tell_story(tmp_path, "fill")
    assert done.returncode == 0, done.stderr[-2000:]


def test_socket_that_is_opened_after_all_would_be_noticed(tmp_path):
    code = (
        "import sys, socket; from tests.offline_stories import refuse_networks\n"
        "sys.addaudithook(refuse_networks)\n"
        "one, other = socket.socketpair(); one.close(); other.close()\n"
        "sys.stdout.write('local ones are none '); sys.stdout.flush()\n"
        "socket.create_connection(('127.0.0.1', 9))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (70, "local ones are none ")


@pytest.mark.slow  # half a minute
@pytest.mark.parametrize("story", ["command-line", "window"])
def test_what_users_do_works_without_a_network_and_opens_no_socket(tmp_path, story):
    apart = ["unshare", "--map-root-user", "--net"]
    try:
        subprocess.run([*apart, "true"], check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no network namespace may be made here: {error}")
    done = tell_story(tmp_path, story, *apart)
    assert done.returncode == 0, done.stderr[-2000:]


def _imports(tree):
    """Name every module that a module imports, with the packages around it and what it takes."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    parts = [name.split(".") for name in names]
    return {".".join(one[:count]) for one in parts for count in range(1, len(one) + 1)}
