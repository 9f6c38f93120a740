"""Regions of the face in the real window: the map, masks of regions, painted labels."""

from __future__ import annotations

import threading
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import LEGEND, Region
from core.edit.requests import InpaintRequest, ParseRequest, TransferRequest
from core.errors import CheckpointError
from core.image_io.photo import photo_from_array
from core.imaging.windows import whole_window
from faceeditor_gui.appearance import qimage
from faceeditor_gui.document.edit_settings import MapSettings
from faceeditor_gui.panels.region_list import RegionList
from faceeditor_gui.panels.regions import RegionsPanel
from faceeditor_gui.panels.result_options import ResultOptions
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.tool_state import ToolName
from faceeditor_gui.widgets.slider import Slider

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
HAIR_AT, SKIN_AT, UPPER_LIP_AT, LOWER_LIP_AT = (200, 180), (200, 225), (200, 256), (200, 264)
LACK = "The weights face_parser are missing; install the program again."


def _mask(window) -> np.ndarray:
    return window.services.document.mask.read(whole_window(*window.services.document.shape))


def _labels(window) -> np.ndarray:
    return window.services.document.regions.read(whole_window(*window.services.document.shape))


def _said(window) -> str:
    return " ".join(label.text() for label in window.status.findChildren(QLabel))


def _hint(window) -> str:
    return window.findChild(RegionsPanel).findChild(QLabel).text()


@pytest.fixture
def stack(window):
    return window.services.document.undo_stack


@pytest.fixture
def settle(qtbot, window):
    def run() -> None:
        services = window.services
        qtbot.waitUntil(
            lambda: not (services.region_finder.is_searching or services.job_queue.has_work),
            timeout=5000,
        )

    return run


@pytest.fixture
def shown(window, press_key, settle):
    """The map is found and shown."""
    press_key(Qt.Key.Key_R, CTRL | SHIFT)
    settle()


@pytest.fixture
def region_tool(window, press_key, settle):
    press_key(Qt.Key.Key_W)
    settle()


@pytest.fixture
def choose(qtbot, window, settle):
    """Click a region in the panel."""
    panel = window.findChild(RegionList)
    window._docks._regions_panel.raise_()

    def run(region: Region, modifier=NONE, button=LEFT) -> None:
        place = panel.visualItemRect(panel.item(region)).center()
        qtbot.mouseClick(panel.viewport(), button, modifier, place)
        settle()

    return run


@pytest.fixture
def painting(window, brush, press_key, settle):
    """The brush paints hair on the map."""
    window.services.tool_state.regions.choose(Region.HAIR)
    press_key(Qt.Key.Key_W, SHIFT)
    settle()


def test_regions_are_not_segmented_before_they_are_needed(window, run):
    assert run.requests_of(ParseRequest) == []
    assert (_labels(window) == UNKNOWN).all()


def test_the_map_is_found_when_it_is_shown_and_only_in_the_window_of_the_face(window, run, shown):
    (request,) = run.requests_of(ParseRequest)
    assert request.image.shape[0] < 480
    labels = _labels(window)
    assert labels[HAIR_AT[::-1]] == Region.HAIR
    assert labels[400, 600] == UNKNOWN


def test_the_map_is_shown_in_its_colours_and_hidden_again(window, at, press_key, settle):
    place = at(*HAIR_AT)
    before = qimage.to_rgb(window.canvas.grab().toImage())
    press_key(Qt.Key.Key_R, CTRL | SHIFT)
    settle()
    shown = qimage.to_rgb(window.canvas.grab().toImage())
    pixel = place.y(), place.x()
    mixed = before[pixel] / 2 + np.array(LEGEND[Region.HAIR].colour) / 2
    np.testing.assert_allclose(shown[pixel], mixed, atol=2)
    press_key(Qt.Key.Key_R, CTRL | SHIFT)
    np.testing.assert_array_equal(
        qimage.to_rgb(window.canvas.grab().toImage())[pixel], before[pixel]
    )


def test_the_opacity_slider_sets_how_strongly_the_map_shows(window, at, shown):
    place = at(*HAIR_AT)
    window.findChild(RegionsPanel).findChild(Slider).setValue(100)
    colour = window.canvas.grab().toImage().pixelColor(place)
    assert colour.getRgb()[:3] == LEGEND[Region.HAIR].colour


def test_a_click_on_a_region_in_the_panel_finds_the_map_and_makes_its_mask(
    window, run, stack, choose
):
    choose(Region.HAIR)
    assert len(run.requests_of(ParseRequest)) == 1
    mask = _mask(window)
    assert mask[HAIR_AT[::-1]] == 255
    np.testing.assert_array_equal(mask == 255, _labels(window) == Region.HAIR)
    assert stack.undoText() == "Mask of Hair"
    assert stack.count() == 1
    assert "Hair in the mask" in _said(window)


def test_shift_adds_a_region_and_alt_takes_it_away(window, stack, choose):
    choose(Region.UPPER_LIP)
    choose(Region.LOWER_LIP, SHIFT)
    assert _mask(window)[256, 200] == _mask(window)[264, 200] == 255
    choose(Region.UPPER_LIP, ALT)
    assert _mask(window)[256, 200] == 0
    assert _mask(window)[264, 200] == 255
    assert stack.undoText() == "Take Away Upper lip"
    assert stack.count() == 3


def test_a_click_without_a_modifier_begins_a_new_mask(window, choose):
    choose(Region.UPPER_LIP)
    choose(Region.LOWER_LIP)
    assert _mask(window)[256, 200] == 0
    assert _mask(window)[264, 200] == 255


def test_buttons_in_the_panel_do_what_modifiers_do(window, choose):
    choose(Region.UPPER_LIP)
    window.menu_bar.action("region.add_to_mask").trigger()
    choose(Region.LOWER_LIP)
    assert _mask(window)[256, 200] == 255
    window.menu_bar.action("region.subtract_from_mask").trigger()
    choose(Region.UPPER_LIP)
    assert _mask(window)[256, 200] == 0
    assert window.services.tool_state.regions.mask_mode is MaskMode.SUBTRACT


def test_keys_in_the_list_choose_take_add_and_subtract(qtbot, window, settle):
    panel = window.findChild(RegionList)
    window._docks._regions_panel.raise_()
    panel.setFocus()
    panel.setCurrentRow(Region.NOSE)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(panel, key)
    settle()
    assert panel.current is Region.UPPER_LIP
    assert _mask(window)[256, 200] == 255
    qtbot.keyClick(panel, Qt.Key.Key_Down)
    qtbot.keyClick(panel, Qt.Key.Key_Down)
    qtbot.keyClick(panel, Qt.Key.Key_Plus)
    assert _mask(window)[264, 200] == 255
    qtbot.keyClick(panel, Qt.Key.Key_Minus)
    assert _mask(window)[264, 200] == 0


def test_a_region_that_the_face_lacks_is_said_to_be_missing(window, stack, choose):
    choose(Region.NECK)
    assert stack.count() == 0
    assert "This face shows no neck" in _said(window)


def test_every_region_is_in_sight_in_the_list(window):
    window._docks._regions_panel.raise_()
    panel = window.findChild(RegionList)
    boxes = [panel.visualItemRect(panel.item(region)) for region in Region]
    assert all(panel.viewport().rect().contains(box) for box in boxes)
    assert not any(one.intersects(other) for one, other in combinations(boxes, 2))


def test_glasses_become_a_mask_by_their_command(window, run, settle, monkeypatch):
    def parsed(request: ParseRequest) -> np.ndarray:
        labels = np.full(request.image.shape[:2], Region.SKIN, np.uint8)
        x, y = request.landmarks[36:48].mean(axis=0).round().astype(int)
        labels[y - 8 : y + 8, x - 40 : x + 40] = Region.GLASSES
        return labels

    monkeypatch.setattr(run, "_parsed", parsed)
    window.menu_bar.action("region.glasses_to_mask").trigger()
    settle()
    assert np.count_nonzero(_mask(window)) == 16 * 80
    assert "Glasses in the mask" in _said(window)


def test_a_face_without_glasses_says_so(window, stack, settle):
    window.menu_bar.action("region.glasses_to_mask").trigger()
    settle()
    assert stack.count() == 0
    assert "This face shows no glasses" in _said(window)


def test_the_background_is_everything_around_the_face(window, choose):
    choose(Region.BACKGROUND)
    assert _mask(window)[400, 600] == 255
    assert _mask(window)[HAIR_AT[::-1]] == 0


def test_a_click_with_the_region_tool_makes_the_mask(qtbot, window, stack, region_tool, at):
    qtbot.mouseClick(window.canvas, LEFT, pos=at(*HAIR_AT))
    assert _mask(window)[HAIR_AT[::-1]] == 255
    assert window.services.tool_state.regions.chosen is Region.HAIR
    qtbot.mouseClick(window.canvas, LEFT, SHIFT, at(*SKIN_AT))
    assert _mask(window)[SKIN_AT[::-1]] == 255
    qtbot.mouseClick(window.canvas, RIGHT, pos=at(*HAIR_AT))
    assert _mask(window)[HAIR_AT[::-1]] == 0
    assert stack.count() == 3


def test_a_drag_with_the_region_tool_masks_all_regions_it_passes(window, stack, region_tool, drag):
    drag(UPPER_LIP_AT, (200, 260), LOWER_LIP_AT)
    assert _mask(window)[256, 200] == _mask(window)[264, 200] == 255
    assert _mask(window)[SKIN_AT[::-1]] == 0
    assert stack.undoText() == "Mask of Upper lip, Lower lip"


def test_the_region_under_the_pointer_is_brighter_and_named(qtbot, window, region_tool, at):
    qtbot.mouseMove(window.canvas, at(*SKIN_AT))
    plain = window.canvas.grab().toImage().pixelColor(at(*HAIR_AT))
    qtbot.mouseMove(window.canvas, at(*HAIR_AT))
    assert window.canvas.grab().toImage().pixelColor(at(*HAIR_AT)) != plain
    assert window.canvas.layers.regions._caption() == "Hair"


def test_the_mask_of_a_region_stays_paintable(window, stack, choose, brush, drag):
    choose(Region.HAIR)
    drag((320, 400), (330, 400))
    assert _mask(window)[400, 325] == 255
    assert stack.count() == 2


def test_a_soft_edge_is_wanted_for_regions_as_for_shapes(window, choose):
    window.services.tool_state.set_feather(3)
    choose(Region.UPPER_LIP)
    assert 0 < _mask(window)[250, 200] < 255


def test_the_brush_paints_the_chosen_region_and_the_eraser_restores_what_was_found(
    window, stack, painting, drag, press_key
):
    drag(SKIN_AT, (210, 225))
    assert _labels(window)[SKIN_AT[::-1]] == Region.HAIR
    assert window.services.document.mask.is_empty
    assert stack.undoText() == "Paint Hair"
    press_key(Qt.Key.Key_X)
    window.services.tool_state.set_diameter(40)
    drag(SKIN_AT, (210, 225))
    assert _labels(window)[SKIN_AT[::-1]] == Region.SKIN
    assert stack.count() == 2
    stack.undo()
    assert _labels(window)[SKIN_AT[::-1]] == Region.HAIR


def test_a_label_stroke_is_shown_before_it_ends_and_escape_takes_it_back(
    window, stack, painting, drag, press_key, at
):
    before = window.canvas.grab().toImage().pixelColor(at(205, 225))
    drag(SKIN_AT, (220, 225), release=False)
    assert window.canvas.grab().toImage().pixelColor(at(205, 225)) != before
    press_key(Qt.Key.Key_Escape)
    assert stack.count() == 0
    drag((10, 10), (11, 10))  # the pointer's outline is elsewhere
    assert window.canvas.grab().toImage().pixelColor(at(205, 225)) == before


def test_a_soft_and_faint_brush_still_paints_whole_labels(window, painting, drag):
    window.services.tool_state.set_hardness(0.0)
    window.services.tool_state.set_opacity(0.1)
    drag(SKIN_AT, (210, 225))
    assert (_labels(window)[225, 200:211] == Region.HAIR).all()


def test_a_lasso_paints_regions_too(window, painting, drag, press_key):
    press_key(Qt.Key.Key_R)
    drag((180, 215), (220, 235))
    assert (_labels(window)[216:234, 181:219] == Region.HAIR).all()
    assert window.services.document.mask.is_empty


def test_in_the_panel_a_click_only_chooses_while_regions_are_painted(window, painting, choose):
    choose(Region.NOSE)
    assert window.services.tool_state.regions.chosen is Region.NOSE
    assert window.services.document.mask.is_empty
    assert window.canvas.layers.regions._caption() == "Painting regions: Nose"
    assert "The brush makes nose" in _said(window)


def test_painting_takes_the_brush_and_tells_what_it_does(window, press_key, settle):
    press_key(Qt.Key.Key_H)
    press_key(Qt.Key.Key_W, SHIFT)
    settle()
    assert window.services.tool_state.tool is ToolName.BRUSH
    assert "The brush makes skin" in _said(window)
    press_key(Qt.Key.Key_W, SHIFT)
    assert not window.services.tool_state.paints_regions


def test_all_painted_regions_are_restored_in_one_step(window, stack, painting, drag):
    drag(SKIN_AT, (210, 225))
    drag((190, 240), (210, 240))
    window.menu_bar.action("region.restore").trigger()
    assert _labels(window)[SKIN_AT[::-1]] == Region.SKIN
    assert stack.count() == 3
    window.menu_bar.action("region.restore").trigger()
    assert stack.count() == 3
    assert "No region was painted" in _said(window)


def test_a_fill_is_given_the_painted_regions(qtbot, window, run, painting, drag, press_key):
    drag(SKIN_AT, (210, 225))
    press_key(Qt.Key.Key_W, SHIFT)
    drag((190, 225), (230, 225))
    with qtbot.waitSignal(window.services.runner.edit_ended):
        press_key(Qt.Key.Key_Return, CTRL)
    (request,) = run.requests_of(InpaintRequest)
    assert set(np.unique(request.labels)) == {Region.HAIR, UNKNOWN}
    assert request.labels.shape == request.mask.shape


def test_a_fill_run_again_follows_the_map_as_it_is_painted_now(
    qtbot, window, run, brush, drag, press_key, settle
):
    drag((190, 225), (230, 225))
    with qtbot.waitSignal(window.services.runner.edit_ended):
        press_key(Qt.Key.Key_Return, CTRL)
    press_key(Qt.Key.Key_W, SHIFT)
    settle()
    drag(SKIN_AT, (210, 225))
    window.services.document.steps.select(window.services.document.steps.items[0].number)
    with qtbot.waitSignal(window.services.runner.edit_ended):
        window.findChild(ResultOptions)._fill_again_button.click()
    before, after = run.requests_of(InpaintRequest)
    assert before.labels is None
    assert (after.labels == Region.SKIN).any()


def test_the_map_is_segmented_again_when_the_face_changes_and_painting_stays(
    qtbot, window, run, painting, drag, press_key, settle
):
    drag(SKIN_AT, (210, 225))
    press_key(Qt.Key.Key_S)
    qtbot.waitUntil(lambda: len(run.requests_of(ParseRequest)) == 2)
    settle()
    first, second = run.requests_of(ParseRequest)
    assert not np.array_equal(first.image, second.image)
    assert _labels(window)[SKIN_AT[::-1]] == Region.HAIR


def test_another_face_has_its_own_map(qtbot, window, run, shown, settle):
    window.services.document.faces.choose(1)
    assert (_labels(window) == UNKNOWN).all()
    settle()
    assert len(run.requests_of(ParseRequest)) == 2
    assert _labels(window)[140, 480] == Region.HAIR
    assert _labels(window)[HAIR_AT[::-1]] != Region.HAIR


def test_a_map_of_the_previous_photo_is_dropped(qtbot, window, run, press_key, settle):
    began, may_end = threading.Event(), threading.Event()

    def wait(request, _report) -> None:
        if isinstance(request, ParseRequest) and not began.is_set():
            began.set()
            may_end.wait(5)

    run.before = wait
    press_key(Qt.Key.Key_R, CTRL | SHIFT)
    qtbot.waitUntil(began.is_set)
    grey = np.full((480, 640, 3), 99, np.uint8)
    window.services.document.open(photo_from_array(grey), "grey.png")
    maps = []
    window.services.document.regions.changed.connect(maps.append)
    may_end.set()
    qtbot.waitUntil(lambda: window.services.document.regions.found is not None)
    settle()
    assert len(maps) == 1
    assert len(run.requests_of(ParseRequest)) == 2


def test_a_click_is_forgotten_when_another_face_is_chosen_before_the_map_is_there(
    qtbot, window, run, stack, settle
):
    window.services.region_commands.mask_region(Region.HAIR)
    window.services.document.faces.choose(1)
    settle()
    assert stack.count() == 0


def test_a_changing_image_is_segmented_once_it_has_settled(
    qtbot, window, run, brush, drag, press_key, shown, settle
):
    drag((190, 225), (230, 225))
    with qtbot.waitSignal(window.services.runner.edit_ended):
        press_key(Qt.Key.Key_Return, CTRL)
    number = window.services.document.steps.items[0].number
    for percent in range(20, 100, 5):
        window.services.document.steps.set_opacity(number, percent / 100, gesture=1)
    qtbot.waitUntil(lambda: len(run.requests_of(ParseRequest)) == 2)
    settle()
    assert len(run.requests_of(ParseRequest)) == 2


def test_the_newest_photo_wins(qtbot, window, run, shown, settle):
    noise = np.random.default_rng(1).integers(0, 256, (480, 640, 3), np.uint8)
    window.services.document.open(photo_from_array(noise), "other.png")
    assert (_labels(window) == UNKNOWN).all()
    qtbot.waitUntil(lambda: window.services.document.regions.found is not None)
    settle()
    assert np.isin(run.requests_of(ParseRequest)[-1].image, noise).all()
    assert _labels(window)[HAIR_AT[::-1]] == Region.HAIR


def test_without_weights_the_panel_says_so_and_landmarks_outline_the_regions(
    window, run, choose, stack
):
    def fail(request, _report) -> None:
        if isinstance(request, ParseRequest):
            raise CheckpointError(LACK)

    run.before = fail
    choose(Region.NOSE)
    assert _hint(window).startswith(LACK)
    labels = _labels(window)
    assert (labels == Region.SKIN).any() or (labels == Region.UPPER_LIP).any()
    choose(Region.HAIR)
    assert "This face shows no hair" in _said(window)


def test_without_a_face_the_user_is_told_to_draw_a_box(qtbot, window, run, choose):
    run.faces = ()
    with qtbot.waitSignal(
        window.services.face_finder.searching_changed, check_params_cb=lambda on: not on
    ):
        window.services.document.open(
            photo_from_array(np.zeros((99, 99, 3), np.uint8)), "black.png"
        )
    choose(Region.HAIR)
    assert "Face box tool" in _said(window)
    assert run.requests_of(ParseRequest) == []


def test_painting_regions_and_painting_on_a_result_exclude_each_other(
    qtbot, window, brush, drag, press_key, settle
):
    drag((190, 225), (230, 225))
    with qtbot.waitSignal(window.services.runner.edit_ended):
        press_key(Qt.Key.Key_Return, CTRL)
    press_key(Qt.Key.Key_Q)
    press_key(Qt.Key.Key_W, SHIFT)
    assert not window.services.paint_targets.is_result
    assert window.services.region_commands.is_painting
    press_key(Qt.Key.Key_Q)
    assert window.services.paint_targets.is_result
    assert not window.services.region_commands.is_painting
    settle()


def test_the_panel_of_regions_comes_forward_with_its_tool(window, region_tool):
    assert not window.findChild(RegionsPanel).visibleRegion().isEmpty()


def test_opacity_of_the_regions_is_remembered(window):
    window.services.tool_state.regions.set_opacity(0.8)
    text = window.services.tool_state.serialize()
    window.services.tool_state.regions.set_opacity(0.3)
    window.services.tool_state.restore(text)
    assert window.services.tool_state.regions.opacity == 0.8


@pytest.fixture
def following(window, painting):
    """The picture follows what the brush paints."""
    window.menu_bar.action("region.follow").trigger()


@pytest.fixture
def paint(drag, idle):
    """Paint a stroke, and wait for what follows."""

    def run(*positions) -> None:
        drag(*positions)
        idle()

    return run


def _picture(window) -> np.ndarray:
    document = window.services.document
    return document.composited(whole_window(*document.shape))


def _maps(window) -> list[MapSettings]:
    return [step.settings for step in window.services.document.steps.items]


def test_the_picture_follows_when_the_brush_lifts_and_not_before(
    window, following, paint, run, idle, stack
):
    before = _picture(window)
    paint((190, 225), (210, 225))
    assert not np.array_equal(_picture(window), before)
    (request,) = run.requests_of(TransferRequest)
    assert set(np.unique(request.labels)) == {Region.HAIR, UNKNOWN}
    assert stack.count() == 1


def test_a_stroke_and_what_follows_it_are_one_undo_step(window, following, paint, stack, idle):
    before = _picture(window)
    paint((190, 225), (210, 225))
    after = _picture(window)
    window.undo()
    idle()
    assert np.array_equal(_picture(window), before)
    assert not window.services.document.regions.painted.tiles
    stack.redo()
    idle()
    assert np.array_equal(_picture(window), after)
    assert window.services.document.regions.painted.tiles
    assert stack.count() == 1


def test_the_next_stroke_changes_the_same_edit_by_one_undo_step_more(
    window, following, paint, stack
):
    paint((190, 225), (210, 225))
    paint((190, 240), (210, 240))
    (made,) = _maps(window)
    assert made.painted is window.services.document.regions.painted
    assert stack.count() == 2
    window.undo()
    (made,) = _maps(window)
    assert made.painted is window.services.document.regions.painted


def test_restoring_all_regions_takes_the_edit_away(window, following, paint, settle):
    before = _picture(window)
    paint((190, 225), (210, 225))
    window.menu_bar.action("region.restore").trigger()
    settle()
    assert np.array_equal(_picture(window), before)
    assert _maps(window) == []


def test_what_was_painted_before_is_followed_once_it_is_asked_for(window, painting, paint, settle):
    paint((190, 225), (210, 225))
    assert _maps(window) == []
    window.menu_bar.action("region.follow").trigger()
    settle()
    assert len(_maps(window)) == 1
    window.menu_bar.action("region.follow").trigger()
    paint((190, 240), (210, 240))
    (made,) = _maps(window)
    assert made.painted is not window.services.document.regions.painted
