"""Makes a project of the present version with an edit of every kind, from the public-domain sample.

    python -m tests.data.make_project OUT.ora

Keep a file of every version beside this one, as `project-1.ora`: `test_versions.py` opens them all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from skimage.data import astronaut

from core.anatomy.landmarks import MIRRORED_INDICES
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.requests import SmileKind
from core.face.detect import find_faces
from core.face.face import Face
from core.face.face_windows import face_window
from core.image_io.photo import photo_from_array
from core.progress import silent
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    EditSettings,
    ExemplarSettings,
    FillSettings,
    ReshapeSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import EditStep, composite_steps, rebase_settings
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.project.project_requests import SaveProjectRequest, handle_project
from faceeditor_gui.state.exemplar_parts import WholePart

SIDE = 180
SCALE = 0.6
"""Of the portrait within the sample, which is 300 pixels wide."""


def make_document() -> Document:
    """Make a document that holds something of everything."""
    portrait = np.ascontiguousarray(astronaut()[:300, 80:380])
    landmarks = find_faces(portrait, thorough=False)[0].landmarks
    image = np.asarray(cv2.resize(portrait, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
    small = (landmarks + 0.5) * SCALE - 0.5
    document = Document()
    document.open(photo_from_array(image), "Sample portrait")
    document.faces.set_found((Face((40.0, 40.0, 140.0, 140.0), 1.0, small),))
    mirrored = np.ascontiguousarray(cv2.resize(portrait, (450, 450))[:, ::-1])
    points = ((landmarks + 0.5) * 1.5 - 0.5) * (-1, 1) + (449, 0)
    face = Face((0.0, 0.0, 1.0, 1.0), 1.0, points[MIRRORED_INDICES])
    document.exemplars.add(cut_exemplars(mirrored, [face], "Anna").exemplars)
    editor = Editor("cpu")
    for settings in _edits(document):
        steps = document.steps.items
        rebased = rebase_settings(settings, document.faces.landmarks, steps)
        below = composite_steps(document.original(), steps, rebased.window)
        result = editor.run(rebased.request(below))
        document.apply("Edit", (*steps, EditStep.from_result(rebased, result, steps)))
    first, *_, last = document.steps.items
    document.steps.set_opacity(last.number, 0.5)
    document.steps.paint(first.number, Patch(70, 60, np.full((9, 9), 200, np.uint8)), erase=True)
    document.mask.paint(Patch(10, 20, np.full((12, 20), 180, np.uint8)))
    document.sketch.paint(Patch(100, 20, np.full((2, 20), 255, np.uint8)))
    document.regions.paint(Patch(50, 60, np.full((9, 9), 255, np.uint8)), Region.EARS)
    return document


def _edits(document: Document) -> Iterator[EditSettings]:
    (face,), (anna,) = document.faces.items, document.exemplars.items
    points, window = face.landmarks, face_window(face.landmarks, document.shape)
    x, y = points[27].round().astype(int)
    hole = Patch(int(x) - 8, int(y) - 5, np.full((10, 16), 255, np.uint8))
    dragged = points + np.where(np.arange(68)[:, None] == 8, (0.0, 3.0), 0.0)
    yield FillSettings(hole, window, (points,))
    yield SmileSettings(window, points, 0.6, SmileKind.GENTLE)
    yield ReshapeSettings(window, points, dragged, 101)
    yield ExemplarSettings(window, points, anna, (WholePart.MASK,), 102, hole)
    yield StyleSettings(window, points, (WholePart.MASK,), 103, anna, hole, seed=3)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    handle_project(SaveProjectRequest(make_document().snapshot(), "Sample portrait", path), silent)
