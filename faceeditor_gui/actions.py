"""One table of every menu entry, shortcut and tooltip, and of the gestures beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from faceeditor_gui.canvas.view import Canvas
from faceeditor_gui.document import Document
from faceeditor_gui.file_commands import FileCommands
from faceeditor_gui.runner import EditRunner
from faceeditor_gui.tool_state import ToolName, ToolState


class Needs(Enum):
    """What has to be there for an action to make sense."""

    NOTHING = auto()
    PHOTO = auto()
    MASK = auto()
    UNDO = auto()
    REDO = auto()


@dataclass(frozen=True)
class ActionSpec:
    """One row of the table."""

    menu: str
    text: str
    keys: str
    """Shortcuts, separated by spaces."""
    run: Callable[[], object]
    needs: Needs = Needs.NOTHING
    icon: str = ""
    is_on: Callable[[], bool] | None = None
    """For what is switched on and off: whether it is on now."""
    ends_group: bool = False

    @property
    def is_for_canvas(self) -> bool:
        """Tell whether the keys are such as a text field needs: then only the canvas hears them."""
        return "Ctrl+" not in self.keys and any(
            len(key.rpartition("+")[2] or "+") == 1 or key == "Tab" for key in self.keys.split()
        )


@dataclass(frozen=True)
class Gesture:
    """What hands do besides menu entries; for the shortcut sheet."""

    keys: str
    text: str


GESTURES = (
    Gesture("Wheel, pinch", "Zoom at the pointer"),
    Gesture("Space + drag, middle button", "Pan"),
    Gesture("\\ or C, held", "Show the photo before all edits"),
    Gesture("Shift + click", "Straight line from the last stroke"),
    Gesture("Right button", "Erase with the brush, paint with the eraser"),
)


class WindowCommands(Protocol):
    """What the window itself can do."""

    def undo(self) -> None:
        """Take back the last change, or the edit that runs."""

    def redo(self) -> None:
        """Bring back what was undone."""

    def cancel(self) -> None:
        """Stop the gesture or the work under way."""

    def toggle_panels(self) -> None:
        """Hide or show everything beside the canvas."""

    def toggle_theme(self) -> None:
        """Change between dark and light."""

    def is_light(self) -> bool:
        """Tell whether the window is light."""

    def move_focus(self) -> None:
        """Move between canvas and panels."""

    def show_shortcuts(self) -> None:
        """Show the shortcut sheet."""

    def show_about(self) -> None:
        """Show version and licences."""

    def close(self) -> bool:
        """Close the window."""


@dataclass(frozen=True)
class Targets:
    """Everything that actions act on."""

    window: WindowCommands
    canvas: Canvas
    document: Document
    tool_state: ToolState
    runner: EditRunner
    files: FileCommands


def action_table(on: Targets) -> list[ActionSpec]:
    """List every action, menu by menu."""
    return [
        *_file_actions(on),
        *_edit_actions(on),
        *_view_actions(on),
        *_tool_actions(on),
        *_mask_actions(on),
        *_face_actions(on),
        *_help_actions(on),
    ]


def present_needs(document: Document, runner: EditRunner) -> set[Needs]:
    """Tell what is there."""
    stack = document.undo_stack
    claims = {
        Needs.NOTHING: True,
        Needs.PHOTO: document.photo is not None,
        Needs.MASK: document.has_mask,
        Needs.UNDO: stack.canUndo() or runner.is_running,
        Needs.REDO: stack.canRedo(),
    }
    return {need for need, is_there in claims.items() if is_there}


def _file_actions(on: Targets) -> list[ActionSpec]:
    menu, files, photo = "&File", on.files, Needs.PHOTO
    return [
        ActionSpec(menu, "&Open…", "Ctrl+O", files.open, icon="folder-open-outline"),
        ActionSpec(menu, "Open the sa&mple portrait", "", files.open_sample, ends_group=True),
        ActionSpec(menu, "&Save", "Ctrl+S", files.save, photo, "content-save-outline"),
        ActionSpec(
            menu,
            "Save &as…",
            "Ctrl+Shift+S",
            files.save_as,
            photo,
            "content-save-edit-outline",
            ends_group=True,
        ),
        ActionSpec(menu, "&Quit", "Ctrl+Q", on.window.close),
    ]


def _edit_actions(on: Targets) -> list[ActionSpec]:
    menu, window = "&Edit", on.window
    return [
        ActionSpec(menu, "&Undo", "Ctrl+Z", window.undo, Needs.UNDO, "undo"),
        ActionSpec(menu, "&Redo", "Ctrl+Shift+Z Ctrl+Y", window.redo, Needs.REDO, "redo"),
        ActionSpec(menu, "&Cancel", "Esc", window.cancel, icon="cancel", ends_group=True),
        ActionSpec(menu, "&Paste a picture", "Ctrl+V", on.files.paste, icon="content-paste"),
    ]


def _view_actions(on: Targets) -> list[ActionSpec]:
    menu, canvas, window, photo = "&View", on.canvas, on.window, Needs.PHOTO
    layers = canvas.layers
    return [
        ActionSpec(
            menu, "Zoom &in", "Ctrl++ Ctrl+=", canvas.zoom_in, photo, "magnify-plus-outline"
        ),
        ActionSpec(menu, "Zoom &out", "Ctrl+-", canvas.zoom_out, photo, "magnify-minus-outline"),
        ActionSpec(menu, "&Fit", "F", canvas.fit, photo, "fit-to-page-outline"),
        ActionSpec(
            menu,
            "&100 %",
            "1",
            canvas.zoom_to_pixels,
            photo,
            "numeric-1-box-outline",
            ends_group=True,
        ),
        ActionSpec(
            menu,
            "Face &boxes",
            "Ctrl+H",
            layers.toggle_faces,
            photo,
            is_on=layers.has_faces_shown,
        ),
        ActionSpec(
            menu,
            "&Landmarks",
            "Ctrl+L",
            layers.toggle_landmarks,
            photo,
            is_on=layers.has_landmarks_shown,
            ends_group=True,
        ),
        ActionSpec(menu, "&Hide panels", "Tab", window.toggle_panels),
        ActionSpec(menu, "&Next area", "F6", window.move_focus, ends_group=True),
        ActionSpec(menu, "Light &theme", "", window.toggle_theme, is_on=window.is_light),
    ]


def _tool_actions(on: Targets) -> list[ActionSpec]:
    menu, state = "&Tools", on.tool_state

    def tool(text: str, keys: str, name: ToolName, icon: str, *, last: bool = False) -> ActionSpec:
        return ActionSpec(
            menu,
            text,
            keys,
            lambda: state.take(name),
            Needs.PHOTO,
            icon,
            is_on=lambda: state.tool is name,
            ends_group=last,
        )

    return [
        tool("&Hand", "H", ToolName.HAND, "hand-back-right-outline"),
        tool("&Brush", "B", ToolName.BRUSH, "brush"),
        tool("&Eraser", "E", ToolName.ERASER, "eraser"),
        tool("Face b&ox", "G", ToolName.FACE_BOX, "face-recognition", last=True),
        ActionSpec(menu, "S&wap brush and eraser", "X", state.swap, Needs.PHOTO),
        ActionSpec(menu, "&Larger", "] .", state.enlarge, Needs.PHOTO),
        ActionSpec(menu, "S&maller", "[ ,", state.shrink, Needs.PHOTO),
        ActionSpec(menu, "Ha&rder", "Shift+] Shift+.", state.harden, Needs.PHOTO),
        ActionSpec(menu, "So&fter", "Shift+[ Shift+,", state.soften, Needs.PHOTO),
    ]


def _mask_actions(on: Targets) -> list[ActionSpec]:
    menu, document = "&Mask", on.document
    return [
        ActionSpec(
            menu,
            "&Fill",
            "Ctrl+Return Ctrl+Enter",
            on.runner.fill,
            Needs.PHOTO,
            "auto-fix",
            ends_group=True,
        ),
        ActionSpec(menu, "&Clear", "Ctrl+D", document.clear_mask, Needs.MASK, "selection-off"),
        ActionSpec(menu, "&Invert", "Ctrl+I", document.invert_mask, Needs.PHOTO, "invert-colors"),
    ]


def _face_actions(on: Targets) -> list[ActionSpec]:
    menu = "F&ace"
    return [
        ActionSpec(
            menu, "&Smile", "S", on.runner.smile_fully, Needs.PHOTO, "emoticon-happy-outline"
        ),
    ]


def _help_actions(on: Targets) -> list[ActionSpec]:
    menu, window = "&Help", on.window
    return [
        ActionSpec(menu, "&Shortcuts", "? F1", window.show_shortcuts, icon="keyboard-outline"),
        ActionSpec(menu, "&About", "", window.show_about),
    ]
