"""The list from which it is chosen how holes are filled."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from faceeditor_gui.state.model_names import FILL_MODELS, describe_fill, describe_model_strength

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
