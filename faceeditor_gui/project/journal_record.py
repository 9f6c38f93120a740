"""Turns what has happened to a document into a journal's records, and back. No Qt.

Steps, exemplars and arrays are written once, however many changes name them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from pathlib import Path
from weakref import WeakKeyDictionary

from core.imaging.arrays import Pixels
from core.project.project import PhotoFile, Project
from core.project.project_file import photo_in
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.edit_settings import EditSettings
from faceeditor_gui.document.edit_step import EditStep, Steps
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.listed_face import ListedFace
from faceeditor_gui.document.mask_delta import MaskDelta
from faceeditor_gui.document.recorded_change import (
    ChangeGroup,
    CoverageChange,
    ExemplarDeletion,
    FaceChange,
    FaceDeletion,
    RecordedChange,
    RegionsChange,
    StepsChange,
)
from faceeditor_gui.project.array_table import ArrayReader, ArrayWriter, State
from faceeditor_gui.project.document_state import (
    StateReader,
    exemplar_from_state,
    exemplar_to_state,
    face_from_state,
    face_to_state,
    file_of,
    snapshot_to_state,
    step_from_state,
    step_to_state,
)
from faceeditor_gui.project.journal_events import (
    Base,
    Event,
    ExemplarsListed,
    FacesListed,
    Moved,
    Pushed,
    Refreshed,
)
from faceeditor_gui.project.settings_state import (
    ExemplarTable,
    window_from_state,
    window_to_state,
)

Record = tuple[State, dict[str, Pixels]]
"""A state, and the arrays that it names for the first time."""
_PHOTO = "photo"
"""Names the bytes of the photo's own file among the arrays of a base."""


class RecordWriter:
    """Turns a base and the events after it into records, one after another."""

    def __init__(self) -> None:
        self._arrays = ArrayWriter()
        self._exemplars = ExemplarTable()
        self._known_exemplars = 0
        """How many of them stand in records already."""
        self._steps: WeakKeyDictionary[EditStep, int] = WeakKeyDictionary()
        """Their places among all steps that stand in records."""
        self._new_steps: list[State] = []
        self._places = count()

    def base(self, base: Base) -> Record:
        """Make the record of a base."""
        snapshot = base.snapshot
        file = snapshot.photo_file or file_of(snapshot.photo, base.name)
        state = {
            "name": base.name,
            "project": None if base.project_path is None else str(base.project_path),
            "photo": file.name,
            "page": file.page,
            "state": snapshot_to_state(snapshot, self._arrays, self._exemplars),
        }
        for step in snapshot.steps:
            self._steps[step] = next(self._places)
        self._known_exemplars = len(self._exemplars.items)
        return state, {**self._taken_arrays(), _PHOTO: file.data}

    def event(self, event: Event) -> Record:
        """Make the record of an event, with all that it names and no record before it holds."""
        match event:
            case Pushed(index, change):
                state: State = {"event": "pushed", "index": index, "change": self._change(change)}
            case Moved(index):
                state = {"event": "moved", "index": index}
            case Refreshed(step):
                state = {"event": "refreshed", "step": self._place(step)}
            case FacesListed(faces, chosen):
                listed = [face_to_state(one) for one in faces]
                state = {"event": "faces", "faces": listed, "chosen": chosen}
            case ExemplarsListed(exemplars, chosen):
                places = [self._exemplars.add(one) for one in exemplars]
                state = {"event": "exemplars", "exemplars": places, "chosen": chosen}
        state["new_steps"], self._new_steps = self._new_steps, []
        new = self._exemplars.items[self._known_exemplars :]
        state["new_exemplars"] = [exemplar_to_state(one, self._arrays) for one in new]
        self._known_exemplars = len(self._exemplars.items)
        return state, self._taken_arrays()

    def _taken_arrays(self) -> dict[str, Pixels]:
        taken, self._arrays.arrays = self._arrays.arrays, {}
        return taken

    def _change(self, change: RecordedChange) -> State:
        match change:
            case StepsChange(_, before, after):
                state: State = {"kind": "steps", **self._both(before, after)}
            case CoverageChange(_, layer, delta):
                state = {"kind": "coverage", "layer": layer, **self._delta(delta)}
            case FaceChange(_, before_face, after_face):
                faces = [ListedFace(one, one.landmarks) for one in (before_face, after_face)]
                state = {"kind": "face", "faces": [face_to_state(one) for one in faces]}
            case FaceDeletion(_, deleted):
                gone = [face_to_state(one) for one in deleted.values()]
                state = {"kind": "faces gone", "faces": gone, "positions": list(deleted)}
            case RegionsChange(_, painted_before, painted_after):
                masks = [self._arrays.add_mask(one) for one in (painted_before, painted_after)]
                state = {"kind": "regions", "masks": masks}
            case ExemplarDeletion(_, exemplar):
                state = {"kind": "exemplar", "exemplar": self._exemplars.add(exemplar)}
            case ChangeGroup(_, changes):
                state = {"kind": "group", "changes": [self._change(one) for one in changes]}
        return {"text": change.text, **state}

    def _both(self, before: Steps, after: Steps) -> State:
        return {
            "before": [self._place(step) for step in before],
            "after": [self._place(step) for step in after],
        }

    def _place(self, step: EditStep) -> int:
        if step not in self._steps:
            self._steps[step] = next(self._places)
            self._new_steps.append(step_to_state(step, self._arrays, self._exemplars))
        return self._steps[step]

    def _delta(self, delta: MaskDelta) -> State:
        return {
            "plain": [[window_to_state(window), bits] for window, bits in delta.plain],
            "windows": [window_to_state(window) for window in delta.windows],
            "bits": self._arrays.add(delta.bits),
        }


class RecordReader:
    """Turns records into a base and the events after it, one after another.

    Raises what malformed states raise: see `faceeditor_gui.project.document_state.DAMAGE`.
    """

    def __init__(self) -> None:
        self._pixels: dict[str, Pixels] = {}
        self._arrays = ArrayReader(self._pixels)
        self._exemplars: list[ListedExemplar | None] = []
        self._steps: list[EditStep] = []
        self._settings: dict[str, EditSettings] = {}
        """By their states: steps with the same settings share them, as they did."""

    def base(self, record: Record) -> Base:
        """Make a base of the first record.

        Raises:
            DamagedMemberError: its photo cannot be read.
        """
        state, arrays = record
        file = PhotoFile(str(state["photo"]), arrays.pop(_PHOTO), int(state.get("page", 1)))
        photo = photo_in(file.data.tobytes(), file.name, file.page)
        self._pixels.update(arrays)
        reader = StateReader(Project(photo, file, (), (), state["state"], self._pixels))
        snapshot = reader.snapshot()
        if not reader.is_whole:
            raise ValueError("the journal's base is damaged")
        self._arrays, self._exemplars = reader.arrays, reader.exemplars
        for step, one in zip(snapshot.steps, state["state"]["steps"], strict=True):
            self._add_step(step, one)
        snapshot = replace(snapshot, steps=tuple(self._steps))
        project = state["project"]
        return Base(snapshot, str(state["name"]), None if project is None else Path(project))

    def event(self, record: Record) -> Event:
        """Make an event of a later record."""
        state, arrays = record
        self._pixels.update(arrays)
        for one in state["new_exemplars"]:
            self._exemplars.append(exemplar_from_state(one, self._arrays))
        for one in state["new_steps"]:
            self._add_step(step_from_state(one, self._arrays, self._exemplars), one)
        match state["event"]:
            case "pushed":
                return Pushed(int(state["index"]), self._change(state["change"]))
            case "moved":
                return Moved(int(state["index"]))
            case "refreshed":
                return Refreshed(self._steps[state["step"]])
            case "faces":
                faces = tuple(face_from_state(one) for one in state["faces"])
                return FacesListed(faces, state["chosen"])
            case "exemplars":
                listed = tuple(self._exemplar(one) for one in state["exemplars"])
                return ExemplarsListed(listed, state["chosen"])
        raise ValueError(f"no event is called {state['event']}")

    def _add_step(self, step: EditStep, state: State) -> None:
        settings = self._settings.setdefault(json.dumps(state["settings"]), step.settings)
        self._steps.append(replace(step, settings=settings))

    def _change(self, state: State) -> RecordedChange:
        text = str(state["text"])
        match state["kind"]:
            case "steps":
                before, after = (
                    tuple(self._steps[place] for place in state[key]) for key in ("before", "after")
                )
                return StepsChange(text, before, after)
            case "coverage":
                return CoverageChange(text, str(state["layer"]), self._delta(state))
            case "face":
                before_face, after_face = (face_from_state(one).face for one in state["faces"])
                return FaceChange(text, before_face, after_face)
            case "faces gone":
                gone = map(face_from_state, state["faces"])
                return FaceDeletion(
                    text, dict(zip(map(int, state["positions"]), gone, strict=True))
                )
            case "regions":
                painted_before, painted_after = map(self._arrays.sparse_mask, state["masks"])
                return RegionsChange(text, painted_before, painted_after)
            case "exemplar":
                return ExemplarDeletion(text, self._exemplar(state["exemplar"]))
            case "group":
                return ChangeGroup(text, tuple(self._change(one) for one in state["changes"]))
        raise ValueError(f"no change is called {state['kind']}")

    def _delta(self, state: State) -> MaskDelta:
        return MaskDelta(
            tuple((window_from_state(window), int(bits)) for window, bits in state["plain"]),
            tuple(window_from_state(window) for window in state["windows"]),
            StoredArray(self._pixels[state["bits"]]),
        )

    def _exemplar(self, place: int) -> ListedExemplar:
        exemplar = self._exemplars[place]
        if exemplar is None:
            raise LookupError("an exemplar is damaged")
        return exemplar
