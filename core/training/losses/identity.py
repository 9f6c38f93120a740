"""EXE-GAN's identity loss: whether a fill shows the person that it should.

The paper uses a published recognition network with 256 outputs; ours the last of OpenFace's
features that there are, averaged over the inner face.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from core.training.frozen.openface import FACE_BOX, OpenFaceFeatures

TEACHER = "openface_nn4small2_conv1_3b.safetensors"

_MAX_SAMPLES = 6
"""Samples of a batch that are compared: those whose faces are hidden most."""
_TWO_FACES = 0.0305
"""Mean of 1 - cosine between 200 training faces."""


class IdentityLoss:
    """Compares fills with photos of the people that should be recognised in them."""

    def __init__(self, path: Path, device: torch.device) -> None:
        self._features = OpenFaceFeatures(path, device)

    def __call__(self, output: Tensor, people: Tensor, mask: Tensor) -> Tensor:
        """Measure how unlike some composites are to who they should show.

        Args:
            output: (N, 3, S, S), the composites; canonical frames of whole faces.
            people: (N, 3, S, S) in [-1, 1], a photo each of who should be seen.
            mask: (N, 1, S, S), 1 in the hole.

        Returns:
            A scalar: 0 for the same images, 1 for two people.
        """
        rows = most_hidden(mask)
        with torch.no_grad():
            target_descriptors = self._describe(people[rows])
        similarity = F.cosine_similarity(self._describe(output[rows]), target_descriptors)
        return (1.0 - similarity).mean() / _TWO_FACES

    def _describe(self, faces: Tensor) -> Tensor:
        """Map (N, 3, S, S) to (N, 320)."""
        return self._features.feature_maps(faces)[-1].float().mean(dim=(2, 3))


def most_hidden(mask: Tensor) -> Tensor:
    """Return which few of some masks (N, 1, S, S) cover most of the inner face."""
    left, top, right, bottom = (round(edge * mask.shape[-1]) for edge in FACE_BOX)
    shares = mask[..., top:bottom, left:right].mean(dim=(1, 2, 3))
    return shares.topk(min(_MAX_SAMPLES, len(shares))).indices
