"""What an edit does not cover stays the photo's own, on real people and through a file."""

import pytest

from core.edit.requests import SmileRequest
from core.image_io.photo import photo_from_array, read_photo, write_photo
from tests.core.edit.results import covered, shown


@pytest.mark.parametrize("number", range(12))
def test_saved_smile_changes_no_sample_that_it_does_not_cover(
    editor, neutral_people, tmp_path, number
):
    face = neutral_people[number]
    result = editor.run(SmileRequest(face.image, face.landmarks))
    smiling = photo_from_array(shown(face.image, result))
    write_photo(smiling, tmp_path / "smile.png")
    changed = (read_photo(tmp_path / "smile.png").image != face.image).any(axis=2)
    assert changed.any()
    assert not (changed & (covered(face.image, result) == 0)).any()
