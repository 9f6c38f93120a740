"""The preferences: each takes effect at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from faceeditor_gui.appearance.display import (
    NAMED_DISPLAYS,
    DisplayProfileError,
    display_space,
)
from faceeditor_gui.appearance.theme import Theme
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.dialogs.keys_page import KeyedAction, KeysPage
from faceeditor_gui.state.brush_cursor import BrushCursor
from faceeditor_gui.state.key_bindings import KeyBindings
from faceeditor_gui.state.settings import (
    MAX_UNDO_MEGABYTES,
    MIN_UNDO_MEGABYTES,
    ComputeSettings,
    Settings,
)


class PreferencesDialog(QDialog):
    """Shows and changes the settings."""

    def __init__(
        self,
        settings: Settings,
        key_bindings: KeyBindings,
        actions: Sequence[KeyedAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._device = QComboBox()
        self._threads = QSpinBox()
        self._theme = QComboBox()
        self._undo = QSpinBox()
        self._smile = QSpinBox()
        self._cursor = QComboBox()
        self._display = QComboBox()
        self.setWindowTitle(self.tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._set_up_controls()
        self._build(KeysPage(key_bindings, actions))
        self._show_settings()
        self._connect()

    def _set_up_controls(self) -> None:
        for device, text in (
            ("auto", self.tr("Automatic")),
            ("cpu", self.tr("Processor")),
            ("cuda", self.tr("NVIDIA graphics card")),
            ("mps", self.tr("Apple graphics processor")),
        ):
            self._device.addItem(text, device)
        self._threads.setRange(0, os.cpu_count() or 1)
        self._threads.setSpecialValueText(self.tr("Automatic"))
        self._theme.addItem(self.tr("Dark"), Theme.DARK)
        self._theme.addItem(self.tr("Light"), Theme.LIGHT)
        for cursor, text in (
            (BrushCursor.OUTLINE, self.tr("Outline")),
            (BrushCursor.CROSSHAIR, self.tr("Crosshair")),
            (BrushCursor.PRECISE, self.tr("Outline and its middle")),
        ):
            self._cursor.addItem(text, str(cursor))
        self._undo.setRange(MIN_UNDO_MEGABYTES, MAX_UNDO_MEGABYTES)
        self._undo.setSingleStep(MIN_UNDO_MEGABYTES)
        self._undo.setSuffix(" MB")
        self._smile.setRange(10, 100)
        self._smile.setSingleStep(10)
        self._smile.setSuffix(" %")
        for box in (self._threads, self._undo, self._smile):
            box.setKeyboardTracking(False)

    def _build(self, keys: KeysPage) -> None:
        general = QWidget()
        form = QFormLayout(general)
        smile_tip = self.tr("How much of a smile one click, or one key, makes")
        display_tip = self.tr("What colours the display has, where the system converts none")
        undo_tip = self.tr("What undo keeps beyond this waits on the disk")
        for text, widget, tip in (
            (self.tr("&Networks run on"), self._device, ""),
            (self.tr("&Threads"), self._threads, ""),
            (self.tr("T&heme"), self._theme, ""),
            (self.tr("&Brush cursor"), self._cursor, ""),
            (self.tr("&Display"), self._display, display_tip),
            (self.tr("&Undo memory"), self._undo, undo_tip),
            (self.tr("&Smile of one click"), self._smile, smile_tip),
        ):
            label = QLabel(text)
            label.setBuddy(widget)
            widget.setAccessibleName(text.replace("&", ""))
            widget.setToolTip(tip)
            form.addRow(label, widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        tabs = QTabWidget()
        tabs.addTab(general, self.tr("&General"))
        tabs.addTab(keys, self.tr("&Keys"))
        layout = QVBoxLayout(self)
        layout.addWidget(tabs)
        layout.addWidget(buttons)

    def _show_settings(self) -> None:
        self._device.setCurrentIndex(self._device.findData(self._settings.compute.device))
        self._threads.setValue(self._settings.compute.threads)
        self._theme.setCurrentIndex(self._theme.findData(self._settings.theme))
        self._cursor.setCurrentIndex(self._cursor.findData(str(self._settings.brush_cursor)))
        self._show_display()
        self._undo.setValue(self._settings.undo_megabytes)
        self._smile.setValue(self._settings.smile_percent)

    def _connect(self) -> None:
        self._device.currentIndexChanged.connect(self._on_compute_changed)
        self._threads.valueChanged.connect(self._on_compute_changed)
        self._theme.currentIndexChanged.connect(self._on_theme_changed)
        self._cursor.currentIndexChanged.connect(self._on_cursor_changed)
        self._display.activated.connect(self._on_display_chosen)
        self._undo.valueChanged.connect(self._settings.set_undo_megabytes)
        self._smile.valueChanged.connect(self._settings.set_smile_percent)

    def _on_compute_changed(self) -> None:
        device = str(self._device.currentData())
        self._settings.set_compute(ComputeSettings(device, self._threads.value()))

    def _show_display(self) -> None:
        """List the displays without a profile, the file that is in use, and a way to another."""
        present = self._settings.display
        self._display.clear()
        for name in NAMED_DISPLAYS:
            self._display.addItem(name, name)
        if present not in NAMED_DISPLAYS:
            self._display.addItem(Path(present).name, present)
        self._display.addItem(self.tr("Profile file…"), "")
        self._display.setCurrentIndex(self._display.findData(present))

    def _on_display_chosen(self) -> None:
        name = str(self._display.currentData())
        if name:
            self._settings.set_display(name)
        else:
            self._show_display()  # it is not chosen yet
            dialogs.ask_profile(self, self._settings.folder, self._on_profile_chosen)

    def _on_profile_chosen(self, path: Path) -> None:
        try:
            display_space(str(path))
        except DisplayProfileError as error:
            dialogs.show_error(self, str(error))
            return
        self._settings.set_display(str(path))
        self._show_display()

    def _on_cursor_changed(self) -> None:
        self._settings.set_brush_cursor(BrushCursor(self._cursor.currentData()))

    def _on_theme_changed(self) -> None:
        self._settings.set_theme(Theme(self._theme.currentData()))
