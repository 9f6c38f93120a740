"""Random walks through strokes, results and the undo history."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.anatomy.parts import FacePart
from core.edit.requests import EditResult, ExemplarRequest, ReshapeRequest
from core.face.face import Face
from core.image_io.photo import photo_from_array
from core.imaging.windows import whole_window
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import ExemplarSettings, FillSettings, ReshapeSettings
from faceeditor_gui.document.edit_step import (
    composite_steps,
    find_adjusted_step,
    lowest_stale_index,
    outcome_of,
    rebase_settings,
)
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.edit_plan import EditPlan, EditRun, adjustment_plan, fill_plan
from faceeditor_gui.jobs.fill_settings import settings_of_mask

SHAPE = (90, 150)
EVERYTHING = whole_window(*SHAPE)
State = tuple[bytes, bytes, tuple]


def _state(document: Document) -> State:
    """Tell everything that undo has to bring back."""
    shown = document.composited(EVERYTHING).tobytes()
    # A hidden result is made anew when it is shown; until then only the user's part of it counts.
    steps = tuple(
        (
            step.number,
            step.fingerprint if step.is_visible else step.fingerprint[1:],
            step.is_visible,
        )
        for step in document.steps.items
    )
    drawn = document.mask.read(EVERYTHING).tobytes() + document.sketch.read(EVERYTHING).tobytes()
    (face,) = document.faces.items
    points = face.landmarks.tobytes() + document.landmarks(face).tobytes()
    exemplars = bytes(one.number for one in document.exemplars.items)
    return drawn + exemplars, shown + points, steps


def _run(request) -> EditResult:
    """Turn what lies below to its negative, so that every change below shows."""
    if isinstance(request, ReshapeRequest):
        return _moved(request, request.targets)
    if isinstance(request, ExemplarRequest):
        return _moved(request, request.landmarks + request.strength)
    rows, columns = (np.flatnonzero(request.mask.any(axis=axis)) for axis in (1, 0))
    window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    patch, coverage = 255 - request.image[window], request.mask[window].copy()
    return EditResult(patch, int(columns[0]), int(rows[0]), coverage, request)


def _moved(request: ReshapeRequest | ExemplarRequest, points: np.ndarray) -> EditResult:
    coverage = np.zeros(request.image.shape[:2], np.uint8)
    coverage[2:20, 3:40] = 255
    patch = 255 - request.image
    return EditResult(patch, 0, 0, coverage, request, landmarks=points)


def _run_stale_steps(document: Document) -> None:
    """Run what is stale, as `StaleSteps` does."""
    while (index := lowest_stale_index(document.steps.items)) is not None:
        step, below = document.steps.items[index], document.steps.items[:index]
        image = composite_steps(document.original(), below, step.settings.window)
        settings = rebase_settings(step.settings, document.faces.landmarks, below)
        result = _run(settings.request(image))
        document.steps.refresh_step(replace(step, outcome=outcome_of(settings, result, below)))


def _finish(document: Document, plan: EditPlan) -> None:
    while not plan.is_done:
        faces = document.faces.landmarks
        plan.add_result(_run(plan.request(document.original(), document.steps.items, faces)))
    document.apply(plan.text, plan.apply_to(document.steps.items), plan.filled_holes)


def _stroke(draw_from: np.random.Generator) -> Patch:
    left, top = (int(draw_from.integers(0, side - 30)) for side in SHAPE[::-1])
    width, height = (int(side) for side in draw_from.integers(3, 30, 2))
    levels = draw_from.choice(np.array([60, 128, 255], np.uint8), (height, width))
    return Patch(left, top, levels)


def _act(document: Document, action: str, random: np.random.Generator) -> None:
    if action == "fill":
        if not document.mask.is_empty:
            _finish(document, fill_plan(settings_of_mask(document)))
    elif action == "invert":
        document.mask.invert()
    elif action in ("paint", "erase", "sketch", "erase sketch"):
        draw = (document.sketch if "sketch" in action else document.mask).paint
        draw(_stroke(random), erase="erase" in action)
    elif action in ("reshape", "points", "reset", "borrow", "delete exemplar"):
        _act_on_face(document, action, random)
    elif action in ("undo", "redo"):
        getattr(document.undo_stack, action)()
    elif document.steps.items:
        _act_on_step(document, action, random)


def _act_on_face(document: Document, action: str, random: np.random.Generator) -> None:
    (face,) = document.faces.items
    if action == "reset":
        document.reset_landmarks([face])
        return
    if action == "delete exemplar":
        document.exemplars.delete(int(random.integers(1, 4)))
        return
    if action == "borrow":
        _borrow(document, face, random)
        return
    present = document.steps.reshape_of(face.landmarks)
    below = document.landmarks(face, below=present)
    goal = document.landmarks(face) + random.normal(0, 1, (68, 2))
    number = present.settings.number if present is not None else int(random.integers(1 << 30))
    if action == "points":
        document.faces.move_landmarks(face, goal)
    else:
        wanted = ReshapeSettings(EVERYTHING, below, goal, number)
        _finish(document, adjustment_plan([wanted], document.steps.items))


def _borrow(document: Document, face: Face, random: np.random.Generator) -> None:
    exemplar = document.exemplars.chosen
    if exemplar is not None:
        number, strength = int(random.integers(2)), float(random.random())
        parts = (FacePart.MOUTH,)
        wanted = ExemplarSettings(EVERYTHING, face.landmarks, exemplar, parts, number)
        present = find_adjusted_step(wanted, document.steps.items)
        points = document.landmarks(face, below=present)
        wanted = replace(wanted, landmarks=points, strength=strength)
        _finish(document, adjustment_plan([wanted], document.steps.items))


def _act_on_step(document: Document, action: str, random: np.random.Generator) -> None:
    step_list, step = (
        document.steps,
        document.steps.items[int(random.integers(len(document.steps.items)))],
    )
    level, small = float(random.integers(11)) / 10, int(random.integers(4))
    if action == "hide":
        step_list.set_visible(step.number, not step.is_visible)
    elif action == "fade":
        step_list.set_opacity(step.number, level, gesture=small)
    elif action == "delete":
        step_list.delete(step.number)
    elif action == "fill again":
        if isinstance(step.settings, FillSettings):
            wider = replace(step.settings, grow=small)
            _finish(document, EditPlan("Fill again", [EditRun(wider, step)]))
    else:
        step_list.paint(step.number, _stroke(random), erase=action == "bring back")


ACTIONS = (
    "paint",
    "paint",
    "erase",
    "invert",
    "fill",
    "fill",
    "hide",
    "fade",
    "delete",
    "bring back",
    "restore",
    "fill again",
    "sketch",
    "erase sketch",
    "reshape",
    "reshape",
    "points",
    "reset",
    "borrow",
    "borrow",
    "delete exemplar",
    "undo",
    "undo",
    "redo",
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(ACTIONS), min_size=3, max_size=30),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
@example(actions=["reshape", "borrow", "hide", "hide", "hide"], seed=28430, spills=False)
def test_every_undo_and_redo_returns_the_exact_state(qapp, make_face, actions, seed, spills):
    document, random = Document(), np.random.default_rng(seed)
    pixels = np.random.default_rng(1).integers(0, 256, (*SHAPE, 3), np.uint8)
    document.open(photo_from_array(pixels), "noise.png")
    document.faces.set_found((make_face(70.0, 40.0, 30.0),))
    pixels_and_landmarks = StoredArray(np.zeros((4, 4, 3), np.uint8)), np.zeros((68, 2))
    document.exemplars.add(
        ListedExemplar(name, *pixels_and_landmarks) for name in ("Anna", "Bert", "Cleo")
    )
    document.undo_memory.set_budget(0 if spills else 1 << 30)
    states = [_state(document)]
    for action in actions:
        count = document.undo_stack.count()
        _act(document, action, random)
        index = document.undo_stack.index()
        if action in ("undo", "redo"):
            assert _state(document) == states[index]
        _run_stale_steps(document)
        is_new = document.undo_stack.count() != count or index == count == len(states) - 1
        if action not in ("undo", "redo") and is_new:
            states[index:] = [_state(document)]
        assert _state(document) == states[index]
    for index in reversed(range(document.undo_stack.index())):
        document.undo_stack.undo()
        assert _state(document) == states[index]
    for index in range(1, len(states)):
        document.undo_stack.redo()
        assert _state(document) == states[index]
    assert spills is False or document.undo_memory.bytes_in_memory == 0
