"""What a photo's file says besides its samples: EXIF, colour profile, XMP, resolution."""

from __future__ import annotations

import contextlib
import re
import struct
from dataclasses import dataclass
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from PIL import Image as Pillow
from PIL.ExifTags import IFD, Base

AI_COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""The IPTC's term for a photo of which a network painted a part."""

_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description rdf:about=""/></rdf:RDF>'
    '</x:xmpmeta><?xpacket end="w"?>'
).encode()
_XMP_ORIENTATION = re.compile(rb'(tiff:Orientation(?:\s*=\s*["\']|>))\d')

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

_LAYOUT_TAGS = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284}
    | {288, 289, 290, 291, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 338, 339}
    | {340, 341, 342, 347, 512, 513, 514, 529, 530, 531, 532, 700, 33723, 34377, 34675, 37724}
)
"""TIFF tags that describe how the samples lie in the file, or that are kept elsewhere."""


@dataclass(frozen=True)
class Metadata:
    """Everything that is carried from the file that was read to the one that is written."""

    profile: bytes | None = None
    """ICC."""
    exif: bytes = b""
    """Begins with the six bytes "Exif"; upright, without a thumbnail of the unedited photo."""
    xmp: bytes = b""
    """An XMP packet in UTF-8."""
    dpi: tuple[float, float] | None = None
    """Pixels an inch, across and down."""


def read_metadata(image: Pillow.Image) -> Metadata:
    """Take what a loaded file says, with the orientation normalised to upright.

    The orientation of `image` itself is normalised too: read it before.
    """
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    packet = xmp.encode() if isinstance(xmp, str) else bytes(xmp).rstrip(b"\0")
    return Metadata(
        profile=image.info.get("icc_profile") or None,
        exif=_upright_exif(image),
        xmp=_XMP_ORIENTATION.sub(rb"\g<1>1", packet),
        dpi=_resolution(image.info.get("dpi")),
    )


def keep_nested_exif(image: Pillow.Image) -> None:
    """Read what Pillow can no longer find once it has loaded a TIFF file and closed it."""
    exif = _exif(image)
    with contextlib.suppress(*EXIF_FAULTS):
        if IFD.Interop in exif.get_ifd(IFD.Exif):
            exif.get_ifd(IFD.Interop)


def read_orientation(image: Pillow.Image) -> int:
    """Tell how a loaded file has to be turned: 1 (not at all) to 8, as EXIF counts."""
    orientation = _exif(image).get(Base.Orientation, 1)
    return int(orientation) if orientation in range(1, 9) else 1


def mark_as_ai(xmp: bytes) -> bytes:
    """Set the IPTC's digital source type in an XMP packet, or in a new one if it is unreadable."""
    try:
        document = minidom.parseString(xmp or _PACKET)
        descriptions = document.getElementsByTagNameNS(_RDF, "Description")
        owner = descriptions[0]
    except (ExpatError, LookupError, ValueError):
        return mark_as_ai(b"")
    for description in descriptions:
        for element in description.getElementsByTagNameNS(_IPTC, "DigitalSourceType"):
            description.removeChild(element)
        if description.hasAttributeNS(_IPTC, "DigitalSourceType"):
            description.removeAttributeNS(_IPTC, "DigitalSourceType")
    owner.setAttribute("xmlns:Iptc4xmpExt", _IPTC)
    owner.setAttributeNS(_IPTC, "Iptc4xmpExt:DigitalSourceType", AI_COMPOSITE)
    return "".join(node.toxml() for node in document.childNodes).encode()


def _exif(image: Pillow.Image) -> Pillow.Exif:
    try:
        return image.getexif()
    except EXIF_FAULTS:
        return Pillow.Exif()


def _upright_exif(image: Pillow.Image) -> bytes:
    """Copy the EXIF data as of an upright photo; data too damaged to copy are left out."""
    exif = _exif(image)
    width, height = image.size[::-1] if read_orientation(image) > 4 else image.size
    try:
        for tag in _LAYOUT_TAGS.intersection(exif):
            del exif[tag]
        if not exif:
            return b""
        exif[Base.Orientation] = 1
        if IFD.Exif in exif and Base.ExifImageWidth in exif.get_ifd(IFD.Exif):
            details = exif.get_ifd(IFD.Exif)
            details[Base.ExifImageWidth], details[Base.ExifImageHeight] = width, height
        return exif.tobytes()
    except EXIF_FAULTS:
        return b""


def _resolution(dpi: tuple[float, float] | None) -> tuple[float, float] | None:
    if dpi is None or not all(0 < pixels < 1e6 for pixels in dpi):
        return None
    return round(float(dpi[0]), 2), round(float(dpi[1]), 2)  # PNG counts pixels a metre
