"""Trains the expression judge on human labels, and says how often it is right."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from core.runtime.checkpoints import save_weights
from core.training.data.faces import load_faces, read_shard
from core.training.frozen.expression_judge import (
    CLASSES,
    NAME,
    TILE,
    JudgeNetwork,
    Tiles,
    crop_tile,
    to_tensor,
)

log = logging.getLogger(__name__)

_LABELS = {
    "neutral": "neutral",
    "happiness": "happy",
    "happy": "happy",
    "sadness": "sad",
    "sad": "sad",
    "anger": "angry",
    "angry": "angry",
    "fear": "fearful",
    "disgust": "disgusted",
    "surprise": "surprised",
}
"""The data's labels; contempt has ten images and is left out."""

_BATCH = 64
_RATE = 2e-3
_DECAY = 5e-3
_SMOOTHING = 0.1
_LOG_EVERY = 100


@dataclass(frozen=True, eq=False)
class LabelledTiles:
    """Faces with expression labels by humans."""

    tiles: Tiles
    """(N, 96, 96) grey."""
    labels: npt.NDArray[np.int64]
    """(N,) index into `CLASSES`."""


def grey_tiles(folder: Path, split: str) -> LabelledTiles:
    """Read the mosaics of small grey faces."""
    tiles, labels = [], []
    for path in sorted(folder.glob("expr_grey-*.tar")):
        for _, jpeg, record in read_shard(path):
            if record["split"] == split and jpeg is not None:
                mosaic = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
                assert mosaic is not None
                for index in range(record["count"]):
                    top, left = (TILE * i for i in divmod(index, 10))
                    tiles.append(np.asarray(mosaic[top : top + TILE, left : left + TILE]))
                    labels.append(CLASSES.index(_LABELS[record["label"]]))
    return LabelledTiles(np.stack(tiles), np.array(labels))


def photo_tiles(folder: Path, split: str) -> LabelledTiles:
    """Crop the labelled photos to such tiles."""
    faces = load_faces(folder, ["lfw_expr"], split)
    known = [face for face in faces if face.record["label"] in _LABELS]
    labels = [CLASSES.index(_LABELS[face.record["label"]]) for face in known]
    tiles = np.stack([crop_tile(face.image, face.landmarks) for face in known])
    return LabelledTiles(tiles, np.array(labels))


def train_judge(folder: Path, out: Path, minutes: float) -> str:
    """Train until the minutes are spent, write the weights, and describe how good they are."""
    torch.manual_seed(0)
    sets = [grey_tiles(folder, "train"), photo_tiles(folder, "train")]
    network = JudgeNetwork()
    steps = _fit(network, sets, minutes)
    figures = "; ".join(
        _accuracy(network, title, tiles)
        for title, tiles in (
            ("grey tiles", grey_tiles(folder, "val")),
            ("photos", photo_tiles(folder, "val")),
        )
    )
    description = (
        f"The judge saw {steps * _BATCH:,} labelled faces in training, human labels only;"
        f" held-out accuracy: {figures}."
    )
    save_weights(out, network.state_dict(), NAME, {"description": description})
    return description


def _fit(network: JudgeNetwork, sets: list[LabelledTiles], minutes: float) -> int:
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    rng, started, step = np.random.default_rng(0), time.monotonic(), 0
    while (share := (time.monotonic() - started) / (60 * minutes)) < 1.0:
        for group in optimiser.param_groups:
            group["lr"] = _RATE * 0.5 * (1 + math.cos(math.pi * share))
        tiles, labels = _draw(rng, sets)
        scores = network.train()(augment_tiles(tiles))
        loss = F.cross_entropy(scores, labels, label_smoothing=_SMOOTHING)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimiser.step()
        step += 1
        if step % _LOG_EVERY == 0:
            log.info("step %d loss %.3f, %.0f %% of the time", step, loss, 100 * share)
    return step


def _draw(rng: np.random.Generator, sets: list[LabelledTiles]) -> tuple[Tensor, Tensor]:
    """Draw half a batch from each set: the photos are fewer, but like those that are judged.

    Classes come equally often: most photos are happy or neutral, which says nothing of a face
    that was asked to look angry.
    """
    tiles, labels = [], []
    for one in sets:
        shares = 1.0 / np.bincount(one.labels, minlength=len(CLASSES))[one.labels]
        size = _BATCH // len(sets)
        chosen = rng.choice(len(one.tiles), size=size, p=shares / shares.sum())
        tiles.append(one.tiles[chosen])
        labels.append(one.labels[chosen])
    return to_tensor(np.concatenate(tiles)), torch.from_numpy(np.concatenate(labels))


def augment_tiles(tiles: Tensor) -> Tensor:
    """Mirror, turn, move, enlarge and relight (N, 1, S, S) at random, and hide a box."""
    count = len(tiles)
    angle = torch.randn(count) * 0.12
    scale = torch.exp(torch.randn(count) * 0.08)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    move = torch.randn(count, 2) * 0.08
    cos, sin = scale * angle.cos(), scale * angle.sin()
    rows = [torch.stack([cos * mirror, -sin, move[:, 0]], 1)]
    rows.append(torch.stack([sin * mirror, cos, move[:, 1]], 1))
    grid = F.affine_grid(torch.stack(rows, 1), list(tiles.shape), align_corners=False)
    moved = F.grid_sample(tiles, grid, padding_mode="border", align_corners=False)
    gamma = torch.exp(torch.randn(count, 1, 1, 1) * 0.25)
    return _with_box_hidden(moved.clamp(0, 1) ** gamma)


def _with_box_hidden(tiles: Tensor) -> Tensor:
    side = tiles.shape[-1]
    positions = torch.arange(side)
    centre = torch.randint(0, side, (len(tiles), 2, 1))
    inside = (positions - centre).abs() < side // 10  # (N, 2, S)
    box = inside[:, 0, :, None] & inside[:, 1, None, :]
    return torch.where(box[:, None], 0.5, tiles)


@torch.inference_mode()
def _accuracy(network: JudgeNetwork, title: str, held_out: LabelledTiles) -> str:
    network.eval()
    batches = torch.split(to_tensor(held_out.tiles), _BATCH)
    top = torch.cat([network(batch).argmax(dim=1) for batch in batches]).numpy()
    labels, happy, neutral = held_out.labels, CLASSES.index("happy"), CLASSES.index("neutral")
    alarms = (top[labels == neutral] == happy).mean()
    found = ", ".join(
        f"{name} {(top[labels == number] == number).mean():.0%}"
        for number, name in enumerate(CLASSES)
        if (labels == number).any()
    )
    return (
        f"{title} {(top == labels).mean():.0%} of {len(labels)}"
        f" ({found} found, neutral called happy {alarms:.0%})"
    )
