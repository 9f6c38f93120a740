"""Training samples: a frame cropped from a face, a hole in it, and the lines that are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import MIRRORED_INDICES, Landmarks, line_map
from core.anatomy.regions import LabelMap
from core.face.align import Frame, sub_frame
from core.imaging.arrays import Mask
from core.training.data import holes
from core.training.data.faces import TrainingFace

MOUTH_CENTRE = (0.5005, 0.715)
_MAX_ENLARGEMENT = 1.25
_MAX_TURN = 4.0  # degrees
_CLOSED = 0.03  # gap between the lips / width of the mouth
_MIN_HOLE_PX = 12

MakeHole = Callable[[np.random.Generator, int, Landmarks], Mask]


class Batch(NamedTuple):
    """What the loop moves to the device."""

    image: npt.NDArray[np.uint8]
    """(N, S, S, 3) RGB."""
    mask: npt.NDArray[np.uint8]
    """(N, S, S) coverage."""
    lines: npt.NDArray[np.uint8]
    """(N, S, S, 3) line channels."""
    labels: LabelMap | None = None
    """(N, S, S) a `core.anatomy.regions.Region` each, 255 unknown; None if no source draws them."""

    def sample(self, index: int) -> Batch:
        """Return one sample as a batch of its own."""
        part = slice(index, index + 1)
        labels = None if self.labels is None else self.labels[part]
        return Batch(self.image[part], self.mask[part], self.lines[part], labels)


@dataclass(frozen=True, eq=False)
class FrameSource:
    """One row of a recipe's mix: which faces, which frames, which holes."""

    name: str
    weight: float
    faces: Sequence[TrainingFace]
    side: tuple[float, float]
    """Smallest and largest side of the frame, in canonical sides."""
    make_holes: Sequence[tuple[float, MakeHole]]
    """Weights and makers of holes."""
    centre: tuple[float, float] | None = MOUTH_CENTRE
    """Fractions of the canonical frame; None follows the mouth."""
    jitter: float = 0.03
    """Standard deviation of the centre, in sides of the frame."""
    keep_lines: float = 0.95
    """Share of samples with lines; the others have none."""
    redraw_closed: float = 0.0
    """Share of closed mouths that are drawn again."""
    draw_hole: DrawHole | None = None
    """Draws the hole from what is known of the face, in place of `make_holes`."""
    draw_labels: DrawLabels | None = None
    """Draws the label map that the network gets; all sources of a mix, or none."""


class FrameCrop(NamedTuple):
    """Which frame of which face a sample shows; the pixels are cropped elsewhere."""

    source: int
    """Row of the mix."""
    face: int
    """Index into that source's faces."""
    frame: Frame
    is_mirrored: bool
    landmarks: Landmarks
    """(68, 2) in the frame, mirrored if it is."""


DrawLabels = Callable[[np.random.Generator, TrainingFace, FrameCrop, Mask], LabelMap]
"""(random numbers, face, crop, hole) -> (S, S) labels of the frame."""
DrawHole = Callable[[np.random.Generator, TrainingFace, FrameCrop], Mask]
"""(random numbers, face, crop) -> (S, S) coverage."""


class SampleSpec(NamedTuple):
    """All of a sample but its image."""

    crop: FrameCrop
    mask: Mask
    lines: npt.NDArray[np.uint8]
    labels: LabelMap | None
    """(S, S), if its source draws them."""


class SampleMix:
    """Draws batches from a mix of sources; the same seed gives the same batches."""

    def __init__(self, sources: Sequence[FrameSource], size: int, seed: int = 0) -> None:
        self.sources, self.size, self.seed = sources, size, seed
        self._rng = np.random.default_rng(seed)
        weights = np.array([source.weight for source in sources])
        self._weights = weights / weights.sum()

    def seek(self, number: int) -> None:
        """Let what is drawn next follow from the seed and a number, whatever was drawn before."""
        self._rng = np.random.default_rng((self.seed, number))

    def batch(self, count: int) -> Batch:
        """Draw `count` samples."""
        specs = [self.draw_spec() for _ in range(count)]
        images = [self._picture(spec.crop) for spec in specs]
        return Batch(np.stack(images), *stack_specs(specs))

    def draw_spec(self) -> SampleSpec:
        """Draw one sample's frame, hole and lines."""
        row = int(self._rng.choice(len(self.sources), p=self._weights))
        source = self.sources[row]
        while True:
            crop = draw_crop(self._rng, source, self.size, row)
            mask = _draw_hole(self._rng, source, crop)
            if (mask > 0).sum() >= _MIN_HOLE_PX:
                break
        lines = np.zeros((self.size, self.size, 3), np.uint8)
        if self._rng.random() < source.keep_lines:
            lines = line_map(crop.landmarks, self.size)
        labels = None
        if source.draw_labels is not None:
            labels = source.draw_labels(self._rng, source.faces[crop.face], crop, mask)
        return SampleSpec(crop, mask, lines, labels)

    def _picture(self, crop: FrameCrop) -> npt.NDArray[np.uint8]:
        image = crop.frame.crop(self.sources[crop.source].faces[crop.face].image)
        if crop.is_mirrored:
            image = np.ascontiguousarray(image[:, ::-1])
        return np.asarray(image, np.uint8)


def stack_specs(
    specs: Sequence[SampleSpec],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], LabelMap | None]:
    """Stack masks, lines and, if there are any, labels along a first axis."""
    labels = [spec.labels for spec in specs if spec.labels is not None]
    return (
        np.stack([spec.mask for spec in specs]),
        np.stack([spec.lines for spec in specs]),
        np.stack(labels) if labels else None,
    )


def draw_crop(rng: np.random.Generator, source: FrameSource, size: int, row: int = 0) -> FrameCrop:
    """Draw one jittered, maybe mirrored frame of a source, which is that row of a mix."""
    index = _draw_face(rng, source)
    face = source.faces[index]
    low = max(source.side[0], size / face.resolution / _MAX_ENLARGEMENT)
    side = rng.uniform(low, max(source.side[1], low))
    middle = np.array(source.centre or _mouth_centre(face))
    centre = middle + rng.normal(0, source.jitter, 2) * side
    turn = rng.uniform(-_MAX_TURN, _MAX_TURN)
    frame = sub_frame(face.canonical, (centre[0], centre[1]), side, size, turn)
    landmarks = frame.to_frame(face.landmarks)
    is_mirrored = rng.random() < 0.5
    if is_mirrored:
        landmarks = landmarks[MIRRORED_INDICES]
        landmarks[:, 0] = size - 1 - landmarks[:, 0]
    return FrameCrop(row, index, frame, is_mirrored, landmarks)


def stroke_holes(low: float, high: float) -> MakeHole:
    """Return a maker of free-form holes that cover that share of the frame."""
    return partial(_stroke_hole, low, high)  # worker processes can be sent it; no lambda


def _stroke_hole(
    low: float, high: float, rng: np.random.Generator, size: int, _: Landmarks
) -> Mask:
    return holes.free_form(rng, size, low, high)


def _draw_face(rng: np.random.Generator, source: FrameSource) -> int:
    index = int(rng.integers(len(source.faces)))
    if source.faces[index].mouth_open < _CLOSED and rng.random() < source.redraw_closed:
        return int(rng.integers(len(source.faces)))
    return index


def _mouth_centre(face: TrainingFace) -> tuple[float, float]:
    points = face.canonical.to_frame(face.landmarks[48:60])
    x, y = (points.mean(axis=0) + 0.5) / face.canonical.size
    return float(x), float(y)


def _draw_hole(rng: np.random.Generator, source: FrameSource, crop: FrameCrop) -> Mask:
    if source.draw_hole is not None:
        return source.draw_hole(rng, source.faces[crop.face], crop)
    weights = np.array([weight for weight, _ in source.make_holes])
    index = rng.choice(len(weights), p=weights / weights.sum())
    return source.make_holes[int(index)][1](rng, crop.frame.size, crop.landmarks)
