"""Parses a face into regions: changes nothing, other edits build on it."""

from __future__ import annotations

from core.edit.networks import Networks
from core.edit.requests import ParseRequest, ParseResult
from core.progress import Report


def parse_regions(request: ParseRequest, networks: Networks, report: Report) -> ParseResult:
    """Label every pixel of one face.

    Raises:
        InvalidRequestError: there is no such model.
        CheckpointError: its weights are missing or damaged.
    """
    report(0.0, "Parsing")
    labels, notices = networks.label_photo(request.image, request.landmarks, request.model)
    return ParseResult(labels, request, notices)
