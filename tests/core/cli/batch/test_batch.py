"""The same edit on every photo of a folder."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage.data import astronaut

from core.cli.arguments import build_parser
from core.cli.batch.batch import batch
from core.errors import InvalidRequestError
from tests.core.cli.batch import stand_ins


def states(answer):
    return {photo["photo"]: photo["state"] for photo in answer["photos"]}


def names_in(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_every_photo_has_a_result_of_its_name(run_batch, folders):
    code, answer, _ = run_batch()
    assert code == 0
    assert answer["done"] == 3
    assert {name: (folders[1] / name).read_bytes() for name in names_in(folders[1])} == {
        "a.jpg": b"a.jpg",
        "b.PNG": b"b.PNG",
        "c.webp": b"c.webp",
    }


def test_batch_goes_on_after_a_bad_photo_and_says_why(run_batch, folders):
    (folders[0] / "bad.jpg").write_bytes(b"bad")
    code, answer, err = run_batch()
    assert code == 4
    assert (answer["done"], answer["failed"]) == (3, 1)
    assert "bad.jpg: bad.jpg is a bad photo.\n" in err
    assert names_in(folders[1]) == ["a.jpg", "b.PNG", "c.webp"]


def test_photo_that_kills_its_process_leaves_no_half_file(run_batch, folders):
    (folders[0] / "half.jpg").write_bytes(b"half")
    code, answer, err = run_batch()
    assert code == 6
    assert states(answer)["half.jpg"] == "failed"
    assert "half.jpg: It ended the process that edited it" in err
    assert names_in(folders[1]) == ["a.jpg", "b.PNG", "c.webp"]
    assert not list(folders[1].rglob("half*"))


def test_failures_of_several_kinds_give_the_exit_code_of_anything_else(run_batch, folders):
    (folders[0] / "bad.jpg").write_bytes(b"bad")
    (folders[0] / "a.bmp").write_bytes(b"becomes a.png")
    (folders[0] / "a.mpo").write_bytes(b"becomes a.png, too")
    code, _, err = run_batch()
    assert code == 6
    assert "a.mpo: Another photo becomes a.png, too" in err


def test_second_run_does_only_what_is_new_or_changed(run_batch, folders):
    run_batch()
    (folders[0] / "a.jpg").write_bytes(b"another photo")
    (folders[0] / "d.jpg").write_bytes(b"new")
    (folders[1] / "c.webp").unlink()
    code, answer, _ = run_batch()
    assert code == 0
    assert states(answer) == {
        "a.jpg": "done",
        "b.PNG": "unchanged",
        "c.webp": "done",
        "d.jpg": "done",
    }
    assert (folders[1] / "a.jpg").read_bytes() == b"another photo"


def test_other_settings_do_everything_anew_and_others_that_change_nothing_do_not(
    run_batch, folders
):
    run_batch("--strength", "0.5")
    assert run_batch("--strength", "0.5", "--jobs", "2", "-v")[1]["unchanged"] == 3
    assert run_batch("--strength", "0.6")[1]["done"] == 3


def test_file_that_the_batch_did_not_write_is_kept_unless_told_otherwise(run_batch, folders):
    folders[1].mkdir()
    (folders[1] / "a.jpg").write_bytes(b"precious")
    code, answer, err = run_batch()
    assert code == 2
    assert states(answer)["a.jpg"] == "failed"
    assert "--overwrite" in err
    assert (folders[1] / "a.jpg").read_bytes() == b"precious"
    assert run_batch("--overwrite")[0] == 0
    assert (folders[1] / "a.jpg").read_bytes() == b"a.jpg"


def test_result_that_was_retouched_afterwards_is_kept(run_batch, folders):
    run_batch()
    (folders[1] / "a.jpg").write_bytes(b"retouched")
    assert states(run_batch()[1])["a.jpg"] == "failed"
    assert (folders[1] / "a.jpg").read_bytes() == b"retouched"


def test_variants_are_written_and_foreign_ones_kept(run_batch, folders):
    folders[1].mkdir()
    (folders[1] / "a-2.jpg").write_bytes(b"precious")
    options = ["--guide", "style", "--region", "mouth", "--variants", "2"]
    _, answer, _ = run_batch(*options, edit="exemplar")
    assert states(answer) == {"a.jpg": "failed", "b.PNG": "done", "c.webp": "done"}
    assert names_in(folders[1]) == ["a-2.jpg", "b-1.PNG", "b-2.PNG", "c-1.webp", "c-2.webp"]
    assert (folders[1] / "a-2.jpg").read_bytes() == b"precious"
    (folders[1] / "a-2.jpg").unlink()
    assert states(run_batch(*options, edit="exemplar")[1]) == {
        "a.jpg": "done",
        "b.PNG": "unchanged",
        "c.webp": "unchanged",
    }


def test_each_photo_takes_the_mask_of_its_name(run_batch, folders, tmp_path):
    masks = tmp_path / "masks"
    masks.mkdir()
    for name in ("a.png", "b.PNG", "b.bmp"):
        (masks / name).write_bytes(b"mask " + name.encode())
    code, _, err = run_batch("--masks", masks, edit="fill", run_command=stand_ins.copy_mask)
    assert code == 2
    assert "c.webp: There is no mask" in err
    assert (folders[1] / "a.jpg").read_bytes() == b"mask a.png"
    assert (folders[1] / "b.PNG").read_bytes() == b"mask b.PNG"
    (masks / "a.png").write_bytes(b"repainted")
    again = run_batch("--masks", masks, edit="fill", run_command=stand_ins.copy_mask)[1]
    assert states(again) == {"a.jpg": "done", "b.PNG": "unchanged", "c.webp": "failed"}


@pytest.mark.parametrize("where", ["in", "link to in", "masks"])
def test_folder_that_is_read_is_never_written(run_batch, folders, tmp_path, where):
    masks = tmp_path / "masks"
    masks.mkdir()
    (tmp_path / "link to in").symlink_to(folders[0])
    with pytest.raises(InvalidRequestError, match="is read"):
        run_batch("--masks", masks, "--out", tmp_path / where, edit="fill")
    assert names_in(folders[0]) == ["a.jpg", "b.PNG", "c.webp"]


def test_exemplar_among_the_results_is_kept(run_batch, folders):
    folders[1].mkdir()
    exemplar = folders[1] / "a.jpg"
    exemplar.write_bytes(b"precious")
    options = ["--from", exemplar, "--region", "mouth", "--overwrite"]
    assert states(run_batch(*options, edit="exemplar")[1])["a.jpg"] == "failed"
    assert exemplar.read_bytes() == b"precious"


def test_notice_that_many_photos_share_is_told_once(run_batch):
    assert run_batch()[2].count("Copies are copies. (3 photos)\n") == 1


def test_progress_says_how_much_time_is_left(run_batch):
    lines = run_batch()[2].splitlines()
    assert lines[0].startswith("1 of 3, ")
    assert lines[0].endswith(" s left: a.jpg")
    assert lines[2] == "3 of 3, 0 s left: c.webp"


def test_result_that_cannot_be_put_in_its_place_costs_no_other(run_batch, folders):
    code, answer, err = run_batch("--overwrite", run_command=stand_ins.take_away_the_folder)
    assert code == 6
    assert answer["failed"] == 3
    assert f"a.jpg: Its result cannot be put into {folders[1]} (Is a directory)" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["batch"],
        ["batch", "landmarks", "--in", "{in}", "--out", "{out}"],
        ["batch", "smile", "--in", "{in}"],
        ["batch", "smile", "--in", "{in}", "--out", "{out}", "--jobs", "0"],
        ["batch", "smile", "--in", "{in}", "--out", "{out}", "-o", "x.png"],
        ["batch", "smile", "--in", "{in}", "--out", "{out}", "--landmarks", "x.json"],
        ["batch", "smile", "--in", "{out}", "--out", "{out}"],
        ["batch", "smile", "--in", "{in}/a.jpg", "--out", "{out}"],
        ["batch", "fill", "--in", "{in}", "--out", "{out}"],
        ["batch", "fill", "--in", "{in}", "--out", "{out}", "--masks", "m", "--mask", "m.png"],
        ["batch", "fill", "--in", "{in}", "--out", "{out}", "--masks", "{in}/none"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(refuse, folders, arguments):
    filled = [word.format(**{"in": folders[0], "out": folders[1]}) for word in arguments]
    assert refuse(*filled)[0] == 2


def test_target_that_cannot_be_a_folder_is_one_sentence(refuse, folders):
    folders[1].write_bytes(b"a file")
    assert refuse("batch", "smile", "--in", folders[0], "--out", folders[1])[0] == 6


def test_smiles_of_a_batch_are_those_of_the_command_for_one_photo(run, tmp_path, portrait):
    photos, out = tmp_path / "in", tmp_path / "out"
    photos.mkdir()
    Pillow.fromarray(astronaut()).save(photos / "a.png")
    (photos / "b.jpg").write_bytes(b"words")
    options = ["--strength", "-0.5", "--device", "cpu"]
    code, printed, err = run("batch", "smile", "--in", photos, "--out", out, *options, "--jobs", 1)
    assert code == 4
    assert "b.jpg: b.jpg is not a picture that can be read" in err
    assert printed.startswith(f"Photos in {out}: 1 done in")
    assert run("smile", portrait, "-o", tmp_path / "one.png", *options)[0] == 0
    paths = out / "a.png", tmp_path / "one.png"
    many, one = (np.asarray(Pillow.open(path), np.int16) for path in paths)
    assert np.abs(many - one).max() <= 1  # the threads may differ


def test_batch_that_is_killed_or_stopped_goes_on_with_what_is_left(folders, run_batch):
    for number in (signal.SIGKILL, signal.SIGINT):
        (folders[0] / "slow.jpg").write_bytes(b"slow")
        code, out = _run_until_stopped(folders, number)
        assert names_in(folders[1]) == ["a.jpg", "b.PNG", "c.webp"]
        if number == signal.SIGINT:
            assert code == 130
            assert json.loads(out)["left"] == 1
        (folders[0] / "slow.jpg").unlink()
        assert run_batch()[1]["unchanged"] == 3
        assert names_in(folders[1] / ".faceeditor-batch") == ["done.jsonl"]


def _run_until_stopped(folders, number):
    """Send a signal to a batch that has only the slow photo left; return exit code and stdout."""
    code = (
        "import signal, sys; from core.cli.arguments import build_parser; "
        "from core.cli.batch.batch import batch; from tests.core.cli.batch import stand_ins; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "  # ignored in the background
        "sys.exit(batch(build_parser().parse_args(sys.argv[1:]), stand_ins.copy_photo))"
    )
    arguments = ["batch", "smile", "--in", folders[0], "--out", folders[1], "--jobs", "1", "--json"]
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        slow = folders[1] / ".faceeditor-batch" / "unfinished" / "slow.jpg"
        deadline = time.monotonic() + 60
        while not slow.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        try:
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    return process.returncode, out


def test_limit_edits_only_the_first_photos(run_batch, folders):
    code, answer, _ = run_batch("--limit", "2")
    assert (code, answer["done"]) == (0, 2)
    assert names_in(folders[1]) == ["a.jpg", "b.PNG"]
    assert run_batch()[1] | {"seconds": 0, "photos": 0} == {
        "command": "batch smile",
        "done": 1,
        "unchanged": 2,
        "failed": 0,
        "left": 0,
        "exit_code": 0,
        "seconds": 0,
        "photos": 0,
    }


def test_limit_below_one_is_refused(run_batch):
    with pytest.raises(InvalidRequestError, match="Choose --limit 1 or more"):
        run_batch("--limit", "0")


def test_each_photo_is_a_line_of_json_where_asked_for(folders, capsys):
    given = ["batch", "smile", "--in", folders[0], "--out", folders[1], "--jobs", 1]
    options = build_parser().parse_args([*map(str, given), "--json", "--json-lines"])
    assert batch(options, stand_ins.copy_photo) == 0
    *photos, whole = map(json.loads, capsys.readouterr().out.splitlines())
    assert [(one["photo"], one["number"], one["of"]) for one in photos] == [
        ("a.jpg", 1, 3),
        ("b.PNG", 2, 3),
        ("c.webp", 3, 3),
    ]
    assert photos[-1]["seconds_left"] == 0
    assert whole["done"] == 3
