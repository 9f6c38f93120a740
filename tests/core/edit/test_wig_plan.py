"""What is laid below borrowed hair, bottom up."""

import numpy as np
import pytest

from core.edit.haircut import FINE, Haircut
from core.edit.matting import Matte
from core.edit.wig_fit import Fit
from core.edit.wig_plan import plan_hair
from core.face.align import canonical_frame
from core.face.parse import parsing_frame
from core.labels import Region

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
