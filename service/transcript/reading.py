"""Time queries over transcript rows, the same for both stores and both databases.

Written as plain SQL over a :class:`Reader`, so that the terminal can answer from SQLite without loading
a database toolkit: ``lytt at`` must answer in less than 0.3 s from a cold start.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from models.values import (
    Marker,
    MarkerKind,
    Provenance,
    Role,
    Span,
    Speaker,
    Transcript,
    Turn,
    Utterance,
    Word,
)

LONGEST_WORD_MS = 30_000
"""No word is longer than the window Whisper hears at once (30 s); bounds the index scan of a time range."""

_END = 2**31 - 1

Row = Sequence[Any]


class Reader(Protocol):
    """Runs one SELECT with ``:name`` parameters."""

    def rows(self, sql: str, parameters: Mapping[str, object]) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class TranscriptHead:
    """What is known of a transcript without its words."""

    revision: int
    format: int
    duration_ms: int
    language: str
    speech: tuple[Span, ...]
    notices: tuple[str, ...]
    provenance: tuple[Provenance, ...]


@dataclass(frozen=True, slots=True)
class StoredMarker:
    """A marker with its id within the interview."""

    id: int
    marker: Marker


@dataclass(frozen=True, slots=True)
class Outline:
    """All utterances of an interview as columns of equal length, in order of time; ``chars`` is text length."""

    ids: tuple[int, ...]
    start_ms: tuple[int, ...]
    end_ms: tuple[int, ...]
    speakers: tuple[str, ...]
    chars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instant:
    """What was being said at a time. ``utterances`` are those that span it; several when speech overlaps."""

    ms: int
    utterances: tuple[Utterance, ...]
    word: Word | None
    before: Utterance | None
    after: Utterance | None
    markers: tuple[StoredMarker, ...]


_UTTERANCE = "SELECT id, speaker, start_ms, end_ms FROM utterance WHERE interview_id = :interview"
_WORD = (
    "SELECT utterance_id, id, start_ms, end_ms, text, speaker, confidence, speaker_confidence, redaction "
    "FROM word WHERE interview_id = :interview"
)
_MARKER = (
    "SELECT id, kind, start_ms, end_ms, speaker, strength, confidence, rules, subtype, utterance_id, evidence "
    "FROM marker WHERE interview_id = :interview"
)


def _loaded(value: Any) -> Any:
    """JSON columns arrive as text from SQLite's own driver and as values from PostgreSQL's."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def _word(row: Row) -> Word:
    return Word(*row[1:])


def _marker(row: Row) -> StoredMarker:
    number, kind, start_ms, end_ms, speaker, strength, confidence, rules, subtype, utterance, evidence = row
    return StoredMarker(
        number,
        Marker(
            MarkerKind(kind),
            start_ms,
            end_ms,
            speaker,
            strength,
            confidence,
            rules,
            subtype,
            utterance,
            _loaded(evidence),
        ),
    )


def _utterances(reader: Reader, interview: str, rows: list[Row]) -> tuple[Utterance, ...]:
    """Utterances with their words, in the order of ``rows``."""
    if not rows:
        return ()
    words: dict[int, list[Word]] = {row[0]: [] for row in rows}
    for block in _blocks(sorted(words)):
        marks = {f"u{number}": value for number, value in enumerate(block)}
        if block[-1] - block[0] + 1 == len(block):
            chosen, marks = "BETWEEN :first AND :last", {"first": block[0], "last": block[-1]}
        else:
            chosen = f"IN ({', '.join(f':{name}' for name in marks)})"
        for row in reader.rows(f"{_WORD} AND utterance_id {chosen}", marks | {"interview": interview}):
            words[row[0]].append(_word(row))
    return tuple(
        Utterance(
            number, speaker, start_ms, end_ms, tuple(sorted(words[number], key=lambda w: (w.start_ms, w.id)))
        )
        for number, speaker, start_ms, end_ms in rows
    )


def _blocks(numbers: list[int]) -> list[list[int]]:
    """Blocks of at most 500, below every database's limit of parameters."""
    return [numbers[start : start + 500] for start in range(0, len(numbers), 500)]


def utterances_of(reader: Reader, interview: str, ids: list[int]) -> tuple[Utterance, ...]:
    """The utterances with these ids, in order of id; unknown ids are left out."""
    rows: list[Row] = []
    for block in _blocks(sorted(set(ids))):
        marks = {f"u{number}": value for number, value in enumerate(block)}
        names = ", ".join(f":{name}" for name in marks)
        rows += reader.rows(f"{_UTTERANCE} AND id IN ({names}) ORDER BY id", marks | {"interview": interview})
    return _utterances(reader, interview, rows)


def head(reader: Reader, interview: str) -> TranscriptHead | None:
    """The transcript's head, or None when the interview has no transcript."""
    found = reader.rows(
        "SELECT revision, format, duration_ms, language, speech, notices, provenance "
        "FROM transcript WHERE interview_id = :interview",
        {"interview": interview},
    )
    if not found:
        return None
    revision, form, duration_ms, language, speech, notices, provenance = found[0]
    return TranscriptHead(
        revision,
        form,
        duration_ms,
        language,
        tuple(Span(start, end) for start, end in _loaded(speech)),
        tuple(_loaded(notices)),
        tuple(Provenance(**made) for made in _loaded(provenance)),
    )


def speakers(reader: Reader, interview: str) -> tuple[Speaker, ...]:
    found = reader.rows(
        "SELECT label, role, suggested, speech_ms, words FROM speaker "
        "WHERE interview_id = :interview ORDER BY label",
        {"interview": interview},
    )
    return tuple(
        Speaker(label, Role(role), bool(suggested), speech_ms, words)
        for label, role, suggested, speech_ms, words in found
    )


def utterances_between(
    reader: Reader,
    interview: str,
    from_ms: int = 0,
    to_ms: int | None = None,
    *,
    after: int = -1,
    limit: int = 2000,
) -> tuple[Utterance, ...]:
    """Utterances that overlap [from_ms, to_ms), with ids above ``after``, in order, at most ``limit``."""
    rows = reader.rows(
        f"{_UTTERANCE} AND start_ms < :to_ms AND (end_ms > :from_ms OR start_ms >= :from_ms) AND id > :after "
        "ORDER BY id LIMIT :limit",
        {
            "interview": interview,
            "from_ms": from_ms,
            "to_ms": _END if to_ms is None else to_ms,
            "after": after,
            "limit": limit,
        },
    )
    return _utterances(reader, interview, rows)


def words_between(
    reader: Reader, interview: str, from_ms: int = 0, to_ms: int | None = None, limit: int = 20_000
) -> tuple[Word, ...]:
    """Words that overlap [from_ms, to_ms), in order of start, at most ``limit``."""
    rows = reader.rows(
        f"{_WORD} AND start_ms < :to_ms AND start_ms > :bound AND end_ms > :from_ms ORDER BY start_ms, id LIMIT :limit",
        {
            "interview": interview,
            "from_ms": from_ms,
            "bound": from_ms - LONGEST_WORD_MS,
            "to_ms": _END if to_ms is None else to_ms,
            "limit": limit,
        },
    )
    return tuple(_word(row) for row in rows)


def markers_between(
    reader: Reader,
    interview: str,
    from_ms: int = 0,
    to_ms: int | None = None,
    kind: MarkerKind | None = None,
) -> tuple[StoredMarker, ...]:
    """Markers that overlap [from_ms, to_ms), of one kind or all, in order of start."""
    sql = f"{_MARKER} AND start_ms < :to_ms AND end_ms > :from_ms"
    parameters: dict[str, object] = {
        "interview": interview,
        "from_ms": from_ms,
        "to_ms": _END if to_ms is None else to_ms,
    }
    if kind is not None:
        sql += " AND kind = :kind"
        parameters["kind"] = str(kind)
    return tuple(_marker(row) for row in reader.rows(f"{sql} ORDER BY start_ms, id", parameters))


def turns(reader: Reader, interview: str) -> tuple[Turn, ...]:
    rows = reader.rows(
        "SELECT start_ms, end_ms, speaker FROM turn WHERE interview_id = :interview ORDER BY id",
        {"interview": interview},
    )
    return tuple(Turn(*row) for row in rows)


def outline(reader: Reader, interview: str) -> Outline:
    """Every utterance of the interview, without words."""
    rows = reader.rows(
        "SELECT id, start_ms, end_ms, speaker, chars FROM utterance WHERE interview_id = :interview ORDER BY id",
        {"interview": interview},
    )
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * 5
    return Outline(*columns)


def at(reader: Reader, interview: str, ms: int) -> Instant:
    """What was being said at ``ms``, with the utterances just before and after, and the markers there."""
    here = {"interview": interview, "ms": ms}
    spanning = reader.rows(f"{_UTTERANCE} AND start_ms <= :ms AND end_ms > :ms ORDER BY id", here)
    before = reader.rows(f"{_UTTERANCE} AND end_ms <= :ms ORDER BY end_ms DESC, id DESC LIMIT 1", here)
    after = reader.rows(f"{_UTTERANCE} AND start_ms > :ms ORDER BY start_ms, id LIMIT 1", here)
    spoken = words_between(reader, interview, ms, ms + 1)
    return Instant(
        ms,
        _utterances(reader, interview, spanning),
        spoken[0] if spoken else None,
        next(iter(_utterances(reader, interview, before)), None),
        next(iter(_utterances(reader, interview, after)), None),
        markers_between(reader, interview, ms, ms + 1),
    )


def whole_transcript(reader: Reader, interview: str) -> Transcript | None:
    """The transcript put together again from its rows, or None when there is none."""
    known = head(reader, interview)
    if known is None:
        return None
    return Transcript(
        format=known.format,
        duration_ms=known.duration_ms,
        language=known.language,
        speakers=speakers(reader, interview),
        utterances=utterances_between(reader, interview, limit=_END),
        turns=turns(reader, interview),
        markers=tuple(stored.marker for stored in markers_between(reader, interview)),
        speech=known.speech,
        notices=known.notices,
        provenance=known.provenance,
    )
