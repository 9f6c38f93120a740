"""A small frozen expression classifier (face-api.js, MIT) as a rough check of edits."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.anatomy.landmarks import Landmarks
from core.imaging.arrays import Image
from core.runtime.checkpoints import load_weights
from core.training.frozen.faceapi_layers import SIZE, convolve, convolve_separably, normalise_pixels

CLASSES = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")

_BOX_SCALE = 1.2  # side of the crop / longer side of the landmarks' box
_DIVISOR = 255.0


class ExpressionClassifier:
    """Tells the seven classes' probabilities; it labelled the training data, so it is no judge."""

    def __init__(self, path: Path) -> None:
        self._state = load_weights(path)[0]

    @torch.inference_mode()
    def probabilities(self, image: Image, landmarks: Landmarks) -> dict[str, float]:
        """Classify one face.

        Args:
            image: (H, W, 3) uint8 RGB.
            landmarks: (68, 2) in its pixels.
        """
        x = torch.from_numpy(_crop(image, landmarks)).permute(2, 0, 1)[None].float()
        x = normalise_pixels(x, _DIVISOR)
        for block in range(4):
            x = self._dense_block(f"dense{block}", x, is_first=block == 0)
        scores = x.mean(dim=(2, 3)) @ self._state["fc.weights"].T + self._state["fc.bias"]
        return dict(zip(CLASSES, scores.softmax(dim=1)[0].tolist(), strict=True))

    def _dense_block(self, name: str, x: Tensor, *, is_first: bool) -> Tensor:
        if is_first:
            first = convolve(self._state, f"{name}.conv0", x, 2)
        else:
            first = convolve_separably(self._state, f"{name}.conv0", x, stride=2)
        total = F.relu(first)
        total = total + convolve_separably(self._state, f"{name}.conv1", total)
        for layer in ("conv2", "conv3"):
            total = total + convolve_separably(self._state, f"{name}.{layer}", F.relu(total))
        return F.relu(total)


def _crop(image: Image, landmarks: Landmarks) -> Image:
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    side = float((high - low).max()) * _BOX_SCALE
    scale = SIZE / side
    offset = (SIZE - 1) / 2 - scale * (low + high) / 2
    matrix = np.array([[scale, 0.0, offset[0]], [0.0, scale, offset[1]]])
    return np.asarray(cv2.warpAffine(image, matrix, (SIZE, SIZE)), np.uint8)
