"""The mark of an AI edit in XMP."""

from xml.dom import minidom

from core.image_io.metadata import AI_COMPOSITE, mark_as_ai


def test_mark_joins_the_xmp_that_is_there(titled_xmp):
    packet = mark_as_ai(mark_as_ai(titled_xmp))
    assert packet.count(b"DigitalSourceType") == 1
    assert b'photoshop:Headline="My title"' in packet
    assert packet.startswith(b"<?xpacket begin")
    minidom.parseString(packet)


def test_mark_replaces_an_older_source_type_in_either_spelling(titled_xmp):
    space = b'xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    element = b"<ext:DigitalSourceType>digitalCapture</ext:DigitalSourceType>"
    head, tail = titled_xmp.split(b"/></rdf:RDF>")
    as_element = head + b" " + space + b">" + element + b"</rdf:Description></rdf:RDF>" + tail
    as_attribute = titled_xmp.replace(
        b'"My title"', b'"My title" ' + space + b' ext:DigitalSourceType="digitalCapture"'
    )
    for packet in (as_element, as_attribute):
        marked = mark_as_ai(packet)
        assert b"digitalCapture" not in marked
        assert marked.count(AI_COMPOSITE.encode()) == 1


def test_unreadable_xmp_gives_way_to_the_mark():
    for packet in (b"<broken", b"<no-description/>", b"\xff\xfe"):
        assert AI_COMPOSITE.encode() in mark_as_ai(packet)
