"""The swap panel: check boxes for the components of an exemplar that a face takes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from core.anatomy.parts import Component
from faceeditor_gui.commands.components import Components
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.wording import describe_component
from faceeditor_gui.jobs.edit_runner import EditRunner

COLUMNS = 3


class ComponentsPanel(QWidget):
    """A check takes the component at once, as one undo step; all five swap the faces."""

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        components: Components,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._components = components
        self._boxes = {component: self._box(component) for component in Component}
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        grid = QGridLayout()
        for index, box in enumerate(self._boxes.values()):
            grid.addWidget(box, *divmod(index, COLUMNS))
        layout = QVBoxLayout(self)
        layout.addWidget(self._hint)
        layout.addLayout(grid)
        layout.addStretch()
        for fact in (
            document.photo_changed,
            document.exemplars.changed,
            document.exemplars.chosen_changed,
            document.faces.changed,
            document.faces.chosen_changed,
            document.steps.changed,
            runner.adjustment_requested,
            runner.adjustment_ended,
        ):
            fact.connect(self._show_document)
        self._show_document()

    def _box(self, component: Component) -> QCheckBox:
        name = describe_component(component)
        box = QCheckBox(name.capitalize())
        box.setAccessibleName(self.tr("Component of the exemplar: {0}").format(name))
        box.setToolTip(self.tr("Take the exemplar's {0}; all five swap the faces").format(name))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.clicked.connect(self._on_clicked)
        return box

    def _on_clicked(self) -> None:
        checked = [component for component, box in self._boxes.items() if box.isChecked()]
        self._components.take(*checked)
        self._show_document()

    def _show_document(self) -> None:
        """Show what the face in hand takes or is about to take."""
        taken, exemplar = self._components.requested, self._document.exemplars.chosen
        self._hint.setText(
            self.tr("Drop a photo of another face on the Exemplars panel first.")
            if exemplar is None
            else self.tr("Take from {0}; all five swap the faces:").format(exemplar.name)
        )
        for component, box in self._boxes.items():
            box.setChecked(component in taken)
            box.setEnabled(self._document.faces.chosen is not None and bool(exemplar or taken))
