"""The library in the window: kept, given back, dragged in, grouped, deleted."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QLabel, QLineEdit

from core.anatomy.parts import FacePart
from core.edit.requests import SmileKind
from core.image_io.photo import photo_from_array, write_photo
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.edit_settings import ExemplarSettings, HairColour, SmileSettings
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.exemplar_list import exemplar_mime_data
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.panels.collections.library import LibraryPanel
from faceeditor_gui.panels.collections.library_list import LibraryList
from faceeditor_gui.project.library_folder import EntryKind
from faceeditor_gui.state.tool_state import ToolName


@pytest.fixture(autouse=True)
def everybody_differs(monkeypatch):
    """Tell persons apart by an exemplar's first sample, without dlib's weights."""

    def describe(image, _landmarks):
        return np.eye(128)[int(image[0, 0, 0])]

    monkeypatch.setattr("core.face.descriptor.compute_descriptor", describe)


@pytest.fixture
def make_exemplar(make_face):
    def make(name: str, person: int) -> ListedExemplar:
        pixels = np.full((300, 280, 3), 100, np.uint8)
        pixels[0, 0], pixels[1, 0] = person, hash(name) % 256
        return ListedExemplar(name, StoredArray(pixels), make_face(140, 120).landmarks)

    return make


@pytest.fixture
def library(window):
    return window.services.library


@pytest.fixture
def keep(library, idle, make_exemplar):
    def run(name: str, person: int = 1):
        library.keep_exemplar(make_exemplar(name, person))
        idle()
        return library.entries[-1]

    return run


def rows(window) -> list[str]:
    shown = window.findChild(LibraryList)
    return [shown.item(row).text() for row in range(shown.count())]


def test_what_is_kept_is_there_at_the_next_start(library, keep, idle):
    keep("Anna")
    size, library.entries = library.size, ()
    library.read()
    idle()
    assert [one.name for one in library.entries] == ["Anna"]
    assert library.size == size > 0


def test_exemplars_of_one_person_stand_together(window, keep):
    for name, person in (("b", 1), ("c", 2), ("a", 1)):
        keep(name, person)
    assert rows(window) == ["Person 1", "a", "b", "Person 2", "c"]


def test_groups_are_put_right_by_hand_and_named(window, library, keep):
    first, second, third = keep("a", 1), keep("b", 1), keep("c", 2)
    library.mark_other_person([second.key])
    assert rows(window) == ["Person 1", "a", "Person 3", "b", "Person 2", "c"]
    library.mark_same_person([first.key, third.key])
    library.rename_person("Person 1", "Anna")
    assert rows(window) == ["Anna", "a", "c", "Person 3", "b"]


def test_new_exemplar_joins_the_person_that_was_named(library, keep):
    keep("a", 1)
    library.rename_person("Person 1", "Anna")
    assert keep("b", 1).person == "Anna"


def test_search_finds_names_and_persons(qtbot, window, library, keep):
    keep("rome", 1), keep("paris", 2)
    library.rename_person("Person 2", "Anna")
    field = window.findChild(LibraryPanel).findChild(QLineEdit)
    for text, found in (("ROM", ["Person 1", "rome"]), ("anna", ["Anna", "paris"]), ("x", [])):
        field.setText(text)
        assert rows(window) == found


def test_exemplar_is_given_to_the_document_once(window, library, keep):
    entry = keep("Anna")
    for _ in range(2):
        library.use(entry.key)
    (taken,) = window.services.document.exemplars.items
    assert taken.name == "Anna"
    assert window.services.document.exemplars.chosen is taken


def test_drag_that_is_dropped_nowhere_leaves_the_exemplars_as_they_were(window, library, keep):
    entry = keep("Anna")
    number, is_new = library.take_exemplar(entry.key)
    assert is_new
    library.give_back(number)
    assert window.services.document.exemplars.items == ()
    assert window.services.document.undo_stack.count() == 0


def test_kept_smile_is_made_on_another_face(window, library, idle):
    services = window.services
    services.runner.smile(0.4, SmileKind.WIDE)
    idle()
    services.document.steps.select(services.document.steps.items[0].number)
    library.keep_selected_edit()
    idle()
    services.document.faces.choose(1)
    (entry,) = library.entries
    library.use(entry.key)
    idle()
    smiles = [step.settings for step in services.document.steps.items]
    assert [type(one) for one in smiles] == [SmileSettings] * 2
    assert (smiles[1].strength, smiles[1].kind) == (0.4, SmileKind.WIDE)
    assert abs(smiles[1].landmarks[30, 0] - services.document.faces.items[1].landmarks[30, 0]) < 1


def test_kept_hair_colour_is_made_again(window, library, idle):
    services = window.services
    services.hair_colours.recolour(HairColour((10, 20, 30), strength=0.5))
    idle()
    services.document.steps.select(services.document.steps.items[0].number)
    library.keep_selected_edit()
    services.document.undo_stack.undo()
    idle()
    library.use(library.entries[0].key)
    idle()
    (step,) = services.document.steps.items
    assert step.settings.wanted == HairColour((10, 20, 30), strength=0.5)


def test_kept_transfer_brings_its_exemplar_along(window, library, idle, make_exemplar):
    services = window.services
    services.document.exemplars.add([make_exemplar("Anna", 5)])
    services.exemplar_edits.transfer_chosen(FacePart.EYES)
    idle()
    services.exemplar_edits.adjust(services.document.steps.items[0].number, 0.2, 0.7)
    idle()
    library.keep_selected_edit()
    idle()
    services.document.undo_stack.setIndex(0)
    services.document.exemplars.delete(services.document.exemplars.items[0].number)
    library.use(library.entries[0].key)
    idle()
    (step,) = services.document.steps.items
    assert isinstance(step.settings, ExemplarSettings)
    assert (step.settings.shape, step.settings.strength) == (0.2, 0.7)
    assert step.settings.parts == (FacePart.EYES,)
    assert [one.name for one in services.document.exemplars.items] == ["Anna"]


def test_fill_is_refused_with_one_sentence(qtbot, window, library, idle):
    services = window.services
    services.document.mask.paint(Patch(20, 20, np.full((9, 9), 255, np.uint8)))
    services.runner.fill()
    idle()
    services.document.steps.select(services.document.steps.items[0].number)
    with qtbot.waitSignal(library.posted) as said:
        library.keep_selected_edit()
    assert "one place" in said.args[0]
    assert library.entries == ()


def test_kept_brush_is_taken_in_hand(window, library, brush):
    state = window.services.tool_state
    state.select_tool(ToolName.ERASER)
    state.set_diameter(77)
    library.keep_brush()
    state.set_diameter(5)
    state.select_tool(ToolName.HAND)
    library.use(library.entries[0].key)
    assert (state.tool, state.brush.diameter) == (ToolName.ERASER, 77)


def test_files_dropped_on_the_panel_are_kept(window, library, idle, tmp_path):
    write_photo(photo_from_array(np.full((480, 640, 3), 9, np.uint8)), tmp_path / "two.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "two.png"))])
    assert library.can_keep(data)
    assert library.add_mime_data(data)
    idle()
    assert [one.kind for one in library.entries] == [EntryKind.EXEMPLAR]
    assert library.entries[0].name == "two"


def test_exemplar_dragged_from_its_panel_is_kept(window, library, idle, make_exemplar):
    exemplars = window.services.document.exemplars
    exemplars.add([make_exemplar("Anna", 1)])
    assert library.add_mime_data(exemplar_mime_data(exemplars.items[0].number))
    idle()
    assert [one.name for one in library.entries] == ["Anna"]


def test_deleting_asks_first_and_frees_the_room(qtbot, window, library, keep, monkeypatch):
    keep("a"), keep("b")
    asked = []
    monkeypatch.setattr(
        "faceeditor_gui.panels.collections.library.dialogs.ask_delete",
        lambda _parent, text, delete: asked.append((text, delete)),
    )
    shown = window.findChild(LibraryList)
    shown.item(1).setSelected(True)
    qtbot.keyClick(shown, Qt.Key.Key_Delete)
    assert len(library.entries) == 2
    asked[0][1]()
    assert [one.name for one in library.entries] == ["b"]
    assert sum(path.stat().st_size for path in library.folder.iterdir()) == library.size


def test_name_typed_in_the_list_is_kept(window, library, keep):
    keep("a")
    shown = window.findChild(LibraryList)
    shown.item(1).setText("Anna in Rome")
    shown.item(0).setText("Anna")
    assert rows(window) == ["Anna", "Anna in Rome"]
    assert library.entries[0].person == "Anna"
    shown.item(1).setText("  ")
    assert rows(window) == ["Anna", "Anna in Rome"]


def test_damaged_entry_is_told_in_one_sentence(window, library, keep, idle):
    keep("a")
    (library.folder / "bad.json").write_bytes(b"nothing")
    library.read()
    idle()
    labels = window.findChild(LibraryPanel).findChildren(QLabel)
    texts = [one.text() for one in labels]
    assert any("1 of the files" in text for text in texts)
    assert [one.name for one in library.entries] == ["a"]
