"""The layers of a hair transfer, bottom up."""

import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_BROW
from core.anatomy.regions import Region
from core.edit.hair.guided_matting import LinearMatte
from core.edit.hair.hair_layout import lay_out_hair
from core.edit.hair.hair_matte import HAIR_FRAME_SIZE, HairMatte
from core.edit.hair.head_alignment import HeadAlignment
from core.face.align import canonical_frame
from core.face.parse import parsing_frame
from core.imaging.masks import fill_hull

ROWS, COLUMNS = np.mgrid[:256, :256]
HEAD = np.hypot(ROWS - 140, COLUMNS - 128) < 60
SKIN, HAIR, BACKGROUND = 0.7, 0.2, 0.5


@pytest.fixture
def frame_landmarks(landmarks):
    """Landmarks in the fine parsing frame."""
    return parsing_frame(canonical_frame(landmarks)).resized(HAIR_FRAME_SIZE).to_frame(landmarks)


def hair_matte(landmarks, labels, image=None, visible=None):
    """A drawn head: grey skin, dark hair, a plain background."""
    large = np.kron(labels, np.ones((2, 2), np.uint8))
    hair = (large == Region.HAIR).astype(np.float32)
    if image is None:
        grey = np.where(hair > 0, HAIR, np.where(large == Region.SKIN, SKIN, BACKGROUND))
        image = np.repeat(grey[..., None], 3, axis=2).astype(np.float32)
    frame = parsing_frame(canonical_frame(landmarks)).resized(HAIR_FRAME_SIZE)
    visible = np.ones_like(hair) if visible is None else visible
    matte = LinearMatte(np.zeros_like(image), hair)
    return HairMatte(frame, image, visible, labels, matte, np.ones_like(hair), hair)


def labelled(hair, skin=HEAD):
    labels = np.where(hair, Region.HAIR, Region.BACKGROUND)
    return np.where(skin, Region.SKIN, labels).astype(np.uint8)


def layout(landmarks, frame_landmarks, own):
    cap = (np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD & (ROWS < 130)
    exemplar = hair_matte(landmarks, labelled(cap))
    return lay_out_hair(HeadAlignment(own, exemplar, frame_landmarks, np.eye(2, 3)))


def test_hair_that_fills_the_picture_is_not_replaced_by_black(landmarks, frame_landmarks):
    layers = layout(landmarks, frame_landmarks, hair_matte(landmarks, labelled(~HEAD)))
    assert (layers.freed > 0.9).any()
    assert layers.background[layers.freed > 0.9].min() > HAIR - 0.01


def test_the_faces_own_hat_comes_off(landmarks, frame_landmarks):
    hat = (np.hypot(ROWS - 110, COLUMNS - 128) < 95) & ~HEAD & (ROWS < 95)
    labels = np.where(hat, Region.HAT, labelled(np.zeros_like(HEAD))).astype(np.uint8)
    freed = layout(landmarks, frame_landmarks, hair_matte(landmarks, labels)).freed[::2, ::2]
    assert freed[hat & (ROWS > 30) & (np.hypot(ROWS - 140, COLUMNS - 128) > 66)].min() > 0.9
    assert freed[ROWS > 130].max() < 0.1


def test_a_face_without_clear_skin_is_not_replaced_by_black(landmarks, frame_landmarks):
    hair = (np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD
    labels = np.where(HEAD, Region.NOSE, labelled(hair, HEAD)).astype(np.uint8)
    labels[HEAD & (abs(ROWS - 105) < 4)] = Region.HAIR
    layers = layout(landmarks, frame_landmarks, hair_matte(landmarks, labels))
    assert layers.background[layers.freed > 0.9].min() > HAIR - 0.01


def test_what_is_mirrored_beyond_the_pictures_edge_does_not_count_as_its_background(
    landmarks, frame_landmarks
):
    labels = labelled((np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD)
    labels[:, :50] = Region.BACKGROUND
    visible = np.ones((HAIR_FRAME_SIZE, HAIR_FRAME_SIZE), np.float32)
    visible[:, :100] = 0
    own = hair_matte(landmarks, labels)
    own.image[:, :100] = 1.0
    layers = layout(landmarks, frame_landmarks, own._replace(visible=visible))
    beside = layers.background[200:300, 104:110]
    assert (layers.freed[200:300, 104:110] > 0.5).all()
    assert beside.max() < SKIN


def brow_of(frame_landmarks, side):
    """Select the whole pixels of the coarse frame on a brow."""
    return fill_hull((HAIR_FRAME_SIZE, HAIR_FRAME_SIZE), frame_landmarks[list(side)])[::2, ::2] > 0


def test_a_lock_that_the_parser_labels_as_a_brow_goes_with_the_hair(landmarks, frame_landmarks):
    labels = labelled((np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD)
    brow = brow_of(frame_landmarks, LEFT_BROW)
    top = np.flatnonzero(brow.any(axis=1))[0]
    middle = round(float(frame_landmarks[list(LEFT_BROW), 0].mean() / 2))
    lock = (abs(COLUMNS - middle) < 12) & HEAD & (top > ROWS)
    labels[brow | lock] = Region.LEFT_BROW
    own = hair_matte(landmarks, labels)
    lock_pixels = np.kron(lock | brow, np.ones((2, 2))) > 0
    own.image[lock_pixels] = HAIR
    alignment = HeadAlignment(own, own, frame_landmarks, np.eye(2, 3))
    assert [side.label for side in alignment.hidden_sides] == [Region.LEFT_BROW]
    deep = np.kron(lock & (top - 8 > ROWS), np.ones((2, 2))) > 0
    assert layout(landmarks, frame_landmarks, own).freed[deep].mean() > 0.9


def test_a_brow_that_is_as_fair_as_skin_is_no_lock_wherever_its_landmarks_lie(
    landmarks, frame_landmarks
):
    labels = labelled((np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD)
    labels[np.roll(brow_of(frame_landmarks, LEFT_BROW), -12, axis=0)] = Region.LEFT_BROW
    own = hair_matte(landmarks, labels)
    own.image[own.labelled(Region.LEFT_BROW)] = 0.9 * SKIN
    assert HeadAlignment(own, own, frame_landmarks, np.eye(2, 3)).hidden_sides == ()


def test_what_hair_hid_between_a_cheek_and_its_ear_is_skin(landmarks, frame_landmarks):
    ear = (abs(ROWS - 150) < 14) & (abs(COLUMNS - 214) < 6)
    labels = labelled((np.hypot(ROWS - 130, COLUMNS - 128) < 105) & ~HEAD & (ROWS < 190))
    labels[ear] = Region.EARS
    own = hair_matte(landmarks, labels)
    own.image[np.kron(ear, np.ones((2, 2))) > 0] = SKIN
    layers = layout(landmarks, frame_landmarks, own)
    between = np.s_[290:310, 385:410]
    assert (layers.freed[between] > 0.9).all()
    np.testing.assert_allclose(layers.background[between], SKIN, atol=0.02)


def test_glare_on_the_exemplars_forehead_is_not_transferred(landmarks, frame_landmarks):
    hair = (np.hypot(ROWS - 120, COLUMNS - 128) < 85) & ~HEAD
    own, exemplar = (hair_matte(landmarks, labelled(hair)) for _ in range(2))
    glare = np.s_[170:200, 220:290]
    exemplar.image[glare] = 1.0
    skin = lay_out_hair(HeadAlignment(own, exemplar, frame_landmarks, np.eye(2, 3))).skin
    layers = (skin.mean * skin.gain)[glare]
    assert layers.max() < 1.2 * SKIN


def test_hair_that_the_lower_edge_cuts_off_ends_strand_by_strand(landmarks, frame_landmarks):
    hair = (abs(COLUMNS - 128) < 85) & ~HEAD & (ROWS > 40)
    exemplar = hair_matte(landmarks, labelled(hair))
    exemplar.image[:, 1::16] = exemplar.image[:, 2::16] = 2 * HAIR
    own = hair_matte(landmarks, labelled(hair & (ROWS < 130)))
    share = lay_out_hair(HeadAlignment(own, exemplar, frame_landmarks, np.eye(2, 3))).allowed[
        :, 60:120
    ]
    assert (share[400] == 1).all()
    assert share[470].std() > 0.1
    assert share[505].max() < 0.1
