"""What a model card says for machines; to read it, torch need not be loaded."""

from __future__ import annotations

import re
from pathlib import Path

NON_COMMERCIAL = "non-commercial research only"
"""The terms of weights that learned from photos which are for research."""

_DIGEST = re.compile(r"sha256: `?([0-9a-f]{64})\b")
_TERMS = re.compile(r"^- terms: (.+)$", re.MULTILINE)
_MOST_CHARACTERS = 1 << 16


def card_path(path: Path) -> Path:
    """Return where the model card of a weights file is."""
    return path.with_suffix(".md")


def stated_digest(path: Path) -> str | None:
    """Return the sha256 that a weights file should have, or None where its card has none.

    Raises:
        OSError: there is no card.
    """
    found = _DIGEST.search(_read(path))
    return found.group(1) if found is not None else None


def stated_terms(path: Path) -> str | None:
    """Return under which terms a weights file may be used, or None where nothing says so."""
    try:
        found = _TERMS.search(_read(path))
    except OSError:
        return None
    return found.group(1) if found is not None else None


def _read(path: Path) -> str:
    with card_path(path).open(encoding="utf-8", errors="replace") as file:
        return file.read(_MOST_CHARACTERS)
