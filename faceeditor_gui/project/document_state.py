"""A document's snapshot as a project, and back. No Qt.

What cannot be made of a project, because it is damaged, is left out: the rest opens.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from core.anatomy.landmarks import Landmarks
from core.face.face import Face
from core.image_io.photo import Photo, write_photo
from core.imaging.windows import intersection, whole_window
from core.project.project import Layer, PaintedLayer, PhotoFile, Project
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.edit_settings import EditSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome, Steps
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.listed_face import ListedFace
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.snapshot import DocumentSnapshot
from faceeditor_gui.document.sparse_mask import SparseMask
from faceeditor_gui.document.wording import describe_edit
from faceeditor_gui.project.array_table import ArrayReader, ArrayWriter, State
from faceeditor_gui.project.settings_state import (
    ExemplarTable,
    landmarks_from_state,
    landmarks_to_state,
    settings_from_state,
    settings_to_state,
)

Part = TypeVar("Part")

MASK, SKETCH = "Mask", "Sketch"
"""Names of the painted layers in other programs."""
DAMAGE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What malformed states raise when something is made of them."""


def project_of(snapshot: DocumentSnapshot, name: str) -> Project:
    """Make a project of a snapshot.

    Args:
        snapshot: of the document.
        name: of a photo that came from no file.
    """
    arrays = ArrayWriter()
    painted = [(MASK, snapshot.mask), (SKETCH, snapshot.sketch)]
    state = snapshot_to_state(snapshot, arrays, ExemplarTable())
    return Project(
        snapshot.photo,
        snapshot.photo_file or file_of(snapshot.photo, name),
        [layer_of(step) for step in snapshot.steps],
        [
            PaintedLayer(title, patch.left, patch.top, patch.pixels)
            for title, patch in painted
            if patch is not None
        ],
        state,
        arrays.arrays,
    )


def snapshot_to_state(
    snapshot: DocumentSnapshot, arrays: ArrayWriter, exemplars: ExemplarTable
) -> State:
    """Turn a snapshot into a state, all but the photo; both tables are filled."""
    for one in snapshot.exemplars:
        exemplars.add(one)
    return {
        "steps": [step_to_state(step, arrays, exemplars) for step in snapshot.steps],
        "mask": arrays.add_patch(snapshot.mask),
        "sketch": arrays.add_patch(snapshot.sketch),
        "regions": arrays.add_mask(snapshot.painted_regions),
        "faces": [face_to_state(one) for one in snapshot.faces],
        "chosen_face": snapshot.chosen_face,
        "exemplars": [exemplar_to_state(one, arrays) for one in exemplars.items],
        "listed_exemplars": len(snapshot.exemplars),
        "chosen_exemplar": snapshot.chosen_exemplar,
    }


def layer_of(step: EditStep) -> Layer:
    """Make the layer that shows a step."""
    outcome = step.outcome
    coverage = outcome.coverage.array
    return Layer(
        step.name or describe_edit(step.settings),
        outcome.left,
        outcome.top,
        outcome.patch.array,
        step.full_coverage(step.window) if step.layer_mask.tiles else coverage,
        step.weight,
        step.opacity,
        step.is_visible,
    )


def file_of(photo: Photo, name: str) -> PhotoFile:
    """Make a file of a photo that came from none: a PNG with the same samples."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.png"
        write_photo(photo, path, edited=False)
        return PhotoFile(name + path.suffix, np.frombuffer(path.read_bytes(), np.uint8))


def snapshot_of(project: Project) -> tuple[DocumentSnapshot, bool]:
    """Make the snapshot that a project holds.

    Returns:
        The snapshot, and whether it is all of it: what is damaged is left out.
    """
    reader = StateReader(project)
    return reader.snapshot(), reader.is_whole


class StateReader:
    """Makes the parts of a snapshot, one by one."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.arrays = ArrayReader(project.arrays)
        self.exemplars: list[ListedExemplar | None] = []
        """All that the snapshot names, in the order of the state."""
        width, height = project.photo.size
        self._whole = whole_window(height, width)
        self.is_whole = not project.notices
        """Whether nothing was damaged so far."""

    def snapshot(self) -> DocumentSnapshot:
        """Make all of it."""
        state = self._project.state
        if not state:
            return DocumentSnapshot(self._project.photo, self._project.photo_file)
        self.exemplars = [self._try(self._exemplar, one) for one in self._list("exemplars")]
        listed = self.exemplars[: _index(state.get("listed_exemplars"))]
        faces = [self._try(face_from_state, one) for one in self._list("faces")]
        return DocumentSnapshot(
            self._project.photo,
            self._project.photo_file,
            self._steps(self._list("steps")),
            self._try(self._patch, state.get("mask")),
            self._try(self._patch, state.get("sketch")),
            tuple(one for one in faces if one is not None),
            _index(state.get("chosen_face")),
            self._try(self.arrays.sparse_mask, state.get("regions")) or SparseMask(),
            tuple(one for one in listed if one is not None),
            _index(state.get("chosen_exemplar")),
        )

    def _list(self, key: str) -> Sequence[Any]:
        value = self._project.state.get(key)
        if isinstance(value, list):
            return value
        self.is_whole = False
        return ()

    def _try(self, make: Callable[[Any], Part], state: object) -> Part | None:
        """Make a part of the document of its state; None if there is none, or it is damaged."""
        if state is None:
            return None
        try:
            return make(state)
        except DAMAGE:
            self.is_whole = False
            return None

    def _steps(self, states: Sequence[State]) -> Steps:
        layers = self._project.layers
        steps = [
            self._try(lambda one: step_from_state(one, self.arrays, self.exemplars), state)
            for place, state in enumerate(states)
            if place >= len(layers) or layers[place] is not None
        ]
        return tuple(step for step in steps if step is not None and self._fits(step))

    def _fits(self, step: EditStep) -> bool:
        """Tell whether a step lies in the photo and has its depth."""
        settings = step.settings
        windows = [step.window, settings.window]
        inner = [getattr(settings, name, None) for name in ("hole", "sketch")]
        is_inside = all(intersection(one, self._whole) == one for one in windows) and all(
            intersection(one.window, settings.window) == one.window
            for one in inner
            if one is not None
        )
        is_deep = step.outcome.patch.array.dtype == self._project.photo.image.dtype
        self.is_whole = self.is_whole and is_inside and is_deep
        return is_inside and is_deep

    def _patch(self, state: State) -> Patch | None:
        patch = self.arrays.patch(state)
        if patch is not None and intersection(patch.window, self._whole) != patch.window:
            raise ValueError("the mask does not lie in the photo")
        return patch

    def _exemplar(self, state: State) -> ListedExemplar:
        return exemplar_from_state(state, self.arrays)


def step_to_state(step: EditStep, arrays: ArrayWriter, exemplars: ExemplarTable) -> State:
    """Turn a step into a state."""
    outcome, offsets = step.outcome, step.outcome.landmark_offsets
    return {
        "settings": settings_to_state(step.settings, arrays, exemplars),
        "number": step.number,
        "opacity": float(step.opacity),
        "is_visible": step.is_visible,
        "name": step.name,
        "layer_mask": arrays.add_mask(step.layer_mask),
        "patch": arrays.add(outcome.patch),
        "coverage": arrays.add(outcome.coverage),
        "left": int(outcome.left),
        "top": int(outcome.top),
        "below": [list(one) for one in outcome.below],
        "fingerprint": outcome.fingerprint,
        "landmark_offsets": None if offsets is None else landmarks_to_state(offsets),
    }


def step_from_state(
    state: State, arrays: ArrayReader, exemplars: Sequence[ListedExemplar | None]
) -> EditStep:
    """Make a step of a state.

    Raises:
        LookupError, TypeError, ValueError: the state is malformed, or what it names is not there.
    """
    settings: EditSettings = settings_from_state(state["settings"], arrays, exemplars)
    patch, coverage = arrays.stored(state["patch"], 3), arrays.stored(state["coverage"])
    if coverage.array.dtype != np.uint8 or patch.array.shape[:2] != coverage.array.shape:
        raise ValueError("a patch and its coverage are of one size")
    offsets = state["landmark_offsets"]
    outcome = Outcome(
        patch,
        coverage,
        int(state["left"]),
        int(state["top"]),
        tuple((int(a), int(b), float(c), float(d)) for a, b, c, d in state["below"]),
        int(state["fingerprint"]),
        None if offsets is None else landmarks_from_state(offsets),
    )
    return EditStep(
        settings,
        outcome,
        int(state["number"]),
        float(state["opacity"]),
        bool(state["is_visible"]),
        arrays.sparse_mask(state["layer_mask"]),
        str(state.get("name", "")),
    )


def face_to_state(listed: ListedFace) -> State:
    """Turn a face into a state."""
    return {
        "box": [float(edge) for edge in listed.face.box],
        "score": float(listed.face.score),
        "landmarks": landmarks_to_state(listed.face.landmarks),
        "detected": landmarks_to_state(listed.detected),
        "is_manual": listed.is_manual,
    }


def face_from_state(state: State) -> ListedFace:
    """Make a face of a state.

    Raises:
        LookupError, TypeError, ValueError: the state is malformed.
    """
    left, top, right, bottom = map(float, state["box"])
    landmarks: Landmarks = landmarks_from_state(state["landmarks"])
    face = Face((left, top, right, bottom), float(state["score"]), landmarks)
    return ListedFace(face, landmarks_from_state(state["detected"]), bool(state["is_manual"]))


def exemplar_to_state(exemplar: ListedExemplar, arrays: ArrayWriter) -> State:
    """Turn an exemplar into a state."""
    return {
        "name": exemplar.name,
        "number": exemplar.number,
        "pixels": arrays.add(exemplar.pixels),
        "landmarks": landmarks_to_state(exemplar.landmarks),
    }


def exemplar_from_state(state: State, arrays: ArrayReader) -> ListedExemplar:
    """Make an exemplar of a state.

    Raises:
        LookupError, TypeError, ValueError: the state is malformed, or its pixels are not there.
    """
    pixels: StoredArray[Any] = arrays.stored(state["pixels"], 3)
    landmarks = landmarks_from_state(state["landmarks"])
    return ListedExemplar(str(state["name"]), pixels, landmarks, int(state["number"]))


def _index(value: object) -> int | None:
    return value if isinstance(value, int) else None
