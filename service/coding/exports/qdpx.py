"""A REFI-QDA project (``.qdpx``): QDA-XML 1.0 of the Rotterdam Exchange Format Initiative, 2019 (qdasoftware.org).

Where an interview's sound goes along it is an ``AudioSource`` with its transcript and a sync point at each utterance,
and a coding is an ``AudioSelection``: one for each coder and stretch, since that is where programs keep the coder.
Where it does not, the transcript is a ``TextSource`` and a coding is a ``PlainTextSelection``.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from models.audio.portable import SoundForm
from models.values import Span
from service.coding.exports.codebook_writing import ORIGIN, add_codes
from service.coding.exports.guids import guid
from service.coding.exports.laid_text import Laid, lay_out
from service.coding.exports.values import File, Head, Interview, Options, Sounds, Study
from service.coding.exports.xml_writing import attributes_of, child, written
from service.coding.values import About, CodeState, Coding, Memo
from service.transcript.times import format_ms
from service.wording import marker_text

PROJECT_NAMESPACE = "urn:QDA-XML:project:1.0"
LARGEST_FILE_BYTES = 2**31 - 1
"""What the format allows of one internal file."""
_NEVER = datetime(1980, 1, 1, tzinfo=UTC)
_VARIABLES = (("group", "Text"), ("role", "Text"), ("wave", "Integer"))


@dataclass(frozen=True)
class _Source:
    """An interview as it stands in the project, and what of it the rest of the project needs."""

    head: Head
    element: ET.Element
    coders: frozenset[str]
    memos: tuple[Memo, ...]
    kinds: frozenset[str]
    changed_at: datetime


def qdpx_files(study: Study, options: Options, sounds: Sounds) -> Iterator[File]:
    """The files of the project in the order in which they are written: sources first, ``project.qde`` last."""
    made: list[_Source] = []
    for interview in study.interviews:
        laid = lay_out(interview, options)
        yield File.of(f"sources/{interview.head.name}.txt", laid.text.encode())
        if (form := _form(interview.head, options)) is not None:
            yield _sound_file(interview, form, sounds)
        made.append(_source(study, interview, laid, options))
    yield File.of("project.qde", _project(study, made))


def _form(head: Head, options: Options) -> SoundForm | None:
    return options.sound if head.has_sound else None


def _sound_file(interview: Interview, form: SoundForm, sounds: Sounds) -> File:
    span = Span(0, interview.head.duration_ms)
    return File(f"sources/{interview.head.name}.{form}", lambda: sounds(interview, span, form), True)


def _project(study: Study, sources: Sequence[_Source]) -> bytes:
    changed = max((one.changed_at for one in sources), default=_NEVER)
    root = ET.Element(
        "Project",
        attributes_of(
            xmlns=PROJECT_NAMESPACE,
            name="Interviews",
            origin=ORIGIN,
            creatingUserGUID=_user(ORIGIN),
            creationDateTime=_time(changed),
        ),
    )
    memos = [memo for one in sources for memo in one.memos] + list(study.memos)
    _add_users(root, study, sources, memos)
    _add_codebook(root, study, sources)
    variables = child(root, "Variables")
    for name, kind in _VARIABLES:
        child(variables, "Variable", guid=guid("variable", name), name=name, typeOfVariable=kind)
    if sources:
        _add_cases(root, study, sources)
        held = child(root, "Sources")
        held.extend(one.element for one in sources)
    if memos:
        notes = child(root, "Notes")
        for memo in memos:
            _add_note(notes, memo)
    _add_sets(root, study, sources)
    for memo in study.memos_on(""):
        child(root, "NoteRef", targetGUID=memo.id)
    return written(root)


def _add_users(root: ET.Element, study: Study, sources: Sequence[_Source], memos: Sequence[Memo]) -> None:
    coders = {coder for one in sources for coder in one.coders}
    names = sorted({*coders, *(memo.writer for memo in memos)} - {ORIGIN})
    users = child(root, "Users")
    for name in [ORIGIN, *names]:
        child(users, "User", guid=_user(name), name=name)


def _add_codebook(root: ET.Element, study: Study, sources: Sequence[_Source]) -> None:
    kinds = sorted({kind for one in sources for kind in one.kinds})
    if not study.used_codes and not kinds:
        return
    codes = child(child(root, "CodeBook"), "Codes")
    add_codes(codes, study, notes=True)
    if kinds:
        taken = {one.name.casefold() for one in study.used_codes}
        above = child(
            codes,
            "Code",
            guid=guid("markers"),
            name=_free("Markers", taken),
            isCodable="false",
        )
        for kind in kinds:
            name = _free(f"Marker {kind.replace('_', ' ')}", taken)
            child(above, "Code", guid=guid("marker kind", kind), name=name, isCodable="true")


def _free(name: str, taken: set[str]) -> str:
    """The name, or one like it that no code has: names of codes are unique in a project."""
    while name.casefold() in taken:
        name += " (Lytt)"
    return name


def _add_cases(root: ET.Element, study: Study, sources: Sequence[_Source]) -> None:
    cases = child(root, "Cases")
    for participant in sorted({one.head.participant for one in sources}):
        theirs = [one.head for one in sources if one.head.participant == participant]
        case = child(cases, "Case", guid=guid("case", participant), name=participant)
        role = study.role_names.get(theirs[0].role, theirs[0].role)
        _add_value(case, "group", theirs[0].group)
        _add_value(case, "role", role)
        for head in theirs:
            child(case, "SourceRef", targetGUID=_source_guid(head))


def _add_value(parent: ET.Element, name: str, value: str | int) -> None:
    element = child(parent, "VariableValue")
    child(element, "VariableRef", targetGUID=guid("variable", name))
    child(element, "IntegerValue" if isinstance(value, int) else "TextValue", str(value))


def _add_note(notes: ET.Element, memo: Memo) -> None:
    note = child(
        notes,
        "Note",
        guid=memo.id,
        name=f"Memo {memo.id[:8]} on {memo.about}",
        creatingUser=_user(memo.writer),
        creationDateTime=_time(memo.made_at),
        modifyingUser=_user(memo.writer),
        modifiedDateTime=_time(memo.changed_at),
    )
    child(note, "PlainTextContent", memo.text)


def _add_sets(root: ET.Element, study: Study, sources: Sequence[_Source]) -> None:
    """Themes as sets of codes, groups as sets of interviews with the memos on them and their participants."""
    themes = [one for one in study.codebook.themes if one.state is CodeState.USED]
    groups = sorted({one.head.group for one in sources})
    if not themes and not groups:
        return
    sets = child(root, "Sets")
    for theme in themes:
        one = child(sets, "Set", guid=theme.id, name=theme.name)
        if theme.definition:
            child(one, "Description", theme.definition)
        for code in theme.codes:
            child(one, "MemberCode", targetGUID=code)
        for memo in study.memos_on(theme.id):
            child(one, "MemberNote", targetGUID=memo.id)
    for group in groups:
        one = child(sets, "Set", guid=guid("group", group), name=f"Group {group}")
        theirs = [source.head for source in sources if source.head.group == group]
        for head in theirs:
            child(one, "MemberSource", targetGUID=_source_guid(head))
        subjects = [group, *sorted({head.participant for head in theirs})]
        for memo in (memo for subject in subjects for memo in study.memos_on(subject)):
            child(one, "MemberNote", targetGUID=memo.id)


def _source(study: Study, interview: Interview, laid: Laid, options: Options) -> _Source:
    head = interview.head
    form = _form(head, options)
    about = attributes_of(
        guid=_source_guid(head),
        creatingUser=_user(ORIGIN),
        creationDateTime=_time(head.released_at),
    )
    if form is not None:
        name = f"{head.name}.{form}"
        element = ET.Element("AudioSource", {**about, "name": name, "path": f"internal://{name}"})
        _add_places(element, head)
        _add_transcript(element, head, laid)
        _add_audio_selections(element, study, interview)
    else:
        name = f"{head.name}.txt"
        element = ET.Element("TextSource", {**about, "name": name, "plainTextPath": f"internal://{name}"})
        _add_places(element, head)
        _add_text_selections(element, study, interview, laid)
    for memo in interview.memos:
        if memo.about is About.INTERVIEW:
            child(element, "NoteRef", targetGUID=memo.id)
    for variable, value in (
        ("group", head.group),
        ("role", study.role_names.get(head.role, head.role)),
        ("wave", head.wave),
    ):
        _add_value(element, variable, value)
    there = {one.id for one in interview.codings}
    return _Source(
        head,
        element,
        frozenset(one.coder for one in interview.codings),
        tuple(one for one in interview.memos if one.about is About.INTERVIEW or one.subject in there),
        frozenset(str(one.marker.kind) for one in interview.markers) if form is not None else frozenset(),
        max([head.released_at, *(one.changed_at for one in interview.codings)]),
    )


def _add_places(element: ET.Element, head: Head) -> None:
    """Says which places it covers, where that is more than one."""
    if len(head.covers) > 1:
        child(element, "Description", f"Covers {', '.join(head.covers)}.")


def _add_transcript(element: ET.Element, head: Head, laid: Laid) -> None:
    name = f"{head.name}.txt"
    transcript = child(
        element,
        "Transcript",
        guid=guid("transcript", head.name),
        name=name,
        plainTextPath=f"internal://{name}",
        creatingUser=_user(ORIGIN),
        creationDateTime=_time(head.released_at),
    )
    for number, line in enumerate(laid.lines):
        for edge, ms, at in (("start", line.start_ms, line.start), ("end", line.end_ms, line.end)):
            child(
                transcript,
                "SyncPoint",
                guid=guid("sync", head.name, number, edge),
                timeStamp=ms,
                position=at,
            )


def _add_audio_selections(element: ET.Element, study: Study, interview: Interview) -> None:
    name = interview.head.name
    for (coder, span), codings in _by_coder_and_span(interview.codings).items():
        selection = child(
            element,
            "AudioSelection",
            guid=guid("selection", name, coder, span.start_ms, span.end_ms),
            name=format_ms(span.start_ms),
            begin=span.start_ms,
            end=span.end_ms,
            creatingUser=_user(coder),
            creationDateTime=_time(min(one.made_at for one in codings)),
        )
        _fill_selection(selection, study, interview, codings)
    for stored in interview.markers:
        marker = stored.marker
        selection = child(
            element,
            "AudioSelection",
            guid=guid("marker", name, stored.id),
            name=format_ms(marker.start_ms),
            begin=marker.start_ms,
            end=marker.end_ms,
            creatingUser=_user(ORIGIN),
            creationDateTime=_time(interview.head.released_at),
        )
        child(selection, "Description", marker_text(marker))
        _add_marker_coding(selection, interview, stored.id, str(marker.kind))


def _add_text_selections(element: ET.Element, study: Study, interview: Interview, laid: Laid) -> None:
    """Codings by the characters of their words. A marker has no words of its own: it stays in the text only."""
    for (coder, span), codings in _by_coder_and_span(interview.codings).items():
        place = laid.place_of(interview.words_of(codings[0]))
        if place is None:
            continue
        selection = child(
            element,
            "PlainTextSelection",
            guid=guid("selection", interview.head.name, coder, span.start_ms, span.end_ms),
            name=format_ms(span.start_ms),
            startPosition=place[0],
            endPosition=place[1],
            creatingUser=_user(coder),
            creationDateTime=_time(min(one.made_at for one in codings)),
        )
        _fill_selection(selection, study, interview, codings)


def _fill_selection(
    selection: ET.Element, study: Study, interview: Interview, codings: Sequence[Coding]
) -> None:
    weights = [
        f"{study.code_name(one.code) or 'no code'}: weight {one.weight}"
        for one in codings
        if one.weight is not None
    ]
    if weights:
        child(selection, "Description", "; ".join(weights))
    for one in codings:
        if one.code is None or one.code not in {code.id for code in study.used_codes}:
            continue
        coding = child(
            selection,
            "Coding",
            guid=one.id,
            creatingUser=_user(one.coder),
            creationDateTime=_time(one.made_at),
        )
        child(coding, "CodeRef", targetGUID=one.code)
        for memo in interview.memos_on(one.id):
            child(coding, "NoteRef", targetGUID=memo.id)
    for one in codings:
        if one.code is None:
            for memo in interview.memos_on(one.id):
                child(selection, "NoteRef", targetGUID=memo.id)


def _add_marker_coding(selection: ET.Element, interview: Interview, number: int, kind: str) -> None:
    coding = child(
        selection,
        "Coding",
        guid=guid("marker coding", interview.head.name, number),
        creatingUser=_user(ORIGIN),
        creationDateTime=_time(interview.head.released_at),
    )
    child(coding, "CodeRef", targetGUID=guid("marker kind", kind))


def _by_coder_and_span(codings: Sequence[Coding]) -> dict[tuple[str, Span], list[Coding]]:
    found: dict[tuple[str, Span], list[Coding]] = {}
    for one in codings:
        found.setdefault((one.coder, Span(one.anchor.start_ms, one.anchor.end_ms)), []).append(one)
    return found


def _source_guid(head: Head) -> str:
    return guid("source", head.name)


def _user(name: str) -> str:
    return guid("user", name)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
