import json

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage.data import astronaut

from core.cli.edits import read_sketch
from core.errors import CheckpointError, InvalidRequestError

SIZE = (90, 60)


@pytest.mark.parametrize("turn", [False, True], ids=["white on black", "black on white"])
def test_lines_are_found_on_either_ground(grey_file, levels, turn):
    lines = np.where(levels == 255, 255, 0)
    drawn = 255 - lines if turn else lines
    assert (read_sketch(grey_file("sketch.png", drawn), SIZE) == lines).all()


def test_sketch_of_another_size_is_refused(grey_file, levels):
    with pytest.raises(InvalidRequestError, match="sketch"):
        read_sketch(grey_file("sketch.png", levels[:-1]), SIZE)


def test_empty_mask_gives_exit_code_2(refuse, meadow, grey_file, tmp_path):
    mask = grey_file("mask.png", np.zeros((60, 90)))
    code, sentence = refuse("fill", meadow, "--mask", mask, "-o", tmp_path / "out.png")
    assert code == 2
    assert "white" in sentence


def test_mask_of_another_size_gives_exit_code_2_and_both_sizes(refuse, meadow, grey_file, tmp_path):
    mask = grey_file("mask.png", np.full((61, 90), 255))
    code, sentence = refuse("fill", meadow, "--mask", mask, "-o", tmp_path / "out.png")
    assert code == 2
    assert "90 x 61" in sentence
    assert "90 x 60" in sentence


def test_mask_that_is_no_picture_gives_exit_code_4(refuse, meadow, tmp_path):
    mask = tmp_path / "mask.png"
    mask.write_bytes(b"words")
    assert refuse("fill", meadow, "--mask", mask, "-o", tmp_path / "out.png")[0] == 4


def test_photo_of_one_pixel_has_no_face_and_no_traceback(refuse, tmp_path):
    photo = tmp_path / "photo.png"
    Pillow.new("RGB", (1, 1)).save(photo)
    assert refuse("smile", photo, "-o", tmp_path / "out.png")[0] == 3


@pytest.mark.parametrize("strength", ["1.5", "-2", "nan"])
def test_strength_out_of_range_gives_exit_code_2(refuse, portrait, faces_file, tmp_path, strength):
    options = ["--landmarks", faces_file, "--strength", strength]
    assert refuse("smile", portrait, "-o", tmp_path / "out.png", *options)[0] == 2


def test_format_that_cannot_be_saved_is_told_before_the_photo_is_read(refuse, tmp_path):
    code, sentence = refuse("smile", tmp_path / "none.png", "-o", tmp_path / "out.gif")
    assert code == 2
    assert ".png" in sentence


def test_photo_itself_is_not_overwritten_unasked(refuse, portrait, tmp_path):
    before = portrait.read_bytes()
    link = tmp_path / "link.png"
    link.symlink_to(portrait)
    for target in (portrait, link):
        code, sentence = refuse("smile", portrait, "-o", target)
        assert code == 2
        assert "--overwrite" in sentence
    assert portrait.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "option"),
    [("fill", "--mask"), ("fill", "--lines"), ("fill", "--labels"), ("fill", "--landmarks"),
     ("smile", "--landmarks"), ("parse", "--landmarks"), ("exemplar", "--from"),
     ("exemplar", "--mask"), ("exemplar", "--sketch"), ("exemplar", "--landmarks"),
     ("retouch", "--landmarks"), ("restore", "--landmarks")],
)  # fmt: skip
@pytest.mark.parametrize("link", ["name", "symbolic", "hard", "other spelling"])
def test_no_input_is_overwritten_unasked(refuse, portrait, tmp_path, command, option, link):
    given = tmp_path / "given.png"
    given.write_bytes(b"precious")
    target = given if link == "name" else tmp_path / "link.png"
    if link == "symbolic":
        target.symlink_to(given)
    elif link == "hard":
        target.hardlink_to(given)
    elif link == "other spelling":
        target = tmp_path / ".." / tmp_path.name / "given.png"
    needed = ["--mask", portrait] if command == "fill" and option != "--mask" else []
    code, sentence = refuse(command, portrait, *needed, option, given, "-o", target)
    assert code == 2
    assert "--overwrite" in sentence
    assert given.read_bytes() == b"precious"


def test_second_exemplar_and_numbered_variants_are_not_overwritten_either(
    refuse, portrait, tmp_path
):
    other = tmp_path / "out-2.png"
    other.write_bytes(b"precious")
    options = ["--from", portrait, "--from", other, "--mix", "4:9", "--guide", "style"]
    options += ["--region", "mouth", "--variants", "3"]
    assert refuse("exemplar", portrait, *options, "-o", tmp_path / "out.png")[0] == 2
    assert other.read_bytes() == b"precious"


def test_hole_that_is_nowhere_white_is_told_of(run, meadow, grey_file, levels, tmp_path):
    mask = grey_file("mask.png", levels // 2)
    code, _, err = run("fill", meadow, "--mask", mask, "-o", tmp_path / "out.png")
    assert code == 0
    assert "nowhere brighter than 50%" in err


def test_target_in_no_folder_gives_exit_code_6(refuse, portrait, tmp_path):
    assert refuse("smile", portrait, "-o", tmp_path / "none" / "out.png")[0] == 6


def test_target_that_is_a_folder_gives_exit_code_6(refuse, portrait, tmp_path):
    (tmp_path / "out.png").mkdir()
    assert refuse("smile", portrait, "-o", tmp_path / "out.png")[0] == 6


def test_smile_writes_the_photo_with_the_mouth_moved_and_the_rest_untouched(
    run, portrait, faces_file, tmp_path, changed, is_changed_within
):
    out = tmp_path / "out.png"
    options = ["--landmarks", faces_file, "--strength", "-0.8", "--json"]
    code, printed, _ = run("smile", portrait, "-o", out, *options)
    assert code == 0
    report = json.loads(printed)
    assert is_changed_within(out, report["window"])
    assert changed(out).sum() <= report["covered_pixels"]


def test_smile_of_strength_0_is_the_photo(run, portrait, faces_file, tmp_path):
    out = tmp_path / "out.png"
    options = ["--landmarks", faces_file, "--strength", "0"]
    assert run("smile", portrait, "-o", out, *options)[0] == 0
    assert (np.asarray(Pillow.open(out)) == astronaut()).all()


def test_smile_finds_the_face_that_landmarks_lists_first(run, portrait, faces_file, tmp_path):
    detected, given = tmp_path / "found.png", tmp_path / "given.png"
    options = ["--strength", "-0.5", "--device", "cpu"]
    run("smile", portrait, "-o", detected, *options)
    run("smile", portrait, "-o", given, *options, "--landmarks", faces_file)
    assert detected.read_bytes() == given.read_bytes()


def test_fill_changes_the_hole_alone_and_needs_no_face(run, meadow, grey_file, levels, tmp_path):
    out = tmp_path / "out.png"
    mask = grey_file("mask.png", levels)
    code, printed, err = run("fill", meadow, "--mask", mask, "-o", out, "--model", "residual_unet")
    assert (code, err) == (0, "")
    assert printed.startswith(f"Wrote {out}")
    before, after = (np.asarray(Pillow.open(path)) for path in (meadow, out))
    assert (before == after)[levels == 0].all()


def test_fill_knows_the_faces_of_the_photo(run, portrait, faces_file, grey_file, tmp_path):
    eye = np.zeros(astronaut().shape[:2])
    eye[95:115, 225:260] = 255
    mask = grey_file("mask.png", eye)
    detected, given, none = (tmp_path / f"{name}.png" for name in ("found", "given", "none"))
    nobody = tmp_path / "nobody.json"
    nobody.write_text('{"faces": []}', encoding="utf-8")
    options = ["--mask", mask, "--device", "cpu"]
    assert run("fill", portrait, "-o", detected, *options)[0] == 0
    assert run("fill", portrait, "-o", given, *options, "--landmarks", faces_file)[0] == 0
    assert run("fill", portrait, "-o", none, *options, "--landmarks", nobody)[0] == 0
    assert detected.read_bytes() == given.read_bytes()
    assert detected.read_bytes() != none.read_bytes()


def test_fill_takes_a_hidden_eye_from_the_other_side_and_names_the_source(
    run, large, grey_file, tmp_path
):
    eye = np.zeros((1024, 1024))
    eye[190:230, 450:520] = 255
    options = ["--mask", grey_file("mask.png", eye), "--device", "cpu", "--json"]
    outputs = [tmp_path / "network.png", tmp_path / "own.png"]
    plain = run("fill", large, "-o", outputs[0], *options)[1]
    code, printed, err = run("fill", large, "-o", outputs[1], *options, "--source", "own-side")
    assert (code, json.loads(plain)["source"], json.loads(plain)["notices"]) == (0, "network", [])
    assert json.loads(printed)["source"] == "own-side"
    assert "other side" in err
    assert outputs[0].read_bytes() != outputs[1].read_bytes()


def test_fill_goes_on_where_faces_cannot_be_detected(
    run, meadow, grey_file, levels, tmp_path, monkeypatch
):
    def refuse(*_arguments, **_options):
        raise CheckpointError("The face detector is missing; install it.")

    monkeypatch.setattr("core.cli.faces.find_faces", refuse)
    mask = grey_file("mask.png", levels)
    code, _, err = run("fill", meadow, "--mask", mask, "-o", tmp_path / "out.png")
    assert (code, err) == (0, "The face detector is missing; install it.\n")


def test_unknown_model_gives_exit_code_2(refuse, meadow, grey_file, levels, tmp_path):
    mask = grey_file("mask.png", levels)
    options = ["--mask", mask, "-o", tmp_path / "out.png", "--model", "none"]
    assert refuse("fill", meadow, *options)[0] == 2
    assert not (tmp_path / "out.png").exists()


def test_progress_is_told_on_stderr_when_asked_for(run, meadow, grey_file, levels, tmp_path):
    mask = grey_file("mask.png", levels)
    options = ["--mask", mask, "-o", tmp_path / "out.png", "--model", "residual_unet", "-v"]
    assert "% Generating" in run("fill", meadow, *options)[2]


def test_fill_borrows_eyes_of_the_same_person_and_writes_the_next_best_donors(
    run, large, grey_file, tmp_path
):
    eyes = np.zeros((1024, 1024))
    eyes[180:240, 390:530] = 255
    options = ["--mask", grey_file("mask.png", eyes), "--device", "cpu", "--source", "donors"]
    code, _, err = run("fill", large, "-o", tmp_path / "own.png", *options, "--reference", large)
    assert code == 0
    assert "another photo of the same person" in err
    code, _, err = run("fill", large, "-o", tmp_path / "out.png", *options, "--variants", "2")
    assert code == 0
    first, second = (tmp_path / f"out-{number}.png" for number in (1, 2))
    assert first.read_bytes() != second.read_bytes()


def test_photos_that_cannot_lend_are_refused_in_one_sentence(
    run, large, meadow, grey_file, tmp_path
):
    mask = np.zeros((1024, 1024))
    mask[180:240, 390:530] = 255
    fill = ["fill", large, "-o", tmp_path / "out.png", "--mask", grey_file("mask.png", mask)]
    (tmp_path / "empty").mkdir()
    refusals = [
        (["--reference", large], "need --source donors or auto"),
        (["--source", "own-side", "--variants", "3"], "--variants needs --source donors"),
        (["--source", "donors", "--variants", "0"], "from 1 to 20"),
        (["--source", "donors", "--reference", meadow], "No face was found"),
        (["--source", "donors", "--donors", tmp_path / "none"], "There is no folder"),
        (["--source", "donors", "--donors", tmp_path / "empty"], "shows a face"),
    ]
    for options, sentence in refusals:
        code, _, err = run(*fill, *options)
        assert code != 0
        assert sentence in err
        assert err.strip().count("\n") == 0
