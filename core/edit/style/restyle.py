"""Paints parts of a face, its hair or a mask anew, in the style of an exemplar or a random one."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
import torch
from torch import Tensor

from core.edit.compositing.frame_resampling import cut_8_bit
from core.edit.hair.hair_labels import LabelledHead, exclude_from_detail
from core.edit.inpainting import detail_transfer
from core.edit.inpainting.hole_lines import LINE_THRESHOLD, draw_known_lines
from core.edit.inpainting.hole_partition import HolePart
from core.edit.inpainting.tiled_painter import TiledPainter
from core.edit.networks import FRAME_SIZES, Networks
from core.edit.requests import RANDOM_STYLE_ROWS, STYLE_ROWS, EditResult, Exemplar, StyleRequest
from core.edit.style.sketch_edges import long_edges
from core.edit.style.style_area import find_style_area
from core.edit.transfer.prepared_exemplar import check_face_size
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, sub_frame
from core.imaging.arrays import Image, Mask, Pixels, Window
from core.imaging.masks import row_extremes, scale_coverage
from core.imaging.windows import is_empty, relative_window
from core.models.base import Task
from core.models.exe_gan.model import ExeGANInpainter, mix_styles
from core.progress import Report, part_of
from core.runtime import tensors
from core.runtime.device import fast_arithmetic

_MARGIN_PX = 6.0
"""Around a hole in its frame, in pixels of the canonical frame of 256."""
_MOST_SIDE = 1.3
"""Side of the largest frame, in sides of the canonical one; in training it was up to 1.04."""

_SKETCH_CHANNEL = 2
"""Channel of the lines that a sketch is drawn in."""
_BLUR_PX, _EDGE_STRENGTH = 1.2, 60.0
"""Of the edges that are drawn as a sketch, as arguments of `long_edges`."""
_CONTEXT_PX = 24.0
"""Around the frame, in its pixels, or in those of the photo where they are larger."""


def restyle(
    request: StyleRequest, networks: Networks, report: Report, *, keeps_strands: bool = False
) -> EditResult:
    """Paint parts of a face, its hair or a mask in another style.

    Args:
        request: the photo and what of it is painted.
        networks: the loaded networks.
        report: of the progress.
        keeps_strands: what is painted follows the edges that the photo shows there, if no others
            are drawn there, and keeps its fine detail.

    Raises:
        InvalidRequestError: the exemplar does not suit, or the area leaves the face.
        CheckpointError: the weights of a network are missing or damaged.
    """
    report(0.0, "Framing")
    for exemplar in filter(None, (request.exemplar, request.second)):
        _check_exemplar(exemplar)
    if request.strength == 0:
        return EditResult.unchanged(request)
    head = LabelledHead(request, networks)
    window, coverage = find_style_area(head)
    frame = _frame_around(request, window, coverage)
    context = frame.window(request.image.shape, _CONTEXT_PX / min(frame.scale, 1.0))
    window_request, inner = request.within(context), relative_window(window, context)
    hole = np.zeros(window_request.image.shape[:2], np.uint8)
    hole[inner] = cv2.inRange(coverage, 1, 255)
    part = HolePart(frame.within(context), inner, hole[inner])
    draws_edges = keeps_strands and not _has_sketch(window_request.lines, hole)
    span = part_of(report, 0.1, 0.9)
    filled, notices = _paint(window_request, hole, part, networks, span, draws_edges=draws_edges)
    if not request.draft:
        report(0.9, "Adding detail")
        if keeps_strands:
            detail_transfer.restore_detail(filled, part, window_request.image)
        else:
            detail_transfer.add_detail_to_part(
                filled, part, exclude_from_detail(head, context, hole), window_request.image
            )
    scaled = scale_coverage(coverage, request.strength)
    left, top = window[1].start, window[0].start
    return EditResult(filled[inner].copy(), left, top, scaled, request, notices)


def _paint(
    window_request: StyleRequest,
    hole: Mask,
    part: HolePart,
    networks: Networks,
    report: Report,
    *,
    draws_edges: bool,
) -> tuple[Image, tuple[str, ...]]:
    """Paint the (h, w) hole of a window; (h, w, 3) in its depth, and notices for the user."""

    def paint(
        device: torch.device, frame: Frame, picture: Pixels, hole: Mask, report: Report
    ) -> Image:
        report(0.2, "Loading model")
        network = cast(ExeGANInpainter, networks.model(window_request.model, device, Task.STYLE))
        codes = _style_codes(window_request, networks, device)
        lines = draw_known_lines(frame, (window_request.landmarks,), window_request.lines)
        if draws_edges:
            lines[..., _SKETCH_CHANNEL] |= _draw_edges(window_request.image, frame) & hole
        report(0.4, "Generating")
        with torch.inference_mode(), fast_arithmetic(device):
            painted = network.paint(
                tensors.from_image(picture).to(device),
                tensors.from_mask(hole).to(device),
                tensors.from_lines(lines).to(device),
                codes,
                window_request.seed,
            )
        return tensors.to_image(painted)

    tiles = TiledPainter(window_request.image, hole, networks, paint, window_request.draft)
    return tiles.fill([part], report)


def _has_sketch(lines: Mask | None, hole: Mask) -> bool:
    """Tell whether anything is drawn in the hole; both (h, w)."""
    return lines is not None and bool((lines[hole > 0] > LINE_THRESHOLD).any())


def _draw_edges(image: Image, frame: Frame) -> Mask:
    """Draw the longer edges of what a frame shows of a photo; (S, S) uint8, 0 or 255."""
    grey = cv2.cvtColor(cut_8_bit(image, frame), cv2.COLOR_RGB2GRAY)
    return long_edges(np.asarray(grey, np.uint8), _BLUR_PX, _EDGE_STRENGTH)


def _frame_around(request: StyleRequest, window: Window, coverage: Mask) -> Frame:
    """Frame the whole face, as in training, or a little more if the hole is larger.

    Raises:
        InvalidRequestError: the hole reaches far beyond the face.
    """
    canonical = canonical_frame(request.landmarks)
    outline = np.array([window[1].start, window[0].start]) + row_extremes(coverage)
    reach = np.abs(canonical.to_frame(outline) - (canonical.size - 1) / 2).max()
    side = 2 * float(reach + _MARGIN_PX) / canonical.size
    if side > _MOST_SIDE:
        raise InvalidRequestError(
            "A style is painted on a face and its hair; keep the mask there, or fill it instead."
        )
    return sub_frame(canonical, (0.5, 0.5), max(side, 1.0), FRAME_SIZES[0])


def _check_exemplar(exemplar: Exemplar) -> None:
    check_face_size(exemplar.landmarks)
    if is_empty(canonical_frame(exemplar.landmarks).window(exemplar.image.shape)):
        raise InvalidRequestError("The exemplar's face lies outside its picture; take another one.")


def _style_codes(
    window_request: StyleRequest, networks: Networks, device: torch.device
) -> Tensor | None:
    """Return the (1, L, D) style codes of the request; None is a random style."""
    if window_request.exemplar is None:
        return None
    first, second = (
        networks.encode_style(window_request.model, device, _exemplar_crop(exemplar))
        for exemplar in (window_request.exemplar, window_request.second or window_request.exemplar)
    )
    return mix_styles(first, second, *encoder_rows(window_request.layers, first.shape[1]))


def _exemplar_crop(exemplar: Exemplar) -> Mask:
    """Cut the (S, S, 3) uint8 canonical frame of an exemplar."""
    return cut_8_bit(exemplar.image, canonical_frame(exemplar.landmarks, FRAME_SIZES[0]))


def encoder_rows(layers: tuple[int, int], count: int) -> tuple[int, int]:
    """Map a range of the published W+ rows to at least one of the `count` of an encoder."""
    share = count / (STYLE_ROWS - RANDOM_STYLE_ROWS)
    start, stop = (round(max(row - RANDOM_STYLE_ROWS, 0) * share) for row in layers)
    return start, max(stop, start + 1)
