"""How well the face parser reads hand-drawn maps that it never saw.

Maps of the head alone are read in the parsing frame; maps that tell what is worn at the picture's
own pixels, as the program reads a photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import (
    LEGEND,
    PUBLISHED_COUNT,
    LabelMap,
    Region,
    colour_labels,
    to_head,
    to_published,
)
from core.face.parse import NearLook, label_frame, parse_canonical, parsing_frame
from core.models.face_parser import FaceParser
from core.training.data.contact_sheet import write_grid
from core.training.harness.markdown import markdown_table
from core.training.parser.data import (
    LabelledFace,
    crop_image,
    crop_labels,
    load_drawn_faces,
)

_MOST_ON_SHEET = 48
_BROWS = (Region.LEFT_BROW, Region.RIGHT_BROW)
_EYES = (Region.LEFT_EYE, Region.RIGHT_EYE)
_INNER = (Region.NOSE, Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP)


@dataclass(frozen=True, eq=False)
class HeldOutFrame:
    """A frame of a face and what a hand drew there."""

    image: npt.NDArray[np.uint8]
    """(S, S, 3) RGB."""
    labels: LabelMap
    source: str
    is_frontal: bool


@dataclass(frozen=True, eq=False)
class OverlapTable:
    """Intersection over union by group of maps and label; and the mean."""

    values: dict[str, dict[str, float]]
    counts: dict[str, int]

    def markdown(self) -> str:
        """Write it as a table."""
        rows = [
            [f"{name} ({self.counts[name]})", *(f"{value:.3f}" for value in row.values())]
            for name, row in self.values.items()
        ]
        return markdown_table(["IoU", *next(iter(self.values.values()))], rows)


def load_held_out_frames(folder: Path) -> list[HeldOutFrame]:
    """Crop the validation faces with drawn maps."""
    return [_held_out_frame(face) for face in load_drawn_faces(folder, "val")]


def _held_out_frame(face: LabelledFace) -> HeldOutFrame:
    frame = parsing_frame(face.canonical)
    assert face.labels is not None
    labels = crop_labels(face.labels, frame)
    return HeldOutFrame(crop_image(face.image, frame), labels, face.source, face.is_frontal)


def measure_overlap(network: FaceParser, frames: Sequence[HeldOutFrame]) -> OverlapTable:
    """Measure the overlap with every drawn map, each map by its own idea of skin."""
    frame_counts = [
        (frame, _confusion(label_frame(network, frame.image), frame)) for frame in frames
    ]
    groups = {
        "all": [counts for _, counts in frame_counts],
        "FASSEG, frontal": [c for f, c in frame_counts if f.source == "fasseg" and f.is_frontal],
        "FASSEG, turned": [c for f, c in frame_counts if f.source == "fasseg" and not f.is_frontal],
        "MGPE": [c for f, c in frame_counts if f.source == "mgpe"],
    }
    groups = {name: counts for name, counts in groups.items() if counts}
    values = {name: _overlaps(np.sum(counts, axis=0)) for name, counts in groups.items()}
    return OverlapTable(values, {name: len(counts) for name, counts in groups.items()})


def to_source_labels(labels: LabelMap, source: str) -> LabelMap:
    """Convert labels to a data set's own: neck and ears are skin in FASSEG, else background."""
    if source == "fasseg":
        head = to_head(labels)
        return np.where(head < PUBLISHED_COUNT, head, np.uint8(Region.SKIN))
    return to_published(labels)


def _confusion(predicted_labels: LabelMap, frame: HeldOutFrame) -> npt.NDArray[np.int64]:
    """Count pixels by drawn label (rows) and found label; (11, 11)."""
    known = frame.labels != UNKNOWN
    drawn, predicted = (
        frame.labels[known].astype(int),
        to_source_labels(predicted_labels, frame.source)[known],
    )
    return np.bincount(drawn * PUBLISHED_COUNT + predicted, minlength=PUBLISHED_COUNT**2).reshape(
        PUBLISHED_COUNT, -1
    )


def _worn_confusion(
    network: FaceParser, face: LabelledFace, looks: Sequence[NearLook]
) -> npt.NDArray[np.int64]:
    """Count pixels by drawn label (rows) and found label; (18, 18)."""
    assert face.labels is not None
    found = parse_canonical(face.image, face.canonical, network, looks)
    inside = parsing_frame(face.canonical).window(found.shape)
    drawn, predicted = face.labels[inside].astype(int), found[inside]
    count = len(Region)
    pairs = np.bincount((drawn * count + predicted).ravel(), minlength=count**2)
    return pairs.reshape(count, count)


def _overlap(counts: npt.NDArray[np.int64], *group: Region) -> float:
    both = sum(int(counts[region, region]) for region in group)
    drawn_or_found = sum(int(counts[region].sum() + counts[:, region].sum()) for region in group)
    return both / max(drawn_or_found - both, 1)


def _overlaps(counts: npt.NDArray[np.int64]) -> dict[str, float]:
    both, either = np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1) - np.diag(counts)
    share = both / np.maximum(either, 1)
    values = {
        LEGEND[region].title: float(share[region]) for region in list(Region)[:PUBLISHED_COUNT]
    }
    mouth = [Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP]
    inside = counts[np.ix_(mouth, mouth)].sum()
    touched = counts[mouth].sum() + counts[:, mouth].sum() - inside
    values["Whole mouth"] = float(inside / max(int(touched), 1))
    values["Mean of 11"] = float(share.mean())
    return values


def measure_worn_overlap(
    network: FaceParser, faces: Sequence[LabelledFace], looks: Sequence[NearLook]
) -> dict[str, float]:
    """Measure the overlap with maps that tell what is worn, inside the parsing frame.

    Args:
        network: the parser.
        faces: with such maps.
        looks: at which it looks again, larger.

    Returns:
        Intersection over union of every label, pixels pooled, both brows and both eyes as one;
        and "Mean of 8": of skin, brows, eyes, nose, lips, the inside of the mouth, and hair.
    """
    counts = sum(_worn_confusion(network, face, looks) for face in faces)
    assert isinstance(counts, np.ndarray)
    single = [region for region in Region if region not in (*_BROWS, *_EYES)]
    shares = {LEGEND[region].title: _overlap(counts, region) for region in single}
    shares |= {"Brows": _overlap(counts, *_BROWS), "Eyes": _overlap(counts, *_EYES)}
    eight = [LEGEND[region].title for region in (Region.SKIN, *_INNER, Region.HAIR)]
    mean = np.mean([shares[title] for title in (*eight, "Brows", "Eyes")])
    return shares | {"Mean of 8": float(mean)}


def write_label_sheet(path: Path, network: FaceParser, frames: Sequence[HeldOutFrame]) -> None:
    """Write (photo, drawn, found) side by side."""
    shown = frames[:: max(1, len(frames) // _MOST_ON_SHEET)]
    known = [np.where(frame.labels == UNKNOWN, 0, frame.labels) for frame in shown]
    stacks = [
        np.stack([frame.image for frame in shown]),
        np.stack([colour_labels(np.asarray(labels, np.uint8)) for labels in known]),
        np.stack([colour_labels(label_frame(network, frame.image)) for frame in shown]),
    ]
    small = [np.stack([_halve(image) for image in stack]) for stack in stacks]
    write_grid(path, small, columns=4)


def _halve(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
