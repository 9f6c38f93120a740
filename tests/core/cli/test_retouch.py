"""The command that retouches what a face has: its hair takes another colour."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from core.anatomy.regions import Region


def _mean_warmth(path, changed) -> float:
    """Return the mean b of CIE Lab, blue to yellow, where a picture is not the portrait."""
    lab = cv2.cvtColor(np.asarray(Pillow.open(path)).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return float(lab[changed(path)][:, 2].mean())


def test_hair_takes_the_colour_and_the_rest_of_the_photo_stays(
    run, portrait, faces_file, changed, is_changed_within, tmp_path
):
    out = tmp_path / "out.png"
    asked = ["--hair", "#2a55b0", "--landmarks", faces_file, "--json"]
    code, printed, _ = run("retouch", portrait, "-o", out, *asked)
    assert code == 0
    told = json.loads(printed)
    assert (told["command"], told["hair"], told["model"]) == ("retouch", "#2a55b0", None)
    assert is_changed_within(out, told["window"])
    assert told["covered_pixels"] > 0.02 * 512 * 512
    assert _mean_warmth(out, changed) < -10


def test_lightness_and_warmth_need_no_colour(run, portrait, faces_file, changed, tmp_path):
    means = {}
    for warmth in (-1, 1):
        out = tmp_path / f"{warmth}.png"
        asked = [f"--hair-warmth={warmth}", "--hair-lightness=0.2", "--landmarks", faces_file]
        assert run("retouch", portrait, "-o", out, *asked)[0] == 0
        means[warmth] = _mean_warmth(out, changed)
    assert means[1] > means[-1] + 5


def test_strength_0_is_the_photo(run, portrait, faces_file, changed, tmp_path):
    out = tmp_path / "out.png"
    asked = ["--hair", "5A3A22", "--strength", 0, "--landmarks", faces_file]
    assert run("retouch", portrait, "-o", out, *asked)[0] == 0
    assert not changed(out).any()


@pytest.mark.parametrize("colour", ["brown", "#5a3a2", "#5a3a2g", ""])
def test_what_is_no_colour_gives_exit_code_2_and_an_example(refuse, portrait, tmp_path, colour):
    code, sentence = refuse("retouch", portrait, "-o", tmp_path / "out.png", "--hair", colour)
    assert code == 2
    assert f"'{colour}'" in sentence
    assert "#5a3a22" in sentence


def test_nothing_to_retouch_gives_exit_code_2(refuse, portrait, tmp_path):
    code, sentence = refuse("retouch", portrait, "-o", tmp_path / "out.png")
    assert code == 2
    assert "--hair" in sentence


@pytest.mark.parametrize("option", ["--hair-lightness", "--hair-warmth", "--strength"])
def test_values_out_of_range_give_exit_code_2(refuse, portrait, faces_file, tmp_path, option):
    asked = ["--hair", "#5a3a22", "--landmarks", faces_file, option, "1.5"]
    assert refuse("retouch", portrait, "-o", tmp_path / "out.png", *asked)[0] == 2


def test_face_without_hair_gives_exit_code_2_and_a_sentence(
    refuse, portrait, faces_file, tmp_path, monkeypatch
):
    bald = np.full((256, 256), Region.SKIN, np.uint8)
    monkeypatch.setattr("core.edit.networks.Networks.parse_face", lambda *_: bald)
    asked = ["--hair", "#5a3a22", "--landmarks", faces_file]
    code, sentence = refuse("retouch", portrait, "-o", tmp_path / "out.png", *asked)
    assert code == 2
    assert "hair" in sentence


def test_photo_without_a_face_gives_exit_code_3(refuse, meadow, tmp_path):
    asked = ["--hair", "#5a3a22"]
    assert refuse("retouch", meadow, "-o", tmp_path / "out.png", *asked)[0] == 3


@pytest.mark.parametrize(
    "options",
    [["--lips", "#a32a3c"], ["--shadow", "#484246"], ["--liner", "#181416"], ["--brows", 0.8]],
)
def test_make_up_changes_the_face_where_it_lies_and_nothing_else(
    run, portrait, faces_file, is_changed_within, tmp_path, options
):
    out = tmp_path / "out.png"
    asked = (*options, "--make-up", 1, "--landmarks", faces_file, "--json")
    code, printed, _ = run("retouch", portrait, "-o", out, *asked)
    assert code == 0
    assert is_changed_within(out, json.loads(printed)["window"])


def test_make_up_of_strength_0_is_the_photo(run, portrait, faces_file, changed, tmp_path):
    out = tmp_path / "out.png"
    asked = ("--blush", "#d06874", "--make-up", 0, "--landmarks", faces_file)
    assert run("retouch", portrait, "-o", out, *asked)[0] == 0
    assert not changed(out).any()


@pytest.mark.parametrize(
    "options", [["--lips", "red"], ["--brows", "2"], ["--lips", "#a32a3c", "--make-up", "1.5"]]
)
def test_make_up_that_is_none_gives_exit_code_2(refuse, portrait, faces_file, tmp_path, options):
    asked = ("-o", tmp_path / "out.png", "--landmarks", faces_file, *options)
    assert refuse("retouch", portrait, *asked)[0] == 2
