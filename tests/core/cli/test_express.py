"""The command that changes what a face expresses, and its shape."""

import json

import pytest

from core.anatomy.expressions import HIDDEN_SLIDERS, Expression


@pytest.fixture
def express(run, portrait, faces_file):
    def run_express(output, *options):
        code, printed, errors = run(
            "express", portrait, "-o", output, "--landmarks", faces_file, "--json", *options
        )
        assert code == 0, errors
        return json.loads(printed)

    return run_express


def test_a_class_changes_the_face_and_nothing_else(express, is_changed_within, tmp_path):
    out = tmp_path / "out.png"
    told = express(out, "--to", "surprised", "--strength", "0.8")
    assert (told["command"], told["to"], told["strength"]) == ("express", "surprised", 0.8)
    assert is_changed_within(out, told["window"])


def test_the_network_can_be_asked_instead(express, is_changed_within, tmp_path):
    out = tmp_path / "out.png"
    told = express(out, "--to", "happy", "--method", "network")
    assert told["method"] == "network"
    assert is_changed_within(out, told["window"])


def test_all_writes_one_picture_a_class(express, tmp_path):
    told = express(tmp_path / "out.png", "--to", "all")
    names = [f"out-{one}.png" for one in Expression]
    assert sorted(names) == sorted(path.name for path in tmp_path.glob("out-*.png"))
    assert len(told["variants"]) == len(names)


def test_sliders_and_shapes_are_set_by_name(express, changed, tmp_path):
    out = tmp_path / "out.png"
    told = express(out, "--set", "browDown=0.8", "--set", "jawWidth=-0.5")
    assert told["weights"] == {"browDownLeft": 0.8, "browDownRight": 0.8, "jawWidth": -0.5}
    assert changed(out).any()


def test_a_preset_gives_sliders_and_set_comes_over_it(express, tmp_path):
    preset = tmp_path / "preset.json"
    preset.write_text('{"expression": "sad", "weights": {"jawOpen": 0.1, "noseWidth": 0.2}}')
    told = express(tmp_path / "out.png", "--preset", preset, "--set", "jawOpen=0.3")
    assert told["weights"] == {"jawOpen": 0.3, "noseWidth": 0.2}


def test_like_the_same_photo_changes_hardly_anything(express, changed, portrait, tmp_path):
    out = tmp_path / "out.png"
    express(out, "--like", portrait)
    assert changed(out).mean() < 0.02


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "--to, --set, --like, --preset"),
        (["--set", "smirk=1"], "smirk"),
        (["--set", "jawOpen"], "NAME=VALUE"),
        (["--set", "jawOpen=wide"], "NAME=VALUE"),
        (["--set", "jawOpen=3"], "between -1 and 1"),
        (["--to", "bored"], "bored"),
        (["--to", "sad", "--like", "face.png"], "either --to or --like"),
        (["--to", "sad", "--strength", "2"], "between 0 and 1"),
    ],
)
def test_wrong_options_give_exit_code_2_and_say_what_to_do(
    refuse, portrait, faces_file, tmp_path, options, told
):
    code, sentence = refuse(
        "express", portrait, "-o", tmp_path / "out.png", "--landmarks", faces_file, *options
    )
    assert code == 2
    assert told in sentence


def test_a_slider_that_the_window_hides_moves_and_says_why(
    run, portrait, faces_file, changed, tmp_path
):
    out = tmp_path / "out.png"
    code, _, errors = run(
        "express", portrait, "-o", out, "--landmarks", faces_file, "--set", "jawLeft=0.5"
    )
    assert code == 0
    assert f"jawLeft is not among the window's sliders: {HIDDEN_SLIDERS['jawLeft']}." in errors
    assert changed(out).any()
