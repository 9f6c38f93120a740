"""Lets our own parser map the training faces: painters and the next parser learn from that."""

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
from core.face.parse import frame_scores
from core.models import face_parser
from core.models.face_parser import SIZE, FaceParser
from core.runtime.checkpoints import weights_path
from core.training.data.faces import Folders, TrainingFace, load_faces
from core.training.data.label_maps import PARSED

SETS, SPLITS = ("faces256", "hires768"), ("train", "val")
_SURE = 0.6
"""Less likely labels are left out."""


def map_faces(folders: Folders, out: Path, weights: Path | None, device: torch.device) -> str:
    """Write parsed-000.tar: a map of every face of the sets that painters learn from.

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
                labels = sure_labels(parser, face.image)
                _add(shard, f"{name}_{face.name}", f"{name}/{face.name}.jpg", labels)
                count += 1
    return f"Wrote {count} maps to {path}."


def sure_labels(network: FaceParser, image: npt.NDArray[np.uint8]) -> LabelMap:
    """Label a face where the parser is sure of it.

    Args:
        network: the parser.
        image: (S, S, 3), the face's canonical frame; looked at in 256 pixels.

    Returns:
        (256, 256), `UNKNOWN` where no label is likely.
    """
    picture = np.asarray(cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
    chances = torch.from_numpy(frame_scores(network, picture)).softmax(dim=0).numpy()
    labels = np.asarray(chances.argmax(axis=0), np.uint8)
    return np.where(chances.max(axis=0) < _SURE, np.uint8(UNKNOWN), labels)


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
