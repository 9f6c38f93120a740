"""Keys of actions: their own, those of a set, the user's."""

from __future__ import annotations

from collections import Counter

import pytest

from faceeditor_gui.state.key_bindings import FIXED_KEYS, KeyBindings
from faceeditor_gui.state.key_sets import KEY_SETS, KeySet
from faceeditor_gui.state.settings import Settings

USUAL = {"tool.brush": "B", "mask.clear": "Ctrl+D", "view.fit": "F Ctrl+0", "view.upright": ""}


@pytest.fixture
def bindings(settings) -> KeyBindings:
    return KeyBindings(settings, USUAL)


def test_a_key_that_is_given_leaves_the_action_that_had_it(bindings):
    bindings.assign("tool.brush", "F")
    assert bindings.keys("tool.brush") == ["F"]
    assert bindings.keys("view.fit") == ["Ctrl+0"]
    assert bindings.owner("F") == "tool.brush"
    assert bindings.owner("B") is None


def test_what_was_given_is_there_at_the_next_start(bindings, tmp_path):
    bindings.assign("view.upright", "U")
    again = KeyBindings(Settings(tmp_path / "settings.ini"), USUAL)
    assert again.keys("view.upright") == ["U"]
    assert again.key_set is None


def test_reset_gives_back_what_is_still_free(bindings):
    bindings.assign("tool.brush", "F")
    bindings.reset("view.fit")
    assert bindings.keys("view.fit") == ["Ctrl+0"], "F is the brush's now"
    bindings.reset("tool.brush")
    bindings.reset("view.fit")
    assert bindings.keys("view.fit") == ["F", "Ctrl+0"]
    assert bindings.key_set is KeySet.OURS


def test_a_set_takes_the_place_of_everything(bindings):
    bindings.assign("tool.brush", "Z")
    bindings.use_set(KeySet.PHOTOSHOP)
    assert bindings.keys("tool.brush") == ["B"]
    assert bindings.keys("view.fit") == ["Ctrl+0"]
    assert bindings.key_set is KeySet.PHOTOSHOP


@pytest.mark.parametrize("key", ["Tab", "Space", "\\"])
def test_keys_of_the_canvas_and_of_moving_about_cannot_be_given(bindings, key):
    with pytest.raises(ValueError, match="cannot be given"):
        bindings.assign("tool.brush", key)
    assert bindings.keys("tool.brush") == ["B"]


@pytest.mark.parametrize("stored", ["nonsense", "[1]", '{"tool.brush": 3}'])
def test_keys_that_somebody_has_spoilt_in_the_file_are_the_usual_ones(bindings, settings, stored):
    settings._store.setValue("keys/changed", stored)
    assert bindings.keys("tool.brush") == ["B"]


@pytest.mark.parametrize("key_set", KeySet)
def test_no_set_gives_a_key_twice_or_to_an_action_that_is_not_there(empty_window, key_set):
    bindings = empty_window.menu_bar.key_bindings
    ids = [one.id for one in empty_window.menu_bar.keyed_actions()]
    assert set(KEY_SETS[key_set]) <= set(ids)
    bindings.use_set(key_set)
    given = Counter(key for one in ids for key in bindings.keys(one))
    assert [key for key, count in given.items() if count > 1] == []
    assert not set(given) & (set(FIXED_KEYS) - {"Tab"})
