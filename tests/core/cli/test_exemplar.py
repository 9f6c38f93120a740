"""`exemplar` transfers parts of another face, or says in a sentence why not."""

import json

import pytest


@pytest.fixture
def trained(use_weights, plain_harmonizer):
    use_weights("harmonizer", plain_harmonizer)


def test_parts_of_an_exemplar_are_transferred_and_the_rest_stays(
    run, trained, portrait, faces_file, large, tmp_path, is_changed_within
):
    out = tmp_path / "out.png"
    asked = ("--from", large, "--region", "mouth,eyes", "--landmarks", faces_file, "--json")
    code, printed, _ = run("exemplar", portrait, *asked, "-o", out)
    assert code == 0
    report = json.loads(printed)
    assert report["region"] == ["mouth", "eyes"]
    assert report["covered_pixels"] > 100
    assert is_changed_within(out, report["window"])


def test_hair_is_transferred_as_pixels_too(
    run, portrait, faces_file, large, tmp_path, is_changed_within
):
    out = tmp_path / "out.png"
    asked = ("--from", large, "--region", "hair", "--landmarks", faces_file, "--json", "-o", out)
    code, printed, _ = run("exemplar", portrait, *asked)
    assert code == 0
    report = json.loads(printed)
    assert report["region"] == ["hair"]
    assert report["model"] is None
    assert report["covered_pixels"] > 1000
    assert is_changed_within(out, report["window"])


def test_what_a_mask_covers_is_transferred_as_pixels_too(
    run, trained, portrait, faces_file, large, mask, tmp_path, is_changed_within
):
    out = tmp_path / "out.png"
    asked = ("--from", large, "--mask", mask, "--landmarks", faces_file, "--json", "-o", out)
    code, printed, _ = run("exemplar", portrait, *asked)
    assert code == 0
    report = json.loads(printed)
    assert report["covered_pixels"] > 100
    assert is_changed_within(out, report["window"])


@pytest.mark.parametrize("options", [(), ("--region", "eyes", "--mask", "mask.png")])
def test_either_a_region_or_a_mask_says_what_changes(refuse, portrait, large, tmp_path, options):
    code, sentence = refuse(
        "exemplar", portrait, "--from", large, *options, "-o", tmp_path / "out.png"
    )
    assert code == 2
    assert "--region or --mask" in sentence


@pytest.mark.parametrize("region", ["ears", "", "eyes,,mouth"])
def test_an_unknown_region_is_refused(refuse, portrait, large, tmp_path, region):
    asked = ("--from", large, "--region", region, "-o", tmp_path / "out.png")
    assert refuse("exemplar", portrait, *asked)[0] == 2


def test_an_exemplar_without_a_face_gives_exit_code_3_and_its_name(
    refuse, portrait, faces_file, meadow, tmp_path
):
    asked = ("--from", meadow, "--region", "eyes", "--landmarks", faces_file)
    code, sentence = refuse("exemplar", portrait, *asked, "-o", tmp_path / "out.png")
    assert code == 3
    assert "meadow.png" in sentence


@pytest.mark.parametrize("number", ["0", "2"])
def test_a_face_that_the_exemplar_does_not_have_is_refused(
    refuse, portrait, faces_file, large, tmp_path, number
):
    asked = ("--from", large, "--from-face", number, "--region", "eyes")
    options = ("--landmarks", faces_file, "-o", tmp_path / "out.png")
    code, sentence = refuse("exemplar", portrait, *asked, *options)
    assert code == 2
    assert "--from-face" in sentence


@pytest.mark.parametrize("option", ["--shape", "--strength"])
def test_shape_and_strength_lie_between_0_and_1(
    refuse, portrait, faces_file, large, tmp_path, option
):
    asked = ("--from", large, "--region", "eyes", option, "1.5", "--landmarks", faces_file)
    assert refuse("exemplar", portrait, *asked, "-o", tmp_path / "out.png")[0] == 2
