"""Faces whose expression is known well enough to learn it from, in the network's frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import MIRRORED_INDICES
from core.face.align import sub_frame
from core.face.expression_frame import FRAME_CENTRE, FRAME_SIDE, expression_frame
from core.models.sa_stargan.model import CLASSES, SIDE
from core.training.data.array_types import Images
from core.training.data.faces import Folders, TrainingFace, load_faces

SETS = ("lfw_expr", "faces256", "utk200", "ffhq128")
COEFFICIENTS_FILE = "blendshapes.npz"
"""MediaPipe's expression coefficients, if the folder has them."""

_HUMAN_LABELS = {
    "anger": "angry",
    "contempt": "contemptuous",
    "disgust": "disgusted",
    "fear": "fearful",
    "happiness": "happy",
    "neutral": "neutral",
    "sadness": "sad",
    "surprise": "surprised",
}
_TRUSTED = {"happy": 0.9, "neutral": 0.8, "sad": 0.8, "angry": 0.8, "surprised": 0.8}
"""Least automatic probability; of disgust and fear two in three are wrong, so none is taken."""
_MAX_YAW = 30.0
_MAX_OVERHANG = 0.25  # of the frame's side that may lie beyond the picture's edge
_SMIRK = 0.1  # least difference of the smile's coefficients, left to right
_SMIRK_MAX_YAW, _SMIRK_MOST_OPEN = 15.0, 0.06
_JITTER = 0.015  # of the frame's side
_MAX_TURN, _SCALE = 4.0, 0.04
_LEFT, _RIGHT = "mouthSmileLeft", "mouthSmileRight"


class ExpressionBatch(NamedTuple):
    """What a step learns from."""

    image: npt.NDArray[np.uint8]
    """(N, 128, 128, 3) RGB."""
    label: npt.NDArray[np.int64]
    """(N,) index into `CLASSES`."""
    landmarks: npt.NDArray[np.float32]
    """(N, 68, 2) in half sides of the frame, -1..1 across it."""


@dataclass(frozen=True, eq=False)
class LabelledFace:
    """One face and the class that it shows."""

    face: TrainingFace
    label: int


class ExpressionMix:
    """Draws faces by class; the same seed and number give the same batch."""

    def __init__(self, faces: Sequence[LabelledFace], balance: float, seed: int = 0) -> None:
        """Make the mix.

        Args:
            faces: at least one.
            balance: 1 draws every class that there is as often as the others, 0 every face.
            seed: of what is drawn.
        """
        self.faces, self.seed = faces, seed
        counts = Counter(one.label for one in faces)
        weights = np.array([counts[one.label] ** -balance for one in faces])
        self._weights = weights / weights.sum()

    def batch(self, number: int, count: int) -> ExpressionBatch:
        """Draw the batch of that number: `count` jittered, maybe mirrored frames."""
        rng = np.random.default_rng((self.seed, number))
        chosen = [self.faces[at] for at in rng.choice(len(self.faces), count, p=self._weights)]
        images, points = zip(*(_jittered(rng, one.face) for one in chosen), strict=True)
        labels = np.array([one.label for one in chosen], np.int64)
        return ExpressionBatch(np.stack(images), labels, np.stack(points))


def load_labelled(folders: Folders, split: str, sets: Sequence[str] = SETS) -> list[LabelledFace]:
    """Read the faces whose expression is known, by people or surely enough.

    Raises:
        FileNotFoundError: there is no face of these sets.
    """
    smirks = _one_sided_smiles(folders)
    labelled = []
    for name in sets:
        for face in _faces_of(folders, name, split):
            label = trusted_label(face, is_one_sided=(name, face.name) in smirks)
            if label is not None and _fits(face):
                labelled.append(LabelledFace(face, CLASSES.index(label)))
    if not labelled:
        raise FileNotFoundError(f"There are no {split} faces of known expression in {folders}.")
    return labelled


def trusted_label(face: TrainingFace, *, is_one_sided: bool = False) -> str | None:
    """Return the class of a face, or None where nobody knows it well enough.

    People's labels come first. A closed mouth that smiles on one side only counts as contempt,
    of which people have labelled ten; the automatic labels serve where they are mostly right.
    """
    if "label" in face.record:
        return _HUMAN_LABELS.get(face.record["label"])
    is_closed = face.mouth_open < _SMIRK_MOST_OPEN
    if is_one_sided and is_closed and face.yaw < _SMIRK_MAX_YAW:
        return "contemptuous"
    found: dict[str, float] = face.record.get("expression") or {"": 0.0}
    top = max(found, key=found.__getitem__)
    return top if found[top] >= _TRUSTED.get(top, np.inf) else None


def frame_images(faces: Sequence[TrainingFace]) -> Images:
    """Cut the network's frames out of faces; (N, 128, 128, 3) uint8."""
    return np.stack(
        [
            np.asarray(expression_frame(one.canonical, SIDE).crop(one.image), np.uint8)
            for one in faces
        ]
    )


def _faces_of(folders: Folders, name: str, split: str) -> list[TrainingFace]:
    try:
        return load_faces(folders, [name], split)
    except FileNotFoundError:  # a folder of one's own has not every set
        return []


def _fits(face: TrainingFace) -> bool:
    frame = expression_frame(face.canonical, SIDE)
    corners, (height, width) = frame.corners(), face.image.shape[:2]
    beyond = max(-corners.min(), (corners - (width, height)).max())
    return face.yaw < _MAX_YAW and beyond * frame.scale < _MAX_OVERHANG * SIDE


def _one_sided_smiles(folders: Folders) -> set[tuple[str, str]]:
    """Find the (set, name) of smiles on one side."""
    found: set[tuple[str, str]] = set()
    for folder in [folders] if isinstance(folders, Path) else folders:
        if (folder / COEFFICIENTS_FILE).is_file():
            with np.load(folder / COEFFICIENTS_FILE) as table:
                names = [str(name) for name in table["names"]]
                sides = table["coefficients"][:, [names.index(_LEFT), names.index(_RIGHT)]]
                is_smirk = np.abs(np.diff(sides.astype(np.float64), axis=1)[:, 0]) >= _SMIRK
                keys = zip(table["set"][is_smirk], table["name"][is_smirk], strict=True)
                found |= {(str(one), str(name)) for one, name in keys}
    return found


def _jittered(
    rng: np.random.Generator, face: TrainingFace
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    x, y = np.array(FRAME_CENTRE) + rng.normal(0, _JITTER, 2) * FRAME_SIDE
    side = FRAME_SIDE * np.exp(rng.normal(0, _SCALE))
    turn = rng.uniform(-_MAX_TURN, _MAX_TURN)
    frame = sub_frame(face.canonical, (float(x), float(y)), side, SIDE, turn)
    image, points = frame.crop(face.image), frame.to_frame(face.landmarks)
    if rng.random() < 0.5:
        image, points = np.ascontiguousarray(image[:, ::-1]), points[MIRRORED_INDICES]
        points[:, 0] = SIDE - 1 - points[:, 0]
    return np.asarray(image, np.uint8), ((points + 0.5) * (2 / SIDE) - 1).astype(np.float32)
