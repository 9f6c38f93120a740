"""Parses a face into regions: changes nothing, other edits build on it."""

from __future__ import annotations

from typing import cast

import torch

from core.anatomy.regions import LabelMap
from core.edit.networks import Networks
from core.edit.requests import ParseRequest, ParseResult
from core.face.parse import parse_face
from core.models.base import Task
from core.models.face_parser import FaceParser
from core.progress import Report


def parse_regions(request: ParseRequest, networks: Networks, report: Report) -> ParseResult:
    """Label every pixel of one face."""

    def find(device: torch.device, _: int) -> LabelMap:
        report(0.0, "Loading model")
        network = cast(FaceParser, networks.model(request.model, device, Task.PARSE))
        report(0.3, "Parsing")
        return parse_face(request.image, request.landmarks, network)

    labels, notices = networks.run(find)
    return ParseResult(labels, request, notices)
