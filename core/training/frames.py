"""Training samples: a frame cut from a face, a hole in it, and the lines that are known."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.face.align import region_frame
from core.masks import Mask
from core.regions import MIRROR, Landmarks, line_map
from core.training import holes
from core.training.data import TrainingFace

MOUTH_CENTRE = (0.5005, 0.715)
_MAX_ENLARGEMENT = 1.25
_MAX_TURN = 4.0  # degrees

MakeHole = Callable[[np.random.Generator, int, Landmarks], Mask]


class Batch(NamedTuple):
    """What the loop moves to the device."""

    image: npt.NDArray[np.uint8]
    """(N, S, S, 3) RGB."""
    mask: npt.NDArray[np.uint8]
    """(N, S, S) coverage."""
    lines: npt.NDArray[np.uint8]
    """(N, S, S, 3) line channels."""


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
    """Share of samples that are told the lines."""
    redraw_closed: float = 0.0
    """Share of closed mouths that are drawn again."""


class SampleMix:
    """Draws batches from a mix of sources; the same seed gives the same batches."""

    def __init__(self, sources: Sequence[FrameSource], size: int, seed: int = 0) -> None:
        self.sources, self.size = sources, size
        self._rng = np.random.default_rng(seed)
        weights = np.array([source.weight for source in sources])
        self._weights = weights / weights.sum()

    def batch(self, count: int) -> Batch:
        """Draw `count` samples."""
        samples = [self._sample() for _ in range(count)]
        return Batch(*(np.stack(column) for column in zip(*samples, strict=True)))

    def _sample(self) -> tuple[npt.NDArray[np.uint8], ...]:
        source = self.sources[self._rng.choice(len(self.sources), p=self._weights)]
        while True:
            image, landmarks = cut_sample(self._rng, source, self.size)
            mask = _draw_hole(self._rng, source, self.size, landmarks)
            if (mask > 0).sum() >= 12:
                break
        lines = np.zeros_like(image)
        if self._rng.random() < source.keep_lines:
            lines = line_map(landmarks, self.size)
        return image, mask, lines


def cut_sample(
    rng: np.random.Generator, source: FrameSource, size: int
) -> tuple[npt.NDArray[np.uint8], Landmarks]:
    """Cut one jittered, maybe mirrored frame; returns it with its landmarks."""
    face = _draw_face(rng, source)
    low = max(source.side[0], size / face.resolution / _MAX_ENLARGEMENT)
    side = rng.uniform(low, max(source.side[1], low))
    middle = np.array(source.centre or _mouth_middle(face))
    centre = middle + rng.normal(0, source.jitter, 2) * side
    turn = rng.uniform(-_MAX_TURN, _MAX_TURN)
    frame = region_frame(face.canonical, (centre[0], centre[1]), side, size, turn)
    image: npt.NDArray[np.uint8] = frame.cut(face.image)
    landmarks = frame.to_frame(face.landmarks)
    if rng.random() < 0.5:
        image = np.ascontiguousarray(image[:, ::-1])
        landmarks = landmarks[MIRROR]
        landmarks[:, 0] = size - 1 - landmarks[:, 0]
    return np.asarray(image, np.uint8), landmarks


def prefetched(mix: SampleMix, count: int, depth: int = 3) -> Iterator[Batch]:
    """Yield batches for ever; one thread prepares the next ones meanwhile."""
    ready: queue.Queue[Batch] = queue.Queue(depth)

    def prepare() -> None:
        cv2.setNumThreads(1)
        while True:
            ready.put(mix.batch(count))

    threading.Thread(target=prepare, daemon=True, name="batches").start()
    while True:
        yield ready.get()


def strokes(low: float, high: float) -> MakeHole:
    """Return a maker of free-form holes that cover that share of the frame."""
    return lambda rng, size, _: holes.free_form(rng, size, low, high)


def _draw_face(rng: np.random.Generator, source: FrameSource) -> TrainingFace:
    face = source.faces[int(rng.integers(len(source.faces)))]
    if face.mouth_open < 0.03 and rng.random() < source.redraw_closed:
        return source.faces[int(rng.integers(len(source.faces)))]
    return face


def _mouth_middle(face: TrainingFace) -> tuple[float, float]:
    points = face.canonical.to_frame(face.landmarks[48:60])
    x, y = (points.mean(axis=0) + 0.5) / face.canonical.size
    return float(x), float(y)


def _draw_hole(
    rng: np.random.Generator, source: FrameSource, size: int, landmarks: Landmarks
) -> Mask:
    weights = np.array([weight for weight, _ in source.make_holes])
    index = rng.choice(len(weights), p=weights / weights.sum())
    return source.make_holes[int(index)][1](rng, size, landmarks)
