"""What landmarks alone tell of a face's regions."""

import numpy as np

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE
from core.anatomy.region_outlines import UNKNOWN, inner_region_masks, labels_from_landmarks
from core.anatomy.regions import Region


def test_parts_lie_where_the_landmarks_are(landmarks):
    labels = labels_from_landmarks((512, 512), landmarks)
    for group, region in ((LEFT_EYE, Region.LEFT_EYE), (RIGHT_EYE, Region.RIGHT_EYE)):
        x, y = np.rint(landmarks[list(group)].mean(axis=0)).astype(int)
        assert labels[y, x] == region
    x, y = np.rint(landmarks[30]).astype(int)
    assert labels[y, x] == Region.NOSE
    x, y = np.rint((landmarks[48] + landmarks[3]) / 2).astype(int)
    assert labels[y, x] == Region.SKIN


def test_hair_neck_and_background_stay_unknown(landmarks):
    labels = labels_from_landmarks((512, 512), landmarks)
    drawn_labels = {*np.unique(labels).tolist()} - {UNKNOWN}
    assert drawn_labels <= {*range(Region.SKIN, Region.HAIR)}
    assert labels[0, 0] == labels[511, 511] == UNKNOWN


def test_a_closed_mouth_has_no_inside(landmarks):
    closed = landmarks.copy()
    closed[[61, 62, 63]] = closed[[67, 66, 65]]
    assert not inner_region_masks((512, 512), closed)[Region.INNER_MOUTH].any()
    opened = closed.copy()
    opened[[65, 66, 67], 1] += 20
    assert inner_region_masks((512, 512), opened)[Region.INNER_MOUTH].any()


def test_without_a_face_nothing_is_known():
    assert (labels_from_landmarks((4, 5)) == UNKNOWN).all()
