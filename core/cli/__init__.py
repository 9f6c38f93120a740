"""The command line: the same core as the window's, without Qt."""

from core.cli.commands import main

__all__ = ["main"]
