"""The lock: which files name the exact versions for a platform, and what stands in them."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LOCKS = Path(__file__).parent / "locks"
PLATFORMS = {
    ("linux", "x86_64"): "linux-x86_64",
    ("linux", "aarch64"): "linux-aarch64",
    ("darwin", "arm64"): "macos-arm64",
    ("win32", "AMD64"): "windows-x86_64",
}
"""`sys.platform` and `platform.machine()`, and the folder of locks for it.

There is none for Macs with Intel processors: PyTorch is no longer made for them.
"""

PYTHONS = ((3, 11), (3, 12), (3, 13))
STAGES = ("build", "run", "test")
"""What builds packages from source, what else the editor needs, what else the checks need."""


@dataclass(frozen=True)
class Pin:
    """One package at one version, and the files that may be installed for it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    def __str__(self) -> str:
        condition = f" ; {self.marker}" if self.marker else ""
        return " \\\n    --hash=".join((f"{self.name}=={self.version}{condition}", *self.hashes))


def this_platform() -> tuple[str, str]:
    """Return what `PLATFORMS` is asked with."""
    return sys.platform, platform.machine()


def find_lock(system: tuple[str, str], version: tuple[int, ...]) -> Path | None:
    """Return the folder of the lock for a platform and a Python, if there is one."""
    if system not in PLATFORMS or version not in PYTHONS:
        return None
    return LOCKS / PLATFORMS[system]


def stage_file(lock: Path, stage: str) -> Path:
    """Return the file of a stage; installed in the order of `STAGES`, each adds to the former."""
    return lock / f"{stage}.txt"


def read_pins(text: str) -> list[Pin]:
    """Read what stands in a lock."""
    lines = text.replace("\\\n", " ").splitlines()
    return [_read_pin(line) for line in lines if line.strip() and line[0] not in "#-"]


def write_pins(pins: Iterable[Pin], header: str) -> str:
    """Write what stands in a lock, below a header."""
    return "\n".join([header, *map(str, pins)]) + "\n"


def _read_pin(line: str) -> Pin:
    requirement, *hashes = line.split("--hash=")
    pinned, _, marker = requirement.partition(";")
    name, _, version = pinned.strip().partition("==")
    return Pin(name, version, marker.strip(), tuple(digest.strip() for digest in hashes))
