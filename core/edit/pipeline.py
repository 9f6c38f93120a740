"""Runs edits: finds faces, frames, generates, blends. Loads each network once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import overload

import numpy as np
import torch

from core import tensors
from core.checkpoints import weights_path
from core.device import choose_device, run_with_fallback
from core.edit import blend, smile
from core.edit.holes import split
from core.edit.inpaint import frame_hole, known_lines, overlapping
from core.edit.request import (
    EditRequest,
    EditResult,
    FacesFound,
    FindFacesRequest,
    InpaintRequest,
    SmileMethod,
    SmileRequest,
)
from core.edit.warp import warp
from core.errors import InvalidRequestError
from core.face.align import Frame, Pixels
from core.face.detect import find_faces
from core.masks import Image, Mask, Points, Window, bounding_window, feather
from core.models import MODELS
from core.models.base import Inpainter
from core.progress import Report, part_of, silent
from core.regions import line_map

FRAME_SIZES = (128, 64)
"""Sides of the frames that the painters are trained on; the smaller one where memory is short."""

_PAINT_FEATHER_PX = 1.5  # of the mouth frame


class Editor:
    """The loaded networks, and the one way to use them."""

    def __init__(self, device: str = "auto", weights: Mapping[str, Path] | None = None) -> None:
        """Choose the device; `weights` names files in place of the shipped ones, by model."""
        self._device = choose_device(device)
        self._weights = dict(weights or {})
        self._models: dict[tuple[str, torch.device], Inpainter] = {}

    @overload
    def run(self, request: FindFacesRequest, report: Report = silent) -> FacesFound: ...

    @overload
    def run(self, request: EditRequest, report: Report = silent) -> EditResult: ...

    def run(
        self, request: FindFacesRequest | EditRequest, report: Report = silent
    ) -> FacesFound | EditResult:
        """Do what the request asks.

        Raises:
            CoreError: a sentence for the user.
            Cancelled: raised by `report`.
        """
        match request:
            case FindFacesRequest():
                narrowed = part_of(report, 0.0, 0.95)
                faces = find_faces(request.image, thorough=request.thorough, report=narrowed)
                return FacesFound(faces, request)
            case InpaintRequest():
                return self._inpaint(request, report)
            case SmileRequest():
                return self._smile(request, report)

    def _inpaint(self, request: InpaintRequest, report: Report) -> EditResult:
        report(0.0, "Framing")
        hole = np.where(request.mask > 0, 255, 0).astype(np.uint8)
        parts = split(hole, request.faces, FRAME_SIZES[0])
        filled, unknown, notices = request.image.copy(), hole.copy(), dict[str, None]()
        for number, part in enumerate(parts):
            span = part_of(report, number / len(parts), (number + 1) / len(parts))
            window, weight = overlapping(part, hole) if len(parts) > 1 else (part.window, part.own)
            still_unknown = np.where(weight == 255, 0, unknown[window])
            unknown[window][weight > 0] = 255
            above, changes = self._fill(request, part.frame, filled, unknown, window, span)
            filled[window] = blend.mix(filled[window], above, weight)
            unknown[window] = still_unknown
            notices |= dict.fromkeys(changes)
        window = bounding_window(hole)
        left, top = window[1].start, window[0].start
        coverage = request.mask[window].copy()
        return EditResult(filled[window].copy(), left, top, coverage, request, tuple(notices))

    def _fill(
        self,
        request: InpaintRequest,
        around: Frame,
        image: Image,
        hole: Mask,
        window: Window,
        report: Report,
    ) -> tuple[Image, tuple[str, ...]]:
        """Paint one frame; returns what it shows in a window of the image, and notices."""

        def paint(device: torch.device, size: int) -> tuple[Image, Frame]:
            frame = around.resized(size)
            lines = known_lines(frame, request.faces, request.lines)
            cut = blend.to_8_bit(frame.cut(image))
            seen = frame_hole(frame, hole)
            return self._paint(request.model, device, cut, seen, lines, report), frame

        (painted, frame), notices = run_with_fallback(paint, self._device, FRAME_SIZES)
        report(0.9, "Blending")
        return blend.enlarge(painted, frame, window, image.dtype), notices

    def _smile(self, request: SmileRequest, report: Report) -> EditResult:
        report(0.0, "Moving the face")
        if request.strength == 0:
            return _unchanged(request)
        canonical, own, target = smile.frames(request)
        if 0 in request.image[canonical.window(request.image.shape)].shape:
            raise InvalidRequestError("The face lies outside the picture; choose another face.")
        goal = target if request.method is SmileMethod.WARP else own
        moved = warp(request.image, canonical, own, goal)
        rows, columns = moved.window
        image, coverage = moved.image, moved.coverage
        notices: tuple[str, ...] = ()
        if request.method is SmileMethod.REPAINT or smile.is_open(target):
            shift = Frame(canonical.matrix.copy(), canonical.size)
            corner = np.array([[columns.start, rows.start]], float)
            shift.matrix[:, 2] = canonical.to_frame(corner)[0]
            image, coverage, notices = self._paint_mouth(
                request, moved.image, coverage, shift, own, target, report
            )
        if not coverage.any():
            return _unchanged(request)
        report(0.95, "Blending")
        inner = bounding_window(coverage)
        top, left = rows.start + inner[0].start, columns.start + inner[1].start
        return EditResult(image[inner], left, top, coverage[inner], request, notices)

    def _paint_mouth(
        self,
        request: SmileRequest,
        image: Image,
        coverage: Mask,
        canonical: Frame,
        own: Points,
        target: Points,
        report: Report,
    ) -> tuple[Image, Mask, tuple[str, ...]]:
        """Paint the mouth of a moved window; returns window, coverage and notices."""
        eight = blend.to_8_bit(image)

        def paint(device: torch.device, size: int) -> tuple[Image, Mask, Frame]:
            frame = smile.mouth_frame(canonical, target, request.method, size)
            to_frame = frame.to_frame(canonical.to_photo(target))
            before = frame.to_frame(canonical.to_photo(own))
            hole = smile.paint_mask(frame, to_frame, before, request.method)
            lines = line_map(to_frame, size)
            return (
                self._paint(request.model, device, frame.cut(eight), hole, lines, report),
                hole,
                frame,
            )

        (painted, hole, frame), notices = run_with_fallback(paint, self._device, FRAME_SIZES)
        window = (slice(0, image.shape[0]), slice(0, image.shape[1]))
        soft = blend.enlarge_mask(feather(hole, _PAINT_FEATHER_PX), frame, window)
        answer = blend.enlarge(painted, frame, window, image.dtype)
        return blend.mix(image, answer, soft), np.maximum(coverage, soft), notices

    def _paint(
        self,
        name: str,
        device: torch.device,
        image: Image | Mask,
        hole: Mask,
        lines: Pixels,
        report: Report,
    ) -> Image:
        report(0.2, "Loading model")
        model = self._model(name, device)
        report(0.4, "Generating")
        with torch.inference_mode():
            answer = model.inpaint(
                tensors.from_image(np.asarray(image, np.uint8)).to(device),
                tensors.from_mask(hole).to(device),
                tensors.from_lines(lines).to(device),
            )
        return tensors.to_image(answer)

    def _model(self, name: str, device: torch.device) -> Inpainter:
        if name not in MODELS:
            raise InvalidRequestError(
                f"There is no model named {name}; choose one of {', '.join(MODELS)}."
            )
        key = (name, device)
        if key not in self._models:
            path = self._weights.get(name, weights_path(name))
            self._models[key] = MODELS[name].build(path, device)
        return self._models[key]


def _unchanged(request: SmileRequest) -> EditResult:
    """Return one pixel of the photo with no coverage: nothing changed."""
    return EditResult(request.image[:1, :1].copy(), 0, 0, np.zeros((1, 1), np.uint8), request)
