"""Where shipped weights are; to know it, torch need not be loaded."""

from __future__ import annotations

import os
from pathlib import Path

WEIGHTS_DIR = Path(
    os.environ.get("FACEEDITOR_WEIGHTS_DIR")
    or Path(__file__).resolve().parents[2] / "resources" / "weights"
)
"""Where shipped weights and their model cards are."""

DONORS_DIR = Path(__file__).resolve().parents[2] / "resources" / "donors"
"""Where crops of parts that other people lend to holes are, with their cards."""


def has_weights(name: str) -> bool:
    """Return whether the weights of a system are there, sound or not."""
    return (WEIGHTS_DIR / f"{name}.safetensors").is_file()
