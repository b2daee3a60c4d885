"""A REFI-QDA codebook (``.qdc``) of another program, or of Lytt, into the codebook."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

import sqlalchemy as sa

from service.coding.codebook import Listed, add_codes, current
from service.coding.exports.codebook_writing import CODEBOOK_NAMESPACE
from service.coding.exports.guids import guid, is_guid
from service.coding.values import Code, CodeState, Refused

MOST_CODES = 2000
LONGEST_NAME = 200
_DEEPEST = 50
_COLOUR = re.compile("#[0-9a-f]{6}")
_NOT_A_CODEBOOK = (
    "The file is not a REFI-QDA codebook (.qdc). Export one from the other program, and try that."
)


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code as a file has it; ``parent`` is the id of one that comes before it."""

    id: str
    parent: str | None
    name: str
    definition: str
    colour: str


def read_qdc(content: str) -> tuple[ReadCode, ...]:
    """The codes of a file, each after the one above it. Raises Refused, in words for the one who brings it."""
    root = _parsed(content)
    codes = root.find(_tag("Codes"))
    if root.tag != _tag("CodeBook") or codes is None:
        raise Refused(_NOT_A_CODEBOOK)
    found = tuple(_below(codes, None, 0))
    if not found:
        raise Refused("There is no code in the file.")
    if len(found) > MOST_CODES:
        raise Refused(f"There are more than {MOST_CODES} codes in the file.")
    return found


def import_codes(connection: sa.Connection, who: str, read: Sequence[ReadCode]) -> tuple[Code, ...]:
    """Add the codes that are not there, as one change of the codebook; returns them.

    One whose name is in the codebook is that code: what lies below it in the file lies below it here. A name that the
    file has twice gets the name of the code above it behind it. Raises Refused, Overtaken.
    """
    book = current(connection)
    ids = {code.id for code in book.codes}
    there = {code.name.casefold(): code.id for code in book.codes if code.state is CodeState.USED}
    taken = set(there)
    became: dict[str, str] = {}
    called: dict[str, str] = {}
    listed: list[Listed] = []
    for one in read:
        name, above = one.name, one.parent or ""
        if (known := there.get(name.casefold())) is not None:
            became[one.id], called[one.id] = known, name
            continue
        if name.casefold() in taken:
            name = _told_apart(name, called.get(above, ""), taken)
        taken.add(name.casefold())
        new = guid("qdc", one.id, book.version) if one.id in ids else one.id
        became[one.id], called[one.id] = new, name
        listed.append(Listed(new, name, became.get(above), one.definition, one.colour))
    return add_codes(connection, who, listed) if listed else ()


def _told_apart(name: str, above: str, taken: set[str]) -> str:
    found = f"{name} ({above})"[:LONGEST_NAME] if above else name
    number = 2
    while found.casefold() in taken:
        found = f"{name[: LONGEST_NAME - 6]} ({number})"
        number += 1
    return found


def _below(parent: ET.Element, above: str | None, depth: int) -> Iterator[ReadCode]:
    if depth > _DEEPEST:
        raise Refused(f"Codes lie more than {_DEEPEST} deep in the file.")
    for place, element in enumerate(parent.findall(_tag("Code"))):
        name = " ".join(element.get("name", "").split())
        if not name or len(name) > LONGEST_NAME:
            raise Refused(f"A code in the file has no name, or one of more than {LONGEST_NAME} characters.")
        said = element.get("guid", "").strip("{}").lower()
        own = said if is_guid(said) else guid("qdc code", above, place, name)
        colour = element.get("color", "").lower()
        colour = colour if _COLOUR.fullmatch(colour) else ""
        described = (element.findtext(_tag("Description")) or "").strip()
        yield ReadCode(own, above, name, described, colour)
        yield from _below(element, own, depth + 1)


def _tag(name: str) -> str:
    return f"{{{CODEBOOK_NAMESPACE}}}{name}"


def _parsed(content: str) -> ET.Element:
    """The document. One that declares entities is refused before any is read."""
    content = content.removeprefix("\ufeff")
    looking = expat.ParserCreate()
    looking.StartDoctypeDeclHandler = _refuse_doctype
    try:
        looking.Parse(content.encode(), True)
        return ET.fromstring(content.encode())
    except (expat.ExpatError, ET.ParseError, UnicodeError):
        raise Refused(_NOT_A_CODEBOOK) from None


def _refuse_doctype(*_: object) -> None:
    raise Refused("The file declares a document type, which a REFI-QDA codebook has none of.")
