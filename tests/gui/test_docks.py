"""Tool bars and panels around the canvas."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest
from faceeditor_gui.docks import LAYOUT_VERSION
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.panels.exemplar_options import ExemplarOptions
from faceeditor_gui.widgets.scroll_area import ScrollArea


@pytest.fixture
def panel(window):
    return lambda name: window.findChild(QDockWidget, name)


def _is_whole(widget: QWidget) -> bool:
    """Tell whether nothing of a panel is cut off."""
    if isinstance(widget, ScrollArea):
        return widget.verticalScrollBar().maximum() == 0
    return widget.height() >= widget.minimumSizeHint().height()


@pytest.mark.parametrize("size", [(1178, 736), (1256, 706)])
def test_the_window_keeps_its_size_whatever_options_come_into_view(
    qtbot, window, run, panel, make_face, size
):
    window.resize(*size)
    panel("Regions").raise_()
    picture = np.full((500, 500, 3), 60, np.uint8)
    window.services.document.exemplars.add(
        cut_exemplars(picture, [make_face(250, 200, 80)], "Anna").exemplars
    )
    window.services.exemplar_edits.transfer_chosen(FacePart.MOUTH)
    qtbot.waitUntil(
        lambda: bool(run.requests_of(ExemplarRequest)) and not window.services.runner.is_running
    )
    for name in ("Regions", "Mask", "Exemplars"):
        panel(name).raise_()
        QApplication.processEvents()
        assert (window.width(), window.height()) == size
        assert _is_whole(panel(name).widget())
    assert _is_whole(window.findChild(ExemplarOptions))


def test_a_panel_among_tabs_has_no_title_of_its_own(panel):
    assert panel("Mask").titleBarWidget().sizeHint().height() == 0
    assert panel("Smile").titleBarWidget().sizeHint().height() == 0


def test_a_panel_that_is_taken_out_of_its_tabs_has_its_title(window, panel):
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, panel("Mask"))
    assert panel("Mask").titleBarWidget().sizeHint().height() > 0
    window.tabifyDockWidget(panel("Regions"), panel("Mask"))
    assert panel("Mask").titleBarWidget().sizeHint().height() == 0


def _layout(window) -> dict[str, tuple[int, int, int, int]]:
    """Tell where every panel is."""
    QApplication.processEvents()
    return {
        dock.objectName(): dock.geometry().getRect()
        for dock in window.findChildren(QDockWidget)
        if not dock.visibleRegion().isEmpty()
    }


def test_tab_twice_changes_nothing(window, panel, press_key):
    panel("Mask").raise_()
    window.resizeDocks([panel("Smile"), panel("Edits")], [190, 150], Qt.Orientation.Vertical)
    before = _layout(window)
    for _ in range(3):
        press_key(Qt.Key.Key_Tab)
        assert _layout(window) == {}
        press_key(Qt.Key.Key_Tab)
        assert _layout(window) == before


def test_panels_that_were_hidden_come_back_where_they_were_at_the_next_start(
    window, settings, press_key
):
    before = window.saveState(LAYOUT_VERSION)
    press_key(Qt.Key.Key_Tab)
    window.close()
    assert settings.layout == before


def test_the_smile_panel_is_whole_and_leaves_a_high_window_to_the_others(window, panel):
    for height in (706, 1300):
        window.resize(1256, height)
        QApplication.processEvents()
        smile = panel("Smile").widget()
        assert _is_whole(smile)
        assert smile.height() == smile.widget().sizeHint().height()
    assert panel("Edits").height() > 400


@pytest.mark.parametrize("name", ["Hair", "Make-up", "Swap"])
def test_panels_that_share_its_place_are_whole_where_the_smile_panel_is(window, panel, name):
    panel(name).raise_()
    window.resize(1256, 706)
    QApplication.processEvents()
    assert _is_whole(panel(name).widget())


def test_a_low_window_scrolls_its_panels_instead_of_growing(window, panel):
    window.resize(800, 420)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (800, 420)
    assert not _is_whole(panel("Smile").widget())
