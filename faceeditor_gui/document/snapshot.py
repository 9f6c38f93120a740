"""All that a document keeps, at one moment: what projects save and put back. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from faceeditor_gui.document.edit_settings import (
    ComponentSettings,
    ExemplarEditSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import Steps
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.listed_face import ListedFace
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import SparseMask

if TYPE_CHECKING:
    from core.image_io.photo import Photo
    from core.project.project import PhotoFile


@dataclass(frozen=True, eq=False)
class DocumentSnapshot:
    """Immutable: it can be written in another thread while the document goes on changing."""

    photo: Photo
    photo_file: PhotoFile | None = None
    """None for a photo that was pasted, or is the sample."""
    steps: Steps = ()
    """Lowest first."""
    mask: Patch | None = None
    """The part that is covered; None if nothing is."""
    sketch: Patch | None = None
    faces: tuple[ListedFace, ...] = ()
    chosen_face: int | None = None
    """Its index; None: the largest."""
    painted_regions: SparseMask = field(default_factory=SparseMask)
    """A `core.anatomy.regions.Region` where one was painted, else 255."""
    exemplars: tuple[ListedExemplar, ...] = ()
    """In the user's order; steps may hold others that have been deleted from the list."""
    chosen_exemplar: int | None = None
    """Its number; None: the first."""

    @property
    def held_exemplars(self) -> list[ListedExemplar]:
        """List the exemplars that steps hold."""
        held = []
        for step in self.steps:
            if isinstance(step.settings, ExemplarEditSettings | ComponentSettings):
                held.append(step.settings.exemplar)
            if isinstance(step.settings, StyleSettings):
                held.append(step.settings.second)
        return [one for one in held if one is not None]
