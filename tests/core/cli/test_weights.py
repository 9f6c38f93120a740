import json
import os
import subprocess
import sys

import pytest
import torch

from core.models import MODELS


@pytest.fixture
def run_with_weights_in():
    """Run a command whose weights folder is that one; return exit code, stdout, stderr."""

    def run_command(folder, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", "faceeditor_gui", *arguments],
            env={**os.environ, "FACEEDITOR_WEIGHTS_DIR": str(folder)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run_command


def test_list_has_a_row_for_every_system(run):
    code, out, err = run("models", "list", "--json")
    assert (code, err) == (0, "")
    assert [row["name"] for row in json.loads(out)["models"]] == list(MODELS)


def test_list_is_one_line_a_system_for_people(run):
    code, out, _ = run("models", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(MODELS)


def test_missing_weights_give_exit_code_5_and_a_sentence_for_each(run_with_weights_in, tmp_path):
    code, out, err = run_with_weights_in(tmp_path, "models", "verify")
    assert code == 5
    assert len(err.splitlines()) == len(MODELS)
    assert "missing" in err
    assert "dlib" not in err
    assert "shape_predictor_68_face_landmarks.dat: verified" in out


def test_damaged_weights_are_told_by_list_and_verify(run_with_weights_in, tmp_path):
    name = next(iter(MODELS))
    (tmp_path / f"{name}.safetensors").write_bytes(b"not what it was")
    (tmp_path / f"{name}.md").write_text(f"sha256: {'0' * 64}\n", encoding="utf-8")
    code, out, _ = run_with_weights_in(tmp_path, "models", "list")
    assert code == 0
    assert "damaged" in out.splitlines()[0]
    code, _, err = run_with_weights_in(tmp_path, "models", "verify")
    assert code == 5
    assert "damaged" in err


def test_import_of_an_unknown_system_gives_exit_code_2_and_the_known_ones(refuse, tmp_path):
    options = ["--system", "none", "-o", tmp_path / "out.safetensors"]
    code, sentence = refuse("models", "import", tmp_path / "in.pth", *options)
    assert code == 2
    assert "ctsdg" in sentence


def test_import_of_what_is_no_checkpoint_gives_exit_code_5(refuse, tmp_path):
    source = tmp_path / "in.pth"
    torch.save({"something": torch.zeros(2)}, source)
    options = ["--system", "ctsdg", "-o", tmp_path / "out.safetensors"]
    assert refuse("models", "import", source, *options)[0] == 5
    assert not (tmp_path / "out.safetensors").exists()


def test_import_replaces_no_file_unasked(refuse, tmp_path):
    target = tmp_path / "out.safetensors"
    target.write_bytes(b"precious")
    options = ["--system", "ctsdg", "-o", target]
    code, sentence = refuse("models", "import", tmp_path / "in.pth", *options)
    assert code == 2
    assert "--overwrite" in sentence
    assert target.read_bytes() == b"precious"


def test_import_target_must_be_named_as_weights_are(refuse, tmp_path):
    options = ["--system", "ctsdg", "-o", tmp_path / "out.pth"]
    assert refuse("models", "import", tmp_path / "in.pth", *options)[0] == 2
