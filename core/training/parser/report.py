"""What `evaluate face_parser` says: overlap with maps drawn by hand, and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch

from core.face.align import canonical_frame
from core.face.parse import NEAR_LOOKS, parse_face, parsing_frame, score_frame
from core.models import face_parser
from core.models.face_parser import FaceParser
from core.runtime.checkpoints import weights_path
from core.training.harness.markdown import markdown_table
from core.training.parser.data import LabelledFace, load_worn_faces
from core.training.parser.figures import (
    load_held_out_frames,
    measure_overlap,
    measure_worn_overlap,
    write_label_sheet,
)
from core.training.reports.speed import REPEATS, THREADS, large_photo, median_time

_SMALL = 0.25  # of the large photo's sides


def parser_report(data: Path, weights: Path | None, out: Path | None) -> Iterator[str]:
    """Yield the sections of the report, each as Markdown.

    Args:
        data: folder of shards.
        weights: a file in place of the shipped one.
        out: folder for a contact sheet.
    """
    path = weights or weights_path(face_parser.NAME)
    network, frames = face_parser.build(path, torch.device("cpu")), load_held_out_frames(data)
    yield (
        f"Intersection over union on {len(frames)} held-out maps drawn by hand, pixels pooled, in"
        " frames of 256 pixels. Neck and ears count as skin where the map says so (FASSEG), else"
        " as background (MGPE). The whole mouth is both lips and what is between them.\n\n"
        f"{measure_overlap(network, frames).markdown()}"
    )
    faces = load_worn_faces(data, "val")
    if faces:
        yield (
            f"The same on {len(faces)} held-out maps of CelebAMask-HQ, which tell what is worn, at"
            " the picture's 256 pixels. Brows and eyes are those of both sides; the mean is of"
            " skin, brows, eyes, nose, lips, the inside of the mouth, and hair.\n\n"
            f"{_worn_table(network, faces)}"
        )
    if out is not None:
        write_label_sheet(out / "labels.png", network, frames)
    yield parsing_times(network, data)


def _worn_table(network: FaceParser, faces: Sequence[LabelledFace]) -> str:
    overlaps = {
        "looked at once": measure_worn_overlap(network, faces, ()),
        "and again from near": measure_worn_overlap(network, faces, NEAR_LOOKS),
    }
    rows = [[name, *(f"{value:.3f}" for value in row.values())] for name, row in overlaps.items()]
    return markdown_table(["IoU", *next(iter(overlaps.values()))], rows)


def parsing_times(network: FaceParser, data: Path, repeats: int = REPEATS) -> str:
    """Time the network and the whole of a parse on the CPU."""
    torch.set_num_threads(THREADS)
    photo, landmarks = large_photo(data)
    small = np.asarray(cv2.resize(photo, None, fx=_SMALL, fy=_SMALL), np.uint8)
    small_landmarks = (landmarks + 0.5) * _SMALL - 0.5
    image = np.asarray(parsing_frame(canonical_frame(small_landmarks)).crop(small), np.uint8)
    works: dict[str, Callable[[], object]] = {
        "network on one 256-pixel frame": lambda: score_frame(network, image),
        _title(small): lambda: parse_face(small, small_landmarks, network),
        _title(photo): lambda: parse_face(photo, landmarks, network),
    }
    rows = [[name, f"{median_time(work, repeats):.3f}"] for name, work in works.items()]
    return markdown_table([f"on {THREADS} threads of a CPU", "seconds"], rows)


def _title(photo: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> str:
    megapixels = photo.shape[0] * photo.shape[1] / 1e6
    return f"labels of one face in {megapixels:.2g} megapixels, face found before"
