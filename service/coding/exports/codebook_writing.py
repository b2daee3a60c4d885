"""The codebook alone: a REFI-QDA codebook (``.qdc``), CSV, JSON or text to read. And a ``.qdc`` of another program."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from service.coding.csv_writing import CsvWriter
from service.coding.exports.values import Study
from service.coding.exports.xml_writing import attributes_of, child, written
from service.coding.values import Code, CodeState

CODEBOOK_NAMESPACE = "urn:QDA-XML:codebook:1.0"
CODEBOOK_COLUMNS = ("code", "path", "definition", "example", "colour", "themes", "id", "above", "made_by")
ORIGIN = "Lytt"


def qdc(study: Study) -> bytes:
    """The codes that are used, in their tree, and the themes as sets: REFI-QDA codebook exchange 1.0."""
    root = ET.Element("CodeBook", attributes_of(xmlns=CODEBOOK_NAMESPACE, origin=ORIGIN))
    add_codes(child(root, "Codes"), study)
    themes = [one for one in study.codebook.themes if one.state is CodeState.USED]
    if themes:
        sets = child(root, "Sets")
        for theme in themes:
            one = child(sets, "Set", guid=theme.id, name=theme.name)
            if theme.definition:
                child(one, "Description", theme.definition)
            for code in theme.codes:
                child(one, "MemberCode", guid=code)
    return written(root)


def add_codes(parent: ET.Element, study: Study, notes: bool = False) -> None:
    """Adds the used codes as they lie below one another; with ``notes``, references to the memos on them."""
    used = {one.id for one in study.used_codes}

    def add(to: ET.Element, code: Code) -> None:
        element = child(to, "Code", guid=code.id, name=code.name, isCodable="true", color=code.colour or None)
        said = described(code)
        if said:
            child(element, "Description", said)
        if notes:
            for memo in study.memos_on(code.id):
                child(element, "NoteRef", targetGUID=memo.id)
        for below in study.used_codes:
            if below.parent == code.id:
                add(element, below)

    for code in study.used_codes:
        if code.parent not in used:
            add(parent, code)


def described(code: Code) -> str:
    """What is said of a code: its definition, and its example after it."""
    example = f"Example: {code.example}" if code.example else ""
    return "\n\n".join(part for part in (code.definition, example) if part)


def codebook_csv(study: Study) -> bytes:
    """A row a code, in UTF-8 (RFC 4180)."""
    held = io.StringIO()
    rows = CsvWriter(held)
    rows.write(CODEBOOK_COLUMNS)
    for code in _in_tree_order(study):
        themes = "; ".join(study.themes_of(code.id))
        rows.write(
            (
                code.name,
                study.code_path(code.id),
                code.definition,
                code.example,
                code.colour,
                themes,
                code.id,
                code.parent or "",
                code.made_by,
            )
        )
    return held.getvalue().encode()


def codebook_json(study: Study) -> bytes:
    """The version, the used codes and themes, with their ids."""
    codes = [
        {
            "id": code.id,
            "above": code.parent,
            "name": code.name,
            "definition": code.definition,
            "example": code.example,
            "colour": code.colour,
            "made_by": code.made_by,
        }
        for code in _in_tree_order(study)
    ]
    themes = [
        {"id": one.id, "name": one.name, "definition": one.definition, "codes": list(one.codes)}
        for one in study.codebook.themes
        if one.state is CodeState.USED
    ]
    whole = {"version": study.codebook.version, "codes": codes, "themes": themes}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def codebook_text(study: Study) -> bytes:
    """The tree of codes, each with its definition and example below it, and the themes at the end."""
    lines = [f"Codebook, version {study.codebook.version}", ""]
    for code in _in_tree_order(study):
        indent = "  " * study.code_path(code.id).count("/")
        lines.append(f"{indent}{code.name}")
        lines += [f"{indent}    {line}" for line in described(code).splitlines() if line]
    for theme in study.codebook.themes:
        if theme.state is CodeState.USED:
            lines += ["", f"Theme: {theme.name}"]
            lines += [f"    {line}" for line in theme.definition.splitlines()]
            lines += [f"  {study.code_name(code)}" for code in theme.codes]
    return ("\n".join(lines) + "\n").encode()


def _in_tree_order(study: Study) -> Iterator[Code]:
    used = {one.id for one in study.used_codes}

    def below(above: str | None) -> Iterator[Code]:
        for code in study.used_codes:
            if (code.parent if code.parent in used else None) == above:
                yield code
                yield from below(code.id)

    return below(None)
