"""Landmark displacements of a smile, measured on pairs of a neutral and a smiling photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from core.anatomy.landmarks import MIRRORED_INDICES
from core.face.align import canonical_frame, fit_similarity
from core.imaging.arrays import Points
from core.runtime.checkpoints import save_weights, write_card
from core.training.data.faces import TrainingFace, load_faces

STILL_LANDMARKS = [27, 28, 29, 36, 39, 42, 45]
"""Points that a smile does not move: the two photos are aligned by them, never by the mouth."""

_MOST_SHARE = 0.3
_FRAME = 256
_HAPPY = 0.9
_MAX_YAW = 20.0
_WEAK_SIDE, _STRONG_SIDE = 0.25, 1.3


def measure(folder: Path) -> dict[str, Points]:
    """Measure the training pairs.

    Returns:
        "gentle" (mean of all pairs), "closed", "open" and "wide" (means of the 30 % whose mouths
        open least, open most and widen most), "one-sided" (the mean, weak on one side), each
        (68, 2) in pixels of the 256 frame for a mouth of mean neutral width; "limits": that
        width, and the 95th percentile of smiles' width and gap in all photos.
    """
    people = neutral_smile_pairs(load_faces(folder, ["hires768"], "train"))
    neutral, moved = (
        np.stack(points) for points in zip(*(align_pair(*pair) for pair in people), strict=True)
    )
    moves = moved - neutral
    mirrored = moves[:, MIRRORED_INDICES] * np.array([-1.0, 1.0])
    both = (moves + mirrored) / 2
    opening = both[:, 66, 1] - both[:, 62, 1]
    widening = both[:, 54, 0] - both[:, 48, 0]
    width = np.linalg.norm(neutral[:, 54] - neutral[:, 48], axis=1).mean()
    smiles = _smile_landmarks(load_faces(folder, ["faces256", "hires768"], "train"))
    limits = [
        width,
        np.percentile(smiles[:, 54, 0] - smiles[:, 48, 0], 95),
        np.percentile(smiles[:, 66, 1] - smiles[:, 62, 1], 95),
    ]
    gentle = both.mean(axis=0)
    return {
        "closed": _close_lips(_mean_of_largest(both, -opening)),
        "gentle": gentle,
        "open": _mean_of_largest(both, opening),
        "wide": _mean_of_largest(both, widening),
        "one-sided": gentle * _side_weights(neutral.mean(axis=0))[:, None],
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
                "mirrored copies averaged in; one-sided: the mean, weak on one side.",
                "Made by `python -m core.training shapes`.",
                "",
                *rows,
                f"* mean neutral mouth {width:.1f} px wide; 95th percentile of all"
                f" smiling training faces: {smile_width:.1f} px wide, lips {gap:.1f} px apart",
            ]
        ),
        terms="CC BY 4.0",
    )


def neutral_smile_pairs(faces: list[TrainingFace]) -> list[tuple[TrainingFace, TrainingFace]]:
    """Return the neutral and the smiling photo of every person who has both."""
    found: dict[str, list[TrainingFace]] = {}
    for face in faces:
        if face.record.get("pair"):
            found.setdefault(face.record["pair"], []).append(face)
    return [
        (neutral, smile)
        for neutral, smile in (
            sorted(both, key=_happiness) for both in found.values() if len(both) == 2
        )
    ]


def align_pair(neutral: TrainingFace, smile: TrainingFace) -> tuple[Points, Points]:
    """Return the neutral landmarks and the aligned smile's, (68, 2) each, in the 256 frame."""
    frame = canonical_frame(neutral.landmarks, _FRAME)
    start = frame.to_frame(neutral.landmarks)
    matrix = fit_similarity(smile.landmarks[STILL_LANDMARKS], start[STILL_LANDMARKS])
    return start, smile.landmarks @ matrix[:, :2].T + matrix[:, 2]


def _smile_landmarks(faces: list[TrainingFace]) -> Points:
    """Return the (N, 68, 2) landmarks of smiling faces, in pixels of the 256 frame."""
    return np.stack(
        [
            face.canonical.to_frame(face.landmarks)
            for face in faces
            if _happiness(face) > _HAPPY and face.yaw < _MAX_YAW
        ]
    )


def _close_lips(move: Points) -> Points:
    """Let the inner lips stay together."""
    closed = move.copy()
    for upper, lower in ((61, 67), (62, 66), (63, 65)):
        closed[[upper, lower]] = (move[upper] + move[lower]) / 2
    return closed


def _side_weights(neutral: Points) -> Points:
    """Weigh a move by side: (68,), full on the picture's right, a quarter on its left."""
    middle, half = neutral[48:68, 0].mean(), (neutral[54, 0] - neutral[48, 0]) / 2
    across = np.clip((neutral[:, 0] - middle) / half, -1.0, 1.0)
    return np.asarray(_WEAK_SIDE + (_STRONG_SIDE - _WEAK_SIDE) * (across + 1) / 2)


def _mean_of_largest(moves: Points, key: Points) -> Points:
    count = max(1, round(len(moves) * _MOST_SHARE))
    return np.asarray(moves[np.argsort(key)[-count:]].mean(axis=0))


def _happiness(face: TrainingFace) -> float:
    return float(face.record["expression"]["happy"])
