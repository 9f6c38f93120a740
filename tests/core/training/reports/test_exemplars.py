"""The report on exemplars measures both guides on the same people."""

import re

import pytest

from core.edit.editor import Editor
from core.training.reports.exemplars import exemplar_text


@pytest.mark.slow  # a whole table: eight seconds, and minutes beside other work
def test_both_ways_are_measured_on_the_same_people_and_shown(small_data, tmp_path):
    text = exemplar_text(Editor("cpu"), small_data, 2, tmp_path)
    assert "2 validation people" in text
    rows = [line for line in text.splitlines() if re.match(r"\| (hair|mask)", line)]
    kinds = ("hair", "mask over the eyes", "mask over the mouth")
    assert [tuple(row.split(" | ")[:2]) for row in rows] == [
        (f"| {kind}", way) for kind in kinds for way in ("pixels", "style")
    ]
    for row in rows:
        figures = [float(one) for one in re.findall(r"\d+\.?\d*", row)]
        refused, nearer, near, far, identity, _, seconds = figures
        assert refused in (0, 1, 2)
        assert nearer in (0, 50, 100)
        assert near > 0
        assert far > 0
        assert 0 <= identity < 0.9
        assert seconds > 0
    assert {one.name for one in tmp_path.iterdir()} == {
        f"{kind.replace(' ', '-')}.png" for kind in kinds
    }
