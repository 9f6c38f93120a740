"""Runs edits: hands each request to the edit that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import overload

from core.anatomy.landmarks import Landmarks, form_face
from core.edit.expression.express import make_expression
from core.edit.expression.reshape import reshape
from core.edit.expression.smile import make_smile
from core.edit.face_and_hair import transfer_pixels, transfer_style
from core.edit.hair.exemplar_hair import check_hair
from core.edit.hair.hair_colour import recolour_hair
from core.edit.inpainting.inpaint import fill
from core.edit.networks import Networks
from core.edit.parse_regions import parse_regions
from core.edit.portrait.make_up import make_up
from core.edit.portrait.transfer_components import transfer_components
from core.edit.requests import (
    CheckHairRequest,
    CheckHairResult,
    EditRequest,
    EditResult,
    ExemplarRequest,
    ExpressionRequest,
    FindFacesRequest,
    FindFacesResult,
    HairColourRequest,
    InpaintRequest,
    MakeUpRequest,
    ParseRequest,
    ParseResult,
    ReshapeRequest,
    RestoreRequest,
    SmileRequest,
    StyleRequest,
    TransferRequest,
)
from core.edit.restoration.restore_face import restore_face
from core.errors import InvalidRequestError
from core.face.detect import find_faces
from core.face.face_windows import head_window
from core.imaging.arrays import Image
from core.imaging.windows import is_empty
from core.progress import Report, part_of, silent
from core.runtime.device import choose_device

AnyRequest = FindFacesRequest | ParseRequest | CheckHairRequest | EditRequest


class Editor:
    """The loaded networks, and the one way to use them."""

    def __init__(self, device: str = "auto", weights: Mapping[str, Path] | None = None) -> None:
        """Choose the device; `weights` names files in place of the shipped ones, by model."""
        self._networks = Networks(choose_device(device), weights)

    @overload
    def run(self, request: FindFacesRequest, report: Report = silent) -> FindFacesResult: ...

    @overload
    def run(self, request: ParseRequest, report: Report = silent) -> ParseResult: ...

    @overload
    def run(self, request: CheckHairRequest, report: Report = silent) -> CheckHairResult: ...

    @overload
    def run(self, request: EditRequest, report: Report = silent) -> EditResult: ...

    def run(
        self, request: AnyRequest, report: Report = silent
    ) -> FindFacesResult | ParseResult | CheckHairResult | EditResult:
        """Do what the request asks.

        Raises:
            CoreError: a sentence for the user.
            Cancelled: raised by `report`.
        """
        _check_faces(request)
        match request:
            case FindFacesRequest():
                narrowed = part_of(report, 0.0, 0.95)
                faces = find_faces(request.image, thorough=request.thorough, report=narrowed)
                return FindFacesResult(faces, request)
            case ParseRequest():
                return parse_regions(request, self._networks, report)
            case CheckHairRequest():
                return check_hair(request, self._networks, report)
            case _:
                return _EDITS[type(request)](request, self._networks, report)


_EDITS: Mapping[type, Callable[..., EditResult]] = {
    InpaintRequest: fill,
    SmileRequest: make_smile,
    ExpressionRequest: make_expression,
    ExemplarRequest: transfer_pixels,
    StyleRequest: transfer_style,
    ReshapeRequest: reshape,
    HairColourRequest: recolour_hair,
    RestoreRequest: restore_face,
    TransferRequest: transfer_components,
    MakeUpRequest: make_up,
}


def _check_faces(request: AnyRequest) -> None:
    """Refuse points that are nobody's: files and hands can place them anywhere."""
    faces: list[tuple[Landmarks, Image | None]]
    match request:
        case FindFacesRequest():
            faces = []
        case InpaintRequest():
            faces = [(landmarks, None) for landmarks in request.faces]  # may lie outside
        case ReshapeRequest(targets=other) | ExemplarRequest(exemplar_landmarks=other):
            faces = [(request.landmarks, request.image), (other, None)]
        case ExpressionRequest(like=other) if other is not None:
            faces = [(request.landmarks, request.image), (other, None)]
        case _:
            faces = [(request.landmarks, request.image)]
    for landmarks, image in faces:
        if not form_face(landmarks):
            raise InvalidRequestError(
                "The 68 points do not lie as those of a face do; place them anew."
            )
        if image is not None and is_empty(head_window(landmarks, image.shape[:2])):
            raise InvalidRequestError("The face lies outside the picture; choose another face.")
