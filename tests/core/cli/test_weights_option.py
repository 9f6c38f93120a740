"""`--weights NAME=FILE` on every edit."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image as Pillow

from core.edit.requests import ExemplarRequest, InpaintRequest, SmileRequest
from core.models.super_resolution import NAME, SuperResolution, SuperResolutionConfig
from core.runtime.checkpoints import save_weights


@pytest.fixture
def small_network(tmp_path):
    """Weights of a small network, random as they are made."""
    config = SuperResolutionConfig(features=4, layers=1)
    path = tmp_path / "small.safetensors"
    save_weights(path, SuperResolution(config).state_dict(), NAME, asdict(config), fp16=False)
    return path


def test_edit_uses_the_weights_it_is_given(run, portrait, faces_file, tmp_path, small_network):
    outs = [tmp_path / "shipped.png", tmp_path / "given.png"]
    for out, given in zip(outs, [[], ["--weights", f"{NAME}={small_network}"]], strict=True):
        options = ["--landmarks", faces_file, "--json", *given]
        code, printed, _ = run("restore", portrait, "-o", out, *options)
        assert code == 0
        assert json.loads(printed)["model"] == NAME
    shipped, given = (np.asarray(Pillow.open(out)) for out in outs)
    assert (shipped != given).any()


@pytest.mark.parametrize("command", ["smile", "fill", "exemplar", "retouch", "restore", "parse"])
def test_every_edit_refuses_weights_of_another_system_or_none(
    refuse, portrait, faces_file, mask, tmp_path, small_network, command
):
    needed = {
        "smile": ["--method", "repaint"],
        "fill": ["--mask", mask],
        "exemplar": ["--mask", mask, "--from", portrait],
        "retouch": ["--hair", "#5a3a22"],
    }
    used = {
        "smile": SmileRequest.model,
        "fill": InpaintRequest.model,
        "exemplar": ExemplarRequest.model,
    }
    name = used.get(command, NAME if command == "restore" else "face_parser")
    parser = tmp_path / "parser.safetensors"
    parser.write_bytes(small_network.read_bytes())

    def attempt(given):
        out = tmp_path / "out.png"
        options = ["--landmarks", faces_file, "--weights", given, *needed.get(command, [])]
        return refuse(command, portrait, "-o", out, *options)

    code, sentence = attempt("nobody=x.safetensors")
    assert code == 2
    assert "no system named nobody" in sentence
    code, sentence = attempt(f"{name}={tmp_path / 'none.safetensors'}")
    assert code == 5
    assert "none.safetensors" in sentence
    assert attempt("residual_unet")[0] == 2
    if name != NAME:
        code, sentence = attempt(f"{name}={parser}")
        assert code == 5
        assert "choose the file of" in sentence


def test_weights_are_never_written_over(refuse, portrait, faces_file, tmp_path, small_network):
    picture = tmp_path / "weights.png"
    picture.write_bytes(small_network.read_bytes())
    options = ["--landmarks", faces_file, "--weights", f"{NAME}={picture}"]
    code, sentence = refuse("restore", portrait, "-o", picture, *options)
    assert code == 2
    assert "--overwrite" in sentence
    assert picture.read_bytes() == small_network.read_bytes()
