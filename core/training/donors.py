"""Crops the parts that fills borrow out of the CC BY 4.0 portraits, and learns whom they suit."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.anatomy.landmarks import mirror_landmarks
from core.anatomy.parts import FacePart
from core.edit.inpainting.donor_bank import LENT_PARTS, donor_path, part_window, skin_colour
from core.face.apparent_traits import CHILD_FROM, shape_numbers
from core.face.apparent_traits import PATH as TRAITS_PATH
from core.imaging.arrays import Reals
from core.runtime.checkpoints import save_weights, write_card
from core.training.data.faces import TrainingFace, load_faces

MOST_BYTES = 1_950_000
"""Of the crops of a part; the quality of JPEG is the highest that fits."""
_SOURCES = ("london", "canada")
_QUALITIES = range(94, 40, -2)
_CHILD_BELOW, _ADULT_FROM = 13, 18  # years
_DECAY = 1e-4
_FEATURES_FILE = "ffhq_features.jsonl.gz"
_CREDIT = (
    "**Source and licence.** Crops of portraits by Lisa DeBruine and Benedict Jones: the Face"
    " Research Lab"
    " London Set (figshare 5047666) and photos of Canadian faces of the same laboratory, CC BY 4.0"
    " (https://creativecommons.org/licenses/by/4.0/); aligned, cropped and compressed here."
    " People of"
    " the training split only."
)


class _Labels(NamedTuple):
    numbers: Tensor
    """(N, 136) of shapes."""
    years: Tensor
    male: Tensor
    """(N,)"""


def write(folder: Path, target: Path) -> str:
    """Write the crops of every part with cards, and the weights that judge shapes; a summary.

    Raises:
        FileNotFoundError: the shards hold no such portraits.
    """
    people = [
        face
        for face in load_faces(folder, ["hires768"], "train")
        if face.record["source"] in _SOURCES
    ]
    if not people:
        raise FileNotFoundError(f"There are no portraits of {', '.join(_SOURCES)} in {folder}.")
    target.mkdir(parents=True, exist_ok=True)
    lines = [_write_part(part, people, target) for part in LENT_PARTS]
    return "\n".join([*lines, _write_traits(folder, target)])


def _write_part(part: FacePart, people: Sequence[TrainingFace], target: Path) -> str:
    """Write the crops of a part: of smiling people the mouth only."""
    lenders = [face for face in people if part is FacePart.MOUTH or not _smiles(face)]
    quality, jpegs = _compress([_crop(part, face) for face in lenders])
    landmarks = np.stack(
        [face.landmarks - _corner(part, face) for face in lenders],
    )
    skin = np.stack([skin_colour(face.image, face.landmarks) for face in lenders])
    state = {
        "landmarks": torch.from_numpy(landmarks).float(),
        "skin": torch.from_numpy(skin).float(),
        **{
            f"{number:03d}.jpg": torch.from_numpy(np.frombuffer(jpeg, np.uint8).copy())
            for number, jpeg in enumerate(jpegs)
        },
    }
    path = target / donor_path(part).name
    save_weights(path, state, "donors", {"part": str(part)}, fp16=False)
    opened = sum(face.mouth_open > 0.08 for face in lenders)
    mouths = f", {opened} with parted lips" if part is FacePart.MOUTH else ""
    text = (
        f"{len(lenders)} crops of people's {part}{mouths}, from portraits of 768 pixels, JPEG"
        f" at quality"
        f" {quality}; with each, the 68 landmarks in its pixels and the median colour (CIELAB)"
        f" of the"
        " face's skin. No crop shows a whole face. `fill --source donors` lends them"
        " (`core/edit/inpainting/borrowed_parts.py`); all are adults.\n\n"
        f"Made by `python -m core.training donors --data DATA`.\n\n{_CREDIT}"
    )
    write_card(path, f"Donors: {part}", text, terms="CC BY 4.0")
    return f"{path.name}: {len(lenders)} crops at quality {quality}, {path.stat().st_size:,} bytes"


def _smiles(face: TrainingFace) -> bool:
    return face.name.endswith("_smiling")


def _corner(part: FacePart, face: TrainingFace) -> tuple[int, int]:
    rows, columns = part_window(part, face.landmarks, face.image.shape)
    return columns.start, rows.start


def _crop(part: FacePart, face: TrainingFace) -> Reals:
    return np.asarray(face.image[part_window(part, face.landmarks, face.image.shape)])


def _compress(crops: Sequence[Reals]) -> tuple[int, list[bytes]]:
    """Compress crops as JPEG at the highest quality at which all of them fit."""
    for quality in _QUALITIES:
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
        jpegs = [
            cv2.imencode(".jpg", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR), flags)[1].tobytes()
            for crop in crops
        ]
        if sum(map(len, jpegs)) <= MOST_BYTES:
            break
    return quality, jpegs


def _write_traits(folder: Path, target: Path) -> str:
    """Learn by logistic regression whether a shape is a child's, and whether a man's."""
    train, val = (_labels(folder, split) for split in ("train", "val"))
    ages = (train.years < _CHILD_BELOW) | (train.years >= _ADULT_FROM)
    child = _regress(train.numbers[ages], (train.years < _CHILD_BELOW)[ages])
    adult = train.years >= _ADULT_FROM
    male = _regress(train.numbers[adult], train.male[adult])
    path = target / TRAITS_PATH.name
    save_weights(path, {"weights": torch.stack([child, male])}, "traits", {}, fp16=False)
    is_child, is_adult = val.years < _CHILD_BELOW, val.years >= _ADULT_FROM
    found = (_logits(child, val.numbers) > CHILD_FROM).float()
    right = ((_logits(male, val.numbers) > 0) == val.male.bool()).float()[is_adult]
    summary = (
        f"of {int(is_child.sum())} validation faces labelled below {_CHILD_BELOW} years"
        f" (mirrored ones"
        f" counted, too), {found[is_child].mean():.0%} count as a child's, and"
        f" {found[is_adult].mean():.0%}"
        f" of the {int(is_adult.sum())} from {_ADULT_FROM} years on; of the latter"
        f" {right.mean():.0%} are"
        " called man or woman as labelled"
    )
    text = (
        "Logistic regressions on the 68 landmarks in the canonical frame, (2, 137): whether a"
        " face is a"
        " child's, and whether a man's. They choose only whose parts may fill a hole; careful,"
        " so that few"
        " children are lent an adult's eyes: an adult taken for a child gets the network's.\n\n"
        f"Learned from the ages of FFHQ's faces as a published service labelled them. Measured:"
        f" {summary}."
        "\n\nMade by `python -m core.training donors --data DATA`."
    )
    write_card(path, "Apparent traits", text)
    return f"{path.name}: {summary}"


def _labels(folder: Path, split: str) -> _Labels:
    """Read the shapes of FFHQ's faces and their mirror images, with what they are labelled."""
    known = {}
    with gzip.open(folder / _FEATURES_FILE, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["faces"]:
                known[record["ffhq"]] = record["faces"][0]["faceAttributes"]
    rows = []
    for face in load_faces(folder, ["faces256", "ffhq128", "hires768"], split):
        number = str(face.record["source_id"]).rsplit("_", maxsplit=1)[-1]
        if face.record["source"] != "ffhq" or (label := known.get(int(number))) is None:
            continue
        for landmarks in (face.landmarks, mirror_landmarks(face.landmarks, face.image.shape[1])):
            rows.append([*shape_numbers(landmarks), label["age"], label["gender"] == "male"])
    table = torch.tensor(rows, dtype=torch.float64)
    return _Labels(table[:, :-2], table[:, -2], table[:, -1])


def _regress(numbers: Tensor, labels: Tensor) -> Tensor:
    """Fit (137,) weights, the last one constant."""
    weights = torch.zeros(numbers.shape[1] + 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        error = F.binary_cross_entropy_with_logits(_logits(weights, numbers), labels.double())
        total = error + _DECAY * weights[:-1].square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach()


def _logits(weights: Tensor, numbers: Tensor) -> Tensor:
    return numbers @ weights[:-1] + weights[-1]
