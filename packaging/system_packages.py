"""The libraries and fonts that a window needs from the system on Linux."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from console import SetupError, dotted, run_quietly, say

SYSTEM_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""What Qt and OpenCV load from the system on Linux, and the Debian package that has it."""

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
FONT_PACKAGE = "fonts-dejavu-core"
SCREENLESS_X_SERVER = ("Xvfb", "xvfb")  # the command, its package


def install_system_packages(*, for_tests: bool) -> None:
    """Install what is missing where that is possible; elsewhere name the command."""
    packages = missing_packages(for_tests=for_tests) if sys.platform == "linux" else []
    lacks_venv = importlib.util.find_spec("ensurepip") is None
    if lacks_venv:
        packages = [*venv_packages(sys.version_info[:2]), *packages]
    if not packages:
        return
    if _may_use_apt():
        say(f"Installing system packages: {' '.join(packages)} ...")
        packages = [] if _apt_install(packages) else packages
        importlib.invalidate_caches()
        lacks_venv = importlib.util.find_spec("ensurepip") is None
    if lacks_venv:
        raise SetupError(f"Python's venv module is missing: {how_to_install(packages)}")
    if packages:
        say(f"The window needs some libraries that are missing: {how_to_install(packages)}")


def missing_packages(*, for_tests: bool) -> list[str]:
    """Name the Debian packages of the libraries, fonts and commands that are not there."""
    packages = [package for name, package in SYSTEM_LIBRARIES.items() if not _can_load(name)]
    if not any(folder.is_dir() and any(folder.rglob("*.?tf")) for folder in FONT_FOLDERS):
        packages.append(FONT_PACKAGE)
    command, package = SCREENLESS_X_SERVER
    if for_tests and shutil.which(command) is None:
        packages.append(package)
    return packages


def venv_packages(version: tuple[int, ...]) -> list[str]:
    """Name the Debian packages that hold `venv` for this Python."""
    return ["python3-venv", f"python{dotted(version)}-venv"]


def how_to_install(packages: Sequence[str]) -> str:
    """Tell the user how to install system packages."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        return f"install what your system calls {names}, then run the same command again"
    return f"run  sudo apt-get update && sudo apt-get install -y {names}"


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _may_use_apt() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(packages: Sequence[str]) -> bool:
    """Install with the package lists as they are, or else with new ones; tell if it worked."""
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if run_quietly(install) == 0:
        return True
    run_quietly(["apt-get", "update", "-qq"])
    return run_quietly(install) == 0
