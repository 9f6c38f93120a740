"""What a photo's file says besides its samples, as whole blocks that are carried.

EXIF, XMP, colour profile, Photoshop's resources with the IPTC's captions, PNG's texts, comments.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image as Pillow
from PIL.ExifTags import Base

from core.image_io import exif, photoshop, xmp
from core.image_io.colour_hints import (
    UnknownColoursError,
    adobe_rgb_profile,
    coded_profile,
    measured_profile,
)
from core.image_io.kept_metadata import KeptMetadata
from core.image_io.limits import MAX_TEXT_BYTES
from core.image_io.png_chunks import (
    COLOUR_NAMES,
    Chunk,
    comment_chunk,
    giant_chunks,
    own_texts,
    read_raw_profile,
)
from core.image_io.xmp import IPTC, RDF, XmpError, parse, to_bytes, upright_packet
from core.image_io.xmp_history import add_edits

AI_COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""The IPTC's term for a photo of which a network painted a part."""

_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""/></rdf:RDF>'
    '</x:xmpmeta><?xpacket end="w"?>'
).encode()
_IPTC_TAG, _RESOURCES_TAG = 33723, 34377

EXIF_FAULTS = (
    OSError,
    SyntaxError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    struct.error,
)
"""What damaged EXIF data can raise in Pillow."""


GAIN_MAP = "gain map"
"""What XMP, HEIF or a JPEG beside its picture may hold for screens with more than SDR's range."""
_GAIN_MAP_MARKS = (b"hdr-gain-map", b"HDRGainMap", b"urn:iso:std:iso:ts:21496:-1")
_PLACE_WORDS = (b"gps", b"location", b"latitude", b"longitude")


@dataclass(frozen=True)
class Metadata:
    """Everything that is carried from the file that was read to the one that is written."""

    profile: bytes | None = None
    """ICC."""
    exif: bytes = b""
    """Begins with the six bytes "Exif"; upright, without a thumbnail of the unedited photo."""
    xmp: bytes = b""
    """An XMP packet in UTF-8, without claims that an edit makes false."""
    dpi: tuple[float, float] | None = None
    """Pixels an inch, across and down."""
    resources: bytes = b""
    """Photoshop's image resources; the IPTC's caption and keywords are one of them."""
    texts: tuple[Chunk, ...] = ()
    """PNG's text chunks; a comment of a JPEG is one of them."""
    colour_chunks: tuple[Chunk, ...] = ()
    """What a PNG says of its colours, besides `profile`, which says the same where it can."""
    lost: tuple[str, ...] = ()
    """In words, what the file that was read says and no other can."""

    def limited(self, kept: KeptMetadata) -> Metadata:
        """Return what may be said; what goes by the user's wish is not `lost`."""
        match kept:
            case KeptMetadata.KEEP:
                return self
            case KeptMetadata.NO_LOCATION:
                return replace(
                    self,
                    exif=exif.without_location(self.exif),
                    xmp=xmp.without_location(self.xmp) if self.xmp else b"",
                    resources=photoshop.without_location(self.resources),
                    texts=tuple(one for one in self.texts if not _tells_place(one)),
                )
            case KeptMetadata.NONE:
                return Metadata(self.profile, dpi=self.dpi, colour_chunks=self.colour_chunks)

    def in_srgb(self) -> Metadata:
        """Return what is said when the samples have become sRGB."""
        return replace(self, profile=None, exif=exif.in_srgb(self.exif), colour_chunks=())


def read_metadata(
    image: Pillow.Image, path: Path, chunks: Sequence[Chunk], page: int = 1
) -> tuple[Metadata, tuple[str, ...]]:
    """Take what a loaded file says, with the orientation normalised to upright.

    Args:
        image: the file as Pillow sees it.
        path: the file.
        chunks: those of a PNG that hold texts and colours.
        page: of a TIFF, from 1.

    Returns:
        What the file says, and sentences about what is damaged in it.
    """
    raw_xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    raw_xmp = raw_xmp or photoshop.own_resources(image).get(photoshop.XMP, b"")
    packet = raw_xmp.encode() if isinstance(raw_xmp, str) else bytes(raw_xmp).rstrip(b"\0")
    upright_xmp, lost = upright_packet(packet) if packet else (b"", ())
    is_turned = read_orientation(image) != 1
    size = image.size[::-1] if read_orientation(image) > 4 else image.size
    block, lost_tags, notices = _read_exif(image, path, size, page)
    profile, colour_notices = _read_profile(image, path.name, dict(chunks))
    if profile is None and not _tells_colours(image, chunks) and exif.tells_adobe_rgb(block):
        profile = adobe_rgb_profile()
    metadata = Metadata(
        profile=profile,
        exif=block,
        xmp=upright_xmp,
        dpi=_resolution(image.info.get("dpi")),
        resources=photoshop.upright_resources(
            *_read_resources(image, path, page), is_turned=is_turned
        ),
        texts=(*own_texts(chunks), *map(comment_chunk, _comments(image))),
        colour_chunks=tuple(chunk for chunk in chunks if chunk[0] in COLOUR_NAMES),
        lost=tuple(dict.fromkeys((*lost, *lost_tags, *_lost_parts(image, path)))),
    )
    return metadata, notices + colour_notices


def read_orientation(image: Pillow.Image) -> int:
    """Tell how a loaded file has to be turned: 1 (not at all) to 8, as EXIF counts."""
    try:
        orientation = image.getexif().get(Base.Orientation, 1)
    except EXIF_FAULTS:
        return 1
    return int(orientation) if orientation in range(1, 9) else 1


def mark_as_ai(packet: bytes, edits: Sequence[str] = ()) -> bytes:
    """Set the IPTC's digital source type in an XMP packet, or in a new one if it is unreadable.

    Args:
        packet: XMP; may be empty.
        edits: what was done, in words, for the packet's history.
    """
    try:
        document = parse(packet or _PACKET)
        descriptions = document.getElementsByTagNameNS(RDF, "Description")
        owner = descriptions[0]
    except (XmpError, LookupError):
        return mark_as_ai(b"", edits)
    for description in descriptions:
        for element in description.getElementsByTagNameNS(IPTC, "DigitalSourceType"):
            if element.parentNode is not None:
                element.parentNode.removeChild(element)
        if description.hasAttributeNS(IPTC, "DigitalSourceType"):
            description.removeAttributeNS(IPTC, "DigitalSourceType")
    owner.setAttribute("xmlns:Iptc4xmpExt", IPTC)
    owner.setAttributeNS(IPTC, "Iptc4xmpExt:DigitalSourceType", AI_COMPOSITE)
    if edits:
        add_edits(document, owner, edits)
    return to_bytes(document)


def _tells_place(chunk: Chunk) -> bool:
    """Tell whether a text of a PNG is about where the photo was taken, by its keyword."""
    keyword = chunk[1].partition(b"\0")[0].lower()
    return any(word in keyword for word in _PLACE_WORDS)


def _read_exif(
    image: Pillow.Image, path: Path, size: tuple[int, int], page: int
) -> tuple[bytes, tuple[str, ...], tuple[str, ...]]:
    """Read the EXIF block, what had to be left out of it, and sentences about damage."""
    try:
        if image.format == "TIFF":
            with _mapped(path) as data:
                block, lost = exif.gathered_block(data, size, page)
        else:
            raw = _embedded_exif(image)
            block, lost = exif.upright_block(raw, size) if raw else (b"", ())
    except (*EXIF_FAULTS, MemoryError):
        notice = f"The EXIF data of {path.name} are damaged and were left out."
        return b"", (), (notice,)
    return exif.PREFIX + block if block else b"", lost, ()


def _embedded_exif(image: Pillow.Image) -> bytes:
    raw = bytes(image.info.get("exif") or b"")
    raw = raw or photoshop.own_resources(image).get(photoshop.EXIF, b"")
    for name in ("Raw profile type exif", "Raw profile type APP1"):
        raw = raw or read_raw_profile(str(image.info.get(name, "")))
    return raw.removeprefix(exif.PREFIX)


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _read_resources(image: Pillow.Image, path: Path, page: int) -> tuple[bytes, bytes]:
    """Read Photoshop's resources, and the IPTC's data set where a file keeps it beside them."""
    if image.format == "TIFF":
        try:
            with _mapped(path) as data:
                header = exif.page_header(data, page)
                tags = (_RESOURCES_TAG, _IPTC_TAG)
                resources, iptc = (exif.value_of(data, header, tag) for tag in tags)
        except EXIF_FAULTS:
            return b"", b""
        return resources, iptc
    if image.format == "PNG":
        names = (f"Raw profile type {kind}" for kind in ("8bim", "iptc"))
        blocks = [read_raw_profile(str(image.info.get(name, ""))) for name in names]
        block = max(blocks, key=len)
        return (block, b"") if block.startswith(b"8BIM") else (b"", block)
    if image.format == "PSD":
        return photoshop.resources_of(image), b""
    mark = photoshop.MARK
    parts = (data for name, data in _segments(image) if name == "APP13")
    return b"".join(part.removeprefix(mark) for part in parts if part.startswith(mark)), b""


def _segments(image: Pillow.Image) -> Iterator[tuple[str, bytes]]:
    """Yield the segments of a JPEG that Pillow steps over."""
    yield from getattr(image, "applist", ())


def _comments(image: Pillow.Image) -> Iterator[bytes]:
    taken = 0
    for name, data in _segments(image):
        taken += len(data)
        if name == "COM" and taken <= MAX_TEXT_BYTES:
            yield data


def _lost_parts(image: Pillow.Image, path: Path) -> Iterator[str]:
    if giant_chunks(path):
        yield "texts longer than any"
    if image.info.get("depth_images"):
        yield "depth map"
    if any("gainmap" in str(name).lower() for name in image.info.get("aux") or ()):
        yield GAIN_MAP
    if image.format in ("JPEG", "MPO") and getattr(image, "n_frames", 1) > 1:
        with _mapped(path) as mapped:
            if any(mapped.find(mark) >= 0 for mark in _GAIN_MAP_MARKS):
                yield GAIN_MAP
    for name, data in _segments(image):
        if name == "APP11" and b"jumb" in data[:64]:
            yield "content credentials"


def _read_profile(
    image: Pillow.Image, name: str, chunks: dict[bytes, bytes]
) -> tuple[bytes | None, tuple[str, ...]]:
    """Read the ICC profile, or make one of what a PNG says of its colours instead."""
    profile, notices = image.info.get("icc_profile") or None, tuple[str, ...]()
    is_grey = image.mode in ("1", "L", "LA", "I", "I;16")
    if b"cICP" in chunks:
        try:
            return coded_profile(chunks[b"cICP"], is_grey=is_grey), ()
        except UnknownColoursError:
            notices = (f"The colours of {name} are those of HDR or video; they show too dull.",)
    if profile is None and (told := image.info.get("nclx_profile")):  # of HEIF
        codes = told["color_primaries"], told["transfer_characteristics"], 0, 1
        return _read_profile(image, name, {b"cICP": bytes(codes)})
    if profile is None and "srgb" not in image.info:
        profile = measured_profile(chunks, is_grey=is_grey)
    return profile, notices


def _tells_colours(image: Pillow.Image, chunks: Sequence[Chunk]) -> bool:
    """Tell whether a file says elsewhere than in EXIF what its colours are, or has none in RGB."""
    is_rgb = image.mode in ("P", "RGB", "RGBA", "RGBX", "YCbCr")
    return not is_rgb or "srgb" in image.info or any(name in COLOUR_NAMES for name, _ in chunks)


def _resolution(dpi: tuple[float, float] | None) -> tuple[float, float] | None:
    if dpi is None or not all(0 < pixels < 1e6 for pixels in dpi):
        return None
    return round(float(dpi[0]), 2), round(float(dpi[1]), 2)  # PNG counts pixels a metre
