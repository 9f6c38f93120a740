"""What the program remembers from one start to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from faceeditor_gui.theme import Theme


class Settings(QObject):
    """Typed access to the settings file."""

    theme_changed = Signal()

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        """Use the user's settings file, or another one (tests do)."""
        super().__init__(parent)
        ini = QSettings.Format.IniFormat
        if file is None:
            self._store = QSettings(ini, QSettings.Scope.UserScope, "FaceEditor", "FaceEditor")
        else:
            self._store = QSettings(str(file), ini)

    @property
    def theme(self) -> Theme:
        """Dark unless the user asked for light."""
        stored = str(self._store.value("window/theme", Theme.DARK))
        return Theme(stored) if stored in tuple(Theme) else Theme.DARK

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        other = Theme.DARK if self.theme is Theme.LIGHT else Theme.LIGHT
        self._store.setValue("window/theme", str(other))
        self.theme_changed.emit()

    @property
    def geometry(self) -> QByteArray:
        """Where the window was; empty at the first start."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("window/geometry", geometry)

    @property
    def layout(self) -> QByteArray:
        """Where the panels were; empty at the first start."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, layout: QByteArray) -> None:
        self._store.setValue("window/layout", layout)

    @property
    def tools(self) -> str:
        """How the tools were set, as `ToolState` writes it down; empty at the first start."""
        return str(self._store.value("tools/state", ""))

    @tools.setter
    def tools(self, tools: str) -> None:
        self._store.setValue("tools/state", tools)

    @property
    def folder(self) -> Path:
        """Where photos were last opened or saved."""
        stored = str(self._store.value("files/folder", ""))
        return Path(stored) if stored and Path(stored).is_dir() else Path.home()

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._store.setValue("files/folder", str(folder))

    def _bytes(self, key: str) -> QByteArray:
        stored = self._store.value(key)
        return stored if isinstance(stored, QByteArray) else QByteArray()
