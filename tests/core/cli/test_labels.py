"""The label map that `parse` writes."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from PIL import Image as Pillow

from core.anatomy.regions import Region
from core.image_io.label_file import read_labels
from core.models import face_parser
from core.models.face_parser import EMBEDDED, FaceParser
from core.runtime import checkpoints
from core.runtime.checkpoints import save_weights, write_card


@pytest.fixture
def labels_file(run, portrait, faces_file, tmp_path):
    """Parse the portrait."""
    return lambda *options: run(
        "parse", portrait, "-o", tmp_path / "labels.png", "--landmarks", faces_file, *options
    )


@pytest.fixture
def ship_parser(tmp_path, monkeypatch):
    """Ship a network that finds nothing but one region."""

    def ship(region):
        config = replace(EMBEDDED, widths=(4, 6, 8))
        network = FaceParser(config)
        for parameter in network.to_scores.parameters():
            torch.nn.init.zeros_(parameter)
        torch.nn.init.ones_(network.to_scores.bias[region : region + 1].detach())
        path = tmp_path / "weights" / f"{face_parser.NAME}.safetensors"
        save_weights(path, network.state_dict(), face_parser.NAME, asdict(config))
        write_card(path, "A parser that knows one region", "For a test.")
        monkeypatch.setattr(checkpoints, "WEIGHTS_DIR", path.parent)

    return ship


@pytest.fixture
def finds_ears(ship_parser):
    ship_parser(Region.EARS)


@pytest.mark.usefixtures("finds_ears")
def test_labels_have_the_photos_size_and_read_as_they_were(labels_file, tmp_path):
    code, out, err = labels_file("--neck-and-ears", "--json")
    assert (code, err) == (0, "")
    labels = read_labels(tmp_path / "labels.png", (512, 512))
    assert set(np.unique(labels)) <= {Region.BACKGROUND, Region.EARS}
    assert json.loads(out)["pixels"]["Ears"] == (labels == Region.EARS).sum() > 0


@pytest.mark.usefixtures("finds_ears")
def test_neck_and_ears_are_background_unless_asked_for(labels_file, tmp_path):
    assert labels_file()[0] == 0
    assert not read_labels(tmp_path / "labels.png", (512, 512)).any()


@pytest.mark.parametrize(
    ("flag", "label"), [("--neck-and-ears", Region.SKIN), ("--worn", Region.GLASSES)]
)
def test_glasses_are_skin_unless_what_is_worn_is_asked_for(
    labels_file, ship_parser, tmp_path, flag, label
):
    ship_parser(Region.GLASSES)
    assert labels_file(flag)[0] == 0
    assert set(np.unique(read_labels(tmp_path / "labels.png", (512, 512)))) == {0, label}


def test_labels_are_saved_as_png_only(refuse, portrait, tmp_path):
    code, sentence = refuse("parse", portrait, "-o", tmp_path / "labels.jpg")
    assert code == 2
    assert ".png" in sentence


def test_missing_weights_give_exit_code_5(refuse, portrait, faces_file, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "WEIGHTS_DIR", tmp_path)
    out, options = tmp_path / "labels.png", ["--landmarks", faces_file]
    assert refuse("parse", portrait, "-o", out, *options)[0] == 5
    assert not out.exists()


def test_a_photo_without_a_face_gives_exit_code_3(refuse, meadow, tmp_path):
    assert refuse("parse", meadow, "-o", tmp_path / "labels.png")[0] == 3


def test_the_photo_is_not_overwritten_unasked(refuse, tmp_path):
    photo = tmp_path / "photo.png"
    Pillow.new("RGB", (8, 8)).save(photo)
    assert refuse("parse", photo, "-o", photo)[0] == 2
