"""The list of edits in an XMP packet, as Adobe's media management has it (`xmpMM:History`)."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata
from xml.dom import minidom

from core.image_io.xmp import RDF

_MEDIA = "http://ns.adobe.com/xap/1.0/mm/"
_EVENT = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
PROGRAM = "Face Editor"


def add_edits(document: minidom.Document, owner: minidom.Element, edits: Iterable[str]) -> None:
    """Append what was done to a packet's history; no times: equal edits give equal files.

    Args:
        document: of the packet.
        owner: the description that a new history becomes part of.
        edits: in words, first to last.
    """
    events = _events(document, owner)
    for edit in edits:
        event = document.createElementNS(RDF, "rdf:li")
        event.setAttribute("xmlns:rdf", RDF)
        event.setAttribute("xmlns:stEvt", _EVENT)
        event.setAttributeNS(RDF, "rdf:parseType", "Resource")
        for name, text in (
            ("action", "edited"),
            ("softwareAgent", _program()),
            ("parameters", edit),
        ):
            field = document.createElementNS(_EVENT, f"stEvt:{name}")
            field.appendChild(document.createTextNode(text))
            event.appendChild(field)
        events.appendChild(event)


def _events(document: minidom.Document, owner: minidom.Element) -> minidom.Element:
    """Find the list of events, or begin one."""
    for history in document.getElementsByTagNameNS(_MEDIA, "History"):
        for found in history.getElementsByTagNameNS(RDF, "Seq"):
            return found
    history = document.createElementNS(_MEDIA, "xmpMM:History")
    history.setAttribute("xmlns:xmpMM", _MEDIA)
    events = document.createElementNS(RDF, "rdf:Seq")
    events.setAttribute("xmlns:rdf", RDF)
    history.appendChild(events)
    owner.appendChild(history)
    return events


def _program() -> str:
    try:
        return f"{PROGRAM} {metadata.version('faceeditor')}"
    except metadata.PackageNotFoundError:
        return PROGRAM
