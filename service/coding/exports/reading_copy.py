"""The interview as a Word document (``.docx``) to read: time, speaker, words; codings as comments of their coders."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.values import Span
from service.coding.exports.values import Interview, Options, Study
from service.coding.exports.xml_writing import clean
from service.coding.exports.zips import rezipped
from service.coding.values import Coding
from service.transcript.notation import Between, Line, Written, write
from service.transcript.notation.legend import legend_lines
from service.transcript.times import format_ms

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run


@dataclass(frozen=True, slots=True)
class _Marked:
    """A comment to be: who makes it, what it says, and its first and last word in reading order."""

    coder: str
    text: str
    first: int
    last: int


def docx(study: Study, interview: Interview, options: Options) -> bytes:
    """The document (Office Open XML). A comment stands at the words that were coded: one for each coder and stretch."""
    import docx as office
    from docx.shared import Pt

    document = office.Document()
    head = interview.head
    _drop_template(document)
    _describe(document, interview)
    document.styles["Normal"].font.size = Pt(11)
    document.add_heading(head.name, 1)
    document.add_paragraph(_about(study, interview))
    marked = _marked(study, interview)
    markers = interview.transcript.markers if options.markers else ()
    done = write(interview.transcript.utterances, markers, options.notation, options.verbatim)
    runs = _write_lines(document, interview, done, _edges(marked))
    order = sorted(runs)
    for one in marked:
        within = [number for number in order if one.first <= number <= one.last]
        if within:
            document.add_comment(
                [runs[within[0]], runs[within[-1]]], clean(one.text), clean(one.coder), _initials(one.coder)
            )
    for line in legend_lines(done.notation, done.markers):
        document.add_paragraph(clean(line))
    held = io.BytesIO()
    _fix_times(document, interview)
    document.save(held)
    return rezipped(held.getvalue())


def _about(study: Study, interview: Interview) -> str:
    head = interview.head
    role = study.role_names.get(head.role, head.role)
    return (
        f"Group {head.group} · {role} · wave {head.wave} · {format_ms(head.duration_ms)} · anonymised, revision "
        f"{head.revision}"
    )


def _marked(study: Study, interview: Interview) -> list[_Marked]:
    """By coder and stretch, in order of time."""
    place = {word.id: number for number, word in enumerate(interview.words)}
    by_stretch: dict[tuple[str, Span], list[Coding]] = {}
    for one in interview.codings:
        by_stretch.setdefault((one.coder, Span(one.anchor.start_ms, one.anchor.end_ms)), []).append(one)
    found = []
    for (coder, _), codings in by_stretch.items():
        words = interview.words_of(codings[0])
        if not words:
            continue
        text = "\n".join(line for one in codings for line in _said_of(study, interview, one))
        found.append(_Marked(coder, text, place[words[0].id], place[words[-1].id]))
    return found


def _said_of(study: Study, interview: Interview, coding: Coding) -> Sequence[str]:
    name = study.code_name(coding.code) or "(no code)"
    weight = f" ({coding.weight})" if coding.weight is not None else ""
    return [f"{name}{weight}", *(one.text for one in interview.memos_on(coding.id))]


def _edges(marked: Sequence[_Marked]) -> frozenset[int]:
    """The words at which a run has to begin, so that a comment can begin or end there."""
    return frozenset(edge for one in marked for edge in (one.first, one.last + 1))


def _write_lines(
    document: Document, interview: Interview, done: Written, edges: frozenset[int]
) -> dict[int, Run]:
    """Adds a paragraph a line; returns the run of each word, by the word's place in reading order."""
    place = {word.id: number for number, word in enumerate(interview.words)}
    runs: dict[int, Run] = {}
    for line in done.lines:
        paragraph = document.add_paragraph()
        if isinstance(line, Between):
            paragraph.add_run(clean(f"[{format_ms(line.marker.start_ms)}] {line.text}")).italic = True
            continue
        name = interview.speakers.get(line.utterance.speaker, line.utterance.speaker)
        paragraph.add_run(f"[{format_ms(line.utterance.start_ms)}] ")
        paragraph.add_run(clean(f"{name}: ")).bold = True
        _write_words(paragraph, line, place, edges, runs)
    return runs


def _write_words(
    paragraph: Paragraph, line: Line, place: dict[int, int], edges: frozenset[int], runs: dict[int, Run]
) -> None:
    """The line in as few runs as the edges allow."""
    begun = 0
    numbers: list[int] = []
    for segment in line.segments:
        if segment.side is not None:
            continue
        number = place[segment.word]
        if number in edges and segment.at > begun:
            run = paragraph.add_run(clean(line.text[begun : segment.at]))
            runs |= dict.fromkeys(numbers, run)
            begun, numbers = segment.at, []
        numbers.append(number)
    run = paragraph.add_run(clean(line.text[begun:]))
    runs |= dict.fromkeys(numbers, run)


def _drop_template(document: Document) -> None:
    """Takes out what python-docx's template says of the program it was made with, and its picture of a page."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    links = document.part.package.rels
    for name, link in list(links.items()):
        if link.reltype in (RELATIONSHIP_TYPE.EXTENDED_PROPERTIES, RELATIONSHIP_TYPE.THUMBNAIL):
            del links[name]


def _describe(document: Document, interview: Interview) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = interview.head.name, "Lytt", ""
    properties.last_modified_by, properties.language = "Lytt", interview.head.language


def _fix_times(document: Document, interview: Interview) -> None:
    """The time of the release in place of the time of the day, so that the same state gives the same bytes."""
    at = interview.head.released_at.replace(tzinfo=None, microsecond=0)
    document.core_properties.created = document.core_properties.modified = at
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    for comment in document.comments:
        element = comment._comment_elm
        for name in list(element.attrib):
            if name.endswith("}date"):
                element.set(name, stamp)


def _initials(coder: str) -> str:
    return clean(coder)[:2].upper()
