"""What fills are asked for: the mask with its surroundings and the faces that it lies near."""

from __future__ import annotations

from core.edit.inpainting.hole_partition import holes, surroundings
from core.face.face_windows import around_face
from core.imaging.arrays import Window
from core.imaging.windows import overlap, shifted
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL

MOST_IN_ONE_PX = 4_000_000
"""A mask that stretches further is filled in several steps where its holes lie far apart: what
lies between them would be kept with the result."""


def fill_settings(document: Document, model: str = DEFAULT_FILL_MODEL) -> list[FillSettings]:
    """Describe the fill of the whole mask; in almost all cases one step."""
    everything = document.mask_window()
    if everything is None:
        return []
    mask = document.mask(everything)
    if mask.size <= MOST_IN_ONE_PX:
        return [_of_hole(document, everything, model)]
    down, right = everything[0].start, everything[1].start
    return [
        _of_hole(document, shifted(hole, down=down, right=right), model) for hole in holes(mask)
    ]


def _of_hole(document: Document, hole: Window, model: str) -> FillSettings:
    rows, columns = hole
    faces = [document.landmarks(face) for face in document.faces]
    window = surroundings(hole, document.shape, faces)
    near = (one for one in faces if overlap(around_face(one, document.shape), window))
    return FillSettings(
        Patch(columns.start, rows.start, document.mask(hole)),
        window,
        tuple(near),
        model=model,
        painted=document.regions.painted,
        sketch=document.sketch.within(window),
    )
