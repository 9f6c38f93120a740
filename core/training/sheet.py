"""Contact sheets and the quick figures that a running training is watched by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.training.frames import Batch

Paint = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(image, mask, lines) -> composite in [-1, 1]."""


@torch.inference_mode()
def answers(paint: Paint, batch: Batch, device: torch.device) -> npt.NDArray[np.uint8]:
    """Let a painter fill every hole of a batch; (N, S, S, 3) uint8."""
    filled = []
    for image, mask, lines in zip(batch.image, batch.mask, batch.lines, strict=True):
        x = torch.from_numpy(image).to(device).permute(2, 0, 1)[None].float() / 127.5 - 1.0
        hole = (torch.from_numpy(mask).to(device)[None, None] > 0).float()
        known = torch.from_numpy(lines).to(device).permute(2, 0, 1)[None].float() / 255.0
        y = paint(x, hole, known).float().clamp(-1, 1)
        filled.append(((y[0] + 1.0) * 127.5).round().byte().permute(1, 2, 0).cpu().numpy())
    return np.stack(filled)


def hole_psnr(found: npt.NDArray[np.uint8], batch: Batch) -> float:
    """Mean over pictures of the peak signal-to-noise ratio inside the hole, in dB."""
    hole = batch.mask > 0
    error = (found.astype(np.float64) - batch.image) ** 2
    mean = (error.mean(axis=3) * hole).sum(axis=(1, 2)) / hole.sum(axis=(1, 2))
    return float((10 * np.log10(255.0**2 / np.maximum(mean, 1e-3))).mean())


def write_sheet(path: Path, found: npt.NDArray[np.uint8], batch: Batch, columns: int = 4) -> None:
    """Write (photo, hole with lines, answer) side by side for every picture."""
    hole = (batch.mask > 0)[..., None]
    shown = np.where(hole, np.maximum(batch.lines, 96), batch.image)
    cells = np.concatenate([batch.image, shown, found], axis=2)
    rows = [np.hstack(list(cells[i : i + columns])) for i in range(0, len(cells), columns)]
    rows = [row for row in rows if row.shape == rows[0].shape]
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])
