"""Paints a hole part by part, each in a frame, and composites the parts over the photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import torch

from core.edit.compositing.membrane_fill import MembraneFill, visible_window
from core.edit.inpainting.hole_lines import feather_part
from core.edit.inpainting.hole_partition import HolePart
from core.edit.networks import REFINED_FROM, Networks
from core.face.align import Frame
from core.imaging.alpha import composite
from core.imaging.arrays import Floats, Image, Mask, Pixels
from core.imaging.windows import relative_window
from core.progress import Report, part_of
from core.runtime.membrane import fill_membrane


class PaintFrame(Protocol):
    """Paints one frame by a network."""

    def __call__(
        self, device: torch.device, frame: Frame, picture: Pixels, hole: Mask, report: Report
    ) -> Image:
        """Paint the hole of a frame.

        Args:
            device: where the network runs.
            frame: in pixels of the picture.
            picture: (S, S, 3) uint8, what the frame shows.
            hole: (S, S) uint8, 255 in the hole, else 0.
            report: of the progress.

        Returns:
            (S, S, 3) uint8.
        """


@dataclass(frozen=True, eq=False)
class TiledPainter:
    """A picture with a hole, and how a frame of it is painted."""

    image: Image
    """(H, W, 3) uint8 or uint16."""
    hole: Mask
    """(H, W) uint8, 255 in the hole, else 0."""
    networks: Networks
    paint_frame: PaintFrame
    draft: bool = False
    """Leave out the refiner, for a quick preview."""

    def fill(self, parts: list[HolePart], report: Report) -> tuple[Image, tuple[str, ...]]:
        """Paint part after part, each seeing those before it.

        Args:
            parts: of the hole, in pixels of the picture.
            report: of the progress.

        Returns:
            (H, W, 3) in the image's dtype, and notices for the user.
        """
        filled, unknown, notices = self.image.copy(), self.hole.copy(), dict[str, None]()
        for number, part in enumerate(parts):
            span = part_of(report, number / len(parts), (number + 1) / len(parts))
            window, weight = part.window, part.mask
            if len(parts) > 1:
                window, weight = feather_part(part, self.hole)
            unsettled = cv2.min(unknown[window], cv2.inRange(weight, 0, 254))
            unknown[window] = cv2.max(unknown[window], cv2.inRange(weight, 1, 255))
            painted, part_notices = self._paint_part(
                HolePart(part.frame, window, weight), filled, unknown, span
            )
            composite(filled[window], painted, weight)
            unknown[window] = unsettled
            notices |= dict.fromkeys(part_notices)
        return filled, tuple(notices)

    def _paint_part(
        self, part: HolePart, image: Image, hole: Mask, report: Report
    ) -> tuple[Image, tuple[str, ...]]:
        """Paint one frame; returns what it shows in its part's window, and notices."""
        near = visible_window(part.frame, part.window, hole.shape)
        hole_fill = MembraneFill.of(image[near], hole[near])

        def paint(device: torch.device, size: int) -> tuple[Floats, Frame]:
            frame = part.frame.resized(size)
            picture, frame_hole = hole_fill.network_view(frame.within(near))
            painted = self.paint_frame(device, frame, picture, frame_hole, report)
            residual = painted - fill_membrane(picture, frame_hole)
            if self.draft or frame.scale * REFINED_FROM > 1:
                return residual, frame
            frame = part.frame.resized(2 * size)
            picture, frame_hole = hole_fill.network_view(frame.within(near))
            refined = self.networks.refine(device, picture, frame_hole, residual)
            return refined - fill_membrane(picture, frame_hole), frame

        (residual, frame), notices = self.networks.run(paint)
        report(0.9, "Blending")
        inner = relative_window(part.window, near)
        return hole_fill.with_residual(residual, frame.within(near), inner, part.mask), notices
