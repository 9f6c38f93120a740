"""Pickled checkpoints come from anywhere: nothing in one ends in another error, or in memory."""

import io
import os
import pickle
import subprocess
import sys
import warnings
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from core.errors import CheckpointError
from core.runtime.published import read_published

LARGE = 1 << 28


def small_state() -> dict[str, Tensor]:
    return {"layer.weight": torch.randn(3, 4), "count": torch.tensor(7)}


def test_published_tensors_are_found_inside_their_checkpoint(tmp_path):
    path = tmp_path / "published.pth"
    torch.save({"n_iter": 3, "generator": small_state()}, path)
    assert set(read_published(path, "generator")) == {"layer.weight", "count"}


@pytest.mark.parametrize(
    "checkpoint",
    [{"n_iter": 3}, {"generator": {"a": 1}}, [1, 2], {"generator": torch.zeros(2)}],
    ids=["no generator", "no tensors", "a list", "a tensor"],
)
def test_another_checkpoint_is_refused(tmp_path, checkpoint):
    path = tmp_path / "other.pth"
    torch.save(checkpoint, path)
    with pytest.raises(CheckpointError, match="not a checkpoint of this system"):
        read_published(path, "generator")


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 half a zip"])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "other.pth"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="can be read"):
        read_published(path, "generator")


class Malicious:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("ran",)


def test_code_in_a_checkpoint_does_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"generator": Malicious()}, "evil.pth")
    with pytest.raises(CheckpointError):
        read_published(Path("evil.pth"), "generator")
    assert not Path("ran").exists()


@pytest.mark.parametrize("legacy", [False, True])
def test_old_and_new_files_are_read_alike(tmp_path, legacy):
    path, weight = tmp_path / "published.pth", torch.randn(4, 6)
    layer = nn.Linear(2, 3).state_dict()
    tensors = {
        "plain": weight,
        "turned": weight.T,
        "half": weight[:2].half(),
        "parameter": nn.Parameter(weight),
        "count": torch.tensor(3),
    }
    content = {"generator": OrderedDict(tensors | layer), "options": [1, 2.5, "x", None, 10**30]}
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    found = read_published(path, "generator")
    assert all(torch.equal(found[name], tensor) for name, tensor in (tensors | layer).items())


def plain_values() -> dict[str, object]:
    """What may stand in place of a tensor, and none of it is weights."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that torch will give up quantised tensors
        quantised = torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.qint8)
    return {
        "a number expanded": torch.zeros(1).expand(LARGE // 4),
        "a row expanded": torch.zeros(1, 1024).expand(LARGE // 4096, -1),
        "a sparse tensor": torch.zeros(4, 4).to_sparse(),
        "a meta tensor": torch.zeros(LARGE, device="meta"),
        "complex numbers": torch.zeros(2, dtype=torch.complex64),
        "a quantised tensor": quantised,
        "an empty tensor": torch.zeros(0, 1 << 40),
        "a number that is none": torch.tensor([1.0, float("nan")]),
        "an infinite number": torch.tensor([1.0, float("inf")]),
        "a negative variance": torch.tensor([1.0, -1.0]),
        "a whole number": 10**300,
        "a list": [1, 2],
        "nothing": None,
        "a text": "0" * 100,
    }


class Call:
    """Pickles as a call that reading makes."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


class Storage:
    """Pickles as a storage of so many numbers, whatever the file holds."""

    def __init__(self, count: object, key: str = "0") -> None:
        self.identity = ("storage", torch.FloatStorage, key, "cpu", count)


class HostilePickler(pickle.Pickler):
    def persistent_id(self, value: object) -> object:
        return value.identity if isinstance(value, Storage) else None


def tensor(
    storage: Storage, size: tuple[int, ...], stride: tuple[int, ...], offset: int = 0
) -> Call:
    rebuild = torch._utils._rebuild_tensor_v2
    return Call(rebuild, storage, offset, size, stride, False, OrderedDict())


def hostile_pickles() -> dict[str, object]:
    """Contents of files, or the bytes of a pickle, that only an enemy writes."""
    many = LARGE // 4
    endless: dict[str, object] = {}
    endless["generator"] = endless
    return {
        "a tensor beyond its storage": tensor(Storage(1), (many,), (1,)),
        "a tensor far into its storage": tensor(Storage(1), (1,), (1,), many),
        "a storage beyond the file": tensor(Storage(many), (many,), (1,)),
        "a negative side": tensor(Storage(1), (-1, -1), (1, 1)),
        "a negative stride": tensor(Storage(1), (2,), (-1,)),
        "an enormous side": tensor(Storage(1), (1 << 80,), (0,)),
        "no stride": tensor(Storage(1), (1, 1), (1,)),
        "a length that is text": tensor(Storage("1"), (1,), (1,)),
        "many bytes": Call(bytearray, LARGE),
        "a tensor made anew": Call(torch.Tensor, many),
        "a place far in the memo": b"\x80\x02}r\xff\xff\xff\x03.",
        "a list of lists of lists": b"\x80\x02" + 100_000 * b"]" + 99_999 * b"a" + b".",
        "more bytes than there are": b"\x80\x02X\xff\xff\xff\x3fa.",
        "another protocol": b"\x80\x05\x95\xff\xff\xff\x3f\x00\x00\x00\x00}.",
        "no end": b"\x80\x02}",
        "a checkpoint of itself": endless,
    }


def write_hostile(path: Path, content: object) -> None:
    contents = io.BytesIO(content if isinstance(content, bytes) else b"")
    if not isinstance(content, bytes):
        wrapped = content if isinstance(content, dict) else {"generator": {"a": content}}
        HostilePickler(contents, protocol=2).dump(wrapped)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", contents.getvalue())
        archive.writestr("archive/byteorder", "little")
        archive.writestr("archive/data/0", bytes(4))
        archive.writestr("archive/version", "3")


def write_legacy(path: Path, content: object) -> None:
    """Write the file as torch did before 1.6: pickles one after the other, then the numbers."""
    with path.open("wb") as file:
        for head in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}):
            pickle.dump(head, file, protocol=2)
        if isinstance(content, bytes):
            file.write(content)
        else:
            wrapped = content if isinstance(content, dict) else {"generator": {"a": content}}
            HostilePickler(file, protocol=2).dump(wrapped)
        pickle.dump(["0"], file, protocol=2)
        file.write((1).to_bytes(8, "little") + bytes(4))


def write_all(folder: Path) -> None:
    """Write every hostile file."""
    for name, value in plain_values().items():
        key = "running_var" if "variance" in name else "a"
        for legacy in (False, True):
            path = folder / f"{name}{', legacy' * legacy}.pth"
            content = {"generator": {key: value}}
            torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    for name, content in hostile_pickles().items():
        write_hostile(folder / f"{name}.pth", content)
        write_legacy(folder / f"{name}, legacy.pth", content)
    write_archives(folder)


def write_archives(folder: Path) -> None:
    """Write whole files that are wrong around what they hold."""
    torch.save({"generator": small_state()}, folder / "plain")
    with zipfile.ZipFile(folder / "plain") as plain:
        entries = {name: plain.read(name) for name in plain.namelist()}
    bomb = folder / "a bomb.pth"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        for name, content in entries.items():
            archive.writestr(name, content)
        with archive.open("plain/data/2", "w", force_zip64=True) as entry:
            for _ in range(LARGE >> 24):
                entry.write(bytes(1 << 24))
    twice = folder / "an entry twice.pth"
    with zipfile.ZipFile(twice, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in [*entries.items(), *entries.items()]:
            archive.writestr(name, content)
    (folder / "plain").unlink()
    many = dict.fromkeys(map(str, range(LARGE >> 20)), torch.zeros(1 << 18))
    torch.save({"generator": many}, folder / "one tensor of many names.pth")
    with (folder / "larger than any.pth").open("wb") as file:
        file.truncate(9 << 30)  # takes no place on the disk


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    write_all(folder)
    return folder


def test_whatever_is_in_a_checkpoint_it_is_read_or_refused_with_a_sentence(hostile_folder):
    for path in sorted(hostile_folder.glob("*.pth")):
        with pytest.raises(CheckpointError, match=r"choose another file\.$"):
            read_published(path, "generator")


MEASURE = """
import resource, sys
from pathlib import Path
from core.errors import CheckpointError
from core.runtime.published import read_published

def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = peak()
for path in sorted(Path(sys.argv[1]).glob("*.pth")):
    try:
        read_published(path, "generator")
    except CheckpointError:
        pass
    if peak() - before > 100_000:
        sys.exit(f"{path.name} took {peak() - before} KB")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="units differ")
def test_no_checkpoint_takes_more_memory_than_its_file(hostile_folder):
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", MEASURE, str(hostile_folder)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("legacy", [False, True])
def test_a_checkpoint_that_is_cut_off_anywhere_is_refused(tmp_path, legacy):
    path = tmp_path / "published.pth"
    torch.save({"generator": small_state()}, path, _use_new_zipfile_serialization=not legacy)
    whole = path.read_bytes()
    for length in range(0, len(whole), max(len(whole) // 50, 1)):
        path.write_bytes(whole[:length])
        with pytest.raises(CheckpointError):
            read_published(path, "generator")


@pytest.mark.parametrize("legacy", [False, True])
def test_a_checkpoint_with_changed_bytes_is_read_or_refused(tmp_path, legacy):
    path, generator = tmp_path / "published.pth", torch.Generator().manual_seed(0)
    torch.save({"generator": small_state()}, path, _use_new_zipfile_serialization=not legacy)
    whole = path.read_bytes()
    for _ in range(150):
        changed = bytearray(whole)
        place, value = (
            torch.randint(0, len(whole), (1,), generator=generator),
            torch.randint(0, 256, (1,), generator=generator),
        )
        changed[int(place)] = int(value)
        path.write_bytes(changed)
        try:
            state = read_published(path, "generator")
        except CheckpointError:
            continue
        assert all(tensor.isfinite().all() for tensor in state.values())
