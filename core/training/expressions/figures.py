"""What the expression network makes of faces, for sheets and tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from core.models.sa_stargan.model import CLASSES, SAStarGANGenerator
from core.runtime import tensors
from core.training.data.array_types import Images
from core.training.data.contact_sheet import write_grid


@torch.inference_mode()
def express_all(network: SAStarGANGenerator, images: Images) -> list[Images]:
    """Ask for every class on every face.

    Args:
        network: in evaluation mode.
        images: (N, 128, 128, 3) uint8, the network's frames.

    Returns:
        For each of `CLASSES` (N, 128, 128, 3) uint8.
    """
    device = next(network.parameters()).device
    labels = torch.eye(len(CLASSES), device=device)[:, None]
    inputs = [tensors.from_image(image).to(device) for image in images]
    return [
        np.stack([tensors.to_image(network(image, label)) for image in inputs]) for label in labels
    ]


def write_expression_sheet(path: Path, network: SAStarGANGenerator, images: Images) -> None:
    """Write a row a face: the photo, then every class."""
    write_grid(path, [images, *express_all(network, images)], columns=1)
