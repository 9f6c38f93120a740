"""The judge learns from human labels, says how good it is, and is used where it is there."""

import numpy as np
import torch

from core.runtime.checkpoints import save_weights
from core.training import judge_training
from core.training.frozen import expression_judge
from core.training.frozen.expression_judge import (
    CLASSES,
    ExpressionJudge,
    JudgeNetwork,
    crop_tile,
    load_judge,
)
from core.training.judge_training import (
    LabelledTiles,
    augment_tiles,
    grey_tiles,
    photo_tiles,
    train_judge,
)


def test_labelled_tiles_are_read_by_split(data_dir):
    held_out = grey_tiles(data_dir, "val"), photo_tiles(data_dir, "val")
    assert len(held_out[0].tiles) > 400
    assert len(held_out[1].tiles) > 80
    for one in held_out:
        assert isinstance(one, LabelledTiles)
        assert one.tiles.shape[1:] == (96, 96)
        assert set(one.labels) <= set(range(len(CLASSES)))


def test_network_does_not_care_about_brightness_and_contrast():
    tiles = torch.rand(2, 1, 96, 96)
    network = JudgeNetwork().eval()
    assert torch.allclose(network(tiles), network(tiles * 0.9 + 0.05), atol=0.05)


def test_distorted_tiles_stay_pictures():
    torch.manual_seed(0)
    tiles = augment_tiles(torch.rand(4, 1, 96, 96))
    assert tiles.shape == (4, 1, 96, 96)
    assert 0 <= tiles.min() <= tiles.max() <= 1


def test_judge_is_trained_described_and_loaded(tmp_path, sample_face, monkeypatch):
    tile = crop_tile(sample_face.image, sample_face.landmarks)
    labels = np.array([CLASSES.index(word) for word in ("happy", "neutral", "happy")])
    few = LabelledTiles(np.stack([tile, tile[:, ::-1], tile]), labels)
    for source in ("grey_tiles", "photo_tiles"):
        monkeypatch.setattr(judge_training, source, lambda *_: few)
    path = tmp_path / "judge.safetensors"
    summary = train_judge(tmp_path, path, 0.005)
    assert "held-out accuracy: grey tiles" in summary
    assert summary.count("% of 3 (neutral ") == 2
    loaded = ExpressionJudge(path)
    assert loaded.description == summary
    probabilities = loaded.probabilities(sample_face.image, sample_face.landmarks)
    assert abs(sum(probabilities.values()) - 1) < 1e-5


def test_rare_classes_are_drawn_as_often_as_the_others():
    labels = np.array([CLASSES.index("happy")] * 97 + [CLASSES.index("fearful")] * 3)
    tiles = LabelledTiles(np.zeros((100, 96, 96), np.uint8), labels)
    rng = np.random.default_rng(0)
    drawn = np.concatenate([judge_training._draw(rng, [tiles])[1].numpy() for _ in range(20)])
    assert 0.4 < (drawn == CLASSES.index("fearful")).mean() < 0.6


def test_tile_is_grey_and_holds_the_face(sample_face):
    tile = crop_tile(sample_face.image, sample_face.landmarks)
    assert tile.shape == (96, 96)
    assert tile.std() > 20


def test_no_judge_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(expression_judge, "DEFAULT_PATH", tmp_path / "none.safetensors")
    assert load_judge(None) is None


def test_judge_left_behind_by_training_is_found(tmp_path, monkeypatch):
    path = tmp_path / "judge.safetensors"
    save_weights(
        path, JudgeNetwork().state_dict(), expression_judge.NAME, {"description": "Untrained."}
    )
    monkeypatch.setattr(expression_judge, "DEFAULT_PATH", path)
    probabilities = load_judge(None)
    assert probabilities is not None
    assert probabilities.description == "Untrained."
