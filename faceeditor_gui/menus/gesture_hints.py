"""The gestures that are no actions; the shortcut sheet tells them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GestureHint:
    """A gesture of mouse, pen or keys that is no action."""

    keys: str
    text: str


GESTURE_HINTS = (
    GestureHint("Wheel, pinch", "Zoom at the pointer"),
    GestureHint("Space + drag, middle button, two fingers, arrows", "Pan"),
    GestureHint("\\ or C, held", "Show the photo before all edits"),
    GestureHint("Shift + click", "Straight line from the last stroke"),
    GestureHint("Right button, pen's eraser", "Erase with the brush, take away with a shape"),
    GestureHint("Alt + right button, dragged", "Brush size sideways, hardness up and down"),
    GestureHint("Shift, Alt before a shape", "Add to the mask, take away from it"),
    GestureHint("Shift while dragging a shape", "Square or circle"),
    GestureHint("Return, Backspace", "Close a polygon, take a corner back"),
    GestureHint("Shift, Ctrl, Alt with a face point", "Its whole part, both sides, the point only"),
    GestureHint("Shift, Alt or right button on a region", "Add it to the mask, take it away"),
    GestureHint("Return, + and - in the list of regions", "Mask of the region, add, take away"),
    GestureHint("Right button with the hand, menu key", "What can be done here"),
    GestureHint("Double click on a face", "Zoom to it"),
    GestureHint("Shift or Ctrl + click on a face", "Choose it too: edits change all chosen faces"),
    GestureHint("Exemplar, dragged onto a face", "Take what is named under the pointer"),
    GestureHint("Return, Alt + arrows, Del on an exemplar", "Apply, move, delete it"),
    GestureHint("Del in the list of faces", "Forget the face"),
    GestureHint("Return, Esc in a number", "Take it, leave it; the photo has the keys again"),
)
