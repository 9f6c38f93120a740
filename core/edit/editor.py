"""Runs edits: hands each request to the edit that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import overload

from core.edit.expression.reshape import reshape
from core.edit.expression.smile import make_smile
from core.edit.face_and_hair import take_pixels, take_style
from core.edit.inpainting.inpaint import fill
from core.edit.networks import Painters
from core.edit.parse_regions import find_labels
from core.edit.requests import (
    EditRequest,
    EditResult,
    ExemplarRequest,
    FacesFound,
    FindFacesRequest,
    InpaintRequest,
    LabelsFound,
    ParseRequest,
    ReshapeRequest,
    SmileRequest,
    StyleRequest,
)
from core.face.detect import find_faces
from core.progress import Report, part_of, silent
from core.runtime.device import choose_device


class Editor:
    """The loaded networks, and the one way to use them."""

    def __init__(self, device: str = "auto", weights: Mapping[str, Path] | None = None) -> None:
        """Choose the device; `weights` names files in place of the shipped ones, by model."""
        self._painters = Painters(choose_device(device), weights)

    @overload
    def run(self, request: FindFacesRequest, report: Report = silent) -> FacesFound: ...

    @overload
    def run(self, request: ParseRequest, report: Report = silent) -> LabelsFound: ...

    @overload
    def run(self, request: EditRequest, report: Report = silent) -> EditResult: ...

    def run(
        self, request: FindFacesRequest | ParseRequest | EditRequest, report: Report = silent
    ) -> FacesFound | LabelsFound | EditResult:
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
            case ParseRequest():
                return find_labels(request, self._painters, report)
            case InpaintRequest():
                return fill(request, self._painters, report)
            case SmileRequest():
                return make_smile(request, self._painters, report)
            case ExemplarRequest():
                return take_pixels(request, self._painters, report)
            case StyleRequest():
                return take_style(request, self._painters, report)
            case ReshapeRequest():
                return reshape(request, self._painters, report)
