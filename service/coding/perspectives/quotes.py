"""Exemplary quotes: picked for a code or theme and a role, with their source, stand-ins, and what is to be confirmed.

A quote is a stretch; its words are read anew each time. What was confirmed holds as long as the words are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.moments import READ_MS, Stretch
from service.coding.perspectives.identifying import QuotedWord, Stood, Warned, stand_ins, warnings
from service.coding.values import About, Coder, NotThere, Refused, in_utc
from service.coding.writing import add_once, hold_words
from service.database import is_sqlite
from service.transcript.reading import LONGEST_WORD_MS


@dataclass(frozen=True, slots=True)
class Pick:
    """What is quoted for which perspective: a code or theme, and a role."""

    about: About
    subject: str
    role: str
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Said:
    """What one speaker says in a quote, and the speaker's role in the interview."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Something to look at, and who confirmed that it identifies nobody, and when."""

    warned: Warned
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote as it reads now. ``clear``: a person confirmed everything there is to look at."""

    id: str
    pick: Pick
    interview: str
    group: str
    wave: int
    said: tuple[Said, ...]
    stand_ins: tuple[Stood, ...]
    checks: tuple[Checked, ...]
    words_digest: str
    picked_by: str
    picked_at: datetime

    @property
    def clear(self) -> bool:
        return all(one.confirmed_by is not None for one in self.checks)


def pick_quote(connection: sa.Connection, lead: Coder, quote_id: str, pick: Pick) -> Quote:
    """Pick a stretch as a quote; the same one asked for again is the one that is there.

    Raises Refused where it is too long or nothing is said there, NotThere where the interview is not released.
    """
    if pick.stretch.end_ms - pick.stretch.start_ms > READ_MS:
        raise Refused(f"A quote is at most {READ_MS // 1000} seconds long. Pick a shorter stretch.")
    hold_words(connection, pick.stretch.interview_id)
    row = {
        "id": quote_id,
        "about": str(pick.about),
        "subject": pick.subject,
        "role_code": pick.role,
        "interview_id": pick.stretch.interview_id,
        "start_ms": pick.stretch.start_ms,
        "end_ms": pick.stretch.end_ms,
        "picked_by": lead.name,
        "picked_at": datetime.now(UTC),
        "removed": False,
    }
    if not quoted_words(connection, pick.stretch):
        raise Refused("Nothing is said there.")
    add_once(connection, tables.quote, row)
    return find_quote(connection, quote_id)


def find_quote(connection: sa.Connection, quote_id: str) -> Quote:
    """A quote of a released interview, removed or not. Raises NotThere."""
    quote = tables.quote
    for one in _read(connection, quote.c.id == quote_id):
        return one
    raise NotThere


def quotes_of(connection: sa.Connection, about: About, subject: str) -> tuple[Quote, ...]:
    """The quotes for a code or theme from released interviews, the oldest first."""
    quote = tables.quote
    return tuple(_read(connection, quote.c.about == about, quote.c.subject == subject, ~quote.c.removed))


def set_quote_removed(connection: sa.Connection, quote_id: str, *, removed: bool) -> Quote:
    """Put a quote away, or take it back. Raises NotThere."""
    found, quote = find_quote(connection, quote_id), tables.quote
    connection.execute(sa.update(quote).where(quote.c.id == quote_id).values(removed=removed))
    return found


def confirm(connection: sa.Connection, lead: Coder, quote_id: str, warning: str, words_digest: str) -> Quote:
    """Say that something in a quote identifies nobody. Raises NotThere where there is no such warning, Refused where
    the words are others than those of ``words_digest``."""
    found = find_quote(connection, quote_id)
    if found.words_digest != words_digest:
        raise Refused("The words have changed meanwhile. Read the quote again.")
    if warning not in [one.warned.key for one in found.checks]:
        raise NotThere
    add_once(
        connection,
        tables.quote_confirmation,
        {
            "quote_id": quote_id,
            "warning": warning,
            "words_digest": found.words_digest,
            "interview_id": found.pick.stretch.interview_id,
            "who": lead.name,
            "at": datetime.now(UTC),
        },
    )
    return find_quote(connection, quote_id)


def take_back(connection: sa.Connection, quote_id: str, warning: str) -> Quote:
    """Take a confirmation back. Raises NotThere where there is no such quote."""
    find_quote(connection, quote_id)
    table = tables.quote_confirmation
    connection.execute(sa.delete(table).where(table.c.quote_id == quote_id, table.c.warning == warning))
    return find_quote(connection, quote_id)


def citation(quote: Quote, role_name: str) -> str:
    """The quote with its source, such as ``“I held it.” (client, D03-C2, wave 2, 0:12:34)``.

    Raises Refused while something is unconfirmed.
    """
    if not quote.clear:
        raise Refused("Confirm first, one by one, that nothing in it identifies somebody.")
    if len(quote.said) == 1:
        text = f"“{quote.said[0].text}”"
    else:
        text = " ".join(f"{one.role or 'speaker'}: “{one.text}”" for one in quote.said)
    seconds = quote.pick.stretch.start_ms // 1000
    at = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text} ({role_name}, {quote.interview}, wave {quote.wave}, {at})"


def quoted_words(connection: sa.Connection, stretch: Stretch) -> tuple[QuotedWord, ...]:
    """The words of which more than half lies within, in reading order."""
    word, utterance = tables.transcripts.word, tables.transcripts.utterance
    middle = (word.c.start_ms + word.c.end_ms) // 2
    any_word = word.alias()
    first = sa.select(sa.func.min(any_word.c.start_ms)).where(
        any_word.c.interview_id == utterance.c.interview_id, any_word.c.utterance_id == utterance.c.id
    )
    rows = connection.execute(
        sa.select(
            word.c.id,
            word.c.text,
            word.c.speaker,
            word.c.utterance_id,
            word.c.redaction,
            (word.c.start_ms == first.scalar_subquery()).label("begins"),
        )
        .join(
            utterance,
            sa.and_(utterance.c.interview_id == word.c.interview_id, utterance.c.id == word.c.utterance_id),
        )
        .where(
            word.c.interview_id == stretch.interview_id,
            word.c.start_ms > stretch.start_ms - LONGEST_WORD_MS,
            word.c.start_ms <= stretch.end_ms,
            middle.between(stretch.start_ms, stretch.end_ms),
        )
        .order_by(utterance.c.start_ms, utterance.c.id, word.c.start_ms, word.c.id)
    )
    return tuple(
        QuotedWord(row.id, row.text, row.speaker, row.utterance_id, row.redaction, bool(row.begins))
        for row in rows
    )


def _read(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Iterator[Quote]:
    quote, interview, transcript = tables.quote, tables.interview, tables.transcripts.transcript
    rows = connection.execute(
        sa.select(quote, interview.c.name, interview.c.group_code, interview.c.wave, transcript.c.language)
        .join(interview, interview.c.id == quote.c.interview_id)
        .join(transcript, transcript.c.interview_id == quote.c.interview_id)
        .where(*conditions)
        .order_by(quote.c.picked_at, quote.c.id)
    ).all()
    groups = set(connection.execute(sa.select(tables.place.c.group_code).distinct()).scalars())
    for row in rows:
        yield _quote(connection, row, frozenset(groups))


def _quote(connection: sa.Connection, row: Any, groups: frozenset[str]) -> Quote:
    stretch = Stretch(row.interview_id, row.start_ms, row.end_ms)
    words = quoted_words(connection, stretch)
    digest = hashlib.sha256("\n".join(word.text for word in words).encode()).hexdigest()
    table = tables.quote_confirmation
    confirmed = {
        one.warning: one
        for one in connection.execute(
            sa.select(table).where(table.c.quote_id == row.id, table.c.words_digest == digest)
        )
    }
    elsewhere = _said_by_others(connection, row.group_code)
    found = warnings(words, row.language, len(groups), elsewhere)
    checks = []
    for one in found:
        by = confirmed.get(one.key)
        checks.append(Checked(one, None, None) if by is None else Checked(one, by.who, in_utc(by.at)))
    return Quote(
        row.id,
        Pick(About(row.about), row.subject, row.role_code, stretch),
        row.name,
        row.group_code,
        row.wave,
        _said(connection, row.interview_id, words),
        stand_ins(words),
        tuple(checks),
        digest,
        row.picked_by,
        in_utc(row.picked_at),
    )


def _said(connection: sa.Connection, interview_id: str, words: Sequence[QuotedWord]) -> tuple[Said, ...]:
    speaker = tables.transcripts.speaker
    roles = {
        row.label: str(row.role)
        for row in connection.execute(sa.select(speaker).where(speaker.c.interview_id == interview_id))
    }
    return tuple(
        Said(roles.get(label, ""), " ".join(word.text for word in run))
        for label, run in groupby(words, lambda word: word.speaker)
    )


def _said_by_others(connection: sa.Connection, group: str) -> Callable[[str], bool]:
    """Whether a folded word is said in a released interview of another group."""
    known: dict[str, bool] = {}
    statement = sa.text(_SAID_SQLITE if is_sqlite(connection) else _SAID_POSTGRESQL)

    def said(token: str) -> bool:
        if token not in known:
            given = {"token": f'"{token}"' if is_sqlite(connection) else token, "group_code": group}
            known[token] = connection.execute(statement, given).first() is not None
        return known[token]

    return said


_SAID_SQLITE = (
    "SELECT 1 FROM utterance_search JOIN utterance u ON u.row_id = utterance_search.rowid "
    "JOIN place p ON p.interview_id = u.interview_id "
    "WHERE utterance_search MATCH :token AND p.group_code <> :group_code LIMIT 1"
)
_SAID_POSTGRESQL = (
    "SELECT 1 FROM utterance u JOIN place p ON p.interview_id = u.interview_id "
    "WHERE u.searchable @@ plainto_tsquery('simple', :token) AND p.group_code <> :group_code LIMIT 1"
)
