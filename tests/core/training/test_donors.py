"""Donors are cropped, compressed until they fit, and described by a card."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.anatomy.parts import FacePart
from core.edit.inpainting import donor_bank
from core.runtime.model_card import card_path, stated_terms
from core.training import donors


@pytest.fixture
def lenders(sample_face, monkeypatch):
    """A neutral and a smiling portrait."""
    record = {"source": "london", "mouth_open": 0.2}
    people = [replace(sample_face, name=name, record=record) for name in ("a_neutral", "a_smiling")]
    monkeypatch.setattr(donors, "load_faces", lambda *_: people)
    monkeypatch.setattr(donors, "_write_traits", lambda *_: "")


def test_smiling_people_lend_their_mouths_only_and_the_bank_can_read_it(
    lenders, tmp_path, monkeypatch, sample_face
):
    summary = donors.write(tmp_path, tmp_path)
    assert ["1 crops" in line for line in summary.splitlines()[:3]] == [True, True, False]
    path = tmp_path / donor_bank.donor_path(FacePart.MOUTH).name
    assert stated_terms(path) == "CC BY 4.0"
    assert "2 with parted lips" in card_path(path).read_text(encoding="utf-8")
    monkeypatch.setattr(donor_bank, "DONORS_DIR", tmp_path)
    donor_bank.shipped_donors.cache_clear()
    donor = donor_bank.shipped_donors(FacePart.MOUTH)[0].exemplar()
    donor_bank.shipped_donors.cache_clear()
    window = donor_bank.part_window(FacePart.MOUTH, sample_face.landmarks, sample_face.image.shape)
    assert np.abs(donor.image.astype(int) - sample_face.image[window]).mean() < 6
    corner = [window[1].start, window[0].start]
    assert np.allclose(donor.landmarks + corner, sample_face.landmarks, atol=1e-3)


def test_crops_are_compressed_until_they_fit(monkeypatch):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    best, large = donors._compress([noise])
    monkeypatch.setattr(donors, "MOST_BYTES", len(large[0]) - 1)
    quality, small = donors._compress([noise])
    assert quality < best
    assert len(small[0]) < len(large[0])


def test_a_trait_is_learned_from_shapes():
    numbers = torch.randn(400, 136, dtype=torch.float64, generator=torch.manual_seed(0))
    weights = donors._regress(numbers, numbers[:, 3] + 0.5 * numbers[:, 7] > 0)
    assert weights[:-1].abs().argmax() == 3
    assert ((donors._logits(weights, numbers) > 0) == (numbers[:, 3] > -0.5 * numbers[:, 7])).all()
