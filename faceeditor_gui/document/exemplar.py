"""Exemplars as the document keeps them: face crops at the resolution that edits can use. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks, interocular_distance
from core.edit import requests
from core.face.align import canonical_frame
from core.face.face import Face
from core.face.face_windows import head_window
from core.imaging.arrays import Image
from core.imaging.windows import intersection, is_empty, whole_window, window_at
from faceeditor_gui.document.array_store import StoredArray

MIN_INTEROCULAR_PX = 60.0
"""Least distance between the eyes: a smaller face has too few pixels."""
MAX_FRAME_PX = 1024
"""Side of the face's canonical frame; a larger face is downscaled to it."""
PORTRAIT_SHARE = 1.25
"""Side of a portrait, in extents of the landmarks."""


@dataclass(frozen=True, eq=False)
class ListedExemplar:
    """An exemplar in the list: a crop of its photo, which itself is not kept."""

    name: str
    pixels: StoredArray[Image]
    """(H, W, 3) uint8 or uint16: the face and its surroundings."""
    landmarks: Landmarks
    """(68, 2) in its pixels."""
    number: int = 0
    """Its identity; assigned by the list."""

    @property
    def image(self) -> Image:
        """The pixels, (H, W, 3) uint8 or uint16; read-only."""
        return self.pixels.array

    @property
    def as_exemplar(self) -> requests.Exemplar:
        """The exemplar as the core's requests take it."""
        return requests.Exemplar(self.image, self.landmarks)

    @property
    def portrait(self) -> Image:
        """The square around the face, (h, w, 3), clipped to the crop."""
        left, top = self.landmarks.min(axis=0)
        right, bottom = self.landmarks.max(axis=0)
        side = round(PORTRAIT_SHARE * max(right - left, bottom - top))
        across, down = round((left + right) / 2), round(bottom - 0.6 * (bottom - top))
        square = window_at(across - side // 2, down - side // 2, side, side)
        return self.image[intersection(square, whole_window(*self.image.shape[:2]))]


@dataclass(frozen=True, eq=False)
class FoundExemplars:
    """The exemplars that were found in an image."""

    exemplars: tuple[ListedExemplar, ...]
    """The faces that are large enough, largest first."""
    largest_eye_distance: float
    """Distance in pixels between the eyes of the largest face; 0 if there is no face."""


def cut_exemplars(image: Image, faces: Iterable[Face], name: str) -> FoundExemplars:
    """Crop the faces out of an image.

    Args:
        image: (H, W, 3) uint8 or uint16, the whole image.
        faces: all that are in it.
        name: of the image; several faces are numbered.
    """
    sizes = [(interocular_distance(face.landmarks), face.landmarks) for face in faces]
    sizes.sort(key=lambda one: -one[0])
    usable = [landmarks for size, landmarks in sizes if size >= MIN_INTEROCULAR_PX]
    cuts = [
        cut for landmarks in usable if (cut := _cut_exemplar(image, landmarks, name)) is not None
    ]
    if len(cuts) > 1:
        cuts = [replace(cut, name=f"{name} {place}") for place, cut in enumerate(cuts, start=1)]
    return FoundExemplars(tuple(cuts), sizes[0][0] if sizes else 0.0)


def _cut_exemplar(image: Image, landmarks: Landmarks, name: str) -> ListedExemplar | None:
    """Crop a face with its hair, downscaled; None if it lies outside the image."""
    window = head_window(landmarks, image.shape[:2])
    if is_empty(window):
        return None
    rows, columns = window
    frame = canonical_frame(landmarks)
    scale = min(1.0, MAX_FRAME_PX * frame.scale / frame.size)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    part = image[window].copy()
    if size != (width, height):
        part = cast(Image, cv2.resize(part, size, interpolation=cv2.INTER_AREA))
    ratio = np.array([size[0] / width, size[1] / height])
    # Centres are at whole numbers, so a downscaled image's first centre is not at the corner.
    cropped = (landmarks - [columns.start, rows.start] + 0.5) * ratio - 0.5
    return ListedExemplar(name, StoredArray(part), cropped)
