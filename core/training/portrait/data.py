"""What mask-guided portraits learn from: faces with whole label maps, drawn or parsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.regions import MIRRORED_REGIONS, LabelMap, to_published
from core.face.align import Frame, sub_frame
from core.face.parse import label_frame, parsing_frame
from core.models.face_parser import FaceParser
from core.training.data.faces import load_faces
from core.training.parser.data import load_worn_faces

PARSED_FACES = 800
"""Faces without a drawn map that the parser maps at the start of a run."""
_SET = "faces256"
_MAX_YAW = 30.0
_DRAWN_SHARE = 0.55
_SIDE, _JITTER, _TURN = (0.96, 1.1), 0.015, 3.0
"""Of frames, in canonical sides; standard deviations of its centre in sides, of its turn in
degrees."""


@dataclass(frozen=True, eq=False)
class Portrait:
    """A face and its map."""

    image: npt.NDArray[np.uint8]
    """(H, W, 3) RGB."""
    labels: LabelMap
    """(H, W), published labels."""
    canonical: Frame


class PortraitBatch(NamedTuple):
    """What the network learns from in one step."""

    image: npt.NDArray[np.uint8]
    """(N, S, S, 3) RGB."""
    labels: LabelMap
    """(N, S, S), published labels."""


def load_drawn(folder: Path, split: str) -> list[Portrait]:
    """Read the faces whose maps were drawn by hand."""
    return [
        Portrait(face.image, to_published(face.labels), face.canonical)
        for face in load_worn_faces(folder, split)
        if face.labels is not None
    ]


def load_parsed(folder: Path, split: str, parser: FaceParser, most: int) -> list[Portrait]:
    """Read other faces, spread over the set, and let the parser map them; shown from the front."""
    faces = [
        face
        for face in load_faces(folder, [_SET], split)
        if face.yaw < _MAX_YAW and face.record["source"] != "gen"
    ]
    return [
        Portrait(face.image, _parsed_labels(parser, face.image, face.canonical), face.canonical)
        for face in faces[:: max(1, len(faces) // most)][:most]
    ]


def _parsed_labels(parser: FaceParser, image: npt.NDArray[np.uint8], canonical: Frame) -> LabelMap:
    frame = parsing_frame(canonical)
    found = label_frame(parser, np.asarray(frame.crop(image), np.uint8))
    back = cv2.warpAffine(
        to_published(found),
        frame.matrix,
        (image.shape[1], image.shape[0]),
        flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(back, np.uint8)


class PortraitMix:
    """Draws batches; the same seed gives the same ones."""

    def __init__(
        self, drawn: Sequence[Portrait], parsed: Sequence[Portrait], size: int, seed: int = 0
    ) -> None:
        self._sources = [faces for faces in (drawn, parsed) if faces]
        self._share = _DRAWN_SHARE if len(self._sources) > 1 else 1.0
        self._size, self._seed = size, seed
        self._rng = np.random.default_rng(seed)

    def seek(self, number: int) -> None:
        """Let what is drawn next follow from the seed and a number, whatever was drawn before."""
        self._rng = np.random.default_rng((self._seed, number))

    def batch(self, count: int) -> PortraitBatch:
        """Draw `count` samples."""
        images, labels = zip(*(self._sample() for _ in range(count)), strict=True)
        return PortraitBatch(np.stack(images), np.stack(labels))

    def _sample(self) -> tuple[npt.NDArray[np.uint8], LabelMap]:
        rng = self._rng
        faces = self._sources[int(rng.random() >= self._share)]
        face = faces[int(rng.integers(len(faces)))]
        side, turn = rng.uniform(*_SIDE), float(rng.normal(0, _TURN))
        x, y = 0.5 + rng.normal(0, _JITTER, 2)
        frame = sub_frame(face.canonical, (x, y), side, self._size, turn)
        image, labels = crop_portrait(face, frame)
        if rng.random() < 0.5:
            image, labels = image[:, ::-1], MIRRORED_REGIONS[labels[:, ::-1]]
        return np.ascontiguousarray(image), np.ascontiguousarray(labels)


def crop_portrait(face: Portrait, frame: Frame) -> tuple[npt.NDArray[np.uint8], LabelMap]:
    """Crop a frame: (S, S, 3) RGB and its labels (S, S); mirrored beyond the picture's edge."""
    image = np.asarray(frame.crop(face.image, cv2.INTER_LINEAR), np.uint8)
    return image, np.asarray(frame.crop(face.labels, cv2.INTER_NEAREST), np.uint8)


def canonical_batch(faces: Sequence[Portrait], size: int) -> PortraitBatch:
    """Crop the canonical frames of faces at that side."""
    crops = [crop_portrait(face, face.canonical.resized(size)) for face in faces]
    return PortraitBatch(np.stack([one[0] for one in crops]), np.stack([one[1] for one in crops]))
