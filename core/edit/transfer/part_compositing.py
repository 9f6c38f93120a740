"""Composites warped parts of an exemplar into a photo: harmonized in a small frame, sharp at full
size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import cv2
import numpy as np
import torch

from core.edit.compositing.detail_overlay import composite_layers, detail_layer, smooth_layer
from core.edit.compositing.membrane_fill import MembraneFill, visible_window
from core.edit.compositing.tone_matching import match_tones, restore_tones
from core.edit.networks import Networks
from core.edit.requests import ExemplarRequest
from core.edit.transfer.part_placement import PartPlacement
from core.edit.transfer.prepared_exemplar import PreparedExemplar
from core.edit.warping.warp import Warp, WarpedWindow
from core.errors import InvalidRequestError
from core.face.align import Frame
from core.imaging.alpha import composite
from core.imaging.arrays import Floats, Image, Mask, Pixels, Window
from core.imaging.depth import to_8_bit
from core.imaging.masks import scale_coverage
from core.imaging.windows import relative_window
from core.models.base import Task
from core.models.harmonizer import Harmonizer
from core.progress import Report, part_of
from core.runtime import tensors
from core.runtime.device import fast_arithmetic
from core.runtime.membrane import fill_membrane

_LANCZOS_UP_TO = 1.3
"""Pixels of the photo per pixel of the exemplar above which Lanczos resampling gains nothing."""
_LEAST_SHOWN = 0.5
"""Share of a part that the exemplar must show."""


class _WarpedExemplar(NamedTuple):
    """The exemplar warped to a placement."""

    image: Image
    """(h, w, 3) in the photo's depth."""
    known: Mask
    """(h, w) uint8, 255 where its picture reaches, else 0."""


@dataclass(frozen=True, eq=False)
class PartCompositor:
    """Composites an exemplar's parts into a photo that has already been warped."""

    request: ExemplarRequest
    networks: Networks
    exemplar: PreparedExemplar
    warp: Warp
    """Moves the exemplar's landmarks onto those of the warped photo."""
    light: Floats
    """(3,) factors of the exemplar's tones where they are no skin's."""

    def composite(
        self, warped: WarpedWindow, placements: Sequence[PartPlacement], report: Report
    ) -> tuple[str, ...]:
        """Composite the exemplar at every placement in the window.

        Args:
            warped: the window; changed in place.
            placements: in that window.
            report: of the progress.

        Returns:
            Notices for the user.

        Raises:
            InvalidRequestError: the exemplar's picture cuts off most of a part.
            CheckpointError: the weights of the network are missing or damaged.
        """
        parts = [
            self._warp_exemplar(warped.window, placement)
            for placement in placements
            if placement.coverage.any()
        ]
        hole, notices = np.zeros_like(warped.coverage), dict[str, None]()
        for placement, _ in parts:
            hole[placement.window][placement.coverage > 0] = 255
            notices |= dict.fromkeys(placement.notices)
        for number, (placement, exemplar) in enumerate(parts):
            span = part_of(report, number / len(parts), (number + 1) / len(parts))
            painted, more = self._paint(warped, hole, placement, exemplar, span)
            _composite_part(warped, painted, placement, self.request.strength)
            notices |= dict.fromkeys(more)
        return tuple(notices)

    def _paint(
        self,
        warped: WarpedWindow,
        hole: Mask,
        placement: PartPlacement,
        warped_exemplar: _WarpedExemplar,
        report: Report,
    ) -> tuple[Image, tuple[str, ...]]:
        """Return (h, w, 3) what the photo shows at a placement with the exemplar, and notices."""
        context = visible_window(placement.frame, placement.window, hole.shape)
        fill = MembraneFill.of(warped.image[context], hole[context])

        def paint(device: torch.device, size: int) -> tuple[Image, Pixels, Floats, Frame]:
            frame = placement.frame.resized(size)
            crop, crop_hole = fill.network_view(frame.within(context))
            inner = frame.within(placement.window)
            exemplar_crop: Pixels = inner.crop(warped_exemplar.image)
            exemplar = _network_exemplar(exemplar_crop, warped_exemplar.known, inner)
            own, landmarks = _cut_8_bit(warped.image, frame), frame.to_frame(placement.landmarks)
            exemplar = match_tones(exemplar, own, crop_hole, landmarks, self.light)
            painted = self._harmonize(device, crop, crop_hole, exemplar, report)
            painted = restore_tones(painted, exemplar, crop_hole)
            return painted, exemplar_crop, painted - fill_membrane(crop, crop_hole), frame

        (painted, exemplar_crop, residual, frame), notices = self.networks.run(paint)
        report(0.8, "Blending")
        window = relative_window(placement.window, context)
        base = smooth_layer(fill, residual, frame.within(context), window)
        if self.request.draft:
            detail = None
        else:
            inner = frame.within(placement.window)
            detail = detail_layer(warped_exemplar.image, exemplar_crop, painted, inner)
        return composite_layers(base, detail, warped.image[placement.window]), notices

    def _warp_exemplar(
        self, window: Window, placement: PartPlacement
    ) -> tuple[PartPlacement, _WarpedExemplar]:
        """Warp the exemplar to a placement in a window, without what its picture cuts off."""
        rows, columns = (
            slice(inner.start + outer.start, inner.stop + outer.start)
            for inner, outer in zip(placement.window, window, strict=True)
        )
        draft = self.request.draft or self.exemplar.coarseness > _LANCZOS_UP_TO
        image, known = self.warp.warp_exemplar(
            self.exemplar.image, self.exemplar.matrix, (rows, columns), draft=draft
        )
        if _known_share(known, placement) < _LEAST_SHOWN:
            raise InvalidRequestError(
                "The exemplar's face is cut off by the edge of its picture there; take another one."
            )
        return placement.limited_to(known), _WarpedExemplar(image, known)

    def _harmonize(
        self, device: torch.device, image: Pixels, hole: Mask, exemplar: Pixels, report: Report
    ) -> Image:
        report(0.2, "Loading model")
        model = self.networks.model(self.request.model, device, Task.HARMONIZE)
        report(0.4, "Generating")
        with torch.inference_mode(), fast_arithmetic(device):
            harmonized = cast(Harmonizer, model).harmonize(
                tensors.from_image(np.asarray(image, np.uint8)).to(device),
                tensors.from_mask(hole).to(device),
                tensors.from_lines(exemplar).to(device),
            )
        return tensors.to_image(harmonized)


def _known_share(known: Mask, placement: PartPlacement) -> float:
    """Return the share of a placement, 0..1, that the exemplar's picture shows."""
    if known.all():
        return 1.0
    return cv2.countNonZero(cv2.min(known, placement.coverage)) / cv2.countNonZero(
        placement.coverage
    )


def _network_exemplar(crop: Pixels, known: Mask, frame: Frame) -> Pixels:
    """Return what the network sees of an exemplar: (S, S, 3) uint8, 0 where it shows nothing."""
    exemplar = to_8_bit(crop).copy()
    if not known.all():
        exemplar[frame.crop(known, cv2.INTER_LINEAR) < 255] = 0
    return exemplar


def _cut_8_bit(image: Image, frame: Frame) -> Pixels:
    crop: Pixels = frame.crop(image)
    return to_8_bit(crop)


def _composite_part(
    warped: WarpedWindow, painted: Image, placement: PartPlacement, strength: float
) -> None:
    """Composite a part into the warped window; where nothing had moved, by the coverage alone."""
    image, coverage = warped.image[placement.window], warped.coverage[placement.window]
    part_coverage = scale_coverage(placement.coverage, strength)
    still = np.asarray(cv2.min(part_coverage, cv2.inRange(coverage, 0, 0)), np.uint8)
    composite(image, painted, part_coverage - still)
    cv2.copyTo(painted, still, image)
    np.maximum(coverage, still, out=coverage)
