"""The table of the classes that a warp makes, and the sheets of sliders."""

import cv2
import numpy as np

from core.training.data.faces import load_faces
from core.training.expressions import moved_faces
from core.training.expressions.moved_faces import class_report, write_slider_sheet


def test_a_report_has_every_class_and_a_sheet(small_data, tmp_path, monkeypatch):
    monkeypatch.setattr(moved_faces, "PEOPLE", 1)
    (table,) = class_report(small_data, None, tmp_path)
    for name in ("happy", "sad", "angry", "surprised", "fearful", "disgusted", "contemptuous"):
        assert f"| {name} |" in table
    assert "No judge" in table
    assert (tmp_path / "classes.png").is_file()


def test_a_sheet_shows_the_photo_half_and_the_whole(small_data, tmp_path, monkeypatch):
    face = load_faces(small_data, ["hires768"], "val")[0]
    monkeypatch.setattr(moved_faces, "_sheet_people", lambda data: [face, face])
    monkeypatch.setattr(moved_faces, "_SIDE", 96)
    sheet = cv2.imread(str(write_slider_sheet(small_data, tmp_path, "jawWidth")))[..., ::-1]
    photo, half, whole = (sheet[:, start : start + 96].astype(int) for start in (0, 96, 192))
    x, y = np.clip(face.landmarks[30] - 48, 0, np.array(face.image.shape[1::-1]) - 96).astype(int)
    assert np.abs(photo - face.image[y : y + 96, x : x + 96]).max() == 0
    assert 0 < np.abs(half - photo).mean() < np.abs(whole - photo).mean()
