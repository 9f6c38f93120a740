"""What a batch remembers of a folder."""

import os

import pytest

from core.cli.batch.record import Record, digest_of


@pytest.fixture
def record(tmp_path):
    """Return a function that reads the record anew."""
    return lambda: Record(tmp_path / "done.jsonl", tmp_path)


@pytest.fixture
def written(tmp_path, record):
    (tmp_path / "a.png").write_bytes(b"result")
    record().add("a.jpg", "smile", ["a.png"])
    return tmp_path / "a.png"


def test_photo_is_done_as_long_as_its_edit_and_result_are_the_same(record, written):
    assert record().is_done("a.jpg", "smile")
    assert not record().is_done("a.jpg", "frown")
    assert not record().is_done("b.jpg", "smile")
    written.write_bytes(b"retouched")
    assert not record().is_done("a.jpg", "smile")


def test_photo_is_not_done_once_its_result_is_gone(record, written):
    written.unlink()
    assert not record().is_done("a.jpg", "smile")


def test_file_is_its_own_only_as_it_was_written(record, written, tmp_path):
    (tmp_path / "b.png").write_bytes(b"somebody else's")
    assert record().is_own("a.png")
    assert not record().is_own("b.png")
    assert not record().is_own("c.png")
    os.utime(written, ns=(0, 0))
    assert not record().is_own("a.png")


@pytest.mark.parametrize(
    "damage", [b'\n{"photo": "b.j', b"\n[1]\n7\n\xff\xfe{}", b"\n" + bytes(50)]
)
def test_line_that_was_cut_off_spoils_no_other(record, written, tmp_path, damage):
    with (tmp_path / "done.jsonl").open("ab") as file:
        file.write(damage)
    (tmp_path / "c.png").write_bytes(b"another")
    record().add("c.jpg", "smile", ["c.png"])
    assert record().is_done("a.jpg", "smile")
    assert record().is_done("c.jpg", "smile")


def test_names_that_are_no_unicode_are_remembered(record, tmp_path):
    name = os.fsdecode(b"caf\xe9.png")
    (tmp_path / name).write_bytes(b"result")
    record().add(name, "smile", [name])
    assert record().is_done(name, "smile")


def test_digest_tells_other_settings_and_other_files_apart(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"photo")
    before = digest_of({"strength": 1.0}, [photo])
    assert digest_of({"strength": 1.0}, [photo]) == before
    assert digest_of({"strength": 0.5}, [photo]) != before
    photo.write_bytes(b"other photo")
    assert digest_of({"strength": 1.0}, [photo]) != before
