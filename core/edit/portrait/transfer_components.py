"""Gives a face components of another, or lets it follow a map: pixels first, or by the network."""

from __future__ import annotations

from dataclasses import replace

from core.edit.layered_result import LayeredResult
from core.edit.networks import Networks
from core.edit.portrait.followed_map import fill_changes, move_outlines, unmade_notices
from core.edit.portrait.lent_components import lend_components
from core.edit.portrait.map_difference import MapDifference, compare_maps, share_changed
from core.edit.portrait.painted_portrait import paint_portrait
from core.edit.requests import EditResult, TransferMethod, TransferRequest
from core.errors import InvalidRequestError
from core.progress import Report, part_of

_FRAME_SIZE = 320
"""Side of the frame in which maps are compared: 256 pixels a canonical side."""
_MOST_CHANGED = 0.6
"""Of the face: a map that calls more of it something else is another face's."""
_ANOTHER_FACE = (
    "The map has too little in common with this face; repaint the one that `faceeditor parse` "
    "writes, or choose the network's method."
)
_NOTHING_CHANGED = "The map is as the face is; nothing had to change."


def transfer_components(request: TransferRequest, networks: Networks, report: Report) -> EditResult:
    """Do what a transfer asks for.

    Raises:
        InvalidRequestError: the exemplar or the map does not suit.
        CheckpointError: the weights of a network are missing or damaged.
    """
    report(0.0, "Finding the regions")
    if request.strength == 0:
        return EditResult.unchanged(request)
    if request.method is TransferMethod.NETWORK:
        difference = None if request.labels is None else _difference(request, networks)
        painted = paint_portrait(request, difference, networks, part_of(report, 0.2, 1.0))
        return _weakened(request, painted)
    layers = LayeredResult(request)
    if request.exemplar is not None:
        layers.add(lend_components(request, networks, part_of(report, 0.0, 0.5)))
    if request.labels is not None:
        _follow(request, layers, networks, part_of(report, 0.5, 1.0))
    return layers.flatten(request.strength)


def _follow(
    request: TransferRequest, layers: LayeredResult, networks: Networks, report: Report
) -> None:
    """Let the picture of some layers follow the map."""
    now = replace(request, image=layers.image.copy(), landmarks=layers.landmarks)
    difference = _difference(now, networks)
    if share_changed(difference) > _MOST_CHANGED:
        raise InvalidRequestError(_ANOTHER_FACE)
    if not difference.changed.any():
        layers.add(EditResult.unchanged(request, (_NOTHING_CHANGED,)))
        return
    report(0.2, "Moving outlines")
    shown = difference.found
    moved = move_outlines(now, difference, now.image)
    if moved is not None:
        layers.add(moved[0])
        shown = moved[1]
    fill_changes(layers, difference, shown, networks, part_of(report, 0.4, 1.0))
    layers.add(EditResult.unchanged(request, tuple(unmade_notices(difference))))


def _difference(request: TransferRequest, networks: Networks) -> MapDifference:
    assert request.labels is not None
    found, _ = networks.label_photo(request.image, request.landmarks)
    return compare_maps(found, request.labels, request.landmarks, _FRAME_SIZE)


def _weakened(request: TransferRequest, result: EditResult) -> EditResult:
    layers = LayeredResult(request)
    layers.add(result)
    return layers.flatten(request.strength)
