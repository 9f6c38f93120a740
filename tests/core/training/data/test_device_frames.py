"""Frames cut on the device are those that are cut beside it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.face.align import canonical_frame
from core.training.data import holes
from core.training.data.device_frames import ResidentFaces, plan_batch, resident_batches
from core.training.data.faces import TrainingFace
from core.training.data.frames import FrameSource, SampleMix, strokes

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def sources(sample_face):
    small = canonical_frame(sample_face.landmarks, 256)
    points = small.to_frame(sample_face.landmarks)
    image = small.cut(sample_face.image)
    other = TrainingFace("small", image, points, canonical_frame(points), sample_face.record)
    makers = [(1.0, holes.inner_mouth), (1.0, strokes(0.1, 0.3))]
    return [
        FrameSource("near", 1.0, [sample_face], (0.4, 0.6), makers),
        FrameSource("far", 1.0, [other, sample_face], (0.9, 1.0), makers),
    ]


@pytest.mark.parametrize(("size", "tolerance"), [(64, 2.5), (32, 5.0)])
def test_device_cuts_the_frames_that_the_processor_cuts(sources, size, tolerance):
    wanted = SampleMix(sources, size, seed=5).batch(12)
    planned = plan_batch(SampleMix(sources, size, seed=5), 12)
    found = ResidentFaces(sources, CPU).cut(planned.places, planned.matrices, size)
    difference = (found.permute(0, 2, 3, 1).numpy() + 1) * 127.5 - wanted.image
    assert np.abs(difference).mean() < tolerance
    assert abs(difference.mean()) < 0.3
    assert np.array_equal(planned.mask, wanted.mask)


@pytest.mark.parametrize("size", [96, 64, 32, 16])
def test_device_cuts_every_zoom_to_a_fraction_of_a_pixel(sources, size):
    rows, columns = np.mgrid[0:512, 0:512] // 2
    smooth = replace(
        sources[0].faces[0], image=np.stack([rows, columns, rows], -1).astype(np.uint8)
    )
    inside = [replace(sources[0], faces=[smooth], jitter=0.0)]
    wanted = SampleMix(inside, size, seed=2).batch(4).image
    planned = plan_batch(SampleMix(inside, size, seed=2), 4)
    found = ResidentFaces(inside, CPU).cut(planned.places, planned.matrices, size)
    difference = (found.permute(0, 2, 3, 1).numpy() + 1) * 127.5 - wanted
    assert np.abs(difference).max() < 2
    assert np.abs(difference.mean(axis=(1, 2))).max() < 0.5


def test_workers_draw_different_samples_and_the_device_their_pictures(sources):
    mix = SampleMix(sources, 64)
    batches = resident_batches(mix, 3, CPU, workers=2, seed=1)
    first, second = next(batches), next(batches)
    assert first.image.shape == (3, 3, 64, 64)
    assert first.mask.shape == (3, 1, 64, 64)
    assert not torch.equal(first.mask, second.mask)
    assert first.image.abs().max() <= 1
