"""Changes that undo knows, as values that a journal keeps: what each command did. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.face.face import Face
from faceeditor_gui.document.edit_step import Steps
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.listed_face import ListedFace
from faceeditor_gui.document.mask_delta import MaskDelta
from faceeditor_gui.document.sparse_mask import SparseMask


@dataclass(frozen=True, eq=False)
class StepsChange:
    """Other steps than before."""

    text: str
    """What the undo menu calls it; so below."""
    before: Steps
    after: Steps


@dataclass(frozen=True, eq=False)
class CoverageChange:
    """A stroke on the mask or the sketch."""

    text: str
    layer: str
    """"mask" or "sketch"."""
    delta: MaskDelta


@dataclass(frozen=True, eq=False)
class FaceChange:
    """Points of a face that were put right."""

    text: str
    before: Face
    after: Face


@dataclass(frozen=True, eq=False)
class FaceDeletion:
    """Faces that were taken out of the list."""

    text: str
    deleted: Mapping[int, ListedFace]
    """By their positions in the list."""


@dataclass(frozen=True, eq=False)
class RegionsChange:
    """A stroke on the map of regions."""

    text: str
    before: SparseMask
    after: SparseMask


@dataclass(frozen=True, eq=False)
class ExemplarDeletion:
    """An exemplar that was deleted from the list."""

    text: str
    exemplar: ListedExemplar


@dataclass(frozen=True, eq=False)
class ChangeGroup:
    """Changes that are one undo step."""

    text: str
    changes: tuple[RecordedChange, ...]


RecordedChange = (
    StepsChange
    | CoverageChange
    | FaceChange
    | FaceDeletion
    | RegionsChange
    | ExemplarDeletion
    | ChangeGroup
)
