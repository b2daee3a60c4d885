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
    Disfluency,
    Judgement,
    Marker,
    MarkerKind,
    Provenance,
    Role,
    Span,
    Speaker,
    Timing,
    Transcript,
    Turn,
    Utterance,
    Word,
)

LONGEST_WORD_MS = 30_000
"""No word is longer than the window Whisper hears at once (30 s); bounds the index scan of a time range."""

_END = 2**31 - 1
_BLOCK = 250
"""Utterances whose words are read at once: two parameters each, below every database's limit."""

Row = Sequence[Any]


class Reader(Protocol):
    """Runs one SELECT with ``:name`` parameters, and opens columns that a store seals.

    ``column`` is ``table.column``. What is not sealed is given back as it is.
    """

    def rows(self, sql: str, parameters: Mapping[str, object]) -> list[Row]: ...
    def text(self, column: str, value: str) -> str: ...
    def data(self, column: str, value: bytes) -> bytes: ...


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


_UTTERANCE = (
    "SELECT interview_id, id, speaker, start_ms, end_ms FROM utterance WHERE interview_id = :interview"
)
_WORD_COLUMNS = (
    "utterance_id",
    "id",
    "start_ms",
    "end_ms",
    "text",
    "speaker",
    "confidence",
    "speaker_confidence",
    "redaction",
    "speaker_margin",
    "timing",
    "disfluency",
)
_WORD = f"SELECT {', '.join(_WORD_COLUMNS)} FROM word WHERE interview_id = :interview"
_MARKER = (
    "SELECT id, kind, start_ms, end_ms, speaker, strength, confidence, rules, subtype, utterance_id, evidence, "
    "judged FROM marker WHERE interview_id = :interview"
)


def _loaded(value: Any) -> Any:
    """JSON columns arrive as text from SQLite's own driver and as values from PostgreSQL's."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def _word(reader: Reader, row: Row) -> Word:
    _, number, start_ms, end_ms, text, speaker, sure, speaker_sure, redaction, margin, timing, disfluency = (
        row
    )
    return Word(
        number,
        start_ms,
        end_ms,
        reader.text("word.text", text),
        speaker,
        sure,
        speaker_sure,
        redaction,
        margin,
        Timing(timing),
        None if disfluency is None else Disfluency(disfluency),
    )


def _marker(row: Row) -> StoredMarker:
    (
        number,
        kind,
        start_ms,
        end_ms,
        speaker,
        strength,
        confidence,
        rules,
        subtype,
        utterance,
        evidence,
        judged,
    ) = row
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
            None if judged is None else Judgement(judged),
        ),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """An utterance by its interview and id, without its words."""

    interview_id: str
    id: int
    speaker: str
    start_ms: int
    end_ms: int


def utterances_at(reader: Reader, places: Sequence[Place]) -> tuple[Utterance, ...]:
    """The utterances at these places, in their order, whichever interviews they are of."""
    words: dict[tuple[str, int], list[Word]] = {(place.interview_id, place.id): [] for place in places}
    wanted = list(words)
    for start in range(0, len(wanted), _BLOCK):
        marks: dict[str, object] = {}
        pairs = []
        for number, (interview, utterance) in enumerate(wanted[start : start + _BLOCK]):
            marks |= {f"i{number}": interview, f"u{number}": utterance}
            pairs.append(f"(:i{number}, :u{number})")
        columns = ", ".join(f"w.{column}" for column in _WORD_COLUMNS)
        for row in reader.rows(
            f"WITH wanted(interview_id, utterance_id) AS (VALUES {', '.join(pairs)}) "
            f"SELECT w.interview_id, {columns} FROM wanted JOIN word w "
            "ON w.interview_id = wanted.interview_id AND w.utterance_id = wanted.utterance_id",
            marks,
        ):
            words[row[0], row[1]].append(_word(reader, row[1:]))
    return tuple(
        Utterance(
            place.id,
            place.speaker,
            place.start_ms,
            place.end_ms,
            tuple(sorted(words[place.interview_id, place.id], key=lambda w: (w.start_ms, w.id))),
        )
        for place in places
    )


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
    """Utterances that overlap [from_ms, to_ms), in reading order, those that follow ``after``, at most ``limit``.

    Ids say nothing about the order: a person may have split what was one.
    """
    follows = (
        "AND (start_ms, id) > (SELECT start_ms, id FROM utterance WHERE interview_id = :interview AND id = :after) "
        if after >= 0
        else ""
    )
    rows = reader.rows(
        f"{_UTTERANCE} AND start_ms < :to_ms AND (end_ms > :from_ms OR start_ms >= :from_ms) {follows}"
        "ORDER BY start_ms, id LIMIT :limit",
        {
            "interview": interview,
            "from_ms": from_ms,
            "to_ms": _END if to_ms is None else to_ms,
            "after": after,
            "limit": limit,
        },
    )
    return utterances_at(reader, [Place(*row) for row in rows])


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
    return tuple(_word(reader, row) for row in rows)


DOUBTFUL_CONFIDENCE = 0.5
"""Below it the recogniser was more likely wrong than right about a word."""

DOUBTFUL_MARGIN = 0.2
"""Below it a word sounds nearly as much like another speaker."""


def doubtful_words(
    reader: Reader, interview: str, *, of_speaker: bool, limit: int
) -> tuple[tuple[int, Word], ...]:
    """The most doubtful words with the ids of their utterances, in order of time: by speaker, or by text."""
    column, below = ("speaker_margin", DOUBTFUL_MARGIN) if of_speaker else ("confidence", DOUBTFUL_CONFIDENCE)
    rows = reader.rows(
        f"{_WORD} AND redaction IS NULL AND {column} < :below ORDER BY {column}, start_ms, id LIMIT :limit",
        {"interview": interview, "below": below, "limit": limit},
    )
    found = [(int(row[0]), _word(reader, row)) for row in rows]
    return tuple(sorted(found, key=lambda one: (one[1].start_ms, one[1].id)))


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
        "SELECT id, start_ms, end_ms, speaker, chars FROM utterance WHERE interview_id = :interview "
        "ORDER BY start_ms, id",
        {"interview": interview},
    )
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * 5
    return Outline(*columns)


def at(reader: Reader, interview: str, ms: int) -> Instant:
    """What was being said at ``ms``, with the utterances just before and after, and the markers there."""
    here = {"interview": interview, "ms": ms}
    spanning = reader.rows(f"{_UTTERANCE} AND start_ms <= :ms AND end_ms > :ms ORDER BY start_ms, id", here)
    before = reader.rows(f"{_UTTERANCE} AND end_ms <= :ms ORDER BY end_ms DESC, id DESC LIMIT 1", here)
    after = reader.rows(f"{_UTTERANCE} AND start_ms > :ms ORDER BY start_ms, id LIMIT 1", here)
    spoken = words_between(reader, interview, ms, ms + 1)
    places = [Place(*row) for row in (*spanning, *before, *after)]
    utterances = utterances_at(reader, places)
    around = utterances[len(spanning) :]
    return Instant(
        ms,
        utterances[: len(spanning)],
        spoken[0] if spoken else None,
        around[0] if before else None,
        around[-1] if after else None,
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
