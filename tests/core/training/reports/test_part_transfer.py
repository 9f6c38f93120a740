"""The report on part transfer measures the network and the program."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core.edit.editor import Editor
from core.face.align import canonical_frame
from core.models import harmonizer
from core.training.data.frames import FrameSource
from core.training.recipes.harmonizer import holes_over_parts
from core.training.reports import part_transfer
from core.training.reports.metrics import seam_score
from core.training.reports.part_transfer import (
    KINDS,
    Pair,
    network_table,
    pair_table,
    pairs_across_tones,
    transfer_parts,
)


@pytest.fixture(scope="module")
def editor(plain_harmonizer):
    return Editor("cpu", {"harmonizer": plain_harmonizer})


@pytest.fixture(scope="module")
def pair(sample_face):
    """The sample and a lighter copy of it, twice as large so that its face has enough pixels."""
    image = cv2.resize(sample_face.image, None, fx=2, fy=2)
    points = (sample_face.landmarks + 0.5) * 2 - 0.5
    face = replace(sample_face, image=image, landmarks=points, canonical=canonical_frame(points))
    lighter = np.clip(image.astype(float) * 1.3, 0, 255).astype(np.uint8)
    return Pair(face, replace(face, image=lighter))


def test_a_part_transfer_changes_only_what_it_covers(editor, pair):
    made, covered = transfer_parts(editor, pair, KINDS["mouth"])
    assert 0.001 < covered.mean() < 0.1
    assert np.array_equal(made[~covered], pair.face.image[~covered])


def test_every_kind_gets_a_row_with_seam_and_time(editor, pair):
    lines = pair_table(editor, [pair]).splitlines()
    assert len(lines) == 2 + len(KINDS)
    assert all(title in line for title, line in zip(KINDS, lines[2:], strict=True))


def test_a_network_that_repeats_the_exemplar_scores_as_the_exemplar(
    plain_harmonizer, sample_face, monkeypatch
):
    mouths = [(1.0, holes_over_parts(KINDS["mouth"]))]
    source = FrameSource("mouth", 1.0, [sample_face], (0.6, 0.8), mouths, keep_lines=0.0)
    monkeypatch.setattr(part_transfer, "sources", lambda *_: [source])
    model = harmonizer.build(plain_harmonizer, torch.device("cpu"))
    row = network_table(model, Path(), 2).splitlines()[2]
    exemplar, _, network, _ = (float(cell) for cell in row.split("|")[2:6])
    assert network == pytest.approx(exemplar, abs=0.2)


def test_the_shipped_network_leaves_no_seam_between_people_of_other_tones(data_dir):
    pairs = pairs_across_tones(data_dir)
    assert len(pairs) == 12
    assert all(pair.face.name != pair.exemplar.name for pair in pairs)
    editor, some = Editor("cpu"), pairs[::4]
    made, covered = zip(
        *(transfer_parts(editor, pair, KINDS["mouth"], 0.0) for pair in some), strict=True
    )
    photos, holes = np.stack([pair.face.image for pair in some]), np.stack(covered)
    assert np.array_equal(np.stack(made)[~holes], photos[~holes])
    assert seam_score(np.stack(made), holes) < 1.2 * seam_score(photos, holes)
