"""Every source of a fill is measured on hidden parts of known faces, and the choice with them."""

import numpy as np
import pytest

from core.edit.editor import Editor
from core.edit.requests import FillSource
from core.training.frozen.openface import OpenFaceFeatures
from core.training.reports import hidden_parts
from core.training.reports.hidden_parts import PARTS, Figures, choice_text, hide, iris_error

OWN, NETWORK, AUTO = FillSource.OWN_SIDE, FillSource.NETWORK, FillSource.AUTO


def scored(*distances):
    return [Figures(distance, 0.0, 0.0) for distance in distances]


@pytest.mark.parametrize("title", PARTS)
def test_every_kind_hides_some_of_the_photo_and_the_same_at_every_run(title, sample_face):
    part = hide(title, sample_face, 3)
    assert set(np.unique(part.mask)) == {0, 255}
    assert 0.0005 < (part.mask > 0).mean() < 0.4
    assert np.array_equal(part.mask, hide(title, sample_face, 3).mask)


def test_the_background_hole_lies_beside_the_face(sample_face):
    mask = hide("background", sample_face, 0).mask
    columns, rows = np.rint(sample_face.landmarks).astype(int).T
    assert not mask[rows, columns].any()


def test_an_iris_that_moved_is_measured_where_it_was_hidden(sample_face):
    part = hide("both eyes", sample_face, 0)
    assert iris_error(part, sample_face.image) == 0
    shifted = np.roll(sample_face.image, 2, axis=1)
    assert iris_error(part, shifted) == pytest.approx(2, abs=1)
    assert np.isnan(iris_error(hide("mouth", sample_face, 0), sample_face.image))


def test_the_photo_itself_gets_perfect_figures(sample_face, small_data):
    features = OpenFaceFeatures(small_data / hidden_parts._TEACHER)
    found = hidden_parts.measure(hide("one eye", sample_face, 0), sample_face.image, features)
    assert found == Figures(0.0, 0.0, 0.0)


def test_a_choice_is_right_within_a_twentieth_of_the_best_source():
    figures = {
        "one eye": {
            NETWORK: scored(1.0, 1.0, 1.0, 2.0),
            OWN: scored(2.0, 2.0, 2.0, 1.0),
            AUTO: scored(1.0, 1.04, 1.06, 2.0),
        }
    }
    assert "on 2 = 50%" in choice_text(figures)


def test_mixed_holes_are_of_each_kind_in_turn(monkeypatch):
    monkeypatch.setattr(hidden_parts, "MIXED_HOLES", 2)
    good = {NETWORK: scored(1.0, 1.0), AUTO: scored(1.0, 1.0)}
    bad = {NETWORK: scored(1.0, 1.0), AUTO: scored(9.0, 9.0)}
    assert "On 2 mixed holes" in choice_text({"one eye": good, "mouth": bad})
    assert "on 1 = 50%" in choice_text({"one eye": good, "mouth": bad})


def test_the_report_has_a_row_for_every_source_and_a_sheet(sample_face, small_data, tmp_path):
    sections = list(
        hidden_parts.hidden_parts_report(Editor("cpu"), small_data, 1, tmp_path, ["one eye"])
    )
    assert all(f"| {source} |" in sections[1] for source in FillSource)
    assert "On 1 mixed holes" in sections[-1]
    assert (tmp_path / "hidden-one-eye.png").is_file()
