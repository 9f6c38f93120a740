"""Paints parts of a face, its hair or a mask anew, in the style of an exemplar or a random one."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
import torch
from torch import Tensor

from core.edit.compositing.blend import cut_8_bit
from core.edit.hair.hair_labels import Head, not_lending
from core.edit.inpainting import detail_transfer
from core.edit.inpainting.hole_lines import DRAWN, known_lines
from core.edit.inpainting.hole_partition import Part, ends_of_rows
from core.edit.inpainting.tiled_painter import Canvas
from core.edit.networks import FRAME_SIZES, Painters
from core.edit.requests import RANDOM_STYLE_ROWS, STYLE_ROWS, EditResult, Exemplar, StyleRequest
from core.edit.style.sketch_edges import long_edges
from core.edit.style.style_area import find_area
from core.edit.transfer.prepared_exemplar import check_size
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, region_frame
from core.imaging.arrays import Image, Mask, Pixels, Window
from core.imaging.masks import weaken
from core.imaging.windows import is_empty, within_window
from core.models.base import Task
from core.models.exe_gan.model import ExeGANPainter, mix_styles
from core.progress import Report, part_of
from core.runtime import tensors
from core.runtime.device import fast_arithmetic

_MARGIN_PX = 6.0
"""Around a hole in its frame, in pixels of the canonical frame of 256."""
_MOST_SIDE = 1.3
"""Side of the largest frame, in sides of the canonical one; the network has seen up to 1.04."""

_SKETCHED = 2
"""Channel of the lines in which a sketch is told."""
_BLUR_PX, _STRONG = 1.2, 60.0
"""Of the edges that are drawn as a sketch, as `long_edges` takes them."""
_CONTEXT_PX = 24.0
"""Around the frame, in its pixels, or in those of the photo where they are larger."""


def restyle(
    request: StyleRequest, painters: Painters, report: Report, *, keeps_strands: bool = False
) -> EditResult:
    """Paint what is asked for in another style.

    Args:
        request: what is asked for.
        painters: the loaded networks.
        report: of the progress.
        keeps_strands: what is painted follows the edges that the photo shows there, if no others
            are drawn there, and keeps its fine detail.
    """
    report(0.0, "Framing")
    for exemplar in filter(None, (request.exemplar, request.second)):
        _check_exemplar(exemplar)
    if request.strength == 0:
        return EditResult.unchanged(request)
    head = Head(request, painters)
    window, coverage = find_area(head)
    frame = _frame_around(request, window, coverage)
    seen = frame.window(request.image.shape, _CONTEXT_PX / min(frame.scale, 1.0))
    asked, inner = request.within(seen), within_window(window, seen)
    hole = np.zeros(asked.image.shape[:2], np.uint8)
    hole[inner] = cv2.inRange(coverage, 1, 255)
    part = Part(frame.within(seen), inner, hole[inner])
    draws_edges = keeps_strands and not _is_sketched(asked.lines, hole)
    span = part_of(report, 0.1, 0.9)
    filled, notices = _painted(asked, hole, part, painters, span, draws_edges=draws_edges)
    if not request.draft:
        report(0.9, "Adding detail")
        if keeps_strands:
            detail_transfer.keep_detail(filled, part, asked.image)
        else:
            detail_transfer.add_to_part(filled, part, not_lending(head, seen, hole), asked.image)
    weighed = weaken(coverage, request.strength)
    left, top = window[1].start, window[0].start
    return EditResult(filled[inner].copy(), left, top, weighed, request, notices)


def _painted(
    asked: StyleRequest,
    hole: Mask,
    part: Part,
    painters: Painters,
    report: Report,
    *,
    draws_edges: bool,
) -> tuple[Image, tuple[str, ...]]:
    """Paint the hole of a photo; returns notices too."""

    def paint(
        device: torch.device, frame: Frame, picture: Pixels, hole: Mask, report: Report
    ) -> Image:
        report(0.2, "Loading model")
        painter = cast(ExeGANPainter, painters.model(asked.model, device, Task.STYLE))
        codes = _codes(asked, painters, device)
        lines = known_lines(frame, (asked.landmarks,), asked.lines)
        if draws_edges:
            lines[..., _SKETCHED] |= _edges(asked.image, frame) & hole
        report(0.4, "Generating")
        with torch.inference_mode(), fast_arithmetic(device):
            answer = painter.paint(
                tensors.from_image(picture).to(device),
                tensors.from_mask(hole).to(device),
                tensors.from_lines(lines).to(device),
                codes,
                asked.seed,
            )
        return tensors.to_image(answer)

    canvas = Canvas(asked.image, hole, painters, paint, asked.draft)
    return canvas.filled([part], report)


def _is_sketched(lines: Mask | None, hole: Mask) -> bool:
    """Tell whether anything is drawn in the hole; both (h, w)."""
    return lines is not None and bool((lines[hole > 0] > DRAWN).any())


def _edges(image: Image, frame: Frame) -> Mask:
    """Draw the longer edges of what a frame shows of a photo; (S, S)."""
    grey = cv2.cvtColor(cut_8_bit(image, frame), cv2.COLOR_RGB2GRAY)
    return long_edges(np.asarray(grey, np.uint8), _BLUR_PX, _STRONG)


def _frame_around(request: StyleRequest, window: Window, coverage: Mask) -> Frame:
    """Frame the whole face, as the network has learned it, or a little more if the hole is larger.

    Raises:
        InvalidRequestError: the hole reaches far beyond the face.
    """
    canonical = canonical_frame(request.landmarks)
    outline = np.array([window[1].start, window[0].start]) + ends_of_rows(coverage)
    away = np.abs(canonical.to_frame(outline) - (canonical.size - 1) / 2).max()
    side = 2 * float(away + _MARGIN_PX) / canonical.size
    if side > _MOST_SIDE:
        raise InvalidRequestError(
            "A style is painted on a face and its hair; keep the mask there, or fill it instead."
        )
    return region_frame(canonical, (0.5, 0.5), max(side, 1.0), FRAME_SIZES[0])


def _check_exemplar(exemplar: Exemplar) -> None:
    check_size(exemplar.landmarks)
    if is_empty(canonical_frame(exemplar.landmarks).window(exemplar.image.shape)):
        raise InvalidRequestError("The exemplar's face lies outside its picture; take another one.")


def _codes(asked: StyleRequest, painters: Painters, device: torch.device) -> Tensor | None:
    """Return the (1, L, D) style that is asked for; None is a random one."""
    if asked.exemplar is None:
        return None
    first, second = (
        painters.style(asked.model, device, _portrait(one))
        for one in (asked.exemplar, asked.second or asked.exemplar)
    )
    return mix_styles(first, second, *encoder_rows(asked.layers, first.shape[1]))


def _portrait(exemplar: Exemplar) -> Mask:
    """Cut the (S, S, 3) uint8 canonical frame of an exemplar."""
    return cut_8_bit(exemplar.image, canonical_frame(exemplar.landmarks, FRAME_SIZES[0]))


def encoder_rows(layers: tuple[int, int], count: int) -> tuple[int, int]:
    """Map a range of the published rows to at least one of those that an encoder gives."""
    share = count / (STYLE_ROWS - RANDOM_STYLE_ROWS)
    start, stop = (round(max(row - RANDOM_STYLE_ROWS, 0) * share) for row in layers)
    return start, max(stop, start + 1)
