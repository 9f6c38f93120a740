"""`exemplar --guide style` paints parts, hair or a mask anew, in as many variants as asked for."""

import json

import numpy as np
import pytest
from PIL import Image as Pillow


@pytest.fixture
def styled(use_weights, small_style):
    use_weights("exe_gan", small_style)


@pytest.fixture
def asked(portrait, faces_file, tmp_path):
    """The command up to what is painted, and where it goes."""
    out = tmp_path / "out.png"
    return "exemplar", portrait, "--landmarks", faces_file, "--guide", "style", "-o", out


def test_hair_and_face_are_painted_as_an_exemplar_looks_and_the_rest_stays(
    run, styled, asked, large, is_changed_within
):
    code, printed, _ = run(*asked, "--from", large, "--region", "hair,face", "--json")
    assert code == 0
    report = json.loads(printed)
    assert (report["model"], report["region"]) == ("exe_gan", ["hair", "face"])
    assert is_changed_within(asked[-1], report["window"])


def test_without_an_exemplar_variants_of_a_random_style_are_numbered_files(
    run, styled, asked, mask, tmp_path, changed
):
    code, printed, _ = run(*asked, "--mask", mask, "--seed", 7, "--variants", 2, "--json")
    assert code == 0
    first, second = (tmp_path / name for name in ("out-1.png", "out-2.png"))
    report = json.loads(printed)
    assert [one["output"] for one in report["variants"]] == [str(first), str(second)]
    assert not asked[-1].exists()
    hole = np.asarray(Pillow.open(mask)) > 0
    for path in (first, second):
        assert not (changed(path) & ~hole).any()
    assert not np.array_equal(np.asarray(Pillow.open(first)), np.asarray(Pillow.open(second)))
    assert run(*asked, "--mask", mask, "--seed", 8)[0] == 0
    assert np.array_equal(np.asarray(Pillow.open(asked[-1])), np.asarray(Pillow.open(second)))


def test_two_exemplars_are_mixed_and_a_sketch_is_followed(run, styled, asked, large, mask):
    mixed = ("--from", large, "--from", large, "--mix", "4:9", "--region", "eyes", "--json")
    code, printed, _ = run(*asked, *mixed)
    assert code == 0
    assert json.loads(printed)["mix"] == "4:9"
    plain = asked[-1].read_bytes()
    assert run(*asked, *mixed, "--sketch", mask)[0] == 0
    assert asked[-1].read_bytes() != plain


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ((), "--region or --mask"),
        (("--region", "eyes", "--mask", "mask.png"), "--region or --mask"),
        (("--region", "eyes", "--shape", "0.5"), "--shape"),
        (("--region", "eyes", "--variants", "0"), "--variants"),
        (("--region", "eyes", "--mix", "4:9"), "--mix"),
        (("--region", "eyes", "--from", "a.png", "--from", "b.png"), "--mix"),
        (("--region", "eyes", "--from", "a.png", "--from", "b.png", "--mix", "4"), "4:9"),
        (("--region", "ears"), "hair"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(refuse, asked, options, word):
    code, sentence = refuse(*asked, *options)
    assert code == 2
    assert word in sentence


@pytest.mark.parametrize(
    "options", [("--mix", "9:4"), ("--mix", "0:3"), ("--mix", "4:15"), ("--strength", "2")], ids=str
)
def test_numbers_out_of_range_are_refused(refuse, styled, asked, large, options):
    two = ("--from", large, "--from", large, "--region", "eyes")
    mix = () if "--mix" in options else ("--mix", "4:9")
    assert refuse(*asked, *two, *mix, *options)[0] == 2


@pytest.mark.parametrize(
    "option", [("--seed", "1"), ("--variants", "2"), ("--sketch", "s.png"), ("--mix", "4:9")]
)
def test_pixels_refuse_what_only_a_style_can_do(refuse, portrait, large, tmp_path, option):
    asked = ("--from", large, "--region", "eyes", *option, "-o", tmp_path / "out.png")
    code, sentence = refuse("exemplar", portrait, *asked)
    assert code == 2
    assert f"{option[0]} needs --guide style" in sentence


@pytest.mark.parametrize("options", [(), ("--from", "a.png", "--from", "b.png")])
def test_pixels_are_taken_from_one_picture(refuse, portrait, tmp_path, options):
    asked = (*options, "--region", "eyes", "-o", tmp_path / "out.png")
    code, sentence = refuse("exemplar", portrait, *asked)
    assert code == 2
    assert "one picture" in sentence


def test_a_variant_never_replaces_the_photo_itself(refuse, portrait, tmp_path):
    photo = tmp_path / "out-2.png"
    photo.write_bytes(portrait.read_bytes())
    asked = ("--guide", "style", "--region", "eyes", "--variants", "2")
    code, sentence = refuse("exemplar", photo, *asked, "-o", tmp_path / "out.png")
    assert code == 2
    assert "photo itself" in sentence


def test_missing_weights_of_styles_give_exit_code_5(refuse, use_weights, asked, mask, tmp_path):
    use_weights("exe_gan", tmp_path / "none.safetensors")
    assert refuse(*asked, "--mask", mask)[0] == 5
