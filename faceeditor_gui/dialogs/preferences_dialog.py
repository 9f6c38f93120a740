"""The preferences: each takes effect at once."""

from __future__ import annotations

import os
from collections.abc import Sequence

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

from faceeditor_gui.appearance.theme import Theme
from faceeditor_gui.dialogs.keys_page import KeyedAction, KeysPage
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
        smile_tip = self.tr("How much of a smile one click, or S, makes")
        undo_tip = self.tr("What undo keeps beyond this waits on the disk")
        for text, widget, tip in (
            (self.tr("&Networks run on"), self._device, ""),
            (self.tr("&Threads"), self._threads, ""),
            (self.tr("T&heme"), self._theme, ""),
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
        self._undo.setValue(self._settings.undo_megabytes)
        self._smile.setValue(self._settings.smile_percent)

    def _connect(self) -> None:
        self._device.currentIndexChanged.connect(self._on_compute_changed)
        self._threads.valueChanged.connect(self._on_compute_changed)
        self._theme.currentIndexChanged.connect(self._on_theme_changed)
        self._undo.valueChanged.connect(self._settings.set_undo_megabytes)
        self._smile.valueChanged.connect(self._settings.set_smile_percent)

    def _on_compute_changed(self) -> None:
        device = str(self._device.currentData())
        self._settings.set_compute(ComputeSettings(device, self._threads.value()))

    def _on_theme_changed(self) -> None:
        self._settings.set_theme(Theme(self._theme.currentData()))
