"""Random walks through the mask's tools and the undo history."""

from __future__ import annotations

from functools import partial

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.image_io.photo import photo_from_array
from core.imaging.arrays import Mask
from core.imaging.windows import whole_window
from faceeditor_gui.canvas.tools.stroke import Stroke
from faceeditor_gui.document import mask_operations
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.tool_state import BrushSettings

SHAPE = (90, 150)
EVERYTHING = whole_window(*SHAPE)

positions = st.tuples(st.floats(-20, 170), st.floats(-20, 110))
shares = st.floats(0.05, 1.0)
brushes = st.builds(
    BrushSettings,
    diameter=st.integers(1, 60),
    hardness=shares,
    opacity=shares,
    spacing=st.sampled_from((0.0, 0.3, 1.5)),
)


def _stroke(
    document: Document, brush: BrushSettings, path: list[tuple[float, float]], *, erase: bool
) -> None:
    stroke = Stroke(SHAPE, brush)
    for number, position in enumerate(path):
        stroke.extend(position, 0.2 + 0.8 / (number + 1))
    patch = stroke.patch()
    if patch is not None:
        document.mask.paint(patch, erase=erase)


def _shape(
    document: Document, corners: list[tuple[float, float]], mask_mode: MaskMode, feather: int
) -> None:
    patch = mask_operations.polygon_patch(SHAPE, np.array(corners), feather)
    if patch is not None:
        mask = document.mask.read(EVERYTHING)
        document.mask.change("Select", *mask_operations.combine_patch(mask, patch, mask_mode))


def _edge(document: Document, name: str, pixels: int) -> None:
    edits = {
        "grow": partial(mask_operations.grow_mask, pixels=pixels),
        "shrink": partial(mask_operations.shrink_mask, pixels=pixels),
        "feather": partial(mask_operations.feather_mask, pixels=pixels),
        "fill": mask_operations.fill_enclosed,
    }
    if not document.mask.is_empty:
        document.mask.change(name, *edits[name](document.mask.read(EVERYTHING)))


def _clear(document):
    document.mask.clear()


def _invert(document):
    document.mask.invert()


walks = st.lists(
    st.one_of(
        st.builds(
            partial,
            st.just(_stroke),
            brush=brushes,
            path=st.lists(positions, min_size=1, max_size=4),
            erase=st.booleans(),
        ),
        st.builds(
            partial,
            st.just(_shape),
            corners=st.lists(positions, min_size=3, max_size=6),
            mask_mode=st.sampled_from(MaskMode),
            feather=st.sampled_from((0, 0, 3)),
        ),
        st.builds(
            partial,
            st.just(_edge),
            name=st.sampled_from(("grow", "shrink", "feather", "fill")),
            pixels=st.integers(1, 12),
        ),
        st.sampled_from((_clear, _invert)),
        st.sampled_from((-3, -2, -1, 1, 2)),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(walk=walks)
def test_undo_and_redo_return_the_exact_mask_after_any_sequence_of_tools(qapp, walk):
    document = Document()
    document.open(photo_from_array(np.zeros((*SHAPE, 3), np.uint8)), "black.png")
    states: list[Mask] = [document.mask.read(EVERYTHING)]
    stack = document.undo_stack
    for step in walk:
        if isinstance(step, int):
            for _ in range(abs(step)):
                stack.undo() if step < 0 else stack.redo()
        else:
            before = stack.index()
            step(document)
            if stack.index() > before:
                states[stack.index() :] = [document.mask.read(EVERYTHING)]
        np.testing.assert_array_equal(document.mask.read(EVERYTHING), states[stack.index()])
    assert stack.count() == len(states) - 1
    for index in [*range(len(states)), *reversed(range(len(states)))]:
        stack.setIndex(index)
        np.testing.assert_array_equal(document.mask.read(EVERYTHING), states[index])
    stack.clear()
