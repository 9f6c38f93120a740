"""What an edit does not cover stays the photo's own, on real people and through a file."""

import numpy as np
import pytest

from core.edit.pipeline import Editor
from core.edit.request import SmileRequest
from core.image_file import photo_from_array, read_photo, write_photo
from core.training.data import load_faces


@pytest.fixture(scope="module")
def neutral_people(data_dir):
    """The 12 people of the London set whom no network was trained on, not smiling."""
    people = {}
    for face in load_faces(data_dir, ["hires768"], "val"):
        if face.record.get("pair") and face.record["expression"]["happy"] < 0.5:
            people.setdefault(face.record["pair"], face)
    assert len(people) == 12
    return list(people.values())


@pytest.fixture(scope="module")
def editor():
    return Editor("cpu")


@pytest.mark.parametrize("number", range(12))
def test_saved_smile_changes_no_sample_that_it_does_not_cover(
    editor, neutral_people, tmp_path, number
):
    face = neutral_people[number]
    result = editor.run(SmileRequest(face.image, face.landmarks))
    height, width = result.coverage.shape
    covered = np.zeros(face.image.shape[:2], bool)
    window = slice(result.top, result.top + height), slice(result.left, result.left + width)
    covered[window] = result.coverage > 0
    smiling = photo_from_array(face.image).with_patch(
        result.patch, result.left, result.top, result.coverage
    )
    write_photo(smiling, tmp_path / "smile.png")
    changed = (read_photo(tmp_path / "smile.png").work != face.image).any(axis=2)
    assert changed.any()
    assert not (changed & ~covered).any()
