"""How holes are filled: the list of networks, and the row of what the pixels come from."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QToolButton, QWidget

from core.edit.requests import FillSource
from faceeditor_gui.state.model_names import FILL_MODELS, describe_fill, describe_model_strength
from faceeditor_gui.state.source_names import SOURCES, describe_source, name_source
from faceeditor_gui.state.tool_state import ToolState

_NAME = Qt.ItemDataRole.UserRole


class ModelChoice(QComboBox):
    """Offers every way of filling, and says what each is good at and which network it is."""

    chosen = Signal(str)  # its name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("How holes are filled"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        for index, name in enumerate(FILL_MODELS):
            self.addItem(describe_fill(name), name)
            self.setItemData(index, describe_model_strength(name), Qt.ItemDataRole.ToolTipRole)
        self.currentIndexChanged.connect(self._on_changed)
        self._show_strength()

    @property
    def name(self) -> str:
        """The name of the network that is chosen."""
        return str(self.currentData(_NAME))

    def show_model(self, name: str) -> None:
        """Show a choice that was made elsewhere."""
        with QSignalBlocker(self):
            self.setCurrentIndex(max(self.findData(name), 0))
        self._show_strength()

    def _on_changed(self) -> None:
        self._show_strength()
        self.chosen.emit(self.name)

    def _show_strength(self) -> None:
        self.setToolTip(
            self.tr("How holes are filled: {0}").format(describe_model_strength(self.name))
        )


class SourceButtons(QWidget):
    """Offers every source, and says of each what it is good for."""

    chosen = Signal(object)  # FillSource

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[FillSource, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for source in SOURCES:
            button = QToolButton()
            button.setCheckable(True)
            button.setText(name_source(source))
            button.setToolTip(describe_source(source))
            button.setAccessibleName(self.tr("Fill from: {0}").format(name_source(source)))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, source=source: self.chosen.emit(source))
            self._group.addButton(button)
            self._buttons[source] = button
            row.addWidget(button)
        row.addStretch(1)

    def show_source(self, source: FillSource) -> None:
        """Show a choice that was made elsewhere."""
        self._buttons[source].setChecked(True)


class SourceChoice(SourceButtons):
    """Chooses where the pixels of the next fill come from."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__()
        self.show_source(tool_state.fill_source)
        self.chosen.connect(tool_state.set_fill_source)
        tool_state.fill_source_changed.connect(lambda: self.show_source(tool_state.fill_source))
