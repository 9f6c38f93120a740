"""The only crossing between uint8 (H, W, C) arrays and float (N, C, H, W) tensors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


def from_images(images: npt.NDArray[np.uint8]) -> Tensor:
    """Convert (N, H, W, 3) uint8 to (N, 3, H, W) float in [-1, 1]."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1.0


def from_image(image: npt.NDArray[np.uint8]) -> Tensor:
    """Convert one (H, W, 3) uint8 image to (1, 3, H, W) float in [-1, 1]."""
    return from_images(np.ascontiguousarray(image[None]))


def to_image(tensor: Tensor) -> npt.NDArray[np.uint8]:
    """Convert (1, 3, H, W) in [-1, 1] to (H, W, 3) uint8, rounded and clipped."""
    values = (tensor[0].float().clamp(-1, 1) + 1.0) * 127.5
    return values.round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()


def from_mask(mask: npt.NDArray[np.uint8]) -> Tensor:
    """Convert coverage (H, W) uint8 to (1, 1, H, W) float32: 1 where any coverage is, the hole."""
    return torch.from_numpy((mask > 0).astype(np.float32))[None, None]


def from_labels(labels: npt.NDArray[np.uint8]) -> Tensor:
    """Convert an (H, W) uint8 label map to (1, 1, H, W) uint8."""
    return torch.from_numpy(np.ascontiguousarray(labels))[None, None]


def from_lines(lines: npt.NDArray[np.uint8]) -> Tensor:
    """Convert (H, W, C) uint8 line channels to (1, C, H, W) float in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(lines)).permute(2, 0, 1)[None].float() / 255.0
