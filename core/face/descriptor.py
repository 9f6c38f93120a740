"""Who a face is: dlib's published 128-number descriptor, the program's identity meter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import Landmarks
from core.errors import CheckpointError
from core.face.align import canonical_frame
from core.face.dlib_files import DESCRIPTOR, verified_file
from core.imaging.arrays import Image
from core.imaging.depth import to_8_bit

if TYPE_CHECKING:
    import dlib

Descriptor = npt.NDArray[np.float64]
"""(128,)"""

SAME_PERSON = 0.6
"""dlib's published limit: below this distance two photos show one person."""

_SIZE = 512  # the points, rounded to whole pixels by dlib, then err by 0.1 % of the face


def compute_descriptor(image: Image, landmarks: Landmarks) -> Descriptor:
    """Describe whose face it is.

    Args:
        image: (H, W, 3), uint8 or uint16.
        landmarks: (68, 2) in pixels of the image.

    Returns:
        (128,); compare by `descriptor_distance`.

    Raises:
        CheckpointError: dlib's weights are missing or damaged.
    """
    # dlib's binding remembers a thread's Python state, and hangs in a thread that has another one
    # at the next call, as Qt's threads have: each call gets a thread of its own.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_compute, image, landmarks).result()


def _compute(image: Image, landmarks: Landmarks) -> Descriptor:
    import dlib

    frame = canonical_frame(landmarks, _SIZE)
    pixels = np.ascontiguousarray(to_8_bit(frame.crop(image)))
    points = [dlib.point(round(x), round(y)) for x, y in frame.to_frame(landmarks)]
    shape = dlib.full_object_detection(dlib.rectangle(0, 0, _SIZE - 1, _SIZE - 1), points)
    found = _network().compute_face_descriptor(pixels, shape)
    # To iterate would end in an IndexError of dlib's, which crashes in a thread that Qt started.
    return np.array([found[index] for index in range(len(found))], np.float64)


def descriptor_distance(first: Descriptor, second: Descriptor) -> float:
    """Return the distance of two (128,) descriptors: about 0.3 for one person, 0.8 for two."""
    return float(np.linalg.norm(first - second))


@cache
def _network() -> dlib.face_recognition_model_v1:
    import dlib

    path = verified_file(DESCRIPTOR)
    try:
        return dlib.face_recognition_model_v1(str(path))
    except RuntimeError as error:
        raise CheckpointError(f"dlib cannot read its weights {path.name}: {error}.") from error
