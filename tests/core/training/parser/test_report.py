"""The parser's report holds overlaps and times."""

from dataclasses import asdict, replace

import pytest

from core.models.face_parser import EMBEDDED, NAME, FaceParser
from core.runtime.checkpoints import save_weights
from core.training.evaluate import Evaluation, evaluate
from core.training.parser import report
from core.training.parser.figures import load_held_out_frames
from core.training.reports.speed import median_time


@pytest.fixture
def weights(tmp_path):
    config, path = replace(EMBEDDED, widths=(4, 6, 8)), tmp_path / f"{NAME}.safetensors"
    save_weights(path, FaceParser(config).state_dict(), NAME, asdict(config))
    return path


def test_evaluate_says_overlap_and_seconds_and_draws_a_sheet(
    weights, data_dir, tmp_path, monkeypatch
):
    monkeypatch.setattr(report, "median_time", lambda work, _: median_time(work, 1))
    overlap, worn, times = evaluate(Evaluation(NAME, data_dir, weights, tmp_path))
    assert "| all (44) |" in overlap
    assert "Whole mouth" in overlap
    assert "88 held-out maps" in worn
    assert "Glasses" in worn
    assert "12 megapixels" in times
    assert (tmp_path / "labels.png").is_file()


def test_people_drawn_for_validation_are_never_trained_on(data_dir):
    frames = load_held_out_frames(data_dir)
    assert {frame.source for frame in frames} == {"fasseg", "mgpe"}
    assert any(frame.is_frontal for frame in frames)
