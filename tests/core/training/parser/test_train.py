"""The face parser learns, stops, goes on, and is measured."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.anatomy.regions import Region
from core.errors import CheckpointError
from core.face.align import Frame, canonical_frame
from core.models.face_parser import EMBEDDED
from core.training.data.label_choices import ANY_LABEL, exact_choices, label_set
from core.training.parser import figures, train
from core.training.parser.augment import dye_hair
from core.training.parser.data import LabelledFace, LabelMix, LabelSource
from core.training.parser.figures import (
    HeldOutFrame,
    measure_overlap,
    measure_worn_overlap,
    to_source_labels,
)
from core.training.parser.train import ParserTrainer, choice_loss
from tests.core.training.patience import drawing_threads, within_patience

SIDE = 64
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _small_parser(monkeypatch):
    monkeypatch.setattr(train, "EMBEDDED", replace(EMBEDDED, widths=(8, 16, 24)))


@pytest.fixture
def face():
    """A bright disc of skin on dark hair."""
    landmarks = np.zeros((68, 2))
    landmarks[36:42], landmarks[42:48] = (24, 30), (40, 30)
    landmarks[48], landmarks[54] = (26, 46), (38, 46)
    y, x = np.mgrid[:SIDE, :SIDE]
    disc = np.hypot(x - 32, y - 36) < 20
    image = np.where(disc[..., None], 220, 30) * np.ones(3)
    labels = np.where(disc, Region.SKIN, Region.HAIR).astype(np.uint8)
    canonical = canonical_frame(landmarks)
    return LabelledFace(image.astype(np.uint8), exact_choices(labels), canonical, "mgpe", labels)


def test_loss_is_nought_where_the_likely_label_is_possible():
    scores = torch.zeros(1, len(Region), 2, 2)
    scores[:, Region.HAIR] = 50.0
    choices = torch.full((1, 2, 2), label_set([Region.HAIR, Region.SKIN]))
    assert choice_loss(scores, choices) < 1e-6


def test_loss_of_one_possible_label_is_cross_entropy():
    scores = torch.randn(2, len(Region), 3, 3)
    labels = torch.full((2, 3, 3), int(Region.HAIR))
    expected = torch.nn.functional.cross_entropy(scores, labels)
    loss = choice_loss(scores, torch.full((2, 3, 3), label_set([Region.HAIR])))
    assert loss == pytest.approx(float(expected), rel=1e-5)


def test_pixels_that_can_be_anything_teach_nothing():
    scores = torch.randn(1, len(Region), 2, 2, requires_grad=True)
    choice_loss(scores, torch.full((1, 2, 2), ANY_LABEL)).backward()
    assert scores.grad is not None
    assert scores.grad.abs().max() == 0


def test_the_same_seed_draws_the_same_batch(face):
    first, second = (LabelMix([LabelSource("one", 1.0, [face])], SIDE, 3).batch(4) for _ in "12")
    assert (first.image == second.image).all()
    assert (first.choices == second.choices).all()
    assert first.image.shape == (4, SIDE, SIDE, 3)
    assert (first.choices > 0).all()


def test_a_parser_learns_and_goes_on_where_it_stopped(face, tmp_path):
    mix, trainer = LabelMix([LabelSource("one", 1.0, [face])], SIDE, 0), ParserTrainer(CPU)
    losses = [trainer.train_step(mix.batch(4), 0.0) for _ in range(30)]
    assert losses[-1] < 0.6 * losses[0]
    trainer.save(tmp_path)
    again = ParserTrainer(CPU)
    again.resume(tmp_path)
    assert (again.step, again.samples) == (30, 120)
    assert torch.equal(again.average.to_scores.weight, trainer.average.to_scores.weight)


def test_there_must_be_a_run_to_go_on_with(tmp_path):
    with pytest.raises(FileNotFoundError, match="no run to go on with"):
        ParserTrainer(CPU).resume(tmp_path)


def test_each_map_is_compared_by_its_own_idea_of_skin():
    labels = np.array([[Region.NECK, Region.EARS, Region.HAIR, Region.CLOTH]], np.uint8)
    assert to_source_labels(labels, "fasseg").tolist() == [
        [Region.SKIN, Region.SKIN, Region.HAIR, Region.BACKGROUND]
    ]
    assert to_source_labels(labels, "mgpe").tolist() == [
        [Region.BACKGROUND, Region.BACKGROUND, Region.HAIR, Region.BACKGROUND]
    ]


def test_a_parser_that_calls_everything_hair_overlaps_with_hair_only():
    network = ParserTrainer(CPU).average
    for parameter in network.to_scores.parameters():
        parameter.zero_()
    network.to_scores.bias[Region.HAIR] = 1.0
    labels = np.full((SIDE, SIDE), Region.HAIR, np.uint8)
    labels[: SIDE // 4] = Region.SKIN
    frame = HeldOutFrame(np.zeros((SIDE, SIDE, 3), np.uint8), labels, "mgpe", True)
    table = measure_overlap(network, [frame])
    assert table.values["all"]["Hair"] == pytest.approx(0.75)
    assert table.values["all"]["Skin"] == 0
    assert "MGPE (1)" in table.markdown()


def test_a_batch_that_cannot_be_drawn_ends_the_training_with_its_error(face, tmp_path, monkeypatch):
    def fail(mix, count):
        raise ZeroDivisionError

    monkeypatch.setattr(LabelMix, "batch", fail)
    monkeypatch.setattr(train, "label_sources", lambda *_: [LabelSource("one", 1.0, [face])])
    run = train.ParserRun(tmp_path, tmp_path / "out", 10.0, CPU)
    assert isinstance(within_patience(lambda: train.train_parser(run)), ZeroDivisionError)
    assert not drawing_threads()


def test_a_parser_that_goes_on_is_the_one_that_did_not_stop(face, tmp_path):
    mix = LabelMix([LabelSource("one", 1.0, [face])], SIDE, 0)

    def advance(trainer, until):
        while trainer.step < until:
            mix.seek(trainer.step)
            trainer.train_step(mix.batch(2), trainer.step / 8)

    torch.manual_seed(0)
    at_once, stopped = ParserTrainer(CPU), ParserTrainer(CPU)
    stopped.network.load_state_dict(at_once.network.state_dict())
    stopped.average.load_state_dict(at_once.average.state_dict())
    advance(at_once, 4)
    advance(stopped, 2)
    stopped.save(tmp_path)
    resumed = ParserTrainer(CPU)
    resumed.resume(tmp_path)
    advance(resumed, 4)
    for one, other in ((at_once.network, resumed.network), (at_once.average, resumed.average)):
        pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
        assert all(torch.equal(*pair) for pair in pairs)


def test_a_parser_whose_state_is_damaged_does_not_go_on(tmp_path):
    trainer = ParserTrainer(CPU)
    trainer.save(tmp_path)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    torch.save(
        {key: value for key, value in state.items() if key != "samples"}, tmp_path / "state.pt"
    )
    with pytest.raises(CheckpointError, match="start it anew"):
        trainer.resume(tmp_path)


def test_brows_of_both_sides_count_as_one_and_the_mean_is_of_eight(face, monkeypatch):
    drawn = np.zeros((SIDE, SIDE), np.uint8)
    drawn[:, :32], drawn[:, 32:] = Region.LEFT_BROW, Region.SKIN
    found = np.where(np.arange(SIDE) < 16, Region.LEFT_BROW, Region.SKIN)
    found = np.broadcast_to(found, drawn.shape).astype(np.uint8)
    monkeypatch.setattr(figures, "parse_canonical", lambda *_: found)
    monkeypatch.setattr(figures, "parsing_frame", lambda _: Frame(np.eye(2, 3), SIDE))
    shares = measure_worn_overlap(None, [replace(face, labels=drawn)], ())
    assert shares["Brows"] == pytest.approx(0.5)
    assert shares["Skin"] == pytest.approx(2 / 3)
    assert shares["Mean of 8"] == pytest.approx((0.5 + 2 / 3) / 8)


def test_dyed_hair_keeps_its_label_and_its_surroundings(face):
    choices, dyed = face.choices, None
    for seed in range(100):
        image = dye_hair(np.random.default_rng(seed), face.image, choices)
        if (image != face.image).any():
            dyed = image
            break
    assert dyed is not None
    inner = np.hypot(*(np.mgrid[:SIDE, :SIDE] - np.array([36, 32])[:, None, None])) < 14
    assert (dyed[inner] == face.image[inner]).all()
    assert np.ptp(dyed[0, 0].astype(int)) > 0
