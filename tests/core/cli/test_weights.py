import json

import pytest
import torch

from core.models import MODELS
from core.runtime import checkpoints
from core.runtime.checkpoints import save_weights, write_card
from core.runtime.model_card import NON_COMMERCIAL, stated_terms


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """An empty folder in which weights are looked for."""
    monkeypatch.setattr(checkpoints, "WEIGHTS_DIR", tmp_path)
    return tmp_path


def test_list_has_a_row_for_every_system(run):
    code, out, err = run("models", "list", "--json")
    assert (code, err) == (0, "")
    assert [row["name"] for row in json.loads(out)["models"]] == list(MODELS)


def test_list_is_one_line_a_system_for_people(run):
    code, out, _ = run("models", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(MODELS)


def test_shipped_weights_are_what_their_cards_say(run):
    code, out, err = run("models", "verify")
    assert (code, err) == (0, "")
    assert "residual_unet: verified" in out
    assert "displacements: verified" in out


@pytest.mark.usefixtures("folder")
def test_missing_weights_give_exit_code_5(run):
    code, out, err = run("models", "verify")
    assert code == 5
    assert "residual_unet.safetensors are missing" in err
    assert "dlib" not in err
    assert "shape_predictor_68_face_landmarks.dat: verified" in out


def test_card_without_its_file_gives_exit_code_5(run, folder):
    (folder / "ctsdg.md").write_text(f"# CTSDG\n\n- sha256: {'0' * 64}\n", encoding="utf-8")
    code, _, err = run("models", "verify")
    assert code == 5
    assert "ctsdg.safetensors are missing" in err


def test_damaged_weights_are_told_by_list_verify_and_edits(run, refuse, folder, portrait):
    name = "residual_unet"
    (folder / f"{name}.safetensors").write_bytes(b"not what it was")
    (folder / f"{name}.md").write_text(f"# It\n\n- sha256: {'0' * 64}\n", encoding="utf-8")
    code, out, _ = run("models", "list")
    assert code == 0
    assert "damaged" in next(line for line in out.splitlines() if line.startswith(name))
    assert "damaged" in run("models", "verify")[2]
    out_file = folder / "out.png"
    options = ["--mask", portrait, "-o", out_file, "--model", name]
    assert refuse("fill", portrait, *options)[0] == 5
    assert not out_file.exists()


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


@pytest.mark.parametrize(
    ("system", "key"), [("ctsdg", "generator"), ("exe_gan", "g_ema"), ("face_parser", None)]
)
@pytest.mark.parametrize(
    "tensor",
    [torch.zeros(1).expand(1 << 20), torch.tensor([torch.nan]), torch.zeros(2).to_sparse(), 3],
    ids=["expanded", "nan", "sparse", "number"],
)
def test_import_of_hostile_weights_gives_exit_code_5(refuse, tmp_path, system, key, tensor):
    source, target = tmp_path / "in.pth", tmp_path / "out.safetensors"
    state = {"a.weight": tensor}
    torch.save(state if key is None else {key: state}, source)
    code, sentence = refuse("models", "import", source, "--system", system, "-o", target)
    assert code == 5
    assert "choose another file" in sentence
    assert not target.exists()


@pytest.mark.usefixtures("folder")
def test_weights_that_are_no_numbers_give_exit_code_5(run):
    path = checkpoints.weights_path("refiner")
    save_weights(path, {"a": torch.tensor([torch.inf])}, "refiner", {})
    write_card(path, "Refiner", "With a card that is right.")
    code, _, err = run("models", "verify")
    assert code == 5
    assert f"{path} are damaged" in err


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


def test_every_shipped_file_says_under_which_terms_it_may_be_used(run):
    files = sorted(checkpoints.WEIGHTS_DIR.glob("*.safetensors"))
    assert [path.stem for path in files if stated_terms(path) is None] == []
    rows = {row["name"]: row for row in json.loads(run("models", "list", "--json")[1])["models"]}
    assert rows["super_resolution"]["terms"] == "BSD-3-Clause"
    assert rows["residual_unet"]["terms"] == NON_COMMERCIAL
    assert NON_COMMERCIAL in run("models", "list")[1]
