"""The five components of a face: where they are, cut out of a picture, placed on a canvas."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from core.anatomy.parts import Component
from core.anatomy.regions import PUBLISHED_COUNT, Region

PARTS = (Component.LEFT_EYE, Component.RIGHT_EYE, Component.MOUTH)
"""Components that are cut out around their centres; the others are embedded where they are."""

REGIONS: Mapping[Component, tuple[Region, ...]] = {
    Component.LEFT_EYE: (Region.LEFT_EYE,),
    Component.RIGHT_EYE: (Region.RIGHT_EYE,),
    Component.MOUTH: (Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP),
    Component.SKIN: (Region.SKIN, Region.LEFT_BROW, Region.RIGHT_BROW, Region.NOSE),
    Component.HAIR: (Region.HAIR,),
}
"""The labels of a component."""

_PUBLISHED_SIDE = 256
_CROPS = {Component.LEFT_EYE: (32, 48), Component.RIGHT_EYE: (32, 48), Component.MOUTH: (80, 144)}
"""Height and width in a frame of 256 pixels."""
_USUAL_CENTRES = {
    Component.LEFT_EYE: (116, 96),
    Component.RIGHT_EYE: (116, 160),
    Component.MOUTH: (184, 128),
}
"""Row and column where a part is looked for that the map does not have; in 256 pixels."""
_ENLARGED = 1.1


def crop_size(component: Component, side: int) -> tuple[int, int]:
    """Return height and width of a component's picture in frames of that side."""
    height, width = _CROPS.get(component, (_PUBLISHED_SIDE, _PUBLISHED_SIDE))
    return height * side // _PUBLISHED_SIDE, width * side // _PUBLISHED_SIDE


def component_mask(labels: Tensor, component: Component) -> Tensor:
    """Tell where a component is: (N, 1, S, S) integer labels to booleans of that shape."""
    found = torch.zeros_like(labels, dtype=torch.bool)
    for region in REGIONS[component]:
        found |= labels == region
    return found


def component_centres(labels: Tensor, component: Component) -> Tensor:
    """Find the middle of the box around a part.

    Args:
        labels: (N, 1, S, S) integer labels.
        component: one of `PARTS`.

    Returns:
        (N, 2) integers, row and column; where the map lacks the part, those of an upright face.
    """
    found = component_mask(labels, component)[:, 0]
    side = labels.shape[-1]
    usual = torch.tensor(_USUAL_CENTRES[component], device=labels.device) * side
    usual = usual // _PUBLISHED_SIDE
    rows, columns = _middle(found.any(dim=2)), _middle(found.any(dim=1))
    centres = torch.stack([rows, columns], dim=1)
    return torch.where(found.flatten(1).any(dim=1)[:, None], centres, usual)


def _middle(found: Tensor) -> Tensor:
    """Return the whole number in the middle of the first and last true place: (N, S) to (N,)."""
    first = found.long().argmax(dim=1)
    last = found.shape[1] - 1 - found.flip(1).long().argmax(dim=1)
    return (first + last) // 2


def component_picture(
    image: Tensor, labels: Tensor, component: Component, centres: Tensor | None = None
) -> Tensor:
    """Cut a component out of a picture.

    Eyes are cut out with what is around them; of the mouth, skin and hair only what the map
    calls so is left, the rest is 0.

    Args:
        image: (N, 3, S, S) in [-1, 1].
        labels: (N, 1, S, S) integer labels.
        component: which.
        centres: (N, 2) of `component_centres`; None finds them. They may lie anywhere: beyond
            the picture all is 0 (the published cuts fail there).

    Returns:
        (N, 3, h, w), as `crop_size` says.
    """
    if component not in (Component.LEFT_EYE, Component.RIGHT_EYE):
        image = image * component_mask(labels, component)
    if component not in PARTS:
        return image
    if centres is None:
        centres = component_centres(labels, component)
    height, width = crop_size(component, image.shape[-1])
    padded = _padded(image, height // 2, width // 2)
    return torch.stack(
        [
            one[:, row : row + height, column : column + width]
            for one, (row, column) in zip(padded, centres.tolist(), strict=True)
        ]
    )


def place_features(features: Tensor, centres: Tensor, side: int) -> Tensor:
    """Put a part's features on a canvas of zeros, around their place.

    Args:
        features: (N, C, h, w).
        centres: (N, 2) row and column on a canvas of four times the side.
        side: of the canvas.

    Returns:
        (N, C, side, side); what lies beyond the canvas is cut off.
    """
    height, width = features.shape[2:]
    rows, columns = height // 2, width // 2
    canvas = features.new_zeros(*features.shape[:2], side + 2 * rows, side + 2 * columns)
    for index, (row, column) in enumerate((centres.double() / 4 + 0.5).long().tolist()):
        canvas[index, :, row : row + height, column : column + width] = features[index]
    return canvas[:, :, rows : rows + side, columns : columns + side]


def one_hot(labels: Tensor) -> Tensor:
    """Convert (N, 1, S, S) published labels to (N, 11, S, S) of 0 and 1."""
    return F.one_hot(labels[:, 0].long(), PUBLISHED_COUNT).permute(0, 3, 1, 2).float()


def enlarge_parts(labels: Tensor) -> Tensor:
    """Enlarge eyes and mouth of a map by a tenth about their centres, as the published code does.

    Args:
        labels: (N, 1, S, S) published labels.

    Returns:
        The same shape and type.
    """
    enlarged, side = labels.clone(), labels.shape[-1]
    for part in PARTS:
        centres = component_centres(labels, part).float()
        steps = torch.arange(side, device=labels.device, dtype=torch.float32)
        taken = (steps - centres[..., None]) / _ENLARGED + centres[..., None]  # (N, 2, S)
        rows, columns = taken.round().long().clamp(0, side - 1).unbind(dim=1)
        batch = torch.arange(len(labels), device=labels.device)[:, None, None]
        larger = labels[batch, 0, rows[:, :, None], columns[:, None]][:, None]
        enlarged = torch.where(component_mask(larger, part), larger, enlarged)
    return enlarged


def _padded(image: Tensor, rows: int, columns: int) -> Tensor:
    return F.pad(image, (columns, columns, rows, rows))
