"""Sends the picture to another program: a copy of it in a temporary file, which that program opens.

The file stays when this program ends, as the other one may still have it open; the system clears
its temporary folder by itself.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.state.other_programs import GIMP, KRITA, OtherProgram, find_program


class SendTo(QObject):
    """Knows which programs there are, and starts them."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self, document: Document, photo_files: PhotoFiles, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._photo_files = photo_files
        found = ((program, find_program(program)) for program in (GIMP, KRITA))
        self._paths = {program: path for program, path in found if path is not None}

    @property
    def programs(self) -> tuple[OtherProgram, ...]:
        """Those that are installed."""
        return tuple(self._paths)

    def send(self, program: OtherProgram) -> None:
        """Write a temporary file and open it in a program."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="faceeditor-"))
        except OSError as error:
            self.posted.emit(
                self.tr("No temporary file can be written ({0}); make room first.").format(
                    error.strerror
                )
            )
            return
        path = folder / (Path(self._document.name).stem + program.suffix)
        self._photo_files.write(path, program.bits, lambda _: self._start(program, path))

    def _start(self, program: OtherProgram, path: Path) -> None:
        started, _ = QProcess.startDetached(str(self._paths[program]), [str(path)])
        if started:
            text = self.tr("{0} opens a copy; what you do there stays there, so save it there.")
        else:
            text = self.tr("{0} does not start; export the picture, and open it there.")
        self.posted.emit(text.format(program.name))
