"""What is laid below borrowed hair, bottom up."""

import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_BROW
from core.anatomy.regions import Region
from core.edit.hair.guided_matting import Matte
from core.edit.hair.hair_layout import plan_hair
from core.edit.hair.hair_matte import FINE, Haircut
from core.edit.hair.head_alignment import Fit
from core.face.align import canonical_frame
from core.face.parse import parsing_frame
from core.imaging.masks import fill_hull

ROWS, COLUMNS = np.mgrid[:256, :256]
HEAD = np.hypot(ROWS - 140, COLUMNS - 128) < 60
SKIN, HAIR, BEHIND = 0.7, 0.2, 0.5


@pytest.fixture
def points(landmarks):
    """Landmarks in the fine parsing frame."""
    return parsing_frame(canonical_frame(landmarks)).resized(FINE).to_frame(landmarks)


def haircut(landmarks, labels, image=None, seen=None):
    """A drawn head: grey skin, dark hair, a plain background."""
    large = np.kron(labels, np.ones((2, 2), np.uint8))
    hair = (large == Region.HAIR).astype(np.float32)
    if image is None:
        grey = np.where(hair > 0, HAIR, np.where(large == Region.SKIN, SKIN, BEHIND))
        image = np.repeat(grey[..., None], 3, axis=2).astype(np.float32)
    frame = parsing_frame(canonical_frame(landmarks)).resized(FINE)
    seen = np.ones_like(hair) if seen is None else seen
    matte = Matte(np.zeros_like(image), hair)
    return Haircut(frame, image, seen, labels, matte, np.ones_like(hair), hair)


def labelled(hair, skin=HEAD):
    labels = np.where(hair, Region.HAIR, Region.BACKGROUND)
    return np.where(skin, Region.SKIN, labels).astype(np.uint8)


def plan(landmarks, points, ours):
    cap = (np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD & (ROWS < 130)
    theirs = haircut(landmarks, labelled(cap))
    return plan_hair(Fit(ours, theirs, points, np.eye(2, 3)))


def test_hair_that_fills_the_picture_is_not_replaced_by_black(landmarks, points):
    made = plan(landmarks, points, haircut(landmarks, labelled(~HEAD)))
    assert (made.freed > 0.9).any()
    assert made.background[made.freed > 0.9].min() > HAIR - 0.01


def test_a_face_without_clear_skin_is_not_replaced_by_black(landmarks, points):
    hair = (np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD
    labels = np.where(HEAD, Region.NOSE, labelled(hair, HEAD)).astype(np.uint8)
    labels[HEAD & (abs(ROWS - 105) < 4)] = Region.HAIR
    made = plan(landmarks, points, haircut(landmarks, labels))
    assert made.background[made.freed > 0.9].min() > HAIR - 0.01


def test_what_is_mirrored_beyond_the_pictures_edge_is_not_taken_for_its_background(
    landmarks, points
):
    labels = labelled((np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD)
    labels[:, :50] = Region.BACKGROUND
    seen = np.ones((FINE, FINE), np.float32)
    seen[:, :100] = 0
    ours = haircut(landmarks, labels)
    ours.image[:, :100] = 1.0
    made = plan(landmarks, points, ours._replace(seen=seen))
    beside = made.background[200:300, 104:110]
    assert (made.freed[200:300, 104:110] > 0.5).all()
    assert beside.max() < SKIN


def brow_of(points, side):
    """Select the whole pixels of the coarse frame on a brow."""
    return fill_hull((FINE, FINE), points[list(side)])[::2, ::2] > 0


def test_a_lock_that_the_parser_takes_for_a_brow_goes_with_the_hair(landmarks, points):
    labels = labelled((np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD)
    brow = brow_of(points, LEFT_BROW)
    top = np.flatnonzero(brow.any(axis=1))[0]
    middle = round(float(points[list(LEFT_BROW), 0].mean() / 2))
    lock = (abs(COLUMNS - middle) < 12) & HEAD & (top > ROWS)
    labels[brow | lock] = Region.LEFT_BROW
    ours = haircut(landmarks, labels)
    shown = np.kron(lock | brow, np.ones((2, 2))) > 0
    ours.image[shown] = HAIR
    fit = Fit(ours, ours, points, np.eye(2, 3))
    assert [side.label for side in fit.hidden] == [Region.LEFT_BROW]
    deep = np.kron(lock & (top - 8 > ROWS), np.ones((2, 2))) > 0
    assert plan(landmarks, points, ours).freed[deep].mean() > 0.9


def test_a_brow_that_is_as_fair_as_skin_is_no_lock_wherever_its_landmarks_lie(landmarks, points):
    labels = labelled((np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD)
    labels[np.roll(brow_of(points, LEFT_BROW), -12, axis=0)] = Region.LEFT_BROW
    ours = haircut(landmarks, labels)
    ours.image[ours.labelled(Region.LEFT_BROW)] = 0.9 * SKIN
    assert Fit(ours, ours, points, np.eye(2, 3)).hidden == ()


def test_what_hair_hid_between_a_cheek_and_its_ear_is_skin(landmarks, points):
    ear = (abs(ROWS - 150) < 14) & (abs(COLUMNS - 214) < 6)
    labels = labelled((np.hypot(ROWS - 130, COLUMNS - 128) < 105) & ~HEAD & (ROWS < 190))
    labels[ear] = Region.EARS
    ours = haircut(landmarks, labels)
    ours.image[np.kron(ear, np.ones((2, 2))) > 0] = SKIN
    made = plan(landmarks, points, ours)
    between = np.s_[290:310, 385:410]
    assert (made.freed[between] > 0.9).all()
    np.testing.assert_allclose(made.background[between], SKIN, atol=0.02)


def test_glare_on_the_exemplars_forehead_does_not_come_along(landmarks, points):
    hair = (np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD
    ours, theirs = (haircut(landmarks, labelled(hair)) for _ in range(2))
    glare = np.s_[170:200, 220:290]
    theirs.image[glare] = 1.0
    laid = plan_hair(Fit(ours, theirs, points, np.eye(2, 3))).skin
    made = (laid.mean * laid.tones)[glare]
    assert made.max() < 1.2 * SKIN


def test_hair_that_the_lower_edge_cuts_off_ends_strand_by_strand(landmarks, points):
    hair = (abs(COLUMNS - 128) < 85) & ~HEAD & (ROWS > 40)
    theirs = haircut(landmarks, labelled(hair))
    theirs.image[:, 1::16] = theirs.image[:, 2::16] = 2 * HAIR
    ours = haircut(landmarks, labelled(hair & (ROWS < 130)))
    share = plan_hair(Fit(ours, theirs, points, np.eye(2, 3))).allowed[:, 60:120]
    assert (share[400] == 1).all()
    assert share[470].std() > 0.1
    assert share[505].max() < 0.1
