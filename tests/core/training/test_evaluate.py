"""The report measures the program's own pipeline on frozen faces and holes."""

import numpy as np
import pytest

from core.edit.editor import Editor
from core.edit.requests import SmileKind
from core.training.__main__ import main
from core.training.data import holes
from core.training.frozen.openface import OpenFaceFeatures
from core.training.harness.markdown import markdown_table
from core.training.reports import fills, smiles, speed
from core.training.reports.smiles import SmileSpec


@pytest.fixture(scope="module")
def editor():
    return Editor("cpu")


@pytest.fixture(scope="module")
def frozen(sample_face):
    return fills.freeze_holes("mouth", [sample_face], holes.whole_mouth, 1)


def test_frozen_holes_are_the_same_at_every_run(frozen, sample_face):
    again = fills.freeze_holes("mouth", [sample_face], holes.whole_mouth, 1)
    assert np.array_equal(again.faces, frozen.faces)
    assert np.array_equal(again.masks, frozen.masks)
    assert set(np.unique(again.masks)) == {0, 255}
    named = fills.FrozenHoles("free-form 5%-20%", frozen.faces, [], [])
    assert named.file_name == "free-form-5-20"


def test_every_fill_keeps_what_is_known_and_the_network_with_lines_comes_nearest(editor, frozen):
    made = {
        title: fills.fill_all(fill, frozen)
        for title, fill in fills.fill_methods(editor, "residual_unet").items()
    }
    assert all(
        np.array_equal(one[~frozen.holes], frozen.faces[~frozen.holes]) for one in made.values()
    )
    errors = {title: np.abs(one.astype(float) - frozen.faces).mean() for title, one in made.items()}
    assert min(errors, key=errors.__getitem__) == "residual_unet, lines"


def test_the_photo_itself_gets_perfect_figures(frozen, small_data):
    teacher = small_data / "teachers" / "openface_nn4small2_conv1_3b.safetensors"
    twice = fills.FrozenHoles(
        "mouth", np.repeat(frozen.faces, 2, axis=0), frozen.landmarks * 2, frozen.masks * 2
    )
    figures = fills.measure_fills(twice.faces, twice, OpenFaceFeatures(teacher))
    assert figures.hole_ssim == figures.ssim == pytest.approx(1)
    assert figures.perceptual == 0
    assert figures.sharpness == pytest.approx(1)
    assert "mouth (" in fills.fill_table([(twice, "photo", figures)])


def test_smile_figures_see_the_corners_rise_and_the_person_stay(editor, sample_face):
    made = smiles.measure_smile(
        editor, "residual_unet", SmileSpec(SmileKind.OPEN, -0.5), sample_face
    )
    assert made.up < 0  # the astronaut smiles already: half of it is taken away
    assert made.identity < 0.5
    assert made.error < 6
    assert made.image.shape == sample_face.image.shape


def test_judge_counts_the_pictures_whose_top_class_is_happy(sample_face):
    faces = [sample_face, sample_face]
    answers = iter([{"happy": 0.9, "sad": 0.1}, {"happy": 0.2, "sad": 0.8}])
    images = [face.image for face in faces]
    assert smiles.happy_share(lambda *_: next(answers), faces, images) == "1/2 = 50%"
    assert smiles.happy_share(None, faces, images) == "-"


def test_smile_table_has_a_row_for_the_photo_and_one_for_every_smile(editor, sample_face):
    def happier_as_it_was(image, _):
        return {"happy": 0.9 if np.array_equal(image, sample_face.image) else 0.2}

    asked = [SmileSpec(SmileKind.OPEN, -1.0)]
    table, stacks = smiles.smile_table(
        editor, "residual_unet", [sample_face], None, happier_as_it_was, asked
    )
    rows = table.splitlines()
    assert [row.split(" | ")[0] for row in rows[2:]] == ["| none", "| open -1"]
    assert "0/1" in rows[3]  # a smile taken away makes nobody happier
    assert [stack.shape for stack in stacks] == [(1, 256, 256, 3)] * 2


def test_table_with_a_missing_cell_is_refused():
    with pytest.raises(ValueError, match="cells"):
        markdown_table(["a", "b"], [["1"]])


def test_speed_is_measured_on_a_large_photo(small_data, monkeypatch):
    monkeypatch.setattr(speed, "THREADS", 1)
    figures = speed.measure_speed("residual_unet", None, small_data, repeats=1)
    assert len(figures) == 4
    assert all(value > 0 for value in figures.values())


def test_evaluate_prints_tables_and_writes_sheets(
    small_data, tmp_path, capsys, monkeypatch, sample_face
):
    for read in ("load_faces", "load_labelled_faces"):
        monkeypatch.setattr(fills, read, lambda *_: [sample_face] * 2)
    for title in list(fills.FILL_KINDS)[:-2]:
        monkeypatch.delitem(fills.FILL_KINDS, title)
    only = ["--only", "fill", "frames", "--faces", "2", "--threads", "1", "--out", str(tmp_path)]
    assert main(["evaluate", "residual_unet", "--data", str(small_data), *only]) == 0
    printed = capsys.readouterr().out
    assert printed.count("| --- |") >= 2
    assert "Navier-Stokes" in printed
    assert len(list(tmp_path.glob("*.png"))) == len(fills.FILL_KINDS) == 2


def test_part_holes_cover_their_part_and_not_the_rest(sample_face):
    centres = {"eye": slice(36, 42), "nose": slice(29, 34)}
    for title, group in centres.items():
        maker = fills.PART_KINDS[title]
        frozen = fills.freeze_holes(title, [sample_face], maker, 1)
        x, y = frozen.landmarks[0][group].mean(axis=0).astype(int)
        assert frozen.masks[0][y, x] == 255
        assert frozen.share < 0.12
    halves = [
        fills.PART_KINDS["half face"](np.random.default_rng(i), 256, frozen.landmarks[0])
        for i in range(12)
    ]
    shares = {round(float((half > 0).mean()), 1) for half in halves}
    assert shares <= {0.1, 0.2, 0.3}
    assert len({half.tobytes() for half in halves}) >= 4


def test_other_systems_fill_the_same_holes_beside(editor, frozen):
    titles = fills.fill_methods(editor, "residual_unet", "ctsdg")
    assert [title for title in titles if "lines" in title] == [
        "residual_unet, no lines",
        "residual_unet, lines",
        "ctsdg, no lines",
        "ctsdg, lines",
    ]


def test_missing_data_is_one_sentence(tmp_path, capsys):
    assert main(["evaluate", "residual_unet", "--data", str(tmp_path), "--only", "frames"]) == 6
    assert capsys.readouterr().err.count("\n") == 1
