"""Preferences and window state, stored from one start to the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from core.image_io.jpeg_options import BEST_JPEG, JpegOptions
from core.image_io.kept_metadata import KeptMetadata
from faceeditor_gui.appearance.theme import Theme
from faceeditor_gui.state.brush_cursor import BrushCursor

MAX_RECENT = 10
MIN_UNDO_MEGABYTES = 64
MAX_UNDO_MEGABYTES = 16384
DEFAULT_UNDO_MEGABYTES = 512
USUAL_DISPLAY = "sRGB"
DEFAULT_SMILE_PERCENT = 70
"""Of the smile that one click makes: plain to see, and there is room for more."""


@dataclass(frozen=True)
class ComputeSettings:
    """Device and threads that networks run on."""

    device: str = "auto"
    threads: int = 0
    """0 uses torch's default."""


class Settings(QObject):
    """Typed access to the settings file."""

    theme_changed = Signal()
    compute_changed = Signal()
    undo_memory_changed = Signal()
    smile_changed = Signal()
    brush_cursor_changed = Signal()
    display_changed = Signal()
    quick_changed = Signal()

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

    def set_theme(self, theme: Theme) -> None:
        """Change to dark or light."""
        if theme is not self.theme:
            self._store.setValue("window/theme", str(theme))
            self.theme_changed.emit()

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        self.set_theme(Theme.DARK if self.theme is Theme.LIGHT else Theme.LIGHT)

    @property
    def compute(self) -> ComputeSettings:
        """Device and threads that networks run on."""
        device = str(self._store.value("engine/device", "auto"))
        return ComputeSettings(device, self._number("engine/threads", 0))

    def set_compute(self, compute: ComputeSettings) -> None:
        """Set what networks run on."""
        if compute != self.compute:
            self._store.setValue("engine/device", compute.device)
            self._store.setValue("engine/threads", compute.threads)
            self.compute_changed.emit()

    @property
    def undo_megabytes(self) -> int:
        """How much memory undo may take."""
        stored = self._number("undo/megabytes", DEFAULT_UNDO_MEGABYTES)
        return min(max(stored, MIN_UNDO_MEGABYTES), MAX_UNDO_MEGABYTES)

    def set_undo_megabytes(self, megabytes: int) -> None:
        """Let undo take more or less memory."""
        if megabytes != self.undo_megabytes:
            self._store.setValue("undo/megabytes", megabytes)
            self.undo_memory_changed.emit()

    @property
    def jpeg(self) -> JpegOptions:
        """How JPEG files were written last."""
        quality = self._number("files/jpeg_quality", BEST_JPEG.quality)
        subsampling = self._number("files/jpeg_subsampling", BEST_JPEG.subsampling)
        return JpegOptions(min(max(quality, 1), 100), min(max(subsampling, 0), 2))

    @jpeg.setter
    def jpeg(self, jpeg: JpegOptions) -> None:
        self._store.setValue("files/jpeg_quality", jpeg.quality)
        self._store.setValue("files/jpeg_subsampling", jpeg.subsampling)

    @property
    def smile_percent(self) -> int:
        """Of the smile that one click makes."""
        return min(max(self._number("smile/percent", DEFAULT_SMILE_PERCENT), 10), 100)

    def set_smile_percent(self, percent: int) -> None:
        """Let one click smile more or less."""
        if percent != self.smile_percent:
            self._store.setValue("smile/percent", percent)
            self.smile_changed.emit()

    @property
    def brush_cursor(self) -> BrushCursor:
        """What the pointer looks like while a brush is in hand."""
        stored = str(self._store.value("brush/cursor", BrushCursor.OUTLINE))
        return BrushCursor(stored) if stored in tuple(BrushCursor) else BrushCursor.OUTLINE

    def set_brush_cursor(self, cursor: BrushCursor) -> None:
        """Change what the pointer looks like while a brush is in hand."""
        if cursor is not self.brush_cursor:
            self._store.setValue("brush/cursor", str(cursor))
            self.brush_cursor_changed.emit()

    @property
    def display(self) -> str:
        """The name of the display's colours, or the path of its profile."""
        return str(self._store.value("window/display", USUAL_DISPLAY))

    def set_display(self, name: str) -> None:
        """Convert what is shown to the colours of another display."""
        if name != self.display:
            self._store.setValue("window/display", name)
            self.display_changed.emit()

    @property
    def recent(self) -> list[Path]:
        """The recently opened photos that still exist, the latest first."""
        stored = self._store.value("files/recent", [])
        names = stored if isinstance(stored, list) else [stored]  # one alone comes as a string
        return [path for path in map(Path, map(str, names)) if path.is_file()]

    def add_recent(self, path: Path) -> None:
        """Put a photo at the head of the recently opened ones."""
        full = path.absolute()
        others = [other for other in self.recent if other != full]
        self._set_recent([full, *others][:MAX_RECENT])

    def forget_recent(self) -> None:
        """Clear the recently opened photos."""
        self._set_recent([])

    def _set_recent(self, paths: list[Path]) -> None:
        self._store.setValue("files/recent", [str(path) for path in paths])

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
        """The state of the tools, as `ToolState` serializes it; empty at the first start."""
        return str(self._store.value("tools/state", ""))

    @tools.setter
    def tools(self, tools: str) -> None:
        self._store.setValue("tools/state", tools)

    @property
    def shows_quick(self) -> bool:
        """Whether the column of quick edits is beside the photo."""
        return bool(self._number("window/quick", 1))

    def set_shows_quick(self, shown: bool) -> None:
        """Show the column of quick edits, or hide it."""
        if shown != self.shows_quick:
            self._store.setValue("window/quick", int(shown))
            self.quick_changed.emit()

    @property
    def changed_keys(self) -> dict[str, str]:
        """Keys that actions have instead of their own, by the action's id, separated by spaces."""
        try:
            stored = json.loads(str(self._store.value("keys/changed", "{}")))
        except ValueError:  # somebody has edited the file
            return {}
        pairs = stored.items() if isinstance(stored, dict) else ()
        return {action_id: keys for action_id, keys in pairs if isinstance(keys, str)}

    def set_changed_keys(self, changed: dict[str, str]) -> None:
        """Remember which keys actions have instead of their own."""
        self._store.setValue("keys/changed", json.dumps(changed))

    @property
    def folder(self) -> Path:
        """Where photos were last opened or saved."""
        stored = str(self._store.value("files/folder", ""))
        return Path(stored) if stored and Path(stored).is_dir() else Path.home()

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._store.setValue("files/folder", str(folder))

    @property
    def kept_metadata(self) -> KeptMetadata:
        """What exported files say besides their pixels."""
        stored = str(self._store.value("files/metadata", KeptMetadata.KEEP))
        return KeptMetadata(stored) if stored in tuple(KeptMetadata) else KeptMetadata.KEEP

    @kept_metadata.setter
    def kept_metadata(self, kept: KeptMetadata) -> None:
        self._store.setValue("files/metadata", str(kept))

    def _number(self, key: str, default: int) -> int:
        try:
            return int(str(self._store.value(key, default)))
        except ValueError:  # somebody has edited the file
            return default

    def _bytes(self, key: str) -> QByteArray:
        stored = self._store.value(key)
        return stored if isinstance(stored, QByteArray) else QByteArray()
