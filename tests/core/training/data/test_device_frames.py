"""Frames cropped on the device equal those cropped on the CPU."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.face.align import canonical_frame
from core.training.data import holes
from core.training.data.device_frames import DeviceFaces, device_batches, draw_batch_spec
from core.training.data.faces import TrainingFace
from core.training.data.frames import FrameSource, SampleMix, stroke_holes

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def sources(sample_face):
    small = canonical_frame(sample_face.landmarks, 256)
    points = small.to_frame(sample_face.landmarks)
    image = small.crop(sample_face.image)
    other = TrainingFace("small", image, points, canonical_frame(points), sample_face.record)
    makers = [(1.0, holes.inner_mouth), (1.0, stroke_holes(0.1, 0.3))]
    return [
        FrameSource("near", 1.0, [sample_face], (0.4, 0.6), makers),
        FrameSource("far", 1.0, [other, sample_face], (0.9, 1.0), makers),
    ]


@pytest.mark.parametrize(("size", "tolerance"), [(64, 2.5), (32, 5.0)])
def test_device_crops_the_frames_that_the_processor_crops(sources, size, tolerance):
    expected = SampleMix(sources, size, seed=5).batch(12)
    spec = draw_batch_spec(SampleMix(sources, size, seed=5), 12)
    frames = DeviceFaces(sources, CPU).crop(spec.indices, spec.matrices, size)
    difference = (frames.permute(0, 2, 3, 1).numpy() + 1) * 127.5 - expected.image
    assert np.abs(difference).mean() < tolerance
    assert abs(difference.mean()) < 0.3
    assert np.array_equal(spec.mask, expected.mask)


@pytest.mark.parametrize("size", [96, 64, 32, 16])
def test_device_crops_every_zoom_to_a_fraction_of_a_pixel(sources, size):
    rows, columns = np.mgrid[0:512, 0:512] // 2
    smooth = replace(
        sources[0].faces[0], image=np.stack([rows, columns, rows], -1).astype(np.uint8)
    )
    inside = [replace(sources[0], faces=[smooth], jitter=0.0)]
    expected = SampleMix(inside, size, seed=2).batch(4).image
    spec = draw_batch_spec(SampleMix(inside, size, seed=2), 4)
    frames = DeviceFaces(inside, CPU).crop(spec.indices, spec.matrices, size)
    difference = (frames.permute(0, 2, 3, 1).numpy() + 1) * 127.5 - expected
    assert np.abs(difference).max() < 2
    assert np.abs(difference.mean(axis=(1, 2))).max() < 0.5


def test_workers_draw_different_samples_and_the_device_their_pictures(sources):
    mix = SampleMix(sources, 64)
    batches = device_batches(mix, 3, CPU, workers=2, first=0)
    first, second = next(batches), next(batches)
    assert first.image.shape == (3, 3, 64, 64)
    assert first.mask.shape == (3, 1, 64, 64)
    assert not torch.equal(first.mask, second.mask)
    assert first.image.abs().max() <= 1


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_are_the_same_whoever_draws_them_and_wherever_a_run_starts(sources, workers):
    mix = SampleMix(sources, 32, seed=3)
    batches = device_batches(mix, 2, CPU, workers=workers, first=4)
    drawn = [next(batches) for _ in range(3)]
    batches.close()
    for number, batch in enumerate(drawn, 4):
        mix.seek(number)
        mask = torch.from_numpy(draw_batch_spec(mix, 2).mask)
        assert torch.equal(batch.mask[:, 0] > 0, mask > 0)


def test_an_error_in_a_worker_ends_the_run(sources):
    broken = replace(sources[0], draw_hole=divmod)  # which takes no three arguments
    with pytest.raises(TypeError, match="divmod"):
        next(device_batches(SampleMix([broken], 32), 2, CPU, workers=1, first=0))
