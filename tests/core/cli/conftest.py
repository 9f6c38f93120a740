"""What every command is given: a portrait, a picture without a face, a mask."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from skimage.data import astronaut

from core.cli.commands import main
from core.cli.edits import _editor
from core.cli.faces import face_to_json
from core.edit import networks


@pytest.fixture(scope="session")
def portrait(tmp_path_factory):
    path = tmp_path_factory.mktemp("portrait") / "portrait.png"
    Pillow.fromarray(astronaut()).save(path)
    return path


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """The portrait twice as large: a face with enough pixels to take from."""
    path = tmp_path_factory.mktemp("large") / "large.png"
    Pillow.fromarray(cv2.resize(astronaut(), None, fx=2, fy=2)).save(path)
    return path


@pytest.fixture(scope="session")
def meadow(tmp_path_factory):
    """A picture of 90 x 60 pixels in which nobody is."""
    path = tmp_path_factory.mktemp("meadow") / "meadow.png"
    Pillow.new("RGB", (90, 60), (80, 140, 60)).save(path)
    return path


@pytest.fixture(scope="session")
def faces_file(sample_faces, tmp_path_factory):
    """The faces of the portrait as the program itself describes them."""
    path = tmp_path_factory.mktemp("faces") / "faces.json"
    faces = [face_to_json(face) for face in sample_faces]
    path.write_text(json.dumps({"faces": faces}), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def fresh_editor():
    """Let every test have an editor of its own, as every command line has."""
    _editor.cache_clear()


@pytest.fixture
def use_weights(monkeypatch):
    """Let edits use other weights of one system than the shipped ones."""

    def use(system, path):
        shipped = networks.weights_path
        monkeypatch.setattr(
            networks, "weights_path", lambda name: path if name == system else shipped(name)
        )

    return use


@pytest.fixture
def changed():
    """Return a function that tells where a picture is not the portrait; (512, 512) bool."""
    return lambda path: (np.asarray(Pillow.open(path)) != astronaut()).any(axis=2)


@pytest.fixture
def is_changed_within(changed):
    """Return a function that tells whether a picture differs in a window, and only there."""

    def tell(path, window):
        left, top, right, bottom = window
        pixels = changed(path)
        inside = pixels[top:bottom, left:right].copy()
        pixels[top:bottom, left:right] = False
        return bool(inside.any()) and not pixels.any()

    return tell


@pytest.fixture
def run(capsys):
    """Run a command; return exit code, stdout, stderr."""

    def run_command(*arguments):
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run_command


@pytest.fixture
def refuse(run):
    """Run a command that must fail; return exit code and the one sentence on stderr."""

    def run_command(*arguments):
        code, out, err = run(*arguments)
        assert code != 0
        assert out == ""
        assert err.endswith(".\n")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return code, err

    return run_command


@pytest.fixture
def mask(tmp_path, grey_file):
    """A mask over both eyes of the portrait."""
    levels = np.zeros((512, 512), np.uint8)
    levels[90:130, 190:250] = 255
    return grey_file("mask.png", levels)
