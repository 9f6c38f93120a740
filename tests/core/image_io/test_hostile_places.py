"""Places that no photo lies at, names that few have, disks that are full."""

import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from core.cli.faces import read_faces
from core.errors import CoreError, ImageFileError, ImageWriteError
from core.image_io.label_file import read_labels
from core.image_io.mask_file import read_mask, write_mask
from core.image_io.photo import photo_from_array, read_photo, write_photo

REPOSITORY = Path(__file__).resolve().parents[3]
SIZE = (60, 40)
READERS = {
    "photo": read_photo,
    "mask": lambda path: read_mask(path, SIZE),
    "label map": lambda path: read_labels(path, SIZE),
    "faces": read_faces,
}
NAMES = {
    "255 bytes": "\u00e9" * 125 + "x.png",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u202egnp.exe.png",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f600.png",
    "two lines": "one\ntwo.png",
    "a dash": "-o.png",
    "dots": ". .. ...png",
    "no unicode": os.fsdecode(b"caf\xe9.png"),
    "spaces": "  .png",
}


@pytest.fixture
def photo(picture):
    return photo_from_array(np.asarray(picture))


@pytest.fixture
def noise():
    """A photo of 120 KB, however it is packed."""
    return photo_from_array(np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_photo_of_any_name_is_written_and_read(tmp_path, photo, name):
    write_photo(photo, tmp_path / name)
    assert (read_photo(tmp_path / name).image == photo.image).all()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_name_longer_than_the_disk_takes_is_told(tmp_path, photo):
    path = tmp_path / ("x" * 252 + ".png")
    with pytest.raises(ImageWriteError, match=r"too long.*another place"):
        write_photo(photo, path)
    with pytest.raises(ImageFileError, match=r"too long.*another file"):
        read_photo(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize("place", ["pipe", "endless device", "folder"])
def test_what_is_no_file_is_refused_without_waiting_for_it(tmp_path, read, place):
    path = tmp_path / "photo.png"
    if place == "pipe":
        os.mkfifo(path)
    elif place == "endless device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    with pytest.raises(CoreError, match=r"[.]$"):
        read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_pipe_is_not_replaced_by_a_photo(tmp_path, photo):
    os.mkfifo(tmp_path / "photo.png")
    with pytest.raises(ImageWriteError, match="no ordinary file"):
        write_photo(photo, tmp_path / "photo.png")
    assert (tmp_path / "photo.png").is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device here")
def test_device_is_not_replaced_by_a_photo(tmp_path, photo):
    (tmp_path / "photo.png").symlink_to("/dev/full")
    with pytest.raises(ImageWriteError, match="no ordinary file"):
        write_photo(photo, tmp_path / "photo.png")
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_quota_that_is_used_up_leaves_what_was_there(tmp_path, noise, suffix):
    path = tmp_path / f"photo{suffix}"
    path.write_bytes(b"as it was")
    with _file_size_limit(20_000), pytest.raises(ImageWriteError, match="another place"):
        write_photo(noise, path)
    assert path.read_bytes() == b"as it was"
    assert list(tmp_path.iterdir()) == [path]


def test_mask_that_cannot_be_written_leaves_the_old_one(tmp_path, noise):
    path = tmp_path / "mask.png"
    path.write_bytes(b"as it was")
    with _file_size_limit(20_000), pytest.raises(ImageWriteError):
        write_mask(noise.image[..., 0].copy(), path)
    assert path.read_bytes() == b"as it was"


def test_full_disk_leaves_what_was_there_and_is_told(tmp_path, noise):
    Pillow.fromarray(noise.image).save(tmp_path / "noise.png")
    code = (
        "import sys; from pathlib import Path; from core.errors import ImageWriteError\n"
        "from core.image_io.photo import read_photo, write_photo\n"
        "disk, photo = Path(sys.argv[1]), read_photo(Path(sys.argv[2]))\n"
        "(disk / 'photo.png').write_bytes(b'as it was')\n"
        "try: write_photo(photo, disk / 'photo.png')\n"
        "except ImageWriteError as error: print(error)\n"
        "print([(path.name, path.read_bytes()) for path in disk.iterdir()])"
    )
    (tmp_path / "disk").mkdir()
    mount = 'mount -t tmpfs -o size=64k none "$1" || exit 77; exec "$3" -c "$4" "$1" "$2"'
    arguments = [tmp_path / "disk", tmp_path / "noise.png", sys.executable, code]
    try:
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", mount, "sh", *map(str, arguments)],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("there is no `unshare` here to make a small disk with")
    if done.returncode in (1, 77) and "Traceback" not in done.stderr:
        pytest.skip(f"no small disk may be made here: {done.stderr.strip()}")
    sentence, left = done.stdout.splitlines()
    assert sentence == (
        "photo.png cannot be written (No space left on device); choose another place."
    )
    assert left == "[('photo.png', b'as it was')]"


def test_folder_that_vanishes_while_a_photo_is_edited_is_told(tmp_path, photo):
    folder = tmp_path / "folder"
    folder.mkdir()
    write_photo(photo, folder / "photo.png")
    opened = read_photo(folder / "photo.png")
    (folder / "photo.png").unlink()
    folder.rmdir()
    with pytest.raises(ImageWriteError, match="another place"):
        write_photo(opened, folder / "photo.png")


@contextmanager
def _file_size_limit(size):
    """Let no file grow beyond so many bytes, as a quota does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
