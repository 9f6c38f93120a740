"""What opens is painted where it opened, and meets the photo around it."""

import numpy as np
import pytest
import torch

from core.anatomy.landmarks import INNER_LIPS
from core.edit.expression.opening_fill import Opening, outline_mask, paint_opening
from core.edit.networks import Networks
from core.edit.requests import ReshapeRequest
from core.edit.warping.warp import WarpedWindow
from core.face.align import Frame
from core.imaging.arrays import Image

SIDE = 320


class FlatNetworks(Networks):
    """Paint every hole in one grey."""

    def __init__(self, grey: int) -> None:
        super().__init__(torch.device("cpu"))
        self._grey = grey
        self.sides = []
        """Of the frames that were painted."""

    def paint(self, name, device, image, hole, lines, report) -> Image:
        self.sides.append(len(image))
        painted = image.copy()
        painted[hole > 0] = self._grey
        return painted


def _mouth():
    landmarks = np.full((68, 2), SIDE / 2)
    turns = np.linspace(0, 2 * np.pi, len(INNER_LIPS), endpoint=False)
    landmarks[list(INNER_LIPS)] += np.column_stack([-60 * np.cos(turns), -25 * np.sin(turns)])
    landmarks[48], landmarks[54] = (90.0, SIDE / 2), (230.0, SIDE / 2)
    return landmarks


def _painted(image, grey, share=1.0, *, draft=True, networks=None, pixels=2):
    """Paint an opening in a frame that shows `pixels` of the photo in each of its own."""
    landmarks = _mouth()
    corner = 64 - SIDE / 2 / pixels
    frame = Frame(np.array([[1 / pixels, 0, corner], [0, 1 / pixels, corner]]), 128)
    opening = Opening(
        frame, lambda one: outline_mask(one, one.to_frame(landmarks), (INNER_LIPS,)), share
    )
    everything = slice(0, SIDE), slice(0, SIDE)
    moved = WarpedWindow(everything, image.copy(), np.zeros((SIDE, SIDE), np.uint8))
    request = ReshapeRequest(image, landmarks, landmarks, draft=draft)
    networks = networks or FlatNetworks(grey)
    paint_opening(networks, request, moved, opening, landmarks, lambda *_: None)
    return moved


def test_only_the_opening_is_painted():
    image = np.full((SIDE, SIDE, 3), 120, np.uint8)
    moved = _painted(image, 250)
    changed = (moved.image != image).any(axis=2)
    assert changed[160, 160]
    np.testing.assert_array_equal(moved.image[moved.coverage == 0], 120)
    assert not changed[:120].any()
    assert not changed[200:].any()
    assert (moved.image[160, 160] > 240).all()


def test_half_a_share_shows_half_of_the_photo():
    image = np.full((SIDE, SIDE, 3), 120, np.uint8)
    assert abs(int(_painted(image, 250, 0.5).image[160, 160, 0]) - 185) <= 4


def test_what_is_painted_in_the_colour_around_leaves_no_seam():
    """Fine noise around the hole must not be smeared into its border."""
    rng = np.random.default_rng(0)
    noise = rng.integers(-25, 26, (SIDE, SIDE, 1))
    image = (np.linspace(60, 180, SIDE)[:, None, None] + noise + np.zeros(3)).astype(np.uint8)
    moved = _painted(image, 120)
    np.testing.assert_array_equal(moved.image[moved.coverage == 0], image[moved.coverage == 0])
    inside = moved.image[moved.coverage == 255].astype(int)
    assert np.abs(inside - 120).max() < 30


def test_a_slider_that_moves_asks_for_a_smaller_frame():
    image, networks = np.full((SIDE, SIDE, 3), 120, np.uint8), FlatNetworks(250)
    for draft in (True, False):
        moved = _painted(image, 250, draft=draft, networks=networks)
        assert (moved.image[160, 160] > 240).all()
    assert networks.sides == [96, 128]


class RefiningNetworks(FlatNetworks):
    """Refine every hole to another grey."""

    def refine(self, device, image, hole, residual) -> Image:
        refined = image.copy()
        refined[hole > 0] = self._grey // 5
        return refined


@pytest.mark.parametrize(
    ("draft", "pixels", "expected"), [(True, 2, 250), (False, 2, 50), (False, 1, 250)]
)
def test_what_opens_in_a_large_face_is_refined_but_for_a_draft(draft, pixels, expected):
    image = np.full((SIDE, SIDE, 3), 120, np.uint8)
    moved = _painted(image, 250, draft=draft, networks=RefiningNetworks(250), pixels=pixels)
    assert np.abs(moved.image[160, 160].astype(int) - expected).max() < 15
