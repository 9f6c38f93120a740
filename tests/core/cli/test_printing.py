"""What reaches the terminal: our sentences, whatever it can print and whatever libraries say."""

import io
import os
import subprocess
import sys
import warnings

import pytest
from PIL import Image as Pillow

from core.cli import console


def run_apart(*arguments, **environment):
    """Run the program as a process of its own; return exit code, stdout, stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "faceeditor_gui", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


@pytest.fixture
def damaged_tiff(tmp_path, picture):
    file = io.BytesIO()
    picture.resize((512, 512)).save(file, "TIFF", compression="tiff_deflate")
    data = bytearray(file.getvalue())
    data[200:240] = b"\xff" * 40
    (tmp_path / "damaged.tif").write_bytes(data)
    return tmp_path / "damaged.tif"


def test_lines_of_libraries_do_not_reach_stderr(damaged_tiff):
    code, _, err = run_apart("landmarks", damaged_tiff)
    assert code == 4
    assert err == "damaged.tif is damaged or incomplete; get a fresh copy of it.\n"


def test_name_that_the_terminal_cannot_print_is_escaped(meadow, grey_file, levels, tmp_path):
    mask = grey_file("mask.png", levels)
    for encoding, name in (("cp1252", "\u4eba.png"), ("utf-8:strict", "caf\udce9.png")):
        out = tmp_path / name
        options = ["--mask", mask, "-o", out, "--model", "residual_unet"]
        code, printed, err = run_apart("fill", meadow, *options, PYTHONIOENCODING=encoding)
        assert (code, err) == (0, "")
        assert out.exists()
        assert b"\\u" in printed


def test_stderr_is_ours_alone_while_a_command_runs(capfd):
    with console.only_our_lines():
        os.write(2, b"a library in C\n")
        warnings.warn("a library in Python", stacklevel=1)
        console.print_error("Ours.")
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "Ours.\nafterwards\n"


def test_reader_that_goes_away_is_no_failure(meadow, tmp_path):
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-c", "from core.cli import console; console.print_line('x' * 99999)"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (0, b"")


def test_first_page_of_a_tiff_with_a_damaged_second_is_listed_with_one_notice(
    run, tmp_path, meadow
):
    image = Pillow.open(meadow)
    image.save(tmp_path / "pages.tif", save_all=True, append_images=[image])
    data = (tmp_path / "pages.tif").read_bytes()
    (tmp_path / "pages.tif").write_bytes(data[: len(data) // 2 + 150])
    code, _, err = run("landmarks", tmp_path / "pages.tif")
    assert code == 3
    assert err.count("this is page 1") == 1
