"""Presets of expressions come back as they were written, and bad files give one sentence."""

import pytest

from core.anatomy.expressions import Expression
from core.edit.expression.preset import Preset, both_sided, read_preset, write_preset
from core.errors import InvalidRequestError


def test_a_preset_comes_back_as_it_was_written(tmp_path):
    preset = Preset(Expression.SAD, {"jawOpen": 0.25, "noseSneerLeft": -0.5})
    write_preset(tmp_path / "sad.json", preset)
    assert read_preset(tmp_path / "sad.json") == preset


def test_a_name_without_a_side_is_both(tmp_path):
    path = tmp_path / "brows.json"
    path.write_text('{"weights": {"browDown": 0.5}}')
    assert read_preset(path).weights == {"browDownLeft": 0.5, "browDownRight": 0.5}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "{}",
        '{"weights": 3}',
        '{"weights": {"jawOpen": "wide"}}',
        '{"expression": "calm"}',
        '{"sliders": {"jawOpen": 0.4}}',
    ],
)
def test_a_file_that_is_no_preset_gives_one_sentence(tmp_path, text):
    path = tmp_path / "preset.json"
    path.write_text(text)
    with pytest.raises(InvalidRequestError, match="no preset"):
        read_preset(path)


@pytest.mark.parametrize("weights", [{"smirk": 0.1}, {"jawOpen": 2.0}, {"jawOpen": float("nan")}])
def test_unknown_names_and_weights_out_of_range_are_refused(weights):
    with pytest.raises(InvalidRequestError):
        both_sided(weights)
