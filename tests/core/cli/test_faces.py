import json
from dataclasses import replace

import numpy as np
import pytest

from core.cli.faces import read_faces
from core.errors import InvalidRequestError


def test_landmarks_prints_box_score_and_68_points_inside_the_photo(run, portrait):
    code, out, err = run("landmarks", portrait)
    assert (code, err) == (0, "")
    (face,) = json.loads(out)["faces"]
    left, top, right, bottom = face["box"]
    points = np.array(face["landmarks"])
    assert points.shape == (68, 2)
    assert (points > 0).all()
    assert (points < 512).all()
    assert left < points[30, 0] < right
    assert top < points[30, 1] < bottom
    assert face["score"] > 0


def test_picture_without_a_face_gives_its_empty_list_and_exit_code_3(run, meadow):
    code, out, err = run("landmarks", meadow)
    assert code == 3
    assert json.loads(out) == {"faces": []}
    assert err == f"No face was found in {meadow}.\n"


@pytest.mark.parametrize("content", [b"", b"just words", b"\x89PNG\r\n\x1a\n but no more"])
def test_file_that_is_no_picture_gives_exit_code_4(refuse, tmp_path, content):
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    assert refuse("landmarks", path)[0] == 4


def test_absent_photo_gives_exit_code_4(refuse, tmp_path):
    assert refuse("landmarks", tmp_path / "none.png")[0] == 4


def test_errors_are_machine_readable_on_request(run, tmp_path):
    code, out, err = run("landmarks", tmp_path / "none.png", "--json")
    assert json.loads(out) == {"error": err.strip(), "exit_code": code}


def test_printed_faces_are_read_back_to_the_last_digit(run, portrait, tmp_path):
    path = tmp_path / "faces.json"
    path.write_text(run("landmarks", portrait)[1], encoding="utf-8")
    (face,) = read_faces(path)
    (printed,) = json.loads(path.read_text(encoding="utf-8"))["faces"]
    assert face.landmarks.tolist() == printed["landmarks"]
    assert list(face.box) == printed["box"]
    assert face.score == printed["score"]


def test_points_alone_are_enough_for_a_face(tmp_path):
    path = tmp_path / "faces.json"
    points = np.arange(136.0).reshape(68, 2)
    path.write_text(json.dumps({"faces": [{"landmarks": points.tolist()}]}), encoding="utf-8")
    (face,) = read_faces(path)
    assert face.box == (0.0, 1.0, 134.0, 135.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"faces": 3}',
        '{"faces": [3]}',
        '{"faces": [{"landmarks": [[1, 2]]}]}',
        '{"faces": [{"landmarks": "abc"}]}',
        '{"faces": [{"landmarks": ' + str([[float("nan"), 1]] * 68).replace("nan", "NaN") + "}]}",
        '{"faces": [{"box": [1, 2, 3, null], "landmarks": ' + str([[1, 1]] * 68) + "}]}",
    ],
)
def test_file_without_faces_is_refused_in_one_sentence(tmp_path, text):
    path = tmp_path / "faces.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRequestError, match="does not hold faces"):
        read_faces(path)


def test_smile_without_a_face_gives_exit_code_3(refuse, meadow, tmp_path):
    code, sentence = refuse("smile", meadow, "-o", tmp_path / "out.png")
    assert code == 3
    assert "--landmarks" in sentence


@pytest.mark.parametrize("number", [0, -1, 2])
def test_face_that_is_not_there_gives_exit_code_2(refuse, portrait, faces_file, tmp_path, number):
    options = ["--landmarks", faces_file, "--face", number]
    assert refuse("smile", portrait, "-o", tmp_path / "out.png", *options)[0] == 2


def test_empty_list_of_faces_gives_exit_code_3(refuse, portrait, tmp_path):
    path = tmp_path / "faces.json"
    path.write_text('{"faces": []}', encoding="utf-8")
    out = tmp_path / "out.png"
    assert refuse("smile", portrait, "-o", out, "--landmarks", path)[0] == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-8"])
def test_faces_are_read_as_any_shell_writes_them(faces_file, tmp_path, encoding):
    path = tmp_path / "faces.json"
    text = faces_file.read_text(encoding="utf-8").replace("\n", "\r\n") + "\r\n"
    path.write_bytes(text.encode(encoding))
    (face,) = read_faces(path)
    assert face.landmarks.tolist() == read_faces(faces_file)[0].landmarks.tolist()


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"faces": [{"landmarks": [[' + "9" * 400 + ", 1]]}]}", "\ud800", "\x00\x01"],
    ids=["deep", "giant number", "half a letter", "bytes"],
)
def test_file_that_no_json_reader_survives_is_refused_in_one_sentence(tmp_path, text):
    path = tmp_path / "faces.json"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(InvalidRequestError, match="does not hold faces"):
        read_faces(path)


def test_file_of_faces_larger_than_any_is_not_read(tmp_path):
    path = tmp_path / "faces.json"
    with path.open("wb") as file:
        file.truncate(1 << 32)
    with pytest.raises(InvalidRequestError, match="too large"):
        read_faces(path)


@pytest.mark.parametrize("command", ["smile", "parse", "fill"])
@pytest.mark.parametrize(
    "change",
    [
        lambda points: points * 0 + 10,
        lambda points: points * 1e6,
        lambda points: points * [1e300, 1],
        lambda points: points * [1, 0],
        lambda points: points * 1e-3,
        lambda points: np.repeat(points[::17], 17, axis=0),
    ],
    ids=["one point", "far", "astronomical", "a line", "tiny", "four points"],
)
def test_points_that_form_no_face_give_exit_code_2(
    refuse, portrait, faces_file, grey_file, tmp_path, command, change
):
    points = change(read_faces(faces_file)[0].landmarks)
    path = tmp_path / "faces.json"
    path.write_text(json.dumps({"faces": [{"landmarks": points.tolist()}]}), encoding="utf-8")
    hole = np.zeros((512, 512))
    hole[400:420, 60:80] = 255
    mask = ["--mask", grey_file("mask.png", hole)] if command == "fill" else []
    out = tmp_path / "out.png"
    code, sentence = refuse(command, portrait, *mask, "--landmarks", path, "-o", out)
    assert code == 2
    assert "68" in sentence
    assert not out.exists()


@pytest.mark.parametrize("command", ["smile", "parse"])
def test_face_beside_the_photo_gives_exit_code_2(refuse, portrait, faces_file, tmp_path, command):
    points = read_faces(faces_file)[0].landmarks + np.array([5000, 0])
    path = tmp_path / "faces.json"
    path.write_text(json.dumps({"faces": [{"landmarks": points.tolist()}]}), encoding="utf-8")
    out = tmp_path / "out.png"
    assert refuse(command, portrait, "--landmarks", path, "-o", out)[0] == 2


def test_two_points_in_one_place_are_no_hindrance(run, portrait, faces_file, tmp_path):
    points = read_faces(faces_file)[0].landmarks
    points[[61, 62, 63]] = points[[67, 66, 65]]
    points[49] = points[48]
    path = tmp_path / "faces.json"
    path.write_text(json.dumps({"faces": [{"landmarks": points.tolist()}]}), encoding="utf-8")
    options = ["--landmarks", path, "-o", tmp_path / "out.png", "--strength", "-0.5"]
    code, _, err = run("smile", portrait, *options)
    assert (code, err) == (0, "")


def test_face_that_is_hard_to_make_out_is_told_of(
    run, portrait, tmp_path, monkeypatch, sample_faces
):
    unclear = replace(sample_faces[0], score=0.4)
    monkeypatch.setattr("core.cli.faces.find_faces", lambda *_, **__: (unclear,))
    code, _, err = run("smile", portrait, "-o", tmp_path / "out.png", "--strength", "-0.5")
    assert code == 0
    assert "hard to make out" in err
    assert "--landmarks" in err
