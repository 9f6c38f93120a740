"""Faces kept on the training device: frames are cropped, zoomed, rotated and mirrored there.

Holes and lines are drawn by worker processes meanwhile; only they travel.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from core.anatomy.regions import LabelMap
from core.training.data.batches import TensorBatch, labels_to_device
from core.training.data.faces import TrainingFace
from core.training.data.frames import FrameCrop, FrameSource, SampleMix, stack_specs

_OVERSAMPLING = 2  # of a frame, before its pixels are averaged
_PREFETCH = 4


class BatchSpec(NamedTuple):
    """All of a batch but its images."""

    indices: npt.NDArray[np.int64]
    """(N, 2) row of the mix, and face in it."""
    matrices: npt.NDArray[np.float64]
    """(N, 2, 3) frame pixels to photo pixels, mirrored where the sample is."""
    mask: npt.NDArray[np.uint8]
    """(N, S, S)."""
    lines: npt.NDArray[np.uint8]
    """(N, S, S, 3)."""
    labels: LabelMap | None
    """(N, S, S), if the mix draws them."""


class DeviceFaces:
    """Every image of a mix on the device as uint8 pyramids: full, half, quarter ... size."""

    def __init__(self, sources: Sequence[FrameSource], device: torch.device) -> None:
        self.device = device
        rows, images = dict[int, tuple[int, int]](), dict[int, list[TrainingFace]]()
        self._image_indices: list[list[tuple[int, int]]] = []
        for source in sources:
            for face in source.faces:
                if id(face) not in rows:
                    side = face.image.shape[0]
                    group = images.setdefault(side, [])
                    rows[id(face)] = (side, len(group))
                    group.append(face)
            self._image_indices.append([rows[id(face)] for face in source.faces])
        self._pyramids = {side: _pyramid(group, device) for side, group in images.items()}

    def crop(
        self, indices: npt.NDArray[np.int64], matrices: npt.NDArray[np.float64], size: int
    ) -> Tensor:
        """Crop frames.

        Args:
            indices: (N, 2) row of the mix, and face in it.
            matrices: (N, 2, 3) frame pixels to photo pixels.
            size: side S of the frames.

        Returns:
            (N, 3, S, S) in [-1, 1].
        """
        frames = torch.empty(len(indices), 3, size, size, device=self.device)
        groups: dict[tuple[int, int], list[int]] = {}
        for index, (source, face) in enumerate(indices):
            side, _ = self._image_indices[source][face]
            level = _pyramid_level(matrices[index], len(self._pyramids[side]))
            groups.setdefault((side, level), []).append(index)
        for (side, level), group in groups.items():
            rows = [self._image_indices[source][face][1] for source, face in indices[group]]
            images = self._pyramids[side][level][torch.tensor(rows, device=self.device)]
            inverse = torch.from_numpy(matrices[group]).to(self.device, torch.float32)
            frames[group] = _sample_frames(images.float(), inverse, side, size)
        return (frames / 127.5 - 1.0).clamp(-1, 1)


class BatchSpecs(IterableDataset[BatchSpec]):
    """Endless batch specs from a number on; every worker process draws its own."""

    def __init__(self, mix: SampleMix, count: int, first: int) -> None:
        imageless = [replace(source, faces=_without_images(source)) for source in mix.sources]
        self._mix, self._count, self._first = SampleMix(imageless, mix.size, mix.seed), count, first

    def __iter__(self) -> Iterator[BatchSpec]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        offset, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for number in itertools.count(self._first + offset, step):
            self._mix.seek(number)
            yield draw_batch_spec(self._mix, self._count)


def draw_batch_spec(mix: SampleMix, count: int) -> BatchSpec:
    """Draw `count` samples without their images."""
    specs = [mix.draw_spec() for _ in range(count)]
    return BatchSpec(
        np.array([(spec.crop.source, spec.crop.face) for spec in specs]),
        np.stack([_frame_to_photo(spec.crop) for spec in specs]),
        *stack_specs(specs),
    )


def device_batches(
    mix: SampleMix, count: int, device: torch.device, *, workers: int, first: int
) -> Generator[TensorBatch]:
    """Yield batches for ever, their images cropped on the device; the same for any `workers`.

    Args:
        mix: what to draw.
        count: samples a batch.
        workers: processes that draw holes and lines; 0 draws them here.
        first: number of the first batch; see `SampleMix.seek`.
    """
    faces = DeviceFaces(mix.sources, device)
    loader = DataLoader(
        BatchSpecs(mix, count, first),
        batch_size=None,
        num_workers=workers,
        collate_fn=_unchanged,
        prefetch_factor=_PREFETCH if workers else None,
        multiprocessing_context="spawn" if workers else None,
    )
    for spec in loader:
        image = faces.crop(spec.indices, spec.matrices, mix.size)
        mask = (torch.from_numpy(spec.mask).to(device)[:, None] > 0).float()
        lines = torch.from_numpy(spec.lines).to(device).permute(0, 3, 1, 2).float()
        yield TensorBatch(image, mask, lines / 255.0, labels_to_device(spec.labels, device))


def _unchanged(spec: object) -> object:
    """Keep arrays, which travel by pipe: shared memory may be small in a container."""
    return spec


def _without_images(source: FrameSource) -> list[TrainingFace]:
    empty = np.zeros((0, 0, 3), np.uint8)
    return [replace(face, image=empty) for face in source.faces]


def _frame_to_photo(crop: FrameCrop) -> npt.NDArray[np.float64]:
    matrix, size = crop.frame.matrix, crop.frame.size
    inverse = np.linalg.inv(np.vstack([matrix, [0.0, 0.0, 1.0]]))[:2]
    if crop.is_mirrored:
        mirror = np.array([[-1.0, 0.0, size - 1], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
        inverse = inverse @ mirror
    return np.asarray(inverse)


def _pyramid(faces: Sequence[TrainingFace], device: torch.device) -> list[Tensor]:
    """Return (K, 3, S, S) uint8, then copies of half the side, as long as sides are even."""
    images = torch.from_numpy(np.stack([face.image for face in faces]))
    levels = [images.to(device).permute(0, 3, 1, 2).contiguous()]
    while levels[-1].shape[-1] % 2 == 0 and levels[-1].shape[-1] > 64:
        parts = [
            F.avg_pool2d(part.float(), 2).round().byte() for part in torch.split(levels[-1], 64)
        ]
        levels.append(torch.cat(parts))
    return levels


def _pyramid_level(inverse: npt.NDArray[np.float64], count: int) -> int:
    """Choose the copy of which the oversampled frame takes every pixel, and few twice."""
    step = float(np.hypot(*inverse[:, 0])) / _OVERSAMPLING  # photo pixels a sampled pixel
    return max(0, min(math.floor(math.log2(max(step, 1e-6))), count - 1))


def _sample_frames(images: Tensor, inverse: Tensor, side: int, size: int) -> Tensor:
    """Sample (N, 3, H, W) of which `side` is the full side; (N, 3, size, size)."""
    fine = size * _OVERSAMPLING
    positions = (torch.arange(fine, device=inverse.device) + 0.5) / _OVERSAMPLING - 0.5
    y, x = torch.meshgrid(positions, positions, indexing="ij")
    points = torch.stack([x, y, torch.ones_like(x)], dim=-1)  # (F, F, 3)
    photo = torch.einsum("nij,hwj->nhwi", inverse, points)
    grid = (2.0 * photo + 1.0) / side - 1.0
    sampled = F.grid_sample(
        images, grid, mode="bicubic", padding_mode="reflection", align_corners=False
    )
    return F.avg_pool2d(sampled, _OVERSAMPLING)
