"""Where tests find their data, and how they open windows without a screen."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]

settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")

UNPROVEN = {
    "FACEEDITOR_DATA_DIR": "what takes real photos, or teachers as they were published",
    "FACEEDITOR_PARITY_DIR": "that networks answer as the published ones did",
}
"""What a clean clone cannot prove, by the variable that says where the folder is that it lacks."""

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # every core has a process of its own
if sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_finish() -> None:
    gc.freeze()  # what is imported by now stays: it need not be looked at for garbage


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the tests that were skipped for want of a folder would have proven."""
    reports = terminalreporter.getreports("skipped")
    for variable, promise in UNPROVEN.items():
        lacking = [one for one in reports if f"set {variable} to" in str(one.longrepr)]
        if lacking:
            modules = sorted({one.nodeid.split("::")[0].removeprefix("tests/") for one in lacking})
            terminalreporter.write_line(
                f"Not proven here, without {variable}: {promise} "
                f"(skipped: {len(lacking)}, in {', '.join(modules)})"
            )


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The training data: shards, `landmarks_dlib.npz`, teachers."""
    return _folder("FACEEDITOR_DATA_DIR", "data")


@pytest.fixture(scope="session")
def parity_dir() -> Path:
    """Recorded inputs and outputs of the published networks."""
    return _folder("FACEEDITOR_PARITY_DIR", "parity")


def _folder(variable: str, name: str) -> Path:
    folder = Path(os.environ.get(variable) or REPOSITORY.parent / "shared" / name)
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; set {variable} to where it is")
    return folder
