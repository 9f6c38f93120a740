"""XMP packets: read within bounds, and without what an edit makes false."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from xml.dom import minidom
from xml.parsers import expat

from core.image_io.limits import MAX_XMP_BYTES, MAX_XMP_DEPTH, MAX_XMP_ELEMENTS

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_ORIENTATION = re.compile(rb'(tiff:Orientation(?:\s*=\s*["\']|>))\d')

_FALSE_SPACES = (
    (re.compile(r"http://ns\.google\.com/photos/1\.0/container/"), ""),  # lists what others name
    (re.compile(r"http://ns\.\w+\.com/photos/"), "depth map or motion photo"),
    (re.compile(r"http://ns\.(adobe\.com/hdr-gain-map|apple\.com/HDRGainMap)/"), "gain map"),
    (re.compile(r"http://www\.metadataworkinggroup\.com/schemas/regions/"), "face regions"),
    (re.compile(r"http://ns\.adobe\.com/xap/1\.0/g/img/"), ""),
)
"""Namespaces whose claims are false of an edited photo that stands alone, and what they are."""
_FALSE_NAMES = {
    ("http://ns.adobe.com/xap/1.0/", "Thumbnails"): "",
    ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP"): "extended XMP",
    ("http://ns.microsoft.com/photo/1.2/", "RegionInfo"): "face regions",
    (IPTC, "ImageRegion"): "face regions",
    ("http://purl.org/dc/terms/", "provenance"): "content credentials",
    **{(_EXIF, name): "" for name in ("PixelXDimension", "PixelYDimension")},
    **{(_TIFF, name): "" for name in ("ImageWidth", "ImageLength")},
}
_PLACE = re.compile(
    "gps|latitude|longitude|^(city|state|country|countrycode|location|sublocation|provincestate"
    "|locationcreated|locationshown)$",
    re.IGNORECASE,
)
"""Local names, in whichever namespace, of claims about where a photo was taken."""
_PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"II*\0", b"MM\0*")
_PICTURE_CHARACTERS = 400
_Judge = Callable[["minidom.Element | minidom.Attr", str], str | None]
"""Takes a claim and its text; says in words why it has to go, None if it may stay."""


class XmpError(ValueError):
    """The packet is damaged."""


class XmpBoundsError(XmpError):
    """The packet asks for more than any photo needs."""


def parse(packet: bytes) -> minidom.Document:
    """Read a packet.

    Raises:
        XmpBoundsError: it is too long or too deep, or declares entities.
        XmpError: it is damaged.
    """
    _check_bounds(packet)
    try:
        return minidom.parseString(packet)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise XmpError(str(error)) from error


def to_bytes(document: minidom.Document) -> bytes:
    """Write a packet in UTF-8."""
    return "".join(node.toxml() for node in document.childNodes).encode()


def upright_packet(packet: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Keep of a packet what is true of an upright photo that may be edited.

    Returns:
        The packet, and in words what had to go.
    """
    try:
        document = parse(packet)
        before = to_bytes(document)
    except XmpBoundsError:
        return b"", ("XMP",)
    except XmpError:
        return _ORIENTATION.sub(rb"\g<1>1", packet), ()
    lost = list[str]()
    for element in list(_elements(document)):
        lost += _without_claims(element, _false_claim)
    _set_orientation(document)
    cleaned = to_bytes(document)
    return (packet if cleaned == before else cleaned), tuple(dict.fromkeys(filter(None, lost)))


def without_location(packet: bytes) -> bytes:
    """Leave out of a packet where the photo was taken; one that cannot be read goes whole."""
    try:
        document = parse(packet)
    except XmpError:
        return b""
    for element in list(_elements(document)):
        list(_without_claims(element, _place))
    return to_bytes(document)


def _without_claims(element: minidom.Element, judge: _Judge) -> Iterator[str]:
    """Remove an element, or attributes of it; yields in words what has gone."""
    words = judge(element, _text(element))
    if words is not None and element.parentNode is not None:
        element.parentNode.removeChild(element)
        yield words
        return
    for attribute in list(element.attributes.values()):
        words = judge(attribute, attribute.value)
        if words is not None:
            element.removeAttributeNode(attribute)
            yield words


def _set_orientation(document: minidom.Document) -> None:
    for element in _elements(document):
        for attribute in element.attributes.values():
            if (attribute.namespaceURI, attribute.localName) == (_TIFF, "Orientation"):
                attribute.value = "1"
        if (element.namespaceURI, element.localName) == (_TIFF, "Orientation"):
            element.childNodes[:] = [document.createTextNode("1")]


def _check_bounds(packet: bytes) -> None:
    if len(packet) > MAX_XMP_BYTES:
        raise XmpBoundsError("too long")
    depth = count = 0

    def open_element(_name: str, _attributes: object) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MAX_XMP_DEPTH or count > MAX_XMP_ELEMENTS:
            raise XmpBoundsError("too many elements")

    def close_element(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse_entities(*_declaration: object) -> None:
        raise XmpBoundsError("declares entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = open_element, close_element
    parser.StartDoctypeDeclHandler = refuse_entities
    try:
        parser.Parse(packet, True)
    except XmpError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise XmpError(str(error)) from error


def _elements(node: minidom.Node) -> Iterator[minidom.Element]:
    for child in node.childNodes:
        if isinstance(child, minidom.Element):
            yield child
            yield from _elements(child)


def _text(element: minidom.Element) -> str:
    return "".join(node.data for node in element.childNodes if isinstance(node, minidom.Text))


def _false_claim(node: minidom.Element | minidom.Attr, value: str) -> str | None:
    """Say in words what a false claim is about, "" if nobody misses it; None if it may be true."""
    for pattern, words in _FALSE_SPACES:
        if pattern.match(node.namespaceURI or ""):
            return words
    if _is_picture(value):
        return "an embedded picture"
    return _FALSE_NAMES.get((node.namespaceURI or "", node.localName or ""))


def _place(node: minidom.Element | minidom.Attr, _value: str) -> str | None:
    """Say that a claim is about a place, if it is."""
    return "location" if _PLACE.search(node.localName or "") else None


def _is_picture(value: str) -> bool:
    if len(value) < _PICTURE_CHARACTERS:
        return False
    start = re.sub(r"\s", "", value[:200]).removeprefix("data:image/jpeg;base64,")[:16]
    try:
        return base64.b64decode(start).startswith(_PICTURE_STARTS)
    except (binascii.Error, ValueError):
        return False
