import json

import pytest

from core.cli.arguments import build_parser
from core.cli.batch.batch import batch
from tests.core.cli.batch import stand_ins


@pytest.fixture
def folders(tmp_path):
    """A folder with photos, or what has their names, and one for results."""
    (tmp_path / "in").mkdir()
    for name in ("a.jpg", "b.PNG", "c.webp"):
        (tmp_path / "in" / name).write_bytes(name.encode())
    return tmp_path / "in", tmp_path / "out"


@pytest.fixture
def run_batch(folders, capsys):
    """Run a batch with an edit that copies; return exit code, the `--json` object, stderr."""

    def run(*arguments, edit="smile", run_command=stand_ins.copy_photo):
        given = ["batch", edit, "--in", folders[0], "--out", folders[1], "--jobs", 1, "--json"]
        options = build_parser().parse_args([str(one) for one in [*given, *arguments]])
        code = batch(options, run_command)
        printed = capsys.readouterr()
        return code, json.loads(printed.out), printed.err

    return run
