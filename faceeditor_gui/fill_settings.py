"""What fills are asked for: the mask, part by part, each with its surroundings and its face."""

from __future__ import annotations

from core.face.detect import Face
from core.masks import Window
from faceeditor_gui.document import Document
from faceeditor_gui.steps import FillSettings, Patch
from faceeditor_gui.windows import around_face, around_mask, holes, overlap, shifted, union


def fill_settings(document: Document) -> list[FillSettings]:
    """Describe every hole of the mask."""
    everything = document.mask_window()
    if everything is None:
        return []
    down, right = everything[0].start, everything[1].start
    return [
        _of_hole(document, shifted(hole, down=down, right=right))
        for hole in holes(document.mask(everything))
    ]


def _of_hole(document: Document, hole: Window) -> FillSettings:
    rows, columns = hole
    patch = Patch(columns.start, rows.start, document.mask(hole))
    window = around_mask(hole, document.shape)
    face = _face_under(document, hole)
    if face is None:
        return FillSettings(patch, window, None)
    surroundings = around_face(face.landmarks, document.shape)
    return FillSettings(patch, union(window, surroundings), face.landmarks)


def _face_under(document: Document, hole: Window) -> Face | None:
    """Find the face whose frame the hole touches: the chosen one, else the largest."""
    chosen = document.chosen_face
    touched = [
        face
        for face in document.faces
        if overlap(around_face(face.landmarks, document.shape), hole)
    ]
    if chosen in touched:
        return chosen
    return touched[0] if touched else None
