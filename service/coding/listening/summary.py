"""A session as a page to print or to keep: who, when, what was heard, noted and decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from service.coding.listening.values import Listed, Note, NoteKind, Session
from service.coding.moments import Moment

_QUOTED_CHARS = 600
"""So much of what is said at a moment is in a summary."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An entry of the playlist with what is said there."""

    listed: Listed
    moment: Moment


def as_markdown(session: Session, heard: Sequence[Heard], notes: Sequence[Note]) -> str:
    """The session as Markdown."""
    lines = [f"# {_plain(title(session))}", ""]
    lines += [f"- {_plain(line)}" for line in facts(session, heard, notes)]
    if decisions := [one for one in notes if one.kind is NoteKind.DECISION]:
        lines += ["", "## Decisions", "", *(f"- {_note_line(one, heard, _plain)}" for one in decisions)]
    lines += ["", "## Moments", ""]
    for number, one in enumerate(heard, 1):
        lines += [f"{number}. **{where(one.moment)}**{_after_space(_plain(_said(one)))}"]
        lines += [f"    - {_note_line(note, (), _plain)}" for note in _at(one, notes)]
    if rest := _not_at_any(heard, notes):
        lines += ["", "## Notes about the session", "", *(f"- {_note_line(one, (), _plain)}" for one in rest)]
    return "\n".join(lines) + "\n"


def as_html(session: Session, heard: Sequence[Heard], notes: Sequence[Note]) -> str:
    """The session as one HTML file, without scripts, to print."""
    name = escape(title(session))
    body = [f"<h1>{name}</h1>", "<ul>"]
    body += [f"<li>{escape(line)}</li>" for line in facts(session, heard, notes)]
    body += ["</ul>"]
    if decisions := [one for one in notes if one.kind is NoteKind.DECISION]:
        body += ["<h2>Decisions</h2>", "<ul>"]
        body += [f"<li>{_note_line(one, heard, escape)}</li>" for one in decisions]
        body += ["</ul>"]
    body += ["<h2>Moments</h2>", "<ol>"]
    for one in heard:
        body += [f"<li><strong>{escape(where(one.moment))}</strong>{_after_space(escape(_said(one)))}"]
        if here := _at(one, notes):
            body += ["<ul>", *(f"<li>{_note_line(note, (), escape)}</li>" for note in here), "</ul>"]
        body += ["</li>"]
    body += ["</ol>"]
    if rest := _not_at_any(heard, notes):
        body += ["<h2>Notes about the session</h2>", "<ul>"]
        body += [f"<li>{_note_line(one, (), escape)}</li>" for one in rest]
        body += ["</ul>"]
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{name}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


_STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "li{margin:.3rem 0}@media print{body{margin:0}li{break-inside:avoid}}"
)


def title(session: Session) -> str:
    """What a session is called."""
    return session.about.name or "Listening session"


def facts(session: Session, heard: Sequence[Heard], notes: Sequence[Note]) -> tuple[str, ...]:
    """What there is to say of the session before what was heard, as sentences."""
    about = session.about
    day = about.held_on.isoformat() if about.held_on else "no day given"
    was_heard = sum(one.listed.heard_at is not None for one in heard)
    decisions = sum(one.kind is NoteKind.DECISION for one in notes)
    return (
        f"Held: {day}",
        f"People: {', '.join(about.people) or 'nobody named'}",
        *([f"Made from: {session.source}"] if session.source else []),
        f"Moments: {len(heard)}, heard together: {was_heard}",
        f"Notes: {len(notes) - decisions}, decisions: {decisions}",
    )


def where(moment: Moment) -> str:
    """The interview and time of a moment, such as ``D03-T2 0:12:34-0:12:41``."""
    return f"{moment.interview} {clock(moment.start_ms)}-{clock(moment.end_ms)}"


def clock(ms: int) -> str:
    """Hours, minutes and seconds: ``0:12:34``."""
    seconds = max(0, ms) // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _said(one: Heard) -> str:
    if one.listed.whole:
        return "the whole interview"
    text = one.moment.text
    cut = one.moment.cut or len(text) > _QUOTED_CHARS
    return f"{text[:_QUOTED_CHARS]}{' …' if cut else ''}" if text else ""


def _after_space(text: str) -> str:
    return f" {text}" if text else ""


def _at(one: Heard, notes: Sequence[Note]) -> list[Note]:
    return [note for note in notes if note.moment == one.listed.id]


def _not_at_any(heard: Sequence[Heard], notes: Sequence[Note]) -> list[Note]:
    """What belongs to the whole session, or to a moment that was taken out of the playlist."""
    known = {one.listed.id for one in heard}
    return [one for one in notes if one.kind is NoteKind.NOTE and one.moment not in known]


def _note_line(note: Note, heard: Sequence[Heard], written: Callable[[str], str]) -> str:
    text = " ".join(note.text.split())
    kind = "Decided: " if note.kind is NoteKind.DECISION and not heard else ""
    at = "" if note.at_ms is None else f"{clock(note.at_ms)} "
    of = next((f"{one.moment.interview} " for one in heard if one.listed.id == note.moment), "")
    return written(f"{kind}{of}{at}{text} ({note.writer})")


def _plain(text: str) -> str:
    """The text on one line, with what Markdown would read as more than text escaped."""
    return "".join(f"\\{one}" if one in r"\`*_[]<>#|" else one for one in " ".join(text.split()))
