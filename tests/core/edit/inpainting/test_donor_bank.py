"""The donors that ship: small, licensed, cropped, and checked for damage."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.inpainting import donor_bank
from core.edit.inpainting.donor_bank import LENT_PARTS, donor_path, shipped_donors
from core.errors import CheckpointError
from core.runtime.model_card import card_path, stated_terms
from core.runtime.weights_folder import DONORS_DIR


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the mouths, which is read in place of them."""
    source = donor_path(FacePart.MOUTH)
    for path in (source, card_path(source)):
        shutil.copy(path, tmp_path / path.name)
    monkeypatch.setattr(donor_bank, "DONORS_DIR", tmp_path)
    shipped_donors.cache_clear()
    yield tmp_path / source.name
    shipped_donors.cache_clear()


def test_the_bank_is_small_and_every_file_names_its_licence_and_authors():
    sizes = [path.stat().st_size for path in DONORS_DIR.iterdir()]
    assert max(sizes) <= 2_000_000
    assert sum(sizes) <= 6_000_000
    for part in LENT_PARTS:
        assert stated_terms(donor_path(part)) == "CC BY 4.0"
        assert "DeBruine" in card_path(donor_path(part)).read_text(encoding="utf-8")


@pytest.mark.parametrize("part", LENT_PARTS)
def test_no_crop_shows_a_whole_face(part):
    for donor in shipped_donors(part):
        exemplar = donor.exemplar()
        height, width = exemplar.image.shape[:2]
        inside = (exemplar.landmarks >= 0) & (exemplar.landmarks < [width, height])
        assert inside.all(axis=1).mean() < 0.85
        assert np.isfinite(donor.skin).all()


def test_mouths_are_closed_open_and_toothed():
    gaps = [
        (mouth.landmarks[66, 1] - mouth.landmarks[62, 1])
        / np.linalg.norm(mouth.landmarks[54] - mouth.landmarks[48])
        for mouth in shipped_donors(FacePart.MOUTH)
    ]
    assert min(gaps) < 0.03
    assert sum(gap > 0.12 for gap in gaps) >= 10


def test_a_mirrored_donor_is_the_mirror_image():
    donor = shipped_donors(FacePart.EYES)[0]
    plain = donor.exemplar()
    mirrored = replace(donor, is_mirrored=True).exemplar()
    assert np.array_equal(mirrored.image, plain.image[:, ::-1])
    assert mirrored.landmarks[36, 0] == pytest.approx(
        plain.image.shape[1] - 1 - plain.landmarks[45, 0]
    )


def test_a_damaged_bank_is_refused_in_one_sentence(copied):
    data = bytearray(copied.read_bytes())
    data[len(data) // 2] ^= 255
    copied.write_bytes(data)
    with pytest.raises(CheckpointError, match="damaged; install the program again"):
        shipped_donors(FacePart.MOUTH)


def test_a_missing_bank_is_refused_in_one_sentence(copied):
    copied.unlink()
    with pytest.raises(CheckpointError, match="missing; install the program again"):
        shipped_donors(FacePart.MOUTH)
