"""The report on EXE-GAN has every table, and measures what varies."""

from functools import partial

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import MOUTH
from core.training.data import holes
from core.training.data.frames import FrameSource
from core.training.reports import recovery as recovery_figures
from core.training.reports import style
from core.training.reports.recovery import People
from core.training.reports.style import mean_difference, style_report
from core.training.reports.style_frames import HAIR, WHOLE_FACE

PATCHED = (HAIR, WHOLE_FACE)


@pytest.fixture(scope="module")
def mouths(sample_face):
    make_hole = partial(holes.around_landmarks, group=MOUTH)
    return FrameSource("mouth", 1.0, [sample_face], (0.9, 1.0), [(1.0, make_hole)])


def test_variety_is_the_mean_difference_in_the_holes():
    blank = np.zeros((2, 4, 4, 3), np.uint8)
    hidden = np.zeros((2, 4, 4), bool)
    hidden[:, :2] = True
    brighter = np.where(hidden[..., None], 9, 200).astype(np.uint8)
    assert mean_difference([blank, blank], hidden) == 0.0
    assert mean_difference([blank, brighter], hidden) == pytest.approx(9.0)
    assert mean_difference([blank, blank, brighter], hidden) == pytest.approx(6.0)


@pytest.mark.slow  # a whole table: eight seconds, and minutes beside other work
def test_an_untrained_network_is_measured_and_does_not_follow(
    mouths, sample_face, small_data, tmp_path, monkeypatch
):
    known = People("somebody", [sample_face] * 2, [sample_face] * 2)
    monkeypatch.setattr(recovery_figures, "known_people", lambda *_: [known])
    monkeypatch.setattr(style, "sources_by_hole", lambda *_: dict.fromkeys(PATCHED, [mouths] * 2))
    monkeypatch.setattr(style, "weights_path", lambda _: None)
    table, recovery, sketches, speed = style_report(small_data, None, 2, tmp_path)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("|")
    ]
    assert [row[0].split(" (")[0] for row in rows[2:]] == list(PATCHED)
    for row in rows[2:]:
        assert row[1] == row[2]  # guided by itself or by another, both are the membrane
        assert row[-2:] == ["0.0", "0.0"]
    assert "dlib's descriptor" in table
    assert recovery.count("Telea") == 2
    assert sketches.count("without") == 3
    assert "to paint" in speed
    sheet = cv2.imread(str(tmp_path / "style-hair.png"))
    assert sheet.shape == (128, 2 * 8 * 128, 3)
    assert len(list(tmp_path.glob("*.png"))) == 6
