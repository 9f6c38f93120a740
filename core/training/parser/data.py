"""What the face parser learns from: hand-drawn maps, landmarks, and maps of generated faces."""

from __future__ import annotations

import json
import queue
import tarfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import Landmarks
from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import LabelMap, Region
from core.face.align import Frame, canonical_frame, region_frame
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.label_choices import (
    ANYTHING,
    Choices,
    bits,
    head_choices,
    landmark_choices,
    mirrored,
    narrowed,
    only,
    portrait_choices,
)
from core.training.data.label_maps import PARSED
from core.training.parser.augment import change_colours, hide_a_part, replace_background

DRAWN, GENERATED = "parsing", "parsing_pseudo"
_FACES = "faces256"
_MAX_JAW_YAW = 20.0
"""Degrees beyond which a jaw line does not tell the far cheek from an ear."""
_SIDE = (0.8, 1.4)  # of frames, in canonical sides
_JITTER = 0.05
_TURN = 9.0  # degrees, standard deviation
_NEW_BACKGROUND = 0.35


@dataclass(frozen=True, eq=False)
class LabelledFace:
    """A face, and which labels its pixels can have."""

    image: npt.NDArray[np.uint8]
    """(H, W, 3) RGB."""
    choices: Choices
    canonical: Frame
    source: str
    labels: LabelMap | None = None
    """What a hand drew, `UNKNOWN` where it is not known."""
    is_frontal: bool = True


class LabelBatch(NamedTuple):
    """What the network learns from in one step."""

    image: npt.NDArray[np.uint8]
    """(N, S, S, 3) RGB."""
    choices: npt.NDArray[np.uint16]
    """(N, S, S)."""


@dataclass(frozen=True, eq=False)
class LabelSource:
    """A share of the samples."""

    name: str
    weight: float
    faces: Sequence[LabelledFace]


def drawn_faces(folder: Path, split: str) -> list[LabelledFace]:
    """Read the faces whose maps were drawn by hand."""
    return [
        _drawn(image, labels, record)
        for image, labels, record in _maps(folder, DRAWN, split)
        if image is not None
    ]


def _drawn(image: npt.NDArray[np.uint8], labels: LabelMap, record: dict[str, Any]) -> LabelledFace:
    landmarks: Landmarks = np.array(record["landmarks68"], np.float64)
    canonical, source = canonical_frame(landmarks), record["source"]
    if source == "mgpe":
        return LabelledFace(image, portrait_choices(labels), canonical, source, labels)
    is_frontal = bool(record["landmarks_ok"]) and abs(record["yaw"]) < _MAX_JAW_YAW
    choices = head_choices(labels, landmarks if is_frontal else None)
    return LabelledFace(image, choices, canonical, source, labels, is_frontal)


def known_faces(
    folder: Path, split: str, parsed: Path | None = None
) -> tuple[list[LabelledFace], list[LabelledFace]]:
    """Read the faces of which landmarks tell the inner parts.

    Args:
        folder: of the shards.
        split: "train" or "val".
        parsed: folder with the maps that an earlier parser made of the same faces.

    Returns:
        Faces with nothing else, and generated ones whose hair and background were found by
        their colours.
    """
    maps = {
        Path(record["image"]).stem: labels
        for _, labels, record in _maps(folder, GENERATED, split)
        if record["source"] == "gen"
    }
    said = _parsed_maps(parsed, split) if parsed else {}
    plain, coloured = [], []
    for face in load_faces(folder, [_FACES], split):
        choices = landmark_choices(face.image.shape[:2], face.landmarks)
        if face.name in said:
            choices = narrowed(choices, only(said[face.name]))
        if face.name in maps:
            coloured.append(_labelled(face, _with_hair(choices, maps[face.name])))
        else:
            plain.append(_labelled(face, choices))
    return plain, coloured


def _labelled(face: TrainingFace, choices: Choices) -> LabelledFace:
    return LabelledFace(face.image, choices, face.canonical, face.record["source"])


def _with_hair(choices: Choices, labels: LabelMap) -> Choices:
    """Narrow choices by a map of hair and background, but never to nothing."""
    told = only(np.where(np.isin(labels, (Region.BACKGROUND, Region.HAIR)), labels, UNKNOWN))
    told[labels == Region.BACKGROUND] = bits((Region.BACKGROUND, Region.NECK))  # clothes or neck
    return narrowed(choices, told)


def _parsed_maps(folder: Path, split: str) -> dict[str, LabelMap]:
    return {
        Path(record["image"]).stem: labels
        for _, labels, record in _maps(folder, PARSED, split)
        if record["image"].startswith(_FACES)
    }


def label_sources(folder: Path, parsed: Path | None = None) -> list[LabelSource]:
    """List what is learned from, and in which shares; `parsed` as for `known_faces`."""
    drawn = drawn_faces(folder, "train")
    plain, generated = known_faces(folder, "train", parsed)
    heads = [face for face in drawn if face.source == "fasseg"]
    portraits = [face for face in drawn if face.source == "mgpe"]
    return [
        LabelSource("heads drawn by hand", 0.36, heads),
        LabelSource("portraits drawn by hand", 0.14, portraits),
        LabelSource("generated faces with hair", 0.2, generated),
        LabelSource("faces with landmarks", 0.3, plain),
    ]


class LabelMix:
    """Draws batches; the same seed gives the same ones."""

    def __init__(self, sources: Sequence[LabelSource], size: int, seed: int) -> None:
        self.sources, self.size = [source for source in sources if source.faces], size
        weights = np.array([source.weight for source in self.sources])
        self._weights = weights / weights.sum()
        self._rng = np.random.default_rng(seed)

    def batch(self, count: int) -> LabelBatch:
        """Draw `count` samples."""
        images, choices = zip(*(self._sample() for _ in range(count)), strict=True)
        return LabelBatch(np.stack(images), np.stack(choices))

    def _sample(self) -> tuple[npt.NDArray[np.uint8], Choices]:
        rng = self._rng
        face = self._draw()
        frame = _draw_frame(rng, face.canonical, self.size)
        image, choices = cut(face.image, frame), cut_choices(face.choices, frame)
        if rng.random() < 0.5:
            image, choices = np.ascontiguousarray(image[:, ::-1]), mirrored(choices)
        if rng.random() < _NEW_BACKGROUND:
            other = self._draw()
            backdrop = cut(other.image, _draw_frame(rng, other.canonical, self.size))
            image = replace_background(image, choices, backdrop[::-1])
        return hide_a_part(rng, change_colours(rng, image)), choices

    def _draw(self) -> LabelledFace:
        source = self.sources[int(self._rng.choice(len(self.sources), p=self._weights))]
        return source.faces[int(self._rng.integers(len(source.faces)))]


def _draw_frame(rng: np.random.Generator, canonical: Frame, size: int) -> Frame:
    side = float(np.exp(rng.uniform(*np.log(_SIDE))))
    x, y = 0.5 + rng.normal(0, _JITTER, 2)
    return region_frame(canonical, (x, y), side, size, float(rng.normal(0, _TURN)))


def cut(image: npt.NDArray[np.uint8], frame: Frame) -> npt.NDArray[np.uint8]:
    """Cut a frame out of a picture."""
    return np.asarray(frame.cut(image, cv2.INTER_LINEAR), np.uint8)


def cut_choices(choices: Choices, frame: Frame) -> Choices:
    """Cut a frame out of a map of choices; beyond the picture everything is possible."""
    return np.asarray(_cut_nearest(choices, frame, ANYTHING), np.uint16)


def cut_labels(labels: LabelMap, frame: Frame) -> LabelMap:
    """Cut a frame out of a label map; beyond the picture nobody knows."""
    return np.asarray(_cut_nearest(labels, frame, UNKNOWN), np.uint8)


def _cut_nearest(values: npt.NDArray[Any], frame: Frame, beyond: int) -> npt.NDArray[Any]:
    size = (frame.size, frame.size)
    border = cv2.BORDER_CONSTANT
    answer = cv2.warpAffine(
        values, frame.matrix, size, flags=cv2.INTER_NEAREST, borderMode=border, borderValue=beyond
    )
    return np.asarray(answer)


def prefetched(mix: LabelMix, count: int, depth: int = 3) -> Iterator[LabelBatch]:
    """Yield batches for ever; one thread prepares the next ones meanwhile."""
    ready: queue.Queue[LabelBatch | None] = queue.Queue(depth)

    def prepare() -> None:
        cv2.setNumThreads(1)
        try:
            while True:
                ready.put(mix.batch(count))
        finally:
            ready.put(None)

    threading.Thread(target=prepare, daemon=True, name="label batches").start()
    while (batch := ready.get()) is not None:
        yield batch


def _maps(
    folder: Path, name: str, split: str
) -> Iterator[tuple[npt.NDArray[np.uint8] | None, LabelMap, dict[str, Any]]]:
    """Yield picture (if the shard has it), map and record."""
    for path in sorted(folder.glob(f"{name}-*.tar")):
        with tarfile.open(path) as shard:
            files = {m.name: _content(shard, m) for m in shard if m.isfile()}
        for stem in [key.removesuffix(".json") for key in files if key.endswith(".json")]:
            record = json.loads(files[f"{stem}.json"])
            if record.get("split", split) == split:  # maps of our own do not say
                jpeg = files.get(f"{stem}.jpg")
                image = None if jpeg is None else _decoded(jpeg, cv2.IMREAD_COLOR_RGB)
                yield image, _decoded(files[f"{stem}.png"], cv2.IMREAD_GRAYSCALE), record


def _content(shard: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = shard.extractfile(member)
    assert stream is not None
    return stream.read()


def _decoded(content: bytes, flags: int) -> npt.NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    assert image is not None
    return np.asarray(image, np.uint8)
