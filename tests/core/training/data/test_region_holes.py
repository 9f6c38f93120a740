"""Holes over hair follow the face's own map."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.anatomy.regions import Region
from core.training.data.frames import FrameSource, SampleMix, draw_crop
from core.training.data.label_maps import crop_face_labels
from core.training.data.region_holes import hair_hole, has_hair

SIDE = 64


def png(labels: np.ndarray) -> bytes:
    return cv2.imencode(".png", labels)[1].tobytes()


@pytest.fixture(scope="module")
def hairy(sample_face):
    """Hair above, skin below, background beside both."""
    labels = np.full((512, 512), Region.BACKGROUND, np.uint8)
    labels[40:140, 150:350] = Region.HAIR
    labels[140:300, 150:350] = Region.SKIN
    record = {**sample_face.record, "size": [512, 512]}
    return replace(sample_face, labels=png(labels), record=record)


@pytest.fixture
def source(hairy):
    return FrameSource(
        "hair", 1.0, [hairy], (0.95, 1.0), (), centre=(0.5, 0.5), draw_hole=hair_hole
    )


def test_a_hole_covers_hair_or_the_whole_head_or_a_piece_of_the_hair(source, hairy):
    rng, hair, skin = np.random.default_rng(0), [], []
    for _ in range(60):
        crop = draw_crop(rng, source, SIDE)
        mask = hair_hole(rng, hairy, crop)
        assert (mask.shape, mask.dtype) == ((SIDE, SIDE), np.uint8)
        labels = crop_face_labels(hairy, crop)
        hair.append((mask[labels == Region.HAIR] > 0).mean())
        skin.append((mask[labels == Region.SKIN] > 0).mean())
    whole = np.array(hair) > 0.95
    assert 0.6 < whole.mean() < 0.95
    assert 0.1 < (np.array(skin) > 0.95).mean() < 0.4
    assert (np.array(skin)[whole] < 0.5).mean() > 0.3


def test_tight_holes_end_with_the_hair(source, hairy):
    rng = np.random.default_rng(0)
    for _ in range(20):
        crop = draw_crop(rng, source, SIDE)
        away = crop_face_labels(hairy, crop) == Region.BACKGROUND
        away = cv2.erode(away.astype(np.uint8), np.ones((5, 5))) > 0  # the map has small steps
        assert not hair_hole(rng, hairy, crop, tight=1.0)[away].any()


def test_faces_without_a_map_or_without_hair_are_left_out(sample_face, hairy):
    bald = replace(hairy, labels=png(np.full((512, 512), Region.SKIN, np.uint8)))
    assert has_hair(hairy)
    assert not has_hair(bald)
    assert not has_hair(replace(sample_face, labels=None))


def test_a_mix_draws_its_holes_from_maps(source):
    batch = SampleMix([source], SIDE).batch(4)
    assert batch.mask.shape == (4, SIDE, SIDE)
    assert (batch.mask > 0).any(axis=(1, 2)).all()
