"""A small frozen network that tells age and gender (face-api.js, MIT); its features judge.

No loss uses it, and it has labelled no training data.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from core.training.data.picture_types import Pictures
from core.training.frozen.batched_features import by_level
from core.training.frozen.faceapi_layers import SIZE, centred, convolution, same_padded, separable
from core.training.frozen.openface import FACE_BOX

_DIVISOR = 256.0


class AgeGender(NamedTuple):
    """What is told of faces."""

    years: Tensor
    """(N,)"""
    male: Tensor
    """(N,) probabilities."""


class AgeGenderFeatures:
    """Features after the first convolution, three reductions, two main blocks and the last."""

    def __init__(self, path: Path) -> None:
        self._state = load_file(path)

    def look(
        self, faces: Pictures, box: tuple[float, float, float, float] = FACE_BOX
    ) -> list[Tensor]:
        """Look at aligned faces.

        Args:
            faces: (N, S, S, 3) uint8, canonical frames.
            box: left, top, right, bottom of what is seen, as fractions.

        Returns:
            Six feature maps (N, C, H, W), fine to coarse; C is 32, 64, 128, 128, 256, 512.
        """
        left, top, right, bottom = (round(edge * faces.shape[1]) for edge in box)
        seen = faces[:, top:bottom, left:right]
        return by_level(self._levels, seen)

    @torch.inference_mode()
    def tell(self, faces: Pictures) -> AgeGender:
        """Guess age and gender of tightly cut faces (N, S, S, 3) uint8."""
        state, deepest = self._state, self.look(faces, (0.0, 0.0, 1.0, 1.0))[-1]
        mean = deepest.mean(dim=(2, 3))
        years = F.linear(mean, state["fc.age.weights"], state["fc.age.bias"])
        scores = F.linear(mean, state["fc.gender.weights"], state["fc.gender.bias"])
        return AgeGender(years[:, 0], scores.softmax(dim=1)[:, 0])

    def _levels(self, faces: Tensor) -> list[Tensor]:
        pixels = F.interpolate(faces, size=(SIZE, SIZE), mode="bilinear", antialias=True)
        x = centred((pixels + 1.0) * 127.5, _DIVISOR)
        first = F.relu(convolution(self._state, "entry_flow.conv_in", x, 2))
        second = self._reduced("entry_flow.reduction_block_0", first, first)
        third = self._reduced("entry_flow.reduction_block_1", second, F.relu(second))
        middle = third
        for index in range(2):
            middle = middle + self._mixed(f"middle_flow.main_block_{index}", middle)
        late = self._reduced("exit_flow.reduction_block", middle, F.relu(middle))
        last = F.relu(separable(self._state, "exit_flow.separable_conv", late))
        return [first, second, third, middle, late, last]

    def _reduced(self, name: str, x: Tensor, activated: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C', H / 2, W / 2)."""
        state = self._state
        found = separable(state, f"{name}.separable_conv0", activated)
        found = separable(state, f"{name}.separable_conv1", F.relu(found))
        most = F.max_pool2d(same_padded(found, 2, -torch.inf), 3, 2)
        return most + convolution(state, f"{name}.expansion_conv", x, 2)

    def _mixed(self, name: str, x: Tensor) -> Tensor:
        for index in range(3):
            x = separable(self._state, f"{name}.separable_conv{index}", F.relu(x))
        return x
