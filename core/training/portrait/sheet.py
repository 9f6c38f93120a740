"""Contact sheets of mask-guided portraits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.anatomy.regions import colour_labels
from core.models.mask_portrait.model import Embeddings, MaskPortrait
from core.runtime import tensors
from core.training.data.contact_sheet import write_grid
from core.training.portrait.data import PortraitBatch


def write_portrait_sheet(
    path: Path, network: MaskPortrait, batch: PortraitBatch, device: torch.device
) -> None:
    """Write (photo, map, painted of its own components, of the face's before it) side by side."""
    own, lent = paint_batch(network, batch, device)
    write_grid(path, [batch.image, colour_labels(batch.labels), own, lent], columns=2)


@torch.inference_mode()
def paint_batch(
    network: MaskPortrait, batch: PortraitBatch, device: torch.device
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Paint faces of their own components and of the face's before them; (N, S, S, 3) each."""
    image = tensors.from_images(batch.image).to(device)
    labels = torch.from_numpy(batch.labels)[:, None].to(device)
    embeddings = network.embed(image, labels)
    lent: Embeddings = {part: one.roll(1, 0) for part, one in embeddings.items()}
    return _images(network(image, labels, embeddings)), _images(network(image, labels, lent))


def _images(painted: Tensor) -> npt.NDArray[np.uint8]:
    return np.stack([tensors.to_image(one[None]) for one in painted])
