"""The report on borrowed hair measures both ways on the same people."""

import re

from core.edit.pipeline import Editor
from core.training.hair_figures import hair_text


def test_both_ways_are_measured_on_the_same_people_and_shown(data_dir, tmp_path):
    told = hair_text(Editor("cpu"), data_dir, 2, tmp_path)
    assert "Hair of 2 validation people" in told
    pixels, style = told.splitlines()[-2:]
    assert pixels.startswith("| pixels")
    assert style.startswith("| style")
    for row in (pixels, style):
        figures = [float(one) for one in re.findall(r"\d+\.?\d*", row)]
        refused, nearer, near, far, identity, _, seconds = figures
        assert refused in (0, 1, 2)
        assert nearer in (0, 50, 100)
        assert near > 0
        assert far > 0
        assert 0 <= identity < 0.6
        assert seconds > 0
    assert (tmp_path / "hair.png").is_file()
