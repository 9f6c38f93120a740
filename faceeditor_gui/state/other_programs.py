"""The programs that a picture can be sent to, where they are installed. No Qt."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OtherProgram:
    """A program for pictures, and what it is best given."""

    name: str
    commands: tuple[str, ...]
    """Names on the PATH, the best one first."""
    bundles: tuple[str, ...]
    """Patterns in macOS's folders of applications."""
    executables: tuple[str, ...]
    """Patterns in Windows's folders of programs."""
    suffix: str
    """Of the file that it is given: layers where every release of it reads them."""
    bits: int | None = None
    """A channel, of a file without layers."""


KRITA = OtherProgram(
    "Krita",
    ("krita",),
    ("krita.app/Contents/MacOS/krita",),
    ("Krita*/bin/krita.exe",),
    ".ora",
)
GIMP = OtherProgram(  # 2.10 has lost its plug-in for OpenRaster with Python 2
    "GIMP",
    ("gimp", "gimp-3.0", "gimp-2.10"),
    ("GIMP*.app/Contents/MacOS/gimp",),
    ("GIMP*/bin/gimp-[0-9].[0-9]*.exe", "Programs/GIMP*/bin/gimp-[0-9].[0-9]*.exe"),
    ".tif",
    16,
)


def find_program(
    program: OtherProgram,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
) -> Path | None:
    """Find where a program is installed: on the PATH, then in the system's usual folders.

    Args:
        program: what to look for.
        platform: as `sys.platform` names it.
        environment: its variables, which name Windows's folders.
    """
    for command in program.commands:
        found = shutil.which(command, path=environment.get("PATH"))
        if found is not None:
            return Path(found)
    return next(_installed(program, platform, environment), None)


def _installed(
    program: OtherProgram, platform: str, environment: Mapping[str, str]
) -> Iterator[Path]:
    """Yield what lies in the usual folders, the latest version first."""
    patterns: tuple[str, ...] = ()
    folders: list[Path] = []
    if platform == "darwin":
        patterns = program.bundles
        folders = [Path("/Applications"), Path(environment.get("HOME", "/")) / "Applications"]
    elif platform == "win32":
        patterns = program.executables
        names = ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA")
        folders = [Path(environment[name]) for name in names if name in environment]
    for folder in folders:
        for pattern in patterns:
            yield from sorted(folder.glob(pattern), reverse=True)
