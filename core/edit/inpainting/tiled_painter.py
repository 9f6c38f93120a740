"""What all painters of holes share: parts of a hole, painted in frames, laid into the photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import torch

from core.edit.compositing.smooth_base import Surface, looked_at
from core.edit.inpainting.hole_lines import overlapping
from core.edit.inpainting.hole_partition import Part
from core.edit.networks import REFINED_FROM, Painters
from core.face.align import Frame
from core.imaging.alpha import composite
from core.imaging.arrays import Floats, Image, Mask, Pixels
from core.imaging.windows import within_window
from core.progress import Report, part_of
from core.runtime.membrane import membrane


class Paint(Protocol):
    """Asks a network for one frame."""

    def __call__(
        self, device: torch.device, frame: Frame, picture: Pixels, hole: Mask, report: Report
    ) -> Image:
        """Paint the hole of a frame.

        Args:
            device: where the network runs.
            frame: in pixels of the canvas.
            picture: (S, S, 3) uint8, what the frame shows.
            hole: (S, S) 255 in the hole, else 0.
            report: of the progress.

        Returns:
            (S, S, 3) uint8.
        """


@dataclass(frozen=True, eq=False)
class Canvas:
    """A picture with a hole, and who paints it."""

    image: Image
    """(H, W, 3) uint8 or uint16."""
    hole: Mask
    """(H, W) 255 in the hole, else 0."""
    painters: Painters
    paint: Paint
    draft: bool = False
    """Leave out the refiner, for a quick look."""

    def filled(self, parts: list[Part], report: Report) -> tuple[Image, tuple[str, ...]]:
        """Paint part after part, each seeing those before it.

        Returns:
            (H, W, 3) in the image's depth, and notices for the user.
        """
        filled, unknown, notices = self.image.copy(), self.hole.copy(), dict[str, None]()
        for number, part in enumerate(parts):
            span = part_of(report, number / len(parts), (number + 1) / len(parts))
            window, weight = part.window, part.own
            if len(parts) > 1:
                window, weight = overlapping(part, self.hole)
            unsettled = cv2.min(unknown[window], cv2.inRange(weight, 0, 254))
            unknown[window] = cv2.max(unknown[window], cv2.inRange(weight, 1, 255))
            above, changes = self._fill(Part(part.frame, window, weight), filled, unknown, span)
            composite(filled[window], above, weight)
            unknown[window] = unsettled
            notices |= dict.fromkeys(changes)
        return filled, tuple(notices)

    def _fill(
        self, part: Part, image: Image, hole: Mask, report: Report
    ) -> tuple[Image, tuple[str, ...]]:
        """Paint one frame; returns what it shows in its part's window, and notices."""
        around, near = part.frame, looked_at(part.frame, part.window, hole.shape)
        surface = Surface.of(image[near], hole[near])

        def paint(device: torch.device, size: int) -> tuple[Floats, Frame]:
            frame = around.resized(size)
            picture, seen = surface.view(frame.within(near))
            painted = self.paint(device, frame, picture, seen, report)
            residual = painted - membrane(picture, seen)
            if self.draft or frame.scale * REFINED_FROM > 1:
                return residual, frame
            frame = around.resized(2 * size)
            picture, seen = surface.view(frame.within(near))
            refined = self.painters.refine(device, picture, seen, residual)
            return refined - membrane(picture, seen), frame

        (residual, frame), notices = self.painters.run(paint)
        report(0.9, "Blending")
        inner = within_window(part.window, near)
        return surface.lay(residual, frame.within(near), inner, part.own), notices
