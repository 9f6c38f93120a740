"""What every command is given: a portrait, a picture without a face, a mask."""

import json

import pytest
from PIL import Image as Pillow
from skimage.data import astronaut

from core.cli import main


@pytest.fixture(scope="session")
def portrait(tmp_path_factory):
    path = tmp_path_factory.mktemp("portrait") / "portrait.png"
    Pillow.fromarray(astronaut()).save(path)
    return path


@pytest.fixture(scope="session")
def meadow(tmp_path_factory):
    """A picture of 90 x 60 pixels in which nobody is."""
    path = tmp_path_factory.mktemp("meadow") / "meadow.png"
    Pillow.new("RGB", (90, 60), (80, 140, 60)).save(path)
    return path


@pytest.fixture(scope="session")
def faces_file(portrait, tmp_path_factory):
    """The faces of the portrait as the program itself describes them."""
    from core.cli.faces import as_json
    from core.face.detect import find_faces

    path = tmp_path_factory.mktemp("faces") / "faces.json"
    faces = find_faces(astronaut(), thorough=False)
    path.write_text(json.dumps({"faces": [as_json(face) for face in faces]}), encoding="utf-8")
    return path


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
