"""The split line between before and after."""

from __future__ import annotations

import pytest

from faceeditor_gui.canvas.layers.comparison import CompareMode, Comparison


@pytest.fixture
def split(qapp) -> Comparison:
    comparison = Comparison()
    comparison.resize((400, 300), 2.0)
    comparison.toggle(CompareMode.SPLIT)
    return comparison


def test_the_line_is_hit_a_little_beside_it_and_the_knob_further(split):
    assert split.is_on_split_line((207, 20))
    assert not split.is_on_split_line((210, 20))
    assert split.is_on_split_line((220, 150))
    assert not split.is_on_split_line((224, 150))


def test_the_line_is_not_hit_while_everything_shows_the_photo_before(split):
    split.hold(True)
    assert split.before_rect.width() == 400
    assert not split.is_on_split_line((200, 150))
    split.hold(False)
    assert split.is_on_split_line((200, 150))


def test_the_line_never_leaves_the_canvas(split):
    for x in (-50, 900):
        split.move_split_line(x)
        assert 0 < split.before_rect.width() < 400


def test_the_line_stays_at_its_share_when_the_canvas_grows(split):
    split.move_split_line(100)
    split.resize((800, 300), 2.0)
    assert split.before_rect.width() == 200
