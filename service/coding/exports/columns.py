"""The tables of codings, markers, codes and interviews, and what each column holds: one list for CSV, Parquet, the data
dictionary and docs/exports.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from service.coding.exports.values import Head, Interview, Study
from service.coding.values import Code, Coding
from service.transcript.reading import StoredMarker

R = TypeVar("R")
Kind = Literal["text", "integer", "number", "boolean", "time"]
Value = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column: its name, kind and unit, what it means, and what it holds of a row's source."""

    name: str
    kind: Kind
    unit: str
    means: str
    of: Callable[[R], Value]


@dataclass(frozen=True, slots=True)
class CodingRow:
    study: Study
    interview: Interview
    coding: Coding

    @property
    def speaker(self) -> str:
        """Who says most of its words."""
        counted: dict[str, int] = {}
        for word in self.interview.words_of(self.coding):
            counted[word.speaker] = counted.get(word.speaker, 0) + 1
        return min(counted, key=lambda label: (-counted[label], label), default="")


@dataclass(frozen=True, slots=True)
class MarkerRow:
    interview: Interview
    stored: StoredMarker


@dataclass(frozen=True, slots=True)
class CodeRow:
    study: Study
    code: Code


INTERVIEWS: tuple[Column[Head], ...] = (
    Column("interview", "text", "", "study id of the interview", lambda r: r.name),
    Column("group", "text", "", "its group", lambda r: r.group),
    Column("role", "text", "", "role of the participant, as a code of the protocol", lambda r: r.role),
    Column("wave", "integer", "", "serial number of the interview with this participant", lambda r: r.wave),
    Column(
        "covers", "text", "", "study ids of all places it covers, `; ` between", lambda r: "; ".join(r.covers)
    ),
    Column("duration_ms", "integer", "ms", "its length", lambda r: r.duration_ms),
    Column("language", "text", "", "its language (ISO 639-1)", lambda r: r.language),
    Column("revision", "integer", "", "revision of its transcript", lambda r: r.revision),
    Column("released_at", "time", "UTC", "when this revision was released", lambda r: r.released_at),
)

CODINGS: tuple[Column[CodingRow], ...] = (
    Column("coding", "text", "", "id of the coding (UUID)", lambda r: r.coding.id),
    Column("interview", "text", "", "study id of the interview", lambda r: r.interview.head.name),
    Column("group", "text", "", "its group", lambda r: r.interview.head.group),
    Column("role", "text", "", "role of the participant", lambda r: r.interview.head.role),
    Column("wave", "integer", "", "its wave", lambda r: r.interview.head.wave),
    Column("coder", "text", "", "account that made it", lambda r: r.coding.coder),
    Column(
        "code",
        "text",
        "",
        "name of the code; empty for a segment without one",
        lambda r: r.study.code_name(r.coding.code),
    ),
    Column("code_id", "text", "", "id of the code (UUID)", lambda r: r.coding.code),
    Column(
        "code_path",
        "text",
        "",
        "names from the top of the tree down to the code, `/` between",
        lambda r: r.study.code_path(r.coding.code),
    ),
    Column(
        "themes",
        "text",
        "",
        "themes that gather the code, `; ` between",
        lambda r: "; ".join(r.study.themes_of(r.coding.code)),
    ),
    Column("weight", "integer", "0 to 100", "its weight, where one was given", lambda r: r.coding.weight),
    Column(
        "start_ms",
        "integer",
        "ms",
        "where it begins, from the start of the interview",
        lambda r: r.coding.anchor.start_ms,
    ),
    Column("end_ms", "integer", "ms", "where it ends", lambda r: r.coding.anchor.end_ms),
    Column(
        "first_word",
        "integer",
        "",
        "number of its first word in the transcript",
        lambda r: r.coding.anchor.first_word,
    ),
    Column(
        "last_word",
        "integer",
        "",
        "number of its last word in the transcript",
        lambda r: r.coding.anchor.last_word,
    ),
    Column("speaker", "text", "", "label of whoever says most of its words", lambda r: r.speaker),
    Column(
        "speaker_role",
        "text",
        "",
        "what that speaker is in the interview",
        lambda r: r.interview.roles.get(r.speaker, ""),
    ),
    Column(
        "text",
        "text",
        "",
        "its words, anonymised",
        lambda r: " ".join(word.text for word in r.interview.words_of(r.coding)),
    ),
    Column(
        "words_changed",
        "boolean",
        "",
        "whether the words are others than those that were coded",
        lambda r: r.coding.words_changed,
    ),
    Column(
        "memos",
        "text",
        "",
        "memos on it, an empty line between",
        lambda r: "\n\n".join(one.text for one in r.interview.memos_on(r.coding.id)),
    ),
    Column("version", "integer", "", "how often it was changed, from 1", lambda r: r.coding.version),
    Column("made_at", "time", "UTC", "when it was made", lambda r: r.coding.made_at),
    Column("changed_at", "time", "UTC", "when it was last changed", lambda r: r.coding.changed_at),
)

MARKERS: tuple[Column[MarkerRow], ...] = (
    Column("interview", "text", "", "study id of the interview", lambda r: r.interview.head.name),
    Column("group", "text", "", "its group", lambda r: r.interview.head.group),
    Column("role", "text", "", "role of the participant", lambda r: r.interview.head.role),
    Column("wave", "integer", "", "its wave", lambda r: r.interview.head.wave),
    Column("marker", "integer", "", "number of the marker in the interview", lambda r: r.stored.id),
    Column("kind", "text", "", "its kind; docs/markers.md defines each", lambda r: str(r.stored.marker.kind)),
    Column("subtype", "text", "", "what refines the kind", lambda r: r.stored.marker.subtype),
    Column(
        "start_ms",
        "integer",
        "ms",
        "where it begins, from the start of the interview",
        lambda r: r.stored.marker.start_ms,
    ),
    Column("end_ms", "integer", "ms", "where it ends", lambda r: r.stored.marker.end_ms),
    Column(
        "speaker", "text", "", "label of whose it is; empty where nobody's", lambda r: r.stored.marker.speaker
    ),
    Column(
        "speaker_role",
        "text",
        "",
        "what that speaker is in the interview",
        lambda r: r.interview.roles.get(r.stored.marker.speaker or "", ""),
    ),
    Column("strength", "number", "the kind's own", "how strong it is", lambda r: r.stored.marker.strength),
    Column("confidence", "number", "0 to 1", "how sure it is", lambda r: r.stored.marker.confidence),
    Column(
        "judged",
        "text",
        "",
        "what a person said of it: confirmed, added; empty where nobody did",
        lambda r: r.stored.marker.judged,
    ),
    Column("rules", "text", "", "version of the rules that made it", lambda r: r.stored.marker.rules),
    Column(
        "evidence",
        "text",
        "JSON",
        "the numbers behind it, by name",
        lambda r: json.dumps(dict(r.stored.marker.evidence), sort_keys=True),
    ),
)

CODES: tuple[Column[CodeRow], ...] = (
    Column("code_id", "text", "", "id of the code (UUID)", lambda r: r.code.id),
    Column("code", "text", "", "its name", lambda r: r.code.name),
    Column(
        "code_path",
        "text",
        "",
        "names from the top of the tree down to it, `/` between",
        lambda r: r.study.code_path(r.code.id),
    ),
    Column("above", "text", "", "id of the code above it", lambda r: r.code.parent),
    Column("definition", "text", "", "what it means", lambda r: r.code.definition),
    Column("example", "text", "", "an example", lambda r: r.code.example),
    Column("colour", "text", "#rrggbb", "its colour", lambda r: r.code.colour),
    Column(
        "themes",
        "text",
        "",
        "themes that gather it, `; ` between",
        lambda r: "; ".join(r.study.themes_of(r.code.id)),
    ),
)

DICTIONARY = ("table", "column", "type", "unit", "meaning")


def dictionary() -> Iterator[tuple[str, str, str, str, str]]:
    """A row for each column of each table, as :data:`DICTIONARY` names them."""
    yield from _described("interviews", INTERVIEWS)
    yield from _described("codings", CODINGS)
    yield from _described("markers", MARKERS)
    yield from _described("codes", CODES)


def _described(table: str, columns: Sequence[Column[R]]) -> Iterator[tuple[str, str, str, str, str]]:
    return ((table, column.name, column.kind, column.unit, column.means) for column in columns)
