"""Photoshop's image resources, in which its own files, JPEG and TIFF keep the IPTC's captions."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from PIL import Image as Pillow

from core.image_io.exif import holds_picture

MARK = b"Photoshop 3.0\0"
"""Before the resources in a JPEG."""
_IPTC, _VERSION = 1028, 1057
EXIF, XMP = 1058, 1060
"""Resources that other files keep elsewhere."""
_FALSE = frozenset({1005, 1033, 1036, 1039, 1058, 1059, 1060, 1083})
"""Resolution, thumbnails, profile, EXIF, XMP, print: kept elsewhere, or older than an edit."""
_PLACES = frozenset({1032, 1050, *range(2000, 3000)})
"""Guides, slices and paths: where they lie is false of a photo that was turned."""
_IPTC_PLACES = frozenset((2, number) for number in (26, 27, 90, 92, 95, 100, 101))
"""Data sets of the IPTC: content location, city, place, province, country."""

Resource = tuple[int, bytes, bytes]
"""Number, name, data."""


def upright_resources(block: bytes, iptc: bytes, *, is_turned: bool) -> bytes:
    """Keep of some resources what is true of an edited photo; `iptc` joins where they lack it."""
    skipped = _FALSE | (_PLACES if is_turned else frozenset())
    kept = [one for one in _resources(block) if one[0] not in skipped and not holds_picture(one[2])]
    if iptc and all(number != _IPTC for number, _, _ in kept):
        kept.append((_IPTC, b"", _in_order(iptc)))
    return b"".join(map(_resource, kept))


def own_resources(image: Pillow.Image) -> dict[int, bytes]:
    """Return the resources of a Photoshop file that Pillow has opened, by number."""
    return {number: bytes(data) for number, _, data in getattr(image, "resources", ())}


def resources_of(image: Pillow.Image) -> bytes:
    """Write the resources of a Photoshop file as other files hold them."""
    return b"".join(_resource((number, b"", data)) for number, data in own_resources(image).items())


def is_flattened(image: Pillow.Image) -> bool:
    """Tell whether a Photoshop file holds what its layers give together."""
    return own_resources(image).get(_VERSION, b"\0\0\0\0\1")[4:5] != b"\0"


def without_location(block: bytes) -> bytes:
    """Leave out of some resources what the IPTC's data set says of where the photo was taken."""
    kept = (
        (number, name, b"".join(_placeless(data)) if number == _IPTC else data)
        for number, name, data in _resources(block)
    )
    return b"".join(map(_resource, kept))


def iptc_of(block: bytes) -> bytes:
    """Return the IPTC's data set among some resources, empty if there is none."""
    return next((data for number, _, data in _resources(block) if number == _IPTC), b"")


def _placeless(iptc: bytes) -> Iterator[bytes]:
    """Yield the data sets but those of places, up to one that is damaged or longer than usual."""
    at = 0
    while iptc[at : at + 1] == b"\x1c" and at + 5 <= len(iptc):
        record, number, size = struct.unpack_from(">BBH", iptc, at + 1)
        stop = at + 5 + size
        if size > 0x7FFF or stop > len(iptc):
            return
        if (record, number) not in _IPTC_PLACES:
            yield iptc[at:stop]
        at = stop


def _resources(block: bytes) -> Iterator[Resource]:
    at = 0
    while block[at : at + 4] == b"8BIM" and at + 12 <= len(block):
        (number,) = struct.unpack(">H", block[at + 4 : at + 6])
        name = block[at + 7 : at + 7 + block[at + 6]]
        at += 6 + (len(name) + 2) // 2 * 2
        if at + 4 > len(block):
            return
        (size,) = struct.unpack(">I", block[at : at + 4])
        data = block[at + 4 : at + 4 + size]
        if len(data) < size:
            return
        yield number, name, data
        at += 4 + (size + 1) // 2 * 2


def _resource(resource: Resource) -> bytes:
    number, name, data = resource
    title = bytes([len(name)]) + name
    title += b"\0" * (len(title) % 2)
    header = b"8BIM" + struct.pack(">H", number) + title + struct.pack(">I", len(data))
    return header + data + b"\0" * (len(data) % 2)


def _in_order(iptc: bytes) -> bytes:
    """Undo that some programs keep the data set as 32-bit numbers of the other byte order."""
    if iptc[:1] == b"\x1c" or iptc[3:4] != b"\x1c":
        return iptc
    words = len(iptc) // 4
    return struct.pack(f">{words}I", *struct.unpack(f"<{words}I", iptc[: 4 * words]))
