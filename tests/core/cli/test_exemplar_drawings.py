"""Paintings and drawings as exemplars: parts are transferred, or a sentence says why not."""

import json

import cv2
import pytest

from core.edit import networks
from tests import drawings


@pytest.fixture
def drawn(tmp_path):
    def save(name):
        path = tmp_path / f"{name}.png"
        cv2.imwrite(str(path), getattr(drawings, name)()[..., ::-1])
        return path

    return save


@pytest.mark.parametrize("name", drawings.OF_A_FACE)
def test_parts_are_transferred_from_a_painted_or_drawn_face(
    run,
    monkeypatch,
    plain_harmonizer,
    portrait,
    faces_file,
    drawn,
    tmp_path,
    is_changed_within,
    name,
):
    monkeypatch.setattr(networks, "weights_path", lambda _name: plain_harmonizer)
    out = tmp_path / "out.png"
    asked = ("--from", drawn(name), "--region", "mouth,eyes", "--landmarks", faces_file, "--json")
    code, printed, _ = run("exemplar", portrait, *asked, "-o", out)
    assert code == 0
    assert is_changed_within(out, json.loads(printed)["window"])


@pytest.mark.parametrize("guide", ["pixels", "style"])
def test_a_drawing_without_a_face_is_refused_with_one_sentence(
    refuse, portrait, faces_file, drawn, tmp_path, guide
):
    asked = ("--from", drawn("tree"), "--region", "mouth", "--guide", guide)
    out = tmp_path / "out.png"
    code, sentence = refuse("exemplar", portrait, *asked, "--landmarks", faces_file, "-o", out)
    assert code == 3
    assert "No face was found in" in sentence
    assert "tree.png; take another picture" in sentence
    assert not out.exists()
