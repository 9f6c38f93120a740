"""What the face parser learns from: hand-drawn maps, landmarks, and maps of generated faces.

Some frames show the whole head, as the parser first sees it, others one part from near, as its
second look does.
"""

from __future__ import annotations

import json
import tarfile
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
from core.face.align import Frame, canonical_frame, sub_frame
from core.face.parse import NEAR_LOOKS
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.label_choices import (
    ANY_LABEL,
    Choices,
    bare_choices,
    exact_choices,
    head_choices,
    label_set,
    landmark_choices,
    mirror_choices,
    narrow_choices,
    portrait_choices,
)
from core.training.data.label_maps import PARSED
from core.training.parser.augment import dye_hair, hide_box, jitter_colours, replace_background

DRAWN, WORN, GENERATED = "parsing", "parsing19", "parsing_pseudo"
"""Sets of maps: of the head alone, of what is worn as well, of generated faces."""
CELEBA_MASK = "celebamask-hq"
"""The source of the maps that tell what is worn."""
_FACES = "faces256"
_MAX_JAW_YAW = 20.0
"""Degrees beyond which a jaw line does not tell the far cheek from an ear."""
_SIDE = (0.8, 1.4)  # of frames of the whole head, in canonical sides
_NEAR = 0.4
"""Share of frames that show a part from near; and how much larger or smaller they may be."""
_NEAR_SCALE = (0.75, 1.4)
_JITTER = 0.05  # of a frame's side
_TURN = 9.0  # degrees, standard deviation
_NEW_BACKGROUND = 0.35
_RARE = (Region.GLASSES, Region.HAT)
_RARE_PIXELS = 200
_RARE_SHARE = 0.25
"""Glasses and hats are worn in one of ten pictures, and are drawn this often."""

_CELEBA_LABELS = np.array(
    [
        *(Region.BACKGROUND, Region.SKIN, Region.NOSE, Region.GLASSES),
        *(Region.RIGHT_EYE, Region.LEFT_EYE, Region.RIGHT_BROW, Region.LEFT_BROW),
        *(Region.EARS, Region.EARS, Region.INNER_MOUTH, Region.UPPER_LIP, Region.LOWER_LIP),
        *(Region.HAIR, Region.HAT, Region.EARRING, Region.NECKLACE, Region.NECK, Region.CLOTH),
    ],
    np.uint8,
)
"""The label of each of CelebAMask-HQ's classes, whose sides are the person's own."""


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
    choices: Choices
    """(N, S, S)."""


@dataclass(frozen=True, eq=False)
class LabelSource:
    """A share of the samples."""

    name: str
    weight: float
    faces: Sequence[LabelledFace]


def load_drawn_faces(folder: Path, split: str) -> list[LabelledFace]:
    """Read the faces whose maps were drawn by hand."""
    return [
        _drawn_face(image, labels, record)
        for image, labels, record in _read_maps(folder, DRAWN, split)
        if image is not None
    ]


def load_worn_faces(folder: Path, split: str) -> list[LabelledFace]:
    """Read the faces whose maps tell what is worn (CelebAMask-HQ), where landmarks were found."""
    return [
        _worn_face(image, _CELEBA_LABELS[classes], np.array(record["landmarks68"], np.float64))
        for image, classes, record in _read_maps(folder, WORN, split)
        if image is not None and record["landmarks68"] is not None
    ]


def _worn_face(
    image: npt.NDArray[np.uint8], labels: LabelMap, landmarks: Landmarks
) -> LabelledFace:
    canonical = canonical_frame(landmarks)
    return LabelledFace(image, exact_choices(labels), canonical, CELEBA_MASK, labels)


def _drawn_face(
    image: npt.NDArray[np.uint8], labels: LabelMap, record: dict[str, Any]
) -> LabelledFace:
    landmarks: Landmarks = np.array(record["landmarks68"], np.float64)
    canonical, source = canonical_frame(landmarks), record["source"]
    if source == "mgpe":
        return LabelledFace(image, portrait_choices(labels), canonical, source, labels)
    is_frontal = bool(record["landmarks_ok"]) and abs(record["yaw"]) < _MAX_JAW_YAW
    choices = head_choices(labels, landmarks if is_frontal else None)
    return LabelledFace(image, choices, canonical, source, labels, is_frontal)


def load_landmark_faces(
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
        for _, labels, record in _read_maps(folder, GENERATED, split)
        if record["source"] == "gen"
    }
    parsed_maps = _parsed_maps(parsed, split) if parsed else {}
    plain, generated = [], []
    for face in load_faces(folder, [_FACES], split):
        choices = landmark_choices(face.image.shape[:2], face.landmarks)
        if face.name in parsed_maps:
            choices = narrow_choices(choices, exact_choices(parsed_maps[face.name]))
        if face.name in maps:
            generated.append(_labelled_face(face, _with_hair(choices, maps[face.name])))
        else:
            plain.append(_labelled_face(face, choices))
    return plain, generated


def _labelled_face(face: TrainingFace, choices: Choices) -> LabelledFace:
    return LabelledFace(face.image, choices, face.canonical, face.record["source"])


def _with_hair(choices: Choices, labels: LabelMap) -> Choices:
    """Narrow choices by a map of hair and background, but never to nothing."""
    allowed = bare_choices(
        np.where(np.isin(labels, (Region.BACKGROUND, Region.HAIR)), labels, UNKNOWN)
    )
    allowed[labels == Region.BACKGROUND] |= label_set([Region.NECK])
    return narrow_choices(choices, allowed)


def _parsed_maps(folder: Path, split: str) -> dict[str, LabelMap]:
    return {
        Path(record["image"]).stem: labels
        for _, labels, record in _read_maps(folder, PARSED, split)
        if record["image"].startswith(_FACES)
    }


def label_sources(folder: Path, parsed: Path | None = None) -> list[LabelSource]:
    """List what is learned from, and in which shares; `parsed` as for `load_landmark_faces`."""
    drawn, worn = load_drawn_faces(folder, "train"), load_worn_faces(folder, "train")
    rare = [face for face in worn if _shows_rare(face)]
    plain, generated = load_landmark_faces(folder, "train", parsed)
    heads = [face for face in drawn if face.source == "fasseg"]
    portraits = [face for face in drawn if face.source == "mgpe"]
    return [
        LabelSource("portraits with what is worn", 0.75 - _RARE_SHARE, worn),
        LabelSource("glasses and hats", _RARE_SHARE, rare),
        LabelSource("heads drawn by hand", 0.12, heads),
        LabelSource("portraits drawn by hand", 0.03, portraits),
        LabelSource("generated faces with hair", 0.03, generated),
        LabelSource("faces with landmarks", 0.07, plain),
    ]


def _shows_rare(face: LabelledFace) -> bool:
    return face.labels is not None and int(np.isin(face.labels, _RARE).sum()) > _RARE_PIXELS


class LabelMix:
    """Draws batches; the same seed gives the same ones."""

    def __init__(self, sources: Sequence[LabelSource], size: int, seed: int) -> None:
        self.sources, self.size = [source for source in sources if source.faces], size
        weights = np.array([source.weight for source in self.sources])
        self._weights = weights / weights.sum()
        self._rng, self._seed = np.random.default_rng(seed), seed

    def seek(self, number: int) -> None:
        """Let what is drawn next follow from the seed and a number, whatever was drawn before."""
        self._rng = np.random.default_rng((self._seed, number))

    def batch(self, count: int) -> LabelBatch:
        """Draw `count` samples."""
        images, choices = zip(*(self._sample() for _ in range(count)), strict=True)
        return LabelBatch(np.stack(images), np.stack(choices))

    def _sample(self) -> tuple[npt.NDArray[np.uint8], Choices]:
        rng = self._rng
        face = self._draw()
        frame = _draw_frame(rng, face.canonical, self.size)
        image, choices = crop_image(face.image, frame), crop_choices(face.choices, frame)
        image = dye_hair(rng, image, choices)
        if rng.random() < 0.5:
            image, choices = np.ascontiguousarray(image[:, ::-1]), mirror_choices(choices)
        if rng.random() < _NEW_BACKGROUND:
            background_face = self._draw()
            backdrop = crop_image(
                background_face.image, _draw_frame(rng, background_face.canonical, self.size)
            )
            image = replace_background(image, choices, backdrop[::-1])
        return hide_box(rng, jitter_colours(rng, image)), choices

    def _draw(self) -> LabelledFace:
        source = self.sources[int(self._rng.choice(len(self.sources), p=self._weights))]
        return source.faces[int(self._rng.integers(len(source.faces)))]


def _draw_frame(rng: np.random.Generator, canonical: Frame, size: int) -> Frame:
    if rng.random() < _NEAR:
        look = NEAR_LOOKS[int(rng.integers(len(NEAR_LOOKS)))]
        centre, side = look.centre, look.side * float(np.exp(rng.uniform(*np.log(_NEAR_SCALE))))
    else:
        centre, side = (0.5, 0.5), float(np.exp(rng.uniform(*np.log(_SIDE))))
    x, y = np.array(centre) + rng.normal(0, _JITTER * side, 2)
    return sub_frame(canonical, (x, y), side, size, float(rng.normal(0, _TURN)))


def crop_image(image: npt.NDArray[np.uint8], frame: Frame) -> npt.NDArray[np.uint8]:
    """Crop a frame (S, S, 3) from an image (H, W, 3) uint8 RGB."""
    return np.asarray(frame.crop(image, cv2.INTER_LINEAR), np.uint8)


def crop_choices(choices: Choices, frame: Frame) -> Choices:
    """Crop a frame (S, S) from a map of choices (H, W); beyond its edge every label is possible."""
    return np.asarray(_crop_nearest(choices, frame, ANY_LABEL), np.int32)


def crop_labels(labels: LabelMap, frame: Frame) -> LabelMap:
    """Crop a frame (S, S) from a label map (H, W); `UNKNOWN` beyond its edge."""
    return np.asarray(_crop_nearest(labels, frame, UNKNOWN), np.uint8)


def _crop_nearest(values: npt.NDArray[Any], frame: Frame, border_value: int) -> npt.NDArray[Any]:
    size = (frame.size, frame.size)
    border = cv2.BORDER_CONSTANT
    crop = cv2.warpAffine(
        values,
        frame.matrix,
        size,
        flags=cv2.INTER_NEAREST,
        borderMode=border,
        borderValue=border_value,
    )
    return np.asarray(crop)


def _read_maps(
    folder: Path, name: str, split: str
) -> Iterator[tuple[npt.NDArray[np.uint8] | None, LabelMap, dict[str, Any]]]:
    """Yield image (if the shard has it), map and record."""
    for path in sorted(folder.glob(f"{name}-*.tar")):
        with tarfile.open(path) as shard:
            files = {m.name: _content(shard, m) for m in shard if m.isfile()}
        for stem in [key.removesuffix(".json") for key in files if key.endswith(".json")]:
            record = json.loads(files[f"{stem}.json"])
            if record.get("split", split) == split:  # maps of our own do not say
                jpeg = files.get(f"{stem}.jpg")
                image = None if jpeg is None else _decode(jpeg, cv2.IMREAD_COLOR_RGB)
                yield image, _decode(files[f"{stem}.png"], cv2.IMREAD_GRAYSCALE), record


def _content(shard: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = shard.extractfile(member)
    assert stream is not None
    return stream.read()


def _decode(content: bytes, flags: int) -> npt.NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    assert image is not None
    return np.asarray(image, np.uint8)
