"""The library: keeps exemplars, edits and brushes between starts, and gives them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QObject, Signal

from core.errors import CoreError
from core.image_io.formats import READABLE_SUFFIXES
from faceeditor_gui.appearance import qimage
from faceeditor_gui.commands.presets import Presets
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar import FoundExemplars, ListedExemplar
from faceeditor_gui.document.exemplar_list import exemplar_number_in
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.jobs.engine import FindExemplarsRequest
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.project import library_folder
from faceeditor_gui.project.library_folder import EntryKind, LibraryContents, LibraryEntry
from faceeditor_gui.project.library_requests import (
    KeepEditRequest,
    KeepExemplarRequest,
    ReadLibraryRequest,
)
from faceeditor_gui.state.tool_state import ToolState

Thing = TypeVar("Thing")


class Library(QObject):
    """What is kept in one folder; a panel shows it, drags and menus bring things in and out."""

    changed = Signal()
    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        job_queue: JobQueue,
        presets: Presets,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._job_queue = job_queue
        self._presets = presets
        self.folder = library_folder.default_folder()
        self.entries: tuple[LibraryEntry, ...] = ()
        """Oldest first."""
        self.damaged: tuple[str, ...] = ()
        """Names of files in the folder that cannot be read."""
        self._was_read = False

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(one.size for one in self.entries)

    def find(self, key: str) -> LibraryEntry | None:
        """Find an entry by its key."""
        return next((one for one in self.entries if one.key == key), None)

    def read(self) -> None:
        """Read what is kept, in the background."""

        def show(contents: LibraryContents) -> None:
            self.entries, self.damaged = contents.entries, contents.damaged
            self.changed.emit()

        self._was_read = True
        request = ReadLibraryRequest(self.folder)
        self._submit(lambda: request, show, key=ReadLibraryRequest)

    # Keeping.

    def keep_chosen_exemplar(self) -> None:
        """Keep the chosen exemplar."""
        exemplar = self._document.exemplars.chosen
        if exemplar is None:
            self.posted.emit(self.tr("Drop a photo of a face on the Exemplars panel first."))
        else:
            self.keep_exemplar(exemplar)

    def keep_exemplar(self, exemplar: ListedExemplar) -> None:
        """Keep an exemplar; whose face it is is found out in the background."""

        def make_request() -> KeepExemplarRequest:
            kept = (one for one in self.entries if one.kind is EntryKind.EXEMPLAR)
            return KeepExemplarRequest(self.folder, exemplar, tuple(kept))

        self._submit(make_request, self._add)

    def keep_selected_edit(self) -> None:
        """Keep what the selected edit can be made again with on any face."""
        step = self._document.steps.selected
        if step is None:
            self.posted.emit(self.tr("Click what you want to keep in the list of edits first."))
        elif not library_folder.can_be_kept(step.settings):
            self.posted.emit(
                self.tr(
                    "That belongs to one place in this photo; smiles, hair colours, exemplars and "
                    "styles can be kept."
                )
            )
        else:
            settings, name = step.settings, describe_settings(step.settings)
            self._submit(lambda: KeepEditRequest(self.folder, settings, name), self._add)

    def keep_brush(self) -> None:
        """Keep the settings of the brush, eraser or pen in hand."""
        tool, brush = self._tool_state.brush_tool, self._tool_state.brush
        name = self.tr("{0} {1} px, hardness {2:.0f} %").format(
            str(tool).capitalize(), brush.diameter, 100 * brush.hardness
        )
        entry = self._tried(lambda: library_folder.keep_brush(self.folder, tool, brush, name))
        if entry is not None:
            self._add(entry)

    def can_keep(self, data: QMimeData) -> bool:
        """Tell whether what is dragged may be kept: files, a picture, an exemplar."""
        return data.hasUrls() or data.hasImage() or exemplar_number_in(data) is not None

    def add_mime_data(self, data: QMimeData) -> bool:
        """Keep what was dropped: files or a picture of faces, or an exemplar of the document."""
        exemplar = self._document.exemplars.find(exemplar_number_in(data))
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        image = qimage.from_mime_data(data) if exemplar is None and not paths else None
        if exemplar is not None:
            self.keep_exemplar(exemplar)
        elif image is not None:
            pasted = FindExemplarsRequest(qimage.to_rgb(image), self.tr("Pasted face"))
            self._find([pasted])
        else:
            files = [file for path in paths for file in _pictures_in(path)]
            self._find([FindExemplarsRequest(path, path.stem) for path in files])
            if not files:
                self.posted.emit(self.tr("There is no picture in that; drop a photo of a face."))
        return exemplar is not None or image is not None or bool(paths)

    def _find(self, requests: Sequence[FindExemplarsRequest]) -> None:
        """Look for faces, and keep each that is large enough."""

        def keep(name: str, found: FoundExemplars) -> None:
            for exemplar in found.exemplars:
                self.keep_exemplar(exemplar)
            if not found.exemplars:
                text = self.tr("No face that is large enough was found in {0}.")
                self.posted.emit(text.format(name))

        for request in requests:
            self._submit(partial(_same, request), partial(keep, request.name))

    # Giving back.

    def use(self, key: str) -> None:
        """Put an exemplar among those of the document, make an edit, or take a brush in hand."""
        entry = self.find(key)
        if entry is None:
            return
        match entry.kind:
            case EntryKind.EXEMPLAR:
                self.take_exemplar(key)
            case EntryKind.EDIT:
                self._apply(entry)
            case EntryKind.BRUSH:
                self._take_brush(entry)

    def take_exemplar(self, key: str) -> tuple[int, bool] | None:
        """Put an exemplar among those of the document.

        Returns:
            Its number there, and whether it is new there; None if it cannot be taken.
        """
        entry = self.find(key)
        if entry is None or entry.kind is not EntryKind.EXEMPLAR:
            return None
        exemplar = self._tried(lambda: library_folder.exemplar_in(self.folder, entry))
        if exemplar is None:
            return None
        exemplars = self._document.exemplars
        count = len(exemplars.items)
        taken = exemplars.take(exemplar)
        if taken is None:
            self.posted.emit(self.tr("There is no room for so many faces; delete some first."))
            return None
        return taken.number, len(exemplars.items) > count

    def give_back(self, number: int) -> None:
        """Take an exemplar out of the document again, which was only dragged about."""
        self._document.exemplars.withdraw(number)

    def _apply(self, entry: LibraryEntry) -> None:
        if self._document.photo is None:
            self.posted.emit(self.tr("Open a photo first; then the edit can be made in it."))
            return
        settings = self._tried(lambda: library_folder.edit_in(self.folder, entry))
        if settings is not None:
            self._presets.apply(settings)

    def _take_brush(self, entry: LibraryEntry) -> None:
        kept = self._tried(lambda: library_folder.brush_in(entry))
        if kept is not None:
            tool, brush = kept
            self._tool_state.select_tool(tool)
            self._tool_state.set_brush(brush)

    # Changing.

    def rename(self, key: str, name: str) -> None:
        """Give an entry another name."""
        entry = self.find(key)
        if entry is not None and name.strip() and name.strip() != entry.name:
            self._change([entry], name=name.strip())

    def rename_person(self, person: str, name: str) -> None:
        """Give a person another name; one that another person has makes one of both."""
        if name.strip() and name.strip() != person:
            shown = [one for one in self.entries if person and one.person == person]
            self._change(shown, person=name.strip())

    def mark_same_person(self, keys: Sequence[str]) -> None:
        """Note that exemplars show one person, the first one's."""
        entries = self._exemplars(keys)
        if entries:
            self._change(entries, person=entries[0].person)

    def mark_other_person(self, keys: Sequence[str]) -> None:
        """Note that exemplars show one person that no other exemplar shows."""
        self._change(self._exemplars(keys), person=library_folder.new_person(self.entries))

    def delete(self, keys: Sequence[str]) -> None:
        """Delete entries for ever; photos and projects keep what they have taken from them."""
        for key in keys:
            entry = self.find(key)
            if entry is not None and self._tried(partial(self._delete, entry)):
                self.entries = tuple(one for one in self.entries if one is not entry)
        self.changed.emit()

    def _delete(self, entry: LibraryEntry) -> bool:
        library_folder.delete_entry(self.folder, entry)
        return True

    def _exemplars(self, keys: Sequence[str]) -> list[LibraryEntry]:
        found = (self.find(key) for key in keys)
        return [one for one in found if one is not None and one.kind is EntryKind.EXEMPLAR]

    def _change(
        self, entries: Iterable[LibraryEntry], *, name: str | None = None, person: str | None = None
    ) -> None:
        for entry in entries:
            new = self._tried(
                partial(
                    library_folder.change_entry,
                    self.folder,
                    entry,
                    name=entry.name if name is None else name,
                    person=entry.person if person is None else person,
                )
            )
            if new is not None:
                self.entries = tuple(new if one is entry else one for one in self.entries)
        self.changed.emit()

    def _add(self, entry: LibraryEntry) -> None:
        self.entries = (*self.entries, entry)
        self.posted.emit(self.tr("Kept in the library: {0}.").format(entry.name))
        self.changed.emit()

    def _submit(
        self,
        make_request: Callable[[], object],
        deliver: Callable[[Thing], None],
        key: object = None,
    ) -> None:
        def tell(job: Job) -> None:
            if job.error is not None:
                self.posted.emit(str(job.error))

        if not self._was_read:
            self.read()
        unique = object() if key is None else key
        self._job_queue.submit(Job(Urgency.WARM_UP, make_request, deliver, tell, key=unique))

    def _tried(self, run: Callable[[], Thing]) -> Thing | None:
        """Do something with the disk; where it fails, say why."""
        try:
            return run()
        except CoreError as error:
            self.posted.emit(str(error))
            return None


def _pictures_in(path: Path) -> list[Path]:
    """List the pictures of a folder; a file is one itself."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.iterdir() if one.suffix.lower() in READABLE_SUFFIXES)


def _same(request: FindExemplarsRequest) -> FindExemplarsRequest:
    return request
