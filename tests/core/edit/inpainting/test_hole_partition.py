"""A mask is shared out among frames so that little resolution is lost."""

import numpy as np
import pytest

from core.edit.inpainting.hole_partition import context_window, split_hole
from core.face.align import canonical_frame
from core.imaging.brush import Brush, draw_stroke

SHAPE = (600, 900)
SIZE = 128


def _boxes(*windows, shape=SHAPE):
    mask = np.zeros(shape, np.uint8)
    for window in windows:
        mask[window] = 255
    return mask


def _box(left, top, width, height):
    return slice(top, top + height), slice(left, left + width)


def _face(x=450.0, y=300.0, eyes=60.0, degrees=0.0):
    points = np.tile([0.0, 0.5 * eyes], (68, 1))
    points[36:42], points[42:48] = (-eyes / 2, 0), (eyes / 2, 0)
    points[48:60] = np.column_stack([np.linspace(-0.4, 0.4, 12) * eyes, np.full(12, eyes)])
    points[48], points[54] = (-0.4 * eyes, eyes), (0.4 * eyes, eyes)
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return points @ turn.T + [x, y]


def _owned(parts, shape=SHAPE):
    """Count in how many parts each pixel is."""
    counts = np.zeros(shape, int)
    for part in parts:
        counts[part.window] += part.mask > 0
    return counts


@pytest.mark.parametrize("faces", [(), (_face(),), (_face(degrees=33.0), _face(200.0))])
def test_every_covered_pixel_belongs_to_exactly_one_part(faces):
    rng = np.random.default_rng(0)
    mask = np.zeros(SHAPE, np.uint8)
    for _ in range(9):
        path = rng.uniform(-40, [940, 640], (3, 2))
        mask = np.maximum(mask, draw_stroke(SHAPE, path, Brush(rng.uniform(3, 60), 0.7)))
    np.testing.assert_array_equal(_owned(split_hole(mask, faces, SIZE)), mask > 0)


def test_every_part_lies_inside_its_frame():
    mask = _boxes(_box(0, 0, 200, 30), _box(850, 500, 50, 100), _box(300, 300, 90, 90))
    for part in split_hole(mask, (_face(degrees=45.0),), SIZE):
        rows, columns = np.nonzero(part.mask)
        pixels = np.column_stack([columns + part.window[1].start, rows + part.window[0].start])
        inside = part.frame.to_frame(pixels.astype(float))
        assert inside.min() >= 0
        assert inside.max() <= SIZE - 1


def test_small_holes_close_together_share_a_frame():
    assert len(split_hole(_boxes(_box(100, 100, 20, 20), _box(135, 100, 20, 20)), (), SIZE)) == 1


def test_holes_far_apart_get_frames_of_their_own():
    parts = split_hole(_boxes(_box(20, 20, 60, 60), _box(700, 400, 60, 60)), (), SIZE)
    assert len(parts) == 2
    assert max(1 / part.frame.scale for part in parts) < 1


def test_small_hole_within_the_frame_of_a_large_one_joins_it():
    assert len(split_hole(_boxes(_box(200, 200, 200, 200), _box(410, 250, 12, 12)), (), SIZE)) == 1


def test_compact_hole_is_filled_in_one_frame_however_large():
    assert len(split_hole(_boxes(_box(100, 50, 500, 500)), (), SIZE)) == 1


@pytest.mark.parametrize("end", [(850.0, 300.0), (50.0, 580.0), (800.0, 550.0)])
def test_long_thin_hole_is_filled_at_nearly_full_resolution(end):
    mask = draw_stroke(SHAPE, np.array([[50.0, 20.0], end]), Brush(10, 1.0))
    parts = split_hole(mask, (), SIZE)
    assert len(parts) > 2
    assert max(1 / part.frame.scale for part in parts) < 1.6


def test_huge_photo_needs_no_more_frames_than_a_large_one():
    mask = np.zeros((3000, 4000), np.uint8)
    mask[1500:1520, 10:3990] = 255
    assert 4 <= len(split_hole(mask, (), SIZE)) <= 32


def test_frame_stands_as_upright_as_the_face_that_the_hole_lies_on():
    face = _face(degrees=30.0)
    (part,) = split_hole(_boxes(_box(430, 280, 30, 30)), (face,), SIZE)
    level = part.frame.to_frame(face)
    assert level[36:42].mean(axis=0)[1] == pytest.approx(level[42:48].mean(axis=0)[1])


def test_of_two_faces_the_one_counts_whose_middle_is_nearer():
    upright, tilted = _face(300.0), _face(450.0, degrees=30.0)
    for x, face in ((290, upright), (460, tilted)):
        (part,) = split_hole(_boxes(_box(x, 300, 20, 20)), (upright, tilted), SIZE)
        across = part.frame.to_frame(face)[[42, 36]]
        assert across[0, 1] == pytest.approx(across[1, 1])


def test_hole_beside_every_face_is_seen_upright():
    face = _face(200.0, 300.0, eyes=40.0, degrees=30.0)
    assert canonical_frame(face).window(SHAPE)[1].stop < 700
    (part,) = split_hole(_boxes(_box(800, 500, 30, 30)), (face,), SIZE)
    assert part.frame.matrix[0, 1] == 0


@pytest.mark.parametrize("corner", [(0, 0), (870, 0), (0, 570), (870, 570)])
def test_frame_moves_into_the_photo(corner):
    (part,) = split_hole(_boxes(_box(*corner, 30, 30)), (), SIZE)
    low, high = part.frame.corners().min(axis=0), part.frame.corners().max(axis=0)
    outside = np.maximum(-low - 0.5, 0) + np.maximum(high + 0.5 - [900, 600], 0)
    assert outside.max() <= 0.1 * (high - low).max()


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (3, 7)])
def test_mask_of_any_size_is_shared_out(shape):
    parts = split_hole(np.full(shape, 255, np.uint8), (), SIZE)
    assert (_owned(parts, shape) == 1).all()


def test_a_fill_sees_its_hole_with_one_and_a_half_times_its_size_around_it():
    rows, columns = context_window((slice(1000, 1200), slice(2000, 2100)), (4000, 6000))
    assert (rows.start, rows.stop) == (700, 1500)
    assert (columns.start, columns.stop) == (1700, 2400)


@pytest.mark.parametrize("degrees", [0, 20, 45])
@pytest.mark.parametrize("box", [(0, 0, 150, 90), (400, 250, 20, 130), (870, 580, 30, 20)])
def test_no_frame_reaches_beyond_the_surroundings_or_the_photo_alone(box, degrees):
    mask = _boxes(_box(*box))
    window = context_window(_box(*box), SHAPE)
    for part in split_hole(mask, (_face(degrees=degrees),), SIZE):
        rows, columns = part.frame.window(SHAPE, margin=4.0 / min(part.frame.scale, 1.0))
        assert window[0].start <= rows.start < rows.stop <= window[0].stop
        assert window[1].start <= columns.start < columns.stop <= window[1].stop


@pytest.mark.parametrize("half", [3, 12, 40])
@pytest.mark.parametrize("eyes", [60.0, 300.0])
def test_no_frame_on_a_face_reaches_far_beyond_what_may_be_seen(half, eyes):
    face = _face(x=1500.0, y=1200.0, eyes=eyes)
    shape = (3000, 3000)
    for x, y in canonical_frame(face).to_photo(np.array([[128.0, 40.0], [70.0, 150.0]])):
        hole = _box(round(x) - half, round(y) - half, 2 * half, 2 * half)
        window = context_window(hole, shape, (face,))
        (part,) = split_hole(_boxes(hole, shape=shape), (face,), SIZE)
        rows, columns = part.frame.window(shape)
        assert window[0].start <= rows.start < rows.stop <= window[0].stop
        assert window[1].start <= columns.start < columns.stop <= window[1].stop


def test_hole_in_skin_gets_a_frame_that_shows_the_whole_face():
    face = _face()
    canonical = canonical_frame(face)
    whole = canonical.size / canonical.scale
    half = round(0.09 * whole)
    sides = []
    for middle in (face[30], canonical.to_photo(np.array([[128.0, 40.0]]))[0]):
        x, y = middle.round().astype(int)
        hole = _box(x - half, y - half, 2 * half, 2 * half)
        (part,) = split_hole(_boxes(hole, shape=(1000, 1000)), (face,), SIZE)
        sides.append(part.frame.size / part.frame.scale / whole)
    assert sides == pytest.approx([0.5, 0.9])


def test_small_hole_in_a_large_face_keeps_its_resolution():
    face = _face(x=1500.0, y=1200.0, eyes=300.0)
    x, y = canonical_frame(face).to_photo(np.array([[128.0, 40.0]]))[0].round().astype(int)
    (part,) = split_hole(_boxes(_box(x, y, 20, 20), shape=(3000, 3000)), (face,), SIZE)
    whole = canonical_frame(face).size / canonical_frame(face).scale
    assert part.frame.size / part.frame.scale == pytest.approx(0.25 * whole)
