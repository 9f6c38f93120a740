"""Faces to take parts from: each a window of its photo, as large as an edit can use. No Qt."""

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
from core.face.face_windows import around_head
from core.imaging.arrays import Image
from core.imaging.windows import intersection, is_empty, whole, window_at
from faceeditor_gui.document.array_store import Stored

MIN_EYES_PX = 60.0
"""Least distance between the eyes: a smaller face has too few pixels to lend any."""
MAX_FRAME_PX = 1024
"""Side of the face's frame; a larger face is reduced to it."""
PORTRAIT_SHARE = 1.25
"""Side of a portrait in heights of what the landmarks span."""


@dataclass(frozen=True, eq=False)
class Exemplar:
    """A face whose parts are borrowed; its photo is not kept."""

    name: str
    pixels: Stored[Image]
    """(H, W, 3), 8 or 16 bits: what surrounds the face."""
    landmarks: Landmarks
    """(68, 2) in its pixels."""
    number: int = 0
    """Tells it from others; the shelf gives it."""

    @property
    def image(self) -> Image:
        """The pixels, (H, W, 3); not to be written to."""
        return self.pixels.array

    @property
    def lent(self) -> requests.Exemplar:
        """The face as the core wants it."""
        return requests.Exemplar(self.image, self.landmarks)

    @property
    def portrait(self) -> Image:
        """The square around the face, (h, w, 3), as far as there are pixels."""
        left, top = self.landmarks.min(axis=0)
        right, bottom = self.landmarks.max(axis=0)
        side = round(PORTRAIT_SHARE * max(right - left, bottom - top))
        across, down = round((left + right) / 2), round(bottom - 0.6 * (bottom - top))
        square = window_at(across - side // 2, down - side // 2, side, side)
        return self.image[intersection(square, whole(*self.image.shape[:2]))]


@dataclass(frozen=True, eq=False)
class FoundExemplars:
    """What a picture has to offer."""

    exemplars: tuple[Exemplar, ...]
    """The faces that are large enough, largest first."""
    largest: float
    """Distance in pixels between the eyes of the largest face; 0 if there is no face."""


def exemplars_of(image: Image, faces: Iterable[Face], name: str) -> FoundExemplars:
    """Cut the faces out of a picture.

    Args:
        image: (H, W, 3) the whole picture.
        faces: all that are in it.
        name: of the picture; several faces are numbered.
    """
    sizes = [(interocular_distance(face.landmarks), face.landmarks) for face in faces]
    sizes.sort(key=lambda one: -one[0])
    usable = [landmarks for size, landmarks in sizes if size >= MIN_EYES_PX]
    cuts = [cut for landmarks in usable if (cut := _cut(image, landmarks, name)) is not None]
    if len(cuts) > 1:
        cuts = [replace(cut, name=f"{name} {place}") for place, cut in enumerate(cuts, start=1)]
    return FoundExemplars(tuple(cuts), sizes[0][0] if sizes else 0.0)


def _cut(image: Image, landmarks: Landmarks, name: str) -> Exemplar | None:
    """Keep a face with its hair; None if it lies outside the picture."""
    window = around_head(landmarks, image.shape[:2])
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
    # Centres are at whole numbers, so a reduced picture's first centre is not at the corner.
    points = (landmarks - [columns.start, rows.start] + 0.5) * ratio - 0.5
    return Exemplar(name, Stored(part), points)
