"""Frames on which EXE-GAN is measured are the same at every run."""

import numpy as np
import torch

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE
from core.training.data.holes import whole_mouth
from core.training.reports.style_frames import (
    HAIR,
    PARTS,
    chosen_faces,
    frozen_batch,
    frozen_landmarks,
    sources_by_hole,
    sources_with_hole,
)


def test_hair_faces_parts_and_strokes_are_measured(small_data):
    frames = sources_by_hole(small_data, 2)
    assert list(frames) == [HAIR, *PARTS]
    for sources in frames.values():
        batch = frozen_batch(sources)
        assert batch.mask.flatten(1).any(dim=1).tolist() == [True, True]
        assert torch.equal(frozen_batch(sources).mask, batch.mask)


def test_landmarks_are_where_the_frozen_frames_draw_them(small_data):
    sources = sources_with_hole(chosen_faces(small_data)[:3], whole_mouth)
    openings = frozen_batch(sources).lines[:, 1].numpy()  # of eyes and mouth
    for points, drawn in zip(frozen_landmarks(sources), openings, strict=True):
        for eye in (LEFT_EYE, RIGHT_EYE):
            column, row = np.rint(points[list(eye)].mean(axis=0)).astype(int)
            assert drawn[row, column] > 0
