"""Runs edits: finds faces, frames, generates, blends. Loads each network once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import overload

import cv2
import numpy as np
import torch

from core import tensors
from core.checkpoints import weights_path
from core.device import choose_device, fast_arithmetic, run_with_fallback
from core.edit import blend, detail, smile
from core.edit.holes import split, surroundings
from core.edit.inpaint import known_lines, overlapping, view
from core.edit.request import (
    EditRequest,
    EditResult,
    FacesFound,
    FindFacesRequest,
    InpaintRequest,
    SmileMethod,
    SmileRequest,
)
from core.edit.shading import shade
from core.edit.warp import Floats, Warp, Warped
from core.errors import InvalidRequestError
from core.face.align import Frame, Pixels
from core.face.detect import find_faces
from core.masks import Image, Mask, Window, bounding_window, feather, is_empty
from core.models import MODELS
from core.models.base import Inpainter
from core.progress import Report, part_of, silent
from core.regions import Landmarks, line_map

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
        seen = surroundings(bounding_window(request.mask), request.mask.shape, request.faces)
        asked = request.within(seen)
        hole = np.where(asked.mask > 0, 255, 0).astype(np.uint8)
        parts = split(hole, asked.faces, FRAME_SIZES[0])
        filled, unknown, notices = asked.image.copy(), hole.copy(), dict[str, None]()
        for number, part in enumerate(parts):
            span = part_of(report, number / len(parts), (number + 1) / len(parts))
            window, weight = overlapping(part, hole) if len(parts) > 1 else (part.window, part.own)
            still_unknown = np.where(weight == 255, 0, unknown[window])
            unknown[window][weight > 0] = 255
            above, changes = self._fill(asked, part.frame, filled, unknown, window, span)
            filled[window] = blend.mix(filled[window], above, weight)
            unknown[window] = still_unknown
            notices |= dict.fromkeys(changes)
        for part in parts:
            detail.add_to_part(filled, part, hole)
        rows, columns = bounding_window(hole)
        left, top = seen[1].start + columns.start, seen[0].start + rows.start
        patch, coverage = filled[rows, columns].copy(), asked.mask[rows, columns].copy()
        return EditResult(patch, left, top, coverage, request, tuple(notices))

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

        def paint(device: torch.device, size: int) -> tuple[Floats, Frame]:
            frame = around.resized(size)
            lines = known_lines(frame, request.faces, request.lines)
            cut, seen = view(frame, image, hole)
            painted = self._paint(request.model, device, cut, seen, lines, report)
            return painted - blend.membrane(cut, seen), frame

        (residual, frame), notices = run_with_fallback(paint, self._device, FRAME_SIZES)
        report(0.9, "Blending")
        return blend.lay_residual(image, hole, residual, frame, window), notices

    def _smile(self, request: SmileRequest, report: Report) -> EditResult:
        report(0.0, "Moving the face")
        if request.strength == 0:
            return _unchanged(request)
        canonical, own, target = smile.frames(request)
        if is_empty(canonical.window(request.image.shape)):
            raise InvalidRequestError("The face lies outside the picture; choose another face.")
        goal = target if request.method is SmileMethod.WARP else own
        share = smile.painted_share(own, target, request.method)
        mouth = smile.mouth_frame(canonical, target, request.method, FRAME_SIZES[0])
        warp = Warp(canonical, own, goal)
        shown = [mouth.corners()] if share else []
        window = warp.window(request.image.shape, np.concatenate([canonical.to_photo(own), *shown]))
        if is_empty(window):
            return _unchanged(request)
        moved = warp.move(request.image, window, draft=request.draft)
        if request.method is SmileMethod.WARP:
            shade(moved, canonical, own, target)
        notices: tuple[str, ...] = ()
        if share:
            points = canonical.to_photo(own), canonical.to_photo(target)
            moved, notices = self._paint_mouth(request, moved, mouth, points, share, report)
        if not moved.coverage.any():
            return _unchanged(request)
        report(0.95, "Blending")
        inner = bounding_window(moved.coverage)
        top, left = window[0].start + inner[0].start, window[1].start + inner[1].start
        patch, coverage = moved.image[inner], moved.coverage[inner]
        return EditResult(patch, left, top, coverage, request, notices, share > 0)

    def _paint_mouth(
        self,
        request: SmileRequest,
        moved: Warped,
        mouth: Frame,
        points: tuple[Landmarks, Landmarks],
        share: float,
        report: Report,
    ) -> tuple[Warped, tuple[str, ...]]:
        """Paint the mouth of a moved window.

        Args:
            mouth: the frame around it, in the photo.
            points: the landmarks before and after the move, in the photo.
            share: how much of it is painted, 0..1; the rest is the moved photo.
        """
        inside = mouth.within(moved.window)

        def paint(device: torch.device, size: int) -> tuple[Image, Mask, Frame]:
            frame, whole = inside.resized(size), mouth.resized(size)
            before, after = (whole.to_frame(one) for one in points)
            hole = smile.paint_mask(frame, after, before, request.method)
            cut, lines = blend.to_8_bit(frame.cut(moved.image)), line_map(after, size)
            return self._paint(request.model, device, cut, hole, lines, report), hole, frame

        (painted, hole, frame), notices = run_with_fallback(paint, self._device, FRAME_SIZES)
        part = frame.window(moved.image.shape)
        if not is_empty(part):
            soft = blend.enlarge_mask(feather(hole, _PAINT_FEATHER_PX), frame, part)
            soft = np.asarray(cv2.convertScaleAbs(soft, alpha=share), np.uint8)
            answer = blend.enlarge(painted, frame, part, moved.image.dtype)
            moved.image[part] = blend.mix(moved.image[part], answer, soft)
            np.maximum(moved.coverage[part], soft, out=moved.coverage[part])
        return moved, notices

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
        with torch.inference_mode(), fast_arithmetic(device):
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
    nothing = np.zeros((1, 1), np.uint8)
    return EditResult(request.image[:1, :1].copy(), 0, 0, nothing, request, is_painted=False)
