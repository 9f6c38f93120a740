"""Label maps in PNG files."""

import numpy as np
import pytest
from PIL import Image as Pillow

from core.anatomy.regions import LEGEND, Region
from core.errors import ImageFileError, ImageWriteError, InvalidRequestError
from core.image_io.label_file import read_labels, write_labels

EVERY = np.arange(len(Region), dtype=np.uint8)[None].repeat(3, axis=0)
SIZE = (len(Region), 3)


def test_labels_read_as_they_were_written(tmp_path):
    write_labels(EVERY, tmp_path / "labels.png")
    assert (read_labels(tmp_path / "labels.png", SIZE) == EVERY).all()


def test_a_label_map_looks_like_its_colours(tmp_path):
    write_labels(EVERY, tmp_path / "labels.png")
    with Pillow.open(tmp_path / "labels.png") as image:
        shown = np.array(image.convert("RGB"))
    assert tuple(shown[0, Region.HAIR]) == LEGEND[Region.HAIR].colour


def test_a_grey_file_of_labels_is_read(tmp_path):
    Pillow.fromarray(EVERY).save(tmp_path / "grey.png")
    assert (read_labels(tmp_path / "grey.png", SIZE) == EVERY).all()


@pytest.mark.parametrize(
    "levels",
    [np.full(SIZE[::-1], 200), np.full(SIZE[::-1], len(Region)), np.zeros((*SIZE[::-1], 3))],
)
def test_a_picture_is_no_label_map(tmp_path, levels):
    Pillow.fromarray(levels.astype(np.uint8)).save(tmp_path / "picture.png")
    with pytest.raises(InvalidRequestError, match="does not hold labels"):
        read_labels(tmp_path / "picture.png", SIZE)


def test_a_map_of_another_size_is_refused_with_both_sizes(tmp_path):
    write_labels(EVERY, tmp_path / "labels.png")
    with pytest.raises(InvalidRequestError, match=rf"{len(Region)} x 3 .* 20 x 30"):
        read_labels(tmp_path / "labels.png", (20, 30))


def test_a_damaged_file_is_told_apart(tmp_path):
    (tmp_path / "labels.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(ImageFileError, match="choose a label map"):
        read_labels(tmp_path / "labels.png", SIZE)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ImageWriteError, match="choose another place"):
        write_labels(EVERY, tmp_path / "none" / "labels.png")
