import json
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage.data import astronaut

from core.models.super_resolution import NAME, SuperResolution, SuperResolutionConfig
from core.runtime.checkpoints import save_weights


@pytest.fixture(autouse=True)
def quick_network(tmp_path, use_weights):
    """A small network of random weights in place of the shipped one."""
    config = SuperResolutionConfig(features=4, layers=1)
    path = tmp_path / "small.safetensors"
    save_weights(path, SuperResolution(config).state_dict(), NAME, asdict(config), fp16=False)
    use_weights(NAME, path)


@pytest.fixture
def couple(tmp_path, sample_faces):
    """The sample portrait twice, side by side, and the file of both faces."""
    photo = tmp_path / "couple.png"
    Pillow.fromarray(np.hstack([astronaut(), astronaut()])).save(photo)
    left = sample_faces[0].landmarks
    right = left + np.array([512, 0])
    faces = tmp_path / "couple.json"
    entries = [{"landmarks": points.tolist()} for points in (left, right)]
    faces.write_text(json.dumps({"faces": entries}), encoding="utf-8")
    return photo, faces


def changed_halves(out, photo):
    """Tell of the left and of the right half of a picture whether it differs from the photo."""
    changed = (np.asarray(Pillow.open(out)) != np.asarray(Pillow.open(photo))).any(axis=2)
    return bool(changed[:, :512].any()), bool(changed[:, 512:].any())


def test_restore_changes_the_face_it_is_told_and_says_where(
    run, portrait, faces_file, tmp_path, changed, is_changed_within
):
    out = tmp_path / "out.png"
    options = ["--landmarks", faces_file, "--strength", "1", "--json"]
    code, printed, err = run("restore", portrait, "-o", out, *options)
    report = json.loads(printed)
    assert code == 0
    assert (report["command"], report["model"], report["face"]) == ("restore", NAME, 1)
    assert is_changed_within(out, report["window"])
    assert changed(out).sum() <= report["covered_pixels"]
    assert "as sharp as its pixels allow" in err


def test_restore_of_strength_0_is_the_photo(run, portrait, faces_file, tmp_path):
    out = tmp_path / "out.png"
    options = ["--landmarks", faces_file, "--strength", "0"]
    code, printed, _ = run("restore", portrait, "-o", out, *options)
    assert code == 0
    assert printed.startswith(f"Wrote {out}")
    assert NAME not in printed
    assert (np.asarray(Pillow.open(out)) == astronaut()).all()


def test_restore_takes_one_face_of_several_or_all_of_them(run, couple, tmp_path):
    photo, faces = couple
    out = tmp_path / "out.png"
    for face, halves in (("1", (True, False)), ("2", (False, True)), ("all", (True, True))):
        options = ["--landmarks", faces, "--face", face, "--json"]
        code, printed, _ = run("restore", photo, "-o", out, *options)
        assert code == 0
        assert changed_halves(out, photo) == halves
    report = json.loads(printed)
    assert report["face"] == "all"
    assert len(report["faces"]) == 2
    assert all(one["covered_pixels"] for one in report["faces"])


def test_restore_finds_all_faces_itself(run, portrait, tmp_path, changed):
    out = tmp_path / "out.png"
    assert run("restore", portrait, "-o", out, "--face", "all")[0] == 0
    assert changed(out)[100:150, 190:260].any()


@pytest.mark.parametrize("face", ["1", "all"])
def test_restore_without_a_face_gives_exit_code_3(refuse, meadow, tmp_path, face):
    code, sentence = refuse("restore", meadow, "-o", tmp_path / "out.png", "--face", face)
    assert code == 3
    assert "--landmarks" in sentence
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("strength", ["1.5", "-0.1", "nan"])
def test_restore_beyond_its_strengths_gives_exit_code_2(
    refuse, portrait, faces_file, tmp_path, strength
):
    options = ["--landmarks", faces_file, "--strength", strength]
    code, sentence = refuse("restore", portrait, "-o", tmp_path / "out.png", *options)
    assert code == 2
    assert "between 0 and 1" in sentence


@pytest.mark.parametrize("face", ["0", "3"])
def test_restore_of_a_face_that_is_not_there_gives_exit_code_2(refuse, couple, tmp_path, face):
    photo, faces = couple
    options = ["--landmarks", faces, "--face", face]
    assert refuse("restore", photo, "-o", tmp_path / "out.png", *options)[0] == 2
