"""Settings of fills: a hole, its context window and the faces near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from core.anatomy.landmarks import Landmarks
from core.edit.inpainting.hole_partition import context_window, separate_holes
from core.edit.requests import FillSource
from core.face.face_windows import face_window, head_window
from core.imaging.windows import shift_window, union, windows_overlap
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL

MAX_SINGLE_FILL_PX = 4_000_000
"""Holes of a larger mask are filled in several steps where they lie far apart: one step would store
all pixels between them."""


def settings_of_mask(
    document: Document,
    model: str = DEFAULT_FILL_MODEL,
    source: FillSource = FillSource.NETWORK,
) -> list[FillSettings]:
    """Make the settings of a fill of the whole mask; in almost all cases one step."""
    everything = document.mask.bounds()
    if everything is None:
        return []
    mask = document.mask.read(everything)
    holes = [everything]
    if mask.size > MAX_SINGLE_FILL_PX:
        down, right = everything[0].start, everything[1].start
        holes = [shift_window(hole, down=down, right=right) for hole in separate_holes(mask)]
    patches = (Patch(hole[1].start, hole[0].start, document.mask.read(hole)) for hole in holes)
    return [settings_of_hole(document, patch, model, source) for patch in patches]


def settings_of_hole(
    document: Document, hole: Patch, model: str, source: FillSource
) -> FillSettings:
    """Make the settings of a fill of one hole."""
    faces = [document.landmarks(face) for face in document.faces.items]
    settings = FillSettings(hole, hole.window, (), model=model, painted=document.regions.painted)
    return with_source(document, settings, faces, source)


def filled_anew(
    document: Document, settings: FillSettings, grow: int, model: str, source: FillSource
) -> FillSettings:
    """Return the settings of a fill that runs again, with the present regions and sketch."""
    changed = replace(settings, grow=grow, model=model, painted=document.regions.painted)
    if source is settings.source:
        return replace(changed, sketch=document.sketch.patch_in(settings.window))
    return with_source(document, replace(changed, variant=0), settings.faces, source)


def with_next_donor(settings: FillSettings) -> FillSettings:
    """Return the settings of the same fill by the donor that suits next best."""
    return replace(settings, variant=settings.variant + 1)


def with_source(
    document: Document, settings: FillSettings, faces: Sequence[Landmarks], source: FillSource
) -> FillSettings:
    """Return settings with another source, and with what that needs to see of the photo.

    Args:
        document: whose photo it is.
        settings: whose hole and model stay.
        faces: (68, 2) each, in pixels of the photo.
        source: a fill by anything but the network looks at whole heads.
    """
    shape, window = document.shape, context_window(settings.hole.window, document.shape, faces)
    if source is not FillSource.NETWORK:
        heads = (head_window(one, shape) for one in faces)
        near_heads = (head for head in heads if windows_overlap(head, settings.hole.window))
        window = reduce(union, near_heads, window)
    near = tuple(one for one in faces if windows_overlap(face_window(one, shape), window))
    sketch = document.sketch.patch_in(window)
    return replace(settings, window=window, faces=near, sketch=sketch, source=source)
