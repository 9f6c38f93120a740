"""A project: a photo's own file, the layers over it, and the state of whoever edits it.

No Qt, and nothing about edits: what a layer's pixels come from stands in the state, which only the
window reads. Photo and layers are enough to see the picture and to export it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.image_io.photo import Photo
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Mask, Pixels
from core.imaging.masks import shown_coverage
from core.imaging.windows import window_at

State = Mapping[str, Any]
"""What JSON holds: texts, numbers, truth values, lists, and mappings of them."""


@dataclass(frozen=True, eq=False)
class PhotoFile:
    """The file that a photo was read from, byte for byte."""

    name: str
    """Without any folder; its suffix tells the format."""
    data: Pixels
    """(N,) uint8; read-only."""
    page: int = 1
    """Which of them the photo is, of a TIFF that has several."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One result: photo + (patch - photo) x coverage / 255."""

    name: str
    left: int
    top: int
    """Where the patch's first pixel lies in the photo."""
    patch: Image
    """(h, w, 3) in the photo's depth."""
    coverage: Mask
    """(h, w) uint8 as it is painted, without weight and opacity."""
    weight: float = 1.0
    """0..1, how strong the edit is."""
    opacity: float = 1.0
    """0..1, how opaque the layer is shown."""
    is_visible: bool = True

    @property
    def shown_coverage(self) -> Mask:
        """The coverage as it is shown, (h, w) uint8."""
        return shown_coverage(self.coverage, self.weight, self.opacity)


@dataclass(frozen=True, eq=False)
class PaintedLayer:
    """What is painted over a photo and not part of its picture: the mask, the sketch."""

    name: str
    left: int
    top: int
    coverage: Mask
    """(h, w) uint8."""


@dataclass(frozen=True, eq=False)
class Project:
    """All that a project's file holds."""

    photo: Photo
    photo_file: PhotoFile
    layers: Sequence[Layer | None]
    """Lowest first; None for those whose pixels are damaged."""
    painted: Sequence[PaintedLayer]
    """For other programs to see; lowest first, above all layers, hidden at first."""
    state: State
    """Names arrays by the keys of `arrays`."""
    arrays: Mapping[str, Pixels]
    """uint8 or uint16: (H, W), or (H, W, 3) RGB. Damaged ones are not there. What is the very array
    of a layer is stored once."""
    notices: tuple[str, ...] = ()
    """Sentences about what was damaged in the file."""


def flattened(photo: Photo, layers: Sequence[Layer | None]) -> Photo:
    """Put layers into the photo's own samples; those that nothing covers stay as they are."""
    for layer in layers:
        if layer is not None and layer.is_visible:
            photo = photo.with_patch(layer.patch, layer.left, layer.top, layer.shown_coverage)
    return photo


def merged_image(photo: Photo, layers: Sequence[Layer | None]) -> Image:
    """Composite layers over the photo as it is shown; a new (H, W, 3) sRGB image of its depth."""
    merged = photo.image.copy()
    for layer in layers:
        if layer is not None and layer.is_visible:
            height, width = layer.coverage.shape
            window = window_at(layer.left, layer.top, width, height)
            composite(merged[window], layer.patch, layer.shown_coverage)
    return merged
