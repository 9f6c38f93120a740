"""A small frozen age and gender classifier (face-api.js, MIT); its features judge.

No loss uses it, and it has labelled no training data.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from core.runtime.checkpoints import load_weights
from core.training.data.array_types import Images
from core.training.frozen.batched_features import features_in_batches
from core.training.frozen.faceapi_layers import (
    SIZE,
    convolve,
    convolve_separably,
    normalise_pixels,
    pad_same,
)
from core.training.frozen.openface import FACE_BOX

_DIVISOR = 256.0


class AgeGender(NamedTuple):
    """Predictions for a batch of faces."""

    years: Tensor
    """(N,)"""
    male: Tensor
    """(N,) probabilities."""


class AgeGenderFeatures:
    """Features after the first convolution, three reductions, two main blocks and the last."""

    def __init__(self, path: Path) -> None:
        self._state = load_weights(path)[0]

    def extract(
        self, faces: Images, box: tuple[float, float, float, float] = FACE_BOX
    ) -> list[Tensor]:
        """Extract features of aligned faces.

        Args:
            faces: (N, S, S, 3) uint8, canonical frames.
            box: left, top, right, bottom of what is seen, as fractions.

        Returns:
            Six feature maps (N, C, H, W), fine to coarse; C is 32, 64, 128, 128, 256, 512.
        """
        left, top, right, bottom = (round(edge * faces.shape[1]) for edge in box)
        crops = faces[:, top:bottom, left:right]
        return features_in_batches(self._feature_maps, crops)

    @torch.inference_mode()
    def predict(self, faces: Images) -> AgeGender:
        """Predict age and gender of tightly cropped faces (N, S, S, 3) uint8 RGB."""
        state, deepest = self._state, self.extract(faces, (0.0, 0.0, 1.0, 1.0))[-1]
        mean = deepest.mean(dim=(2, 3))
        years = F.linear(mean, state["fc.age.weights"], state["fc.age.bias"])
        scores = F.linear(mean, state["fc.gender.weights"], state["fc.gender.bias"])
        return AgeGender(years[:, 0], scores.softmax(dim=1)[:, 0])

    def _feature_maps(self, faces: Tensor) -> list[Tensor]:
        pixels = F.interpolate(faces, size=(SIZE, SIZE), mode="bilinear", antialias=True)
        x = normalise_pixels((pixels + 1.0) * 127.5, _DIVISOR)
        level0 = F.relu(convolve(self._state, "entry_flow.conv_in", x, 2))
        level1 = self._reduction_block("entry_flow.reduction_block_0", level0, level0)
        level2 = self._reduction_block("entry_flow.reduction_block_1", level1, F.relu(level1))
        middle = level2
        for index in range(2):
            middle = middle + self._main_block(f"middle_flow.main_block_{index}", middle)
        level4 = self._reduction_block("exit_flow.reduction_block", middle, F.relu(middle))
        level5 = F.relu(convolve_separably(self._state, "exit_flow.separable_conv", level4))
        return [level0, level1, level2, middle, level4, level5]

    def _reduction_block(self, name: str, x: Tensor, activated: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C', H / 2, W / 2)."""
        state = self._state
        features = convolve_separably(state, f"{name}.separable_conv0", activated)
        features = convolve_separably(state, f"{name}.separable_conv1", F.relu(features))
        pooled = F.max_pool2d(pad_same(features, 2, -torch.inf), 3, 2)
        return pooled + convolve(state, f"{name}.expansion_conv", x, 2)

    def _main_block(self, name: str, x: Tensor) -> Tensor:
        for index in range(3):
            x = convolve_separably(self._state, f"{name}.separable_conv{index}", F.relu(x))
        return x
