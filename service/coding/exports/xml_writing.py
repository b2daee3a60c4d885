"""XML as it is written in exports: the same bytes for the same tree, without characters that XML has no way to hold."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text without characters that no XML 1.0 document may have."""
    return _NOT_XML.sub("", text)


def child(parent: ET.Element, tag: str, text: str = "", **attributes: str | int | None) -> ET.Element:
    """Adds an element with its text and those attributes that have a value."""
    element = ET.SubElement(parent, tag, attributes_of(**attributes))
    if text:
        element.text = clean(text)
    return element


def attributes_of(**attributes: str | int | None) -> dict[str, str]:
    """Attributes without those that have no value."""
    return {name: clean(str(value)) for name, value in attributes.items() if value is not None}


def written(root: ET.Element) -> bytes:
    """A whole document in UTF-8."""
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
