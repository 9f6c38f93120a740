"""The quick column: one click on a picture of one's own face, then a slider."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.imaging.arrays import Image
from faceeditor_gui.commands.hair_colours import HairColours
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.quick.glasses_picture import GlassesPicture
from faceeditor_gui.jobs.quick.quick_pictures import (
    QUICK_HAIR,
    QUICK_KINDS,
    QuickEdit,
    QuickPictures,
)
from faceeditor_gui.panels.strength_options import StrengthOptions
from faceeditor_gui.panels.thumbnails import variation_icon
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.widgets.action_button import tell_key
from faceeditor_gui.widgets.scroll_area import ScrollArea

PICTURE_PX = 96
COLUMN_PX = 132
MARGINS = (6, 5, 6, 5)


class QuickColumn(QWidget):
    """For people who do not paint: what each button makes is seen before it is clicked.

    Glasses can be taken off where some are found. What was done last has its strength below.
    """

    def __init__(
        self,
        document: Document,
        settings: Settings,
        runner: EditRunner,
        hair_colours: HairColours,
        pictures: QuickPictures,
        glasses: GlassesPicture,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._settings = settings
        self._pictures = pictures
        self._glasses = glasses
        self._is_hidden = False
        self._has_room = True
        self._strength = StrengthOptions(document.steps, runner, is_narrow=True)
        self._buttons = {
            QuickEdit.SMILE: self._action_button(
                self.tr("Smile"), self.tr("Make the chosen faces smile"), action("face.smile")
            ),
            QuickEdit.RESTORE: self._action_button(
                self.tr("Restore"), self.tr("Make the chosen faces sharp"), action("face.restore")
            ),
            QuickEdit.HAIR_COLOUR: self._button(self.tr("Hair colour")),
            QuickEdit.GLASSES_OFF: self._action_button(
                self.tr("Glasses off"),
                self.tr("Remove the glasses of this face"),
                action("face.remove_glasses"),
            ),
        }
        hair = self._buttons[QuickEdit.HAIR_COLOUR]
        hair.setToolTip(self.tr("Colour the hair; the Hair panel has other colours"))
        hair.clicked.connect(lambda: hair_colours.recolour(QUICK_HAIR))
        self._build()
        self._connect()
        self._show_document()
        self._show_pictures()
        self._show_wanted()

    def set_hidden(self, hidden: bool) -> None:
        """Hide the column with the panels, or show it with them if it is wanted."""
        self._is_hidden = hidden
        self._show_wanted()

    def set_room(self, has_room: bool) -> None:
        """Tell whether the window is wide enough for the column."""
        self._has_room = has_room
        self._show_wanted()

    def _button(self, text: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _action_button(self, text: str, tip: str, action: QAction) -> QToolButton:
        button = self._button(text)
        tell_key(button, tip, action)
        button.clicked.connect(action.trigger)
        return button

    def _build(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(*MARGINS)
        layout.setSpacing(2)
        for button in self._buttons.values():
            layout.addWidget(button)
        policy = QSizePolicy.Policy
        self._strength.setSizePolicy(policy.Preferred, policy.Maximum)
        layout.addWidget(self._strength)
        layout.addStretch()
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(ScrollArea(content))
        self.setMaximumWidth(COLUMN_PX)
        self.setAccessibleName(self.tr("Quick edits"))

    def _connect(self) -> None:
        self._settings.quick_changed.connect(self._show_wanted)
        for pictures in (self._pictures, self._glasses):
            pictures.changed.connect(self._show_pictures)
        document = self._document
        for fact in (
            document.photo_changed,
            document.faces.changed,
            document.faces.chosen_changed,
            document.steps.changed,
            document.steps.selection_changed,
        ):
            fact.connect(self._show_document)

    def _show_wanted(self) -> None:
        self.setVisible(self._settings.shows_quick and self._has_room and not self._is_hidden)

    def _show_document(self) -> None:
        has_face = self._document.faces.chosen is not None
        for button in self._buttons.values():
            button.setEnabled(has_face)
        self._strength.show_step(self._step_in_hand())

    def _step_in_hand(self) -> EditStep | None:
        """The selected edit, else the latest quick edit of the face in hand."""
        steps, face = self._document.steps, self._document.faces.chosen
        if steps.selected is not None or face is None:
            return steps.selected
        made = (steps.edit_of(face.landmarks, kind) for kind in QUICK_KINDS)
        present = [step for step in made if step is not None]
        return max(present, key=steps.items.index, default=None)

    def _show_pictures(self) -> None:
        for edit in (QuickEdit.SMILE, QuickEdit.RESTORE, QuickEdit.HAIR_COLOUR):
            is_outdated = self._pictures.is_outdated(edit)
            self._show_picture(edit, self._pictures.thumbnail(edit), is_outdated=is_outdated)
        self._show_picture(
            QuickEdit.GLASSES_OFF, self._glasses.picture, is_outdated=self._glasses.is_outdated
        )
        self._buttons[QuickEdit.GLASSES_OFF].setVisible(self._glasses.picture is not None)

    def _show_picture(self, edit: QuickEdit, picture: Image | None, *, is_outdated: bool) -> None:
        ratio = self.devicePixelRatioF()
        icon = variation_icon(picture, ratio, is_outdated=is_outdated, side=PICTURE_PX)
        self._buttons[edit].setIcon(icon)

    def _set_watched(self, *, watched: bool) -> None:
        for pictures in (self._pictures, self._glasses):
            pictures.set_watched(watched)

    # Qt overrides.

    def sizeHint(self) -> QSize:
        return QSize(COLUMN_PX, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._set_watched(watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._set_watched(watched=False)
