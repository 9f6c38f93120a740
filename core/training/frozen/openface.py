"""Frozen face features (first half of OpenFace nn4.small2): they measure fills and train EXE-GAN.

A network in a system's loss does not judge it: `core.training.frozen.age_gender` judges EXE-GAN.

Brandon Amos et al., "OpenFace: A general-purpose face recognition library", 2016.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.runtime.checkpoints import load_weights
from core.training.data.array_types import Figures, Images
from core.training.frozen.batched_features import features_in_batches

FACE_BOX = (0.2, 0.24, 0.8, 0.84)
"""Left, top, right, bottom of the tight face box in the canonical frame, as fractions."""

_SIZE = 96
_EPSILON = 1e-5
_TINY = 1e-12  # a root has a gradient above zero only


class OpenFaceFeatures:
    """Features after conv1, conv3, inception 3a and 3b."""

    def __init__(self, path: Path, device: torch.device | None = None) -> None:
        self._state = {name: tensor.to(device) for name, tensor in load_weights(path)[0].items()}

    def extract(
        self, faces: Images, box: tuple[float, float, float, float] = FACE_BOX
    ) -> list[Tensor]:
        """Extract features of aligned faces.

        Args:
            faces: (N, S, S, 3) uint8, canonical frames.
            box: left, top, right, bottom of what is seen, as fractions.

        Returns:
            Four feature maps (N, C, H, W), fine to coarse; C is 64, 192, 256, 320.
        """
        return features_in_batches(partial(self.feature_maps, box=box), faces)

    def feature_maps(
        self, faces: Tensor, box: tuple[float, float, float, float] = FACE_BOX
    ) -> list[Tensor]:
        """Extract the features of `extract` from (N, 3, S, S) in [-1, 1]; differentiable."""
        side = faces.shape[-1]
        left, top, right, bottom = (round(edge * side) for edge in box)
        crops = (faces[..., top:bottom, left:right] + 1.0) / 2.0
        x = F.interpolate(crops, size=(_SIZE, _SIZE), mode="bilinear", antialias=True)
        conv1 = self._block("conv1", x, stride=2, padding=3)
        x = _normalise(F.max_pool2d(conv1, 3, 2, 1))
        conv3 = self._block("conv3", self._block("conv2", x), padding=1)
        x = F.max_pool2d(_normalise(conv3), 3, 2, 1)
        first = self._inception("inception_3a", x)
        return [conv1, conv3, first, self._inception("inception_3b", first)]

    def _inception(self, name: str, x: Tensor) -> Tensor:
        """Apply four branches side by side; (N, C, 12, 12) to (N, C', 12, 12)."""
        branches = []
        for size, padding in (("3x3", 1), ("5x5", 2)):
            reduced = self._part(f"{name}_{size}", "1", x)
            branches.append(self._part(f"{name}_{size}", "2", reduced, padding))
        if name.endswith("3a"):
            pooled, margin = F.max_pool2d(x, 3, 2), (3, 4, 3, 4)
        else:
            energy = 9.0 * F.avg_pool2d(x.square(), 3, 3)
            pooled, margin = energy.clamp(min=_TINY).sqrt(), (4, 4, 4, 4)
        branches.append(F.pad(self._part(f"{name}_pool", "", pooled), margin))
        branches.append(self._part(f"{name}_1x1", "", x))
        return torch.cat(branches, dim=1)

    def _part(self, name: str, index: str, x: Tensor, padding: int = 0) -> Tensor:
        return self._convolve(f"{name}_conv{index}", f"{name}_bn{index}", x, 1, padding)

    def _block(self, name: str, x: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
        return self._convolve(name, name.replace("conv", "bn"), x, stride, padding)

    def _convolve(self, conv: str, norm: str, x: Tensor, stride: int, padding: int) -> Tensor:
        state = self._state
        x = F.conv2d(x, state[f"{conv}.weight"], state[f"{conv}.bias"], stride, padding)
        mean, variance = state[f"{norm}.running_mean"], state[f"{norm}.running_var"]
        scale, shift = state[f"{norm}.weight"], state[f"{norm}.bias"]
        return F.relu(F.batch_norm(x, mean, variance, scale, shift, eps=_EPSILON))


def perceptual_distance(features: list[Tensor], target_features: list[Tensor]) -> float:
    """Compare features: squared distance after normalising them to length 1 at every pixel.

    The mean over pixels, images and the four depths; 0 for the same images, at most 4.
    """
    squares = [
        (F.normalize(a, dim=1) - F.normalize(b, dim=1)).square().sum(dim=1).mean()
        for a, b in zip(features, target_features, strict=True)
    ]
    return float(torch.stack(squares).mean())


def pool_features(features: list[Tensor]) -> Figures:
    """Average the deepest features over the face; (N, C) for the kernel distance."""
    return np.asarray(features[-1].mean(dim=(2, 3)).double().numpy())


def _normalise(x: Tensor) -> Tensor:
    # torch divides alpha by the size of the window as the original does
    return F.local_response_norm(x, 5, 1e-4, 0.75, 1.0)
