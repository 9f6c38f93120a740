"""A map of regions steers `fill --model region_norm`."""

import numpy as np
import pytest
from PIL import Image as Pillow

from core.anatomy.regions import Region
from core.image_io.label_file import write_labels
from core.models.region_norm.model import NAME


@pytest.fixture
def _weights(use_weights, small_region_norm):
    use_weights(NAME, small_region_norm)


@pytest.fixture
def mask(tmp_path):
    levels = np.zeros((60, 90), np.uint8)
    levels[20:40, 30:60] = 255
    Pillow.fromarray(levels).save(tmp_path / "mask.png")
    return tmp_path / "mask.png"


@pytest.mark.usefixtures("_weights")
def test_fills_differ_with_the_map_and_need_no_face(run, meadow, mask, tmp_path):
    filled = []
    for region in (Region.SKIN, Region.HAIR):
        labels, out = tmp_path / f"{region}.png", tmp_path / f"out-{region}.png"
        write_labels(np.full((60, 90), region, np.uint8), labels)
        options = ("--model", NAME, "--labels", labels)
        assert run("fill", meadow, "--mask", mask, "-o", out, *options)[0] == 0
        filled.append(np.asarray(Pillow.open(out)))
    changed = (filled[0] != filled[1]).any(axis=2)
    assert changed.any()
    assert not changed[np.asarray(Pillow.open(mask)) == 0].any()


def test_a_map_of_another_size_is_refused(refuse, meadow, mask, tmp_path):
    write_labels(np.zeros((9, 9), np.uint8), tmp_path / "small.png")
    out = tmp_path / "out.png"
    options = ("--model", NAME, "--labels", tmp_path / "small.png")
    code, sentence = refuse("fill", meadow, "--mask", mask, "-o", out, *options)
    assert code == 2
    assert "9 x 9" in sentence
