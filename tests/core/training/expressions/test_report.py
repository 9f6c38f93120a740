"""The table of the expression network names every class, and draws a sheet."""

from dataclasses import asdict

import pytest
import torch

from core.models.sa_stargan.model import CLASSES, NAME, SAStarGANConfig, SAStarGANGenerator
from core.runtime.checkpoints import save_weights
from core.training.expressions import report
from core.training.expressions.report import expression_report


@pytest.fixture
def weights(tmp_path):
    config = SAStarGANConfig(width=4, blocks=1, kernel=3, steered=True, moving=True)
    generator = SAStarGANGenerator(config)
    torch.nn.init.normal_(generator.to_image.weight, std=0.05)
    path = tmp_path / "network.safetensors"
    save_weights(path, generator.state_dict(), NAME, asdict(config))
    return path


def test_a_report_has_every_class_identity_distances_and_times(
    weights, small_data, tmp_path, monkeypatch, as_many_threads_as_before
):
    monkeypatch.setattr(report, "_REPEATS", 1)
    monkeypatch.setattr(report, "_PEOPLE", 1)
    monkeypatch.setattr(report, "_LEAST_REAL", 3)
    monkeypatch.setattr(report, "large_photo", lambda data: _photo(small_data))
    people, distances, times = expression_report(small_data, weights, 3, None, tmp_path)
    for name in CLASSES:
        assert f"| {name} |" in people
        assert f"| {name} |" in distances
    assert "No judge" in people
    assert "±" in distances
    assert "seconds" in times
    assert (tmp_path / "expressions.png").is_file()


def _photo(folder):
    face = report.neutral_faces(folder, 1)[0]
    return face.image, face.landmarks
