"""Writes what the face parser sees in the training faces: maps for painters and self-training."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.face.landmark_labels import UNKNOWN
from core.face.parse import frame_scores
from core.labels import MIRRORED, LabelMap
from core.models import face_parser
from core.models.face_parser import SIZE, FaceParser
from core.training.data import TrainingFace, load_faces
from core.training.parser_data import PARSED
from core.training.shards import write_set

log = logging.getLogger(__name__)

SETS = ("faces256", "hires768")
_SURE = 0.6
"""Less likely labels are left out."""
_LOG_EVERY = 500


def parse_faces(data: Path, weights: Path, out: Path) -> str:
    """Parse every face of the aligned sets and write the maps as shards; returns a summary.

    Args:
        data: folder of shards.
        weights: of the parser.
        out: folder for parsed-NNN.tar; a record says which picture a map belongs to.
    """
    network = face_parser.build(weights, torch.device("cpu"))
    members, known = list[dict[str, bytes]](), list[float]()
    for name, split, face in _faces(data):
        labels = sure_labels(network, face.image)
        members.append(_files(name, face, split, labels))
        known.append(float((labels != UNKNOWN).mean()))
        if len(members) % _LOG_EVERY == 0:
            log.info("%d faces parsed", len(members))
    out.mkdir(parents=True, exist_ok=True)
    write_set(out, PARSED, members)
    return f"{len(members)} maps; {np.mean(known):.1%} of the pixels have a label."


def _faces(data: Path) -> Iterator[tuple[str, str, TrainingFace]]:
    """Yield set, split and face of every aligned set that is there."""
    for name in SETS:
        for split in ("train", "val"):
            with suppress(FileNotFoundError):  # a folder of one's own may lack either
                yield from ((name, split, face) for face in load_faces(data, [name], split))


def sure_labels(network: FaceParser, image: npt.NDArray[np.uint8]) -> LabelMap:
    """Label a picture in the canonical frame where parser and mirrored parser are sure together.

    Args:
        network: the parser.
        image: (H, W, 3), square; looked at in 256 pixels.

    Returns:
        (256, 256), `UNKNOWN` where no label is likely.
    """
    picture = np.asarray(cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
    there = frame_scores(network, picture)
    back = frame_scores(network, np.ascontiguousarray(picture[:, ::-1]))[MIRRORED][..., ::-1]
    chances = torch.from_numpy((there + back) / 2).softmax(dim=0).numpy()
    labels = np.asarray(chances.argmax(axis=0), np.uint8)
    return np.where(chances.max(axis=0) < _SURE, np.uint8(UNKNOWN), labels)


def _files(name: str, face: TrainingFace, split: str, labels: LabelMap) -> dict[str, bytes]:
    record = {
        "image": f"{name}/{face.name}.jpg",
        "split": split,
        "source": face.record["source"],
        "label_source": face_parser.NAME,
    }
    _, png = cv2.imencode(".png", labels)
    stem = f"{name}_{face.name}"
    return {f"{stem}.png": png.tobytes(), f"{stem}.json": json.dumps(record).encode()}
