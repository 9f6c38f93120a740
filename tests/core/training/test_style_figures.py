"""The report on styles tells an exemplar that matters from one that does not."""

from functools import partial

import cv2
import numpy as np
import pytest
import torch

from core.regions import MOUTH
from core.training import holes, style_figures
from core.training.frames import FrameSource, SampleMix
from core.training.openface import OpenFaceFeatures
from core.training.style_figures import Styled, following, frozen, kinds, spread, style_report

TEACHER = "openface_nn4small2_conv1_3b.safetensors"


@pytest.fixture(scope="module")
def mouths(sample_face):
    make_hole = partial(holes.around, group=MOUTH)
    return FrameSource("mouth", 1.0, [sample_face], (0.9, 1.0), [(1.0, make_hole)])


def made(source: FrameSource, by: int) -> Styled:
    """Fills that are the very pixels of the face `by` places before, in three colours."""
    batch = SampleMix([source], 128).batch(3)
    tints = np.array([[1.0, 0.4, 0.4], [0.4, 1.0, 0.4], [0.4, 0.4, 1.0]])[:, None, None]
    photos = (batch.image * tints).astype(np.uint8)
    hidden = np.ones(batch.mask.shape, bool)
    return Styled(photos, hidden, photos, np.roll(photos, by, 0))


def test_a_fill_like_its_exemplar_is_nearer_to_it_than_to_another_face(mouths, data_dir):
    features = OpenFaceFeatures(data_dir / "teachers" / TEACHER)
    near, far, nearer = following(made(mouths, 1), features)
    assert near == pytest.approx(0.0, abs=1e-9)
    assert far > 1e-3
    assert nearer == 1.0
    assert following(made(mouths, 2), features)[2] == 0.0


def test_variety_is_the_mean_difference_in_the_holes():
    blank = np.zeros((2, 4, 4, 3), np.uint8)
    hidden = np.zeros((2, 4, 4), bool)
    hidden[:, :2] = True
    brighter = np.where(hidden[..., None], 9, 200).astype(np.uint8)
    assert spread([blank, blank], hidden) == 0.0
    assert spread([blank, brighter], hidden) == pytest.approx(9.0)
    assert spread([blank, blank, brighter], hidden) == pytest.approx(6.0)


def test_an_untrained_network_is_measured_and_does_not_follow(
    mouths, data_dir, tmp_path, monkeypatch
):
    monkeypatch.setattr(style_figures, "kinds", lambda *_: {"mouth": [mouths] * 3})
    monkeypatch.setattr(style_figures, "weights_path", lambda _: None)
    table, speed = style_report(data_dir, None, 3, tmp_path)
    cells = [cell.strip() for cell in table.splitlines()[-1].strip("|").split("|")]
    assert cells[0].startswith("mouth (0.")
    assert cells[1] == cells[2]  # guided by itself or by another, both are the membrane
    assert cells[-2:] == ["0.0", "0.0"]
    assert "to paint" in speed
    sheet = cv2.imread(str(tmp_path / "style-mouth.png"))
    assert sheet.shape == (128, 2 * 8 * 128, 3)


def test_hair_faces_parts_and_strokes_are_measured(data_dir):
    found = kinds(data_dir, 2)
    assert list(found) == ["hair", *style_figures.PARTS]
    for sources in found.values():
        batch = frozen(sources)
        assert batch.mask.flatten(1).any(dim=1).tolist() == [True, True]
        assert torch.equal(frozen(sources).mask, batch.mask)
