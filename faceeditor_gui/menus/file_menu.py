"""Photos and projects: open, save, export, the open photos."""

from __future__ import annotations

from functools import partial

from faceeditor_gui.commands.send_to import SendTo
from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.needs import Needs


def file_actions(context: ActionContext) -> list[ActionSpec]:
    """List what is done with photos and projects."""
    menu, files, photo = "file", context.files, Needs.PHOTO
    return [
        ActionSpec("file.open", menu, "&Open…", "Ctrl+O", files.open, icon="folder-open-outline"),
        ActionSpec("file.page", menu, "Open another pa&ge…", "", files.open_page, Needs.PAGES),
        ActionSpec(
            "file.open_sample",
            menu,
            "Open the sa&mple portrait",
            "",
            files.open_sample,
            ends_group=True,
        ),
        ActionSpec("file.save", menu, "&Save", "Ctrl+S", files.save, photo, "content-save-outline"),
        ActionSpec(
            "file.save_as",
            menu,
            "Save &as…",
            "Ctrl+Shift+S",
            files.save_as,
            photo,
            "content-save-edit-outline",
        ),
        ActionSpec("file.save_copy", menu, "Save a &copy…", "Ctrl+Alt+S", files.save_copy, photo),
        ActionSpec("file.revert", menu, "Re&vert", "", files.revert, photo, ends_group=True),
        ActionSpec("file.export", menu, "&Export", "Ctrl+E", files.export, photo, "export-variant"),
        ActionSpec(
            "file.export_as",
            menu,
            "E&xport as…",
            "Ctrl+Shift+E",
            files.export_as,
            photo,
            ends_group=not context.send_to.programs,
        ),
        *_send_actions(context.send_to),
        ActionSpec(
            "file.batch",
            menu,
            "Edit a &folder…",
            "",
            files.batch,
            icon="folder-multiple-image",
            ends_group=True,
        ),
        ActionSpec(
            "file.next",
            menu,
            "&Next open photo",
            "Ctrl+PgDown",
            context.series.show_next,
            Needs.SERIES,
            "chevron-right",
        ),
        ActionSpec(
            "file.previous",
            menu,
            "&Previous open photo",
            "Ctrl+PgUp",
            partial(context.series.show_next, -1),
            Needs.SERIES,
            "chevron-left",
        ),
        ActionSpec(
            "file.close",
            menu,
            "Close t&his photo",
            "Ctrl+W",
            files.close_photo,
            Needs.SERIES,
            "close",
            ends_group=True,
        ),
        ActionSpec("file.quit", menu, "&Quit", "Ctrl+Q", context.window.close),
    ]


def _send_actions(send_to: SendTo) -> list[ActionSpec]:
    """List the programs that are there to go on in."""
    last = send_to.programs[-1:]
    return [
        ActionSpec(
            f"file.send_to_{program.name.lower()}",
            "file",
            f"Send to {program.name}, {'with layers' if program.bits is None else 'flattened'}",
            "",
            partial(send_to.send, program),
            Needs.PHOTO,
            "send-outline",
            ends_group=program in last,
        )
        for program in send_to.programs
    ]
