"""Finds the regions of a face: changes nothing, other edits build on it."""

from __future__ import annotations

from typing import cast

import torch

from core.anatomy.regions import LabelMap
from core.edit.networks import Painters
from core.edit.requests import LabelsFound, ParseRequest
from core.face.parse import parse
from core.models.base import Task
from core.models.face_parser import FaceParser
from core.progress import Report


def find_labels(request: ParseRequest, painters: Painters, report: Report) -> LabelsFound:
    """Label every pixel of one face."""

    def find(device: torch.device, _: int) -> LabelMap:
        report(0.0, "Loading model")
        network = cast(FaceParser, painters.model(request.model, device, Task.PARSE))
        report(0.3, "Parsing")
        return parse(request.image, request.landmarks, network)

    labels, notices = painters.run(find)
    return LabelsFound(labels, request, notices)
