"""Pseudo-labels: label maps of the training faces by our own parser, for generators and parsers."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import LabelMap
from core.face.parse import score_frame
from core.models import face_parser
from core.models.face_parser import SIZE, FaceParser
from core.runtime.checkpoints import weights_path
from core.training.data.faces import Folders, TrainingFace, load_faces
from core.training.data.label_maps import PARSED

SETS, SPLITS = ("faces256", "hires768"), ("train", "val")
_MIN_CONFIDENCE = 0.6
"""Less likely labels are left out."""


def write_pseudo_labels(
    folders: Folders, out: Path, weights: Path | None, device: torch.device
) -> str:
    """Write parsed-000.tar: a label map of every face of the sets that generators learn from.

    Args:
        folders: of shards.
        out: folder of the new shard; name it beside the others when training.
        weights: of the parser; None: the shipped ones.
        device: where it runs.

    Returns:
        What was written, for the user.
    """
    parser = face_parser.build(weights or weights_path(face_parser.NAME), device)
    out.mkdir(parents=True, exist_ok=True)
    path, count = out / f"{PARSED}-000.tar", 0
    with tarfile.open(path, "w") as shard:
        for name in SETS:
            for face in _faces(folders, name):
                labels = confident_labels(parser, face.image)
                _add(shard, f"{name}_{face.name}", f"{name}/{face.name}.jpg", labels)
                count += 1
    return f"Wrote {count} maps to {path}."


def confident_labels(network: FaceParser, image: npt.NDArray[np.uint8]) -> LabelMap:
    """Label a face where the parser is confident.

    Args:
        network: the parser.
        image: (S, S, 3), the face's canonical frame; resized to 256 pixels.

    Returns:
        (256, 256), a `Region`, or `UNKNOWN` where no label is likely.
    """
    small = np.asarray(cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
    probabilities = torch.from_numpy(score_frame(network, small)).softmax(dim=0).numpy()
    labels = np.asarray(probabilities.argmax(axis=0), np.uint8)
    return np.where(probabilities.max(axis=0) < _MIN_CONFIDENCE, np.uint8(UNKNOWN), labels)


def _faces(folders: Folders, name: str) -> Sequence[TrainingFace]:
    return [face for split in SPLITS for face in load_faces(folders, [name], split)]


def _add(shard: tarfile.TarFile, name: str, image: str, labels: LabelMap) -> None:
    _, png = cv2.imencode(".png", labels)
    contents: Iterable[tuple[str, bytes]] = (
        (f"{name}.png", png.tobytes()),
        (f"{name}.json", json.dumps({"image": image}).encode()),
    )
    for file_name, content in contents:
        entry = tarfile.TarInfo(file_name)
        entry.size = len(content)
        shard.addfile(entry, io.BytesIO(content))
