"""Landmark displacements of a smile, measured on pairs of a neutral and a smiling photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from core.checkpoints import save_weights, write_card
from core.face.align import canonical_frame, similarity
from core.masks import Points
from core.regions import MIRROR
from core.training.data import TrainingFace, load_faces

STILL = [27, 28, 29, 36, 39, 42, 45]
"""Points that a smile does not move: they bring the two photos together, never the mouth."""

_MOST_SHARE = 0.3
_FRAME = 256


def measure(folder: Path) -> dict[str, Points]:
    """Measure the training pairs.

    Returns:
        "gentle" (mean of all pairs), "open" and "wide" (means of the 30 % whose mouths open
        or widen most), each (68, 2) in pixels of the 256 frame for a mouth of mean neutral
        width; "limits": that width, and the 95th percentile of the smiles' width and gap.
    """
    pairs = _pairs(load_faces(folder, ["hires768"], "train"))
    neutral, moved = (np.stack(points) for points in zip(*pairs, strict=True))
    moves = moved - neutral
    mirrored = moves[:, MIRROR] * np.array([-1.0, 1.0])
    both = (moves + mirrored) / 2
    opening = both[:, 66, 1] - both[:, 62, 1]
    widening = both[:, 54, 0] - both[:, 48, 0]
    width = np.linalg.norm(neutral[:, 54] - neutral[:, 48], axis=1).mean()
    limits = [
        width,
        np.percentile(np.linalg.norm(moved[:, 54] - moved[:, 48], axis=1), 95),
        np.percentile(moved[:, 66, 1] - moved[:, 62, 1], 95),
    ]
    return {
        "gentle": both.mean(axis=0),
        "open": _mean_of_most(both, opening),
        "wide": _mean_of_most(both, widening),
        "limits": np.array([limits]),
    }


def write(folder: Path, target: Path) -> None:
    """Measure and write the weights file with its card."""
    shapes = measure(folder)
    tensors = {name: torch.from_numpy(points).float() for name, points in shapes.items()}
    save_weights(target, tensors, "displacements", {"frame": _FRAME}, fp16=False)
    width, smile_width, gap = shapes["limits"][0]
    rows = [
        f"* {name}: mouth corners {(move[54, 0] - move[48, 0]) / 2:.1f} px out and"
        f" {-move[[48, 54], 1].mean():.1f} px up, gap between the lips"
        f" {move[66, 1] - move[62, 1]:+.1f} px"
        for name, move in shapes.items()
        if name != "limits"
    ]
    write_card(
        target,
        "Smile displacements",
        "\n".join(
            [
                "Means over the neutral and smiling photos of the training people of the Face",
                "Research Lab London Set (DeBruine and Jones, CC BY 4.0), in canonical 256 px,",
                "mirrored copies averaged in; made by `python -m core.training shapes`.",
                "",
                *rows,
                f"* mean neutral mouth {width:.1f} px wide; 95th percentile of the"
                f" smiles: {smile_width:.1f} px wide, lips {gap:.1f} px apart",
            ]
        ),
    )


def _mean_of_most(moves: Points, key: Points) -> Points:
    count = max(1, round(len(moves) * _MOST_SHARE))
    return np.asarray(moves[np.argsort(key)[-count:]].mean(axis=0))


def _pairs(faces: list[TrainingFace]) -> list[tuple[Points, Points]]:
    """Neutral points, and the smile's points brought to them, both in the neutral's 256 frame."""
    people: dict[str, list[TrainingFace]] = {}
    for face in faces:
        if face.record.get("pair"):
            people.setdefault(face.record["pair"], []).append(face)
    found = []
    for both in people.values():
        if len(both) == 2:
            neutral, smile = sorted(both, key=_happiness)
            frame = canonical_frame(neutral.landmarks, _FRAME)
            start = frame.to_frame(neutral.landmarks)
            matrix = similarity(smile.landmarks[STILL], start[STILL])
            found.append((start, smile.landmarks @ matrix[:, :2].T + matrix[:, 2]))
    return found


def _happiness(face: TrainingFace) -> float:
    return float(face.record["expression"]["happy"])
