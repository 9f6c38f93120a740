"""Settings of fills: the mask, its context window and the faces near it."""

from __future__ import annotations

from core.edit.inpainting.hole_partition import context_window, separate_holes
from core.face.face_windows import face_window
from core.imaging.arrays import Window
from core.imaging.windows import shift_window, windows_overlap
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL

MAX_SINGLE_FILL_PX = 4_000_000
"""Holes of a larger mask are filled in several steps where they lie far apart: one step would store
all pixels between them."""


def settings_of_mask(document: Document, model: str = DEFAULT_FILL_MODEL) -> list[FillSettings]:
    """Make the settings of a fill of the whole mask; in almost all cases one step."""
    everything = document.mask.bounds()
    if everything is None:
        return []
    mask = document.mask.read(everything)
    if mask.size <= MAX_SINGLE_FILL_PX:
        return [_settings_of_hole(document, everything, model)]
    down, right = everything[0].start, everything[1].start
    return [
        _settings_of_hole(document, shift_window(hole, down=down, right=right), model)
        for hole in separate_holes(mask)
    ]


def _settings_of_hole(document: Document, hole: Window, model: str) -> FillSettings:
    rows, columns = hole
    faces = [document.landmarks(face) for face in document.faces.items]
    window = context_window(hole, document.shape, faces)
    near = (one for one in faces if windows_overlap(face_window(one, document.shape), window))
    return FillSettings(
        Patch(columns.start, rows.start, document.mask.read(hole)),
        window,
        tuple(near),
        model=model,
        painted=document.regions.painted,
        sketch=document.sketch.patch_in(window),
    )
