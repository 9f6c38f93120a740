"""The menu of photos and projects that were opened or saved lately."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from faceeditor_gui.document.document import Document
from faceeditor_gui.state.settings import Settings


class RecentPhotosMenu(QMenu):
    """Lists them, the latest first; what has gone meanwhile is not listed."""

    chosen = Signal(object)  # Path

    def __init__(
        self, document: Document, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))
        self._document = document
        self._settings = settings
        document.name_changed.connect(self._on_name_changed)
        self.aboutToShow.connect(self._fill)
        self._fill()

    def _on_name_changed(self) -> None:
        path = self._document.project_path or self._document.source_path
        if path is not None:
            self._settings.add_recent(path)
        self._fill()

    def _fill(self) -> None:
        self.clear()
        recent = self._settings.recent
        for number, path in enumerate(recent, start=1):
            action = self.addAction(f"&{number % 10}  {_menu_text(path)}")
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self.chosen.emit(path))
        self.menuAction().setEnabled(bool(recent))
        if recent:
            self.addSeparator()
            self.addAction(self.tr("&Clear this list"), self._clear_recent)

    def _clear_recent(self) -> None:
        self._settings.forget_recent()
        self._fill()


def _menu_text(path: Path) -> str:
    """Name a file and its folder; an ampersand would underline the next letter."""
    return f"{path.name}  \N{EN DASH}  {path.parent}".replace("&", "&&")
