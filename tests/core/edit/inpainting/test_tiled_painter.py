"""A hole's parts are painted one after another, each in sight of those before, and meet softly."""

import numpy as np
import pytest
import torch

from core.edit.inpainting.hole_partition import split_hole
from core.edit.inpainting.tiled_painter import TiledPainter
from core.edit.networks import Networks

HOLE = np.zeros((200, 600), np.uint8)
HOLE[95:105, 20:580] = 255
PARTS = split_hole(HOLE, (), 128)


@pytest.fixture
def seen():
    """What every frame shows where it is not to be painted."""
    return []


@pytest.fixture
def painted(seen):
    """Fill the hole of a grey picture part by part, from a dark grey to a light one."""
    greys = np.linspace(40, 216, len(PARTS)).astype(int)

    def paint(device, frame, picture, hole, report):
        painted = picture.copy()
        painted[hole > 0] = greys[len(seen)]
        seen.append(picture[hole == 0])
        return painted

    image = np.full((200, 600, 3), 128, np.uint8)
    painter = TiledPainter(image, HOLE, Networks(torch.device("cpu")), paint, draft=True)
    return painter.fill(PARTS, lambda *_: None)


def test_parts_that_were_painted_unlike_meet_without_a_step(painted):
    filled, notices = painted
    assert len(PARTS) > 2
    row = filled[100, 20:580, 0].astype(int)
    assert np.ptp(row) > 100
    assert np.abs(np.diff(row)).max() < 20
    assert notices == ()


def test_what_is_no_hole_stays(painted):
    assert (painted[0][HOLE == 0] == 128).all()


def test_a_part_is_painted_in_sight_of_those_before(painted, seen):
    assert (seen[0] == 128).all()
    assert all((one != 128).any() for one in seen[1:])
