"""Bounds what a pickled checkpoint asks for, before torch allocates any of it."""

from __future__ import annotations

import mmap
import pickle
import pickletools
import re
import zipfile
from argparse import Namespace
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from math import prod
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

_LEGACY_PICKLES = 5
"""Magic number, version, machine, contents, keys of the storages: files of torch before 1.6."""
_MOST_OPERATIONS = 2_000_000
_MEMO_OPERATIONS = ("BINPUT", "LONG_BINPUT")
_OPERATIONS = frozenset(
    re.findall(
        r"\w+",
        """PROTO STOP MARK GLOBAL NEWOBJ REDUCE BUILD BINPERSID APPEND APPENDS SETITEM SETITEMS
        TUPLE TUPLE1 TUPLE2 TUPLE3 EMPTY_TUPLE EMPTY_LIST EMPTY_DICT NONE NEWFALSE NEWTRUE BININT
        BININT1 BININT2 BINFLOAT BINUNICODE SHORT_BINSTRING LONG1 BINGET LONG_BINGET""",
    )
).union(_MEMO_OPERATIONS)
"""What `torch.save` writes and `torch.load` takes with `weights_only`."""
_ITEM_BYTES = {
    "DoubleStorage": 8,
    "FloatStorage": 4,
    "HalfStorage": 2,
    "BFloat16Storage": 2,
    "LongStorage": 8,
    "IntStorage": 4,
    "ShortStorage": 2,
    "CharStorage": 1,
    "ByteStorage": 1,
    "BoolStorage": 1,
}


class _Storage(NamedTuple):
    """What a checkpoint says of some numbers that its tensors are made of."""

    key: str
    length: int
    bytes: int


def check_pickled(path: Path) -> None:
    """Refuse a checkpoint whose tensors need more numbers than the file holds.

    Nothing is allocated but what the names, shapes and numbers beside the tensors take.

    Raises:
        Exception: of any kind; the file is not what `torch.save` writes of tensors and numbers.
    """
    if zipfile.is_zipfile(path):
        _check_zip(path)
    else:
        _check_legacy(path)


def _check_zip(path: Path) -> None:
    sizes: dict[str, int] = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.filename.casefold() in sizes:
                raise ValueError("an entry is there twice")
            sizes[entry.filename.casefold()] = entry.file_size
        if sum(sizes.values()) > path.stat().st_size:
            raise ValueError("entries are larger than the file")
        (contents,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        folder = contents.removesuffix("data.pkl").casefold()
        _check_size(sizes[contents.casefold()])
        storages = _outlined(BytesIO(archive.read(contents)))
    if any(sizes[f"{folder}data/{one.key}".casefold()] != one.bytes for one in storages):
        raise ValueError("a storage has another size than its entry")


def _check_legacy(path: Path) -> None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        stream = cast(BinaryIO, content)
        storages = [one for _ in range(_LEGACY_PICKLES) for one in _outlined(stream)]
        if sum(one.bytes for one in storages) > len(content):
            raise ValueError("storages are larger than the file")


def _check_size(operations: int) -> None:
    if operations > 16 * _MOST_OPERATIONS:
        raise ValueError("there is too much beside the tensors")


def _outlined(stream: BinaryIO) -> list[_Storage]:
    """Read one pickle, its tensors without their numbers; return the storages it names."""
    start = stream.tell()
    for count, (operation, argument, _) in enumerate(pickletools.genops(stream)):
        if operation.name not in _OPERATIONS or count > _MOST_OPERATIONS:
            raise pickle.UnpicklingError("an operation that is not known")
        if operation.name in _MEMO_OPERATIONS and cast(int, argument) > count:
            raise pickle.UnpicklingError("a place in the memo far beyond its end")
    stream.seek(start)
    outline = _Outline(stream, encoding="latin1")
    outline.load()
    return list(outline.storages.values())


class _Outline(pickle.Unpickler):
    """Reads a pickle, with something inert in place of every tensor."""

    def __init__(self, stream: BinaryIO, *, encoding: str) -> None:
        super().__init__(stream, encoding=encoding)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> object:
        """Look up what a pickle names; only what is known does not end its reading."""
        if module == "torch" and name in _ITEM_BYTES:
            return _ITEM_BYTES[name]
        return _KNOWN[module, name]

    def persistent_load(self, pid: object) -> _Storage:
        """Take note of a storage, of which nothing is read."""
        kind, item_bytes, key, _, count, *view = cast(Sequence[object], pid)
        if kind != "storage" or view not in ([], [None]) or not _is_count(count):
            raise pickle.UnpicklingError("a storage that is a part of another")
        found = _Storage(str(key), cast(int, count), cast(int, item_bytes) * cast(int, count))
        if self.storages.setdefault(found.key, found) != found:
            raise pickle.UnpicklingError("one storage of two sizes")
        return found


def _outline_tensor(storage: _Storage, offset: int, size: Sequence[int], *rest: object) -> None:
    """Stand in for torch, which makes a storage larger where a tensor does not fit into it."""
    strides = cast(Sequence[int], rest[0])
    if not all(map(_is_count, (offset, *size, *strides))) or len(size) != len(strides):
        raise pickle.UnpicklingError("a shape that is none")
    last = offset + sum((side - 1) * stride for side, stride in zip(size, strides, strict=True))
    if max(prod(size), last + 1 if all(size) else 0) > storage.length:
        raise pickle.UnpicklingError("a tensor that its storage does not fill")


def _outline_parameter(data: None, *_: object) -> None:
    """Stand in for what makes a parameter of a tensor."""
    assert data is None


def _encode(text: str, encoding: str) -> bytes:
    assert encoding == "latin1"
    return text.encode(encoding)


class _Inert:
    """Stands in for a scalar of NumPy and its type."""

    def __init__(self, *_: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


_KNOWN: Mapping[tuple[str, str], Callable[..., object]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor"): _outline_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _outline_tensor,
    ("torch._utils", "_rebuild_parameter"): _outline_parameter,
    ("argparse", "Namespace"): Namespace,
    ("_codecs", "encode"): _encode,
    ("numpy", "dtype"): _Inert,
    ("numpy.dtypes", "Float64DType"): _Inert,
    ("numpy._core.multiarray", "scalar"): _Inert,
    ("numpy.core.multiarray", "scalar"): _Inert,
}
"""By module and name; `torch.load` has to allow them too."""


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0
