"""What is shown on top of the photo."""

from __future__ import annotations

from faceeditor_gui.state.overlay_state import Overlay, OverlayState


def test_all_but_the_regions_is_shown_at_first(qapp):
    state = OverlayState()
    assert [one for one in Overlay if not state.shows(one)] == [Overlay.REGIONS]


def test_each_overlay_is_toggled_for_itself(qtbot):
    state = OverlayState()
    with qtbot.waitSignal(state.changed):
        state.toggle(Overlay.MASK)
    assert not state.shows(Overlay.MASK)
    assert state.shows(Overlay.SKETCH)
    state.toggle(Overlay.MASK)
    assert state.shows(Overlay.MASK)
