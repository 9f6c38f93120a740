"""Edits of every face in a photo."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage.data import astronaut

from core.cli.faces import face_to_json
from core.edit import editor
from core.edit.requests import HairColourRequest
from core.errors import InvalidRequestError
from core.face.face import Face

WIDTH = 512
TWINS = np.hstack([astronaut(), astronaut()])


@pytest.fixture
def twins(tmp_path):
    path = tmp_path / "twins.png"
    Pillow.fromarray(TWINS).save(path)
    return path


@pytest.fixture
def both_faces(tmp_path, sample_faces):
    (face,) = sample_faces
    moved_points = np.add(face.landmarks, (WIDTH, 0))
    left, top, right, bottom = face.box
    moved = Face((left + WIDTH, top, right + WIDTH, bottom), 1.0, moved_points)
    path = tmp_path / "faces.json"
    path.write_text(json.dumps({"faces": [face_to_json(one) for one in (face, moved)]}))
    return path


def _is_changed(path) -> list[bool]:
    changed = (np.asarray(Pillow.open(path)) != TWINS).any(axis=2)
    return [bool(changed[:, :WIDTH].any()), bool(changed[:, WIDTH:].any())]


def test_all_faces_smile_where_one_is_asked_for_only_that_one(run, twins, both_faces, tmp_path):
    target = tmp_path / "out.png"
    options = ["smile", twins, "-o", target, "--landmarks", both_faces, "--face"]
    assert run(*options, 2)[0] == 0
    assert _is_changed(target) == [False, True]
    code, printed, _ = run(*options, "all", "--json")
    assert code == 0
    assert _is_changed(target) == [True, True]
    told = json.loads(printed)
    assert told["face"] == "all"
    assert [face["window"][0] < WIDTH for face in told["faces"]] == [True, False]


def test_all_faces_take_a_part_of_an_exemplar(run, twins, both_faces, large, tmp_path):
    target = tmp_path / "out.png"
    options = ["--from", large, "--region", "brows", "--landmarks", both_faces, "--face", "all"]
    assert run("exemplar", twins, "-o", target, *options)[0] == 0
    assert _is_changed(target) == [True, True]


def test_all_heads_of_hair_take_a_colour(run, twins, both_faces, tmp_path):
    target = tmp_path / "out.png"
    options = ["--hair", "#8a3f1f", "--landmarks", both_faces, "--face", "all"]
    assert run("retouch", twins, "-o", target, *options)[0] == 0
    assert _is_changed(target) == [True, True]


def test_a_mask_is_not_for_all_faces(refuse, twins, both_faces, large, mask, tmp_path):
    options = ["--from", large, "--mask", mask, "--landmarks", both_faces, "--face", "all"]
    code, sentence = refuse("exemplar", twins, "-o", tmp_path / "out.png", *options)
    assert code == 2
    assert "--region" in sentence


def test_a_face_that_is_neither_a_number_nor_all_is_refused(refuse, twins, tmp_path):
    code, sentence = refuse("smile", twins, "-o", tmp_path / "out.png", "--face", "some")
    assert code == 2
    assert "all" in sentence


@pytest.fixture
def refuse_faces(monkeypatch):
    """Let the edit of hair colours refuse the faces whose points lie in some halves."""

    def refuse(*halves: int) -> None:
        recolour = editor._EDITS[HairColourRequest]

        def run(request, *others):
            if int(request.landmarks[:, 0].mean() > WIDTH) in halves:
                raise InvalidRequestError("No hair is seen.")
            return recolour(request, *others)

        monkeypatch.setitem(editor._EDITS, HairColourRequest, run)

    return refuse


@pytest.mark.parametrize("refused", [0, 1])
def test_a_face_that_is_refused_stays_and_is_told_of_and_the_others_change(
    run, twins, both_faces, tmp_path, refuse_faces, refused
):
    refuse_faces(refused)
    target = tmp_path / "out.png"
    options = ["--hair", "#5a3a22", "--landmarks", both_faces, "--face", "all"]
    code, _, told = run("retouch", twins, "-o", target, *options)
    assert code == 0
    assert f"Face {refused + 1} is left as it is: No hair is seen." in told
    assert _is_changed(target) == [refused != 0, refused != 1]


def test_an_edit_that_every_face_is_refused_fails(
    refuse, twins, both_faces, tmp_path, refuse_faces
):
    refuse_faces(0, 1)
    target = tmp_path / "out.png"
    options = ["--hair", "#5a3a22", "--landmarks", both_faces, "--face", "all"]
    code, sentence = refuse("retouch", twins, "-o", target, *options)
    assert (code, sentence) == (2, "No hair is seen.\n")
    assert not target.exists()
