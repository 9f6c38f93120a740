"""Figures as Markdown, ready to be pasted into a model card."""

from __future__ import annotations

from collections.abc import Sequence


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write one table; every row has as many cells as the head."""
    if any(len(row) != len(head) for row in rows):
        raise ValueError("a row has more or fewer cells than the head")
    lines = [list(head), ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
