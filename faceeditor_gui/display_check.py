"""Checks for a display before Qt is loaded, which would abort without one."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

SENTENCE = (
    "There is no display to open the window on; use the command line instead, for example "
    "`faceeditor smile PHOTO -o OUT`."
)
_X_SOCKETS = Path("/tmp/.X11-unix")
_X_FIRST_PORT = 6000
_TIMEOUT_S = 3.0


def display_problem(
    environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> str | None:
    """Return one sentence why no window can be shown, or None."""
    if platform in ("win32", "darwin"):
        return None
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return None
    if _has_wayland(environment) or _has_x(environment.get("DISPLAY", "")):
        return None
    return SENTENCE


def _has_wayland(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY", "")
    folder = environment.get("XDG_RUNTIME_DIR", "")
    return bool(name) and Path(folder, name).exists()


def _has_x(display: str) -> bool:
    """Tell whether an X server answers at HOST:NUMBER or :NUMBER."""
    match = re.fullmatch(r"(?:unix)?(?P<host>[^:/]*):(?P<number>\d+)(?:\.\d+)?", display)
    if match is None:
        return False
    number = int(match["number"])
    if not match["host"]:
        return _answers(socket.AF_UNIX, f"\0{_X_SOCKETS}/X{number}") or _answers(
            socket.AF_UNIX, f"{_X_SOCKETS}/X{number}"
        )
    return _answers(socket.AF_INET, (match["host"], _X_FIRST_PORT + number))


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(_TIMEOUT_S)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True
