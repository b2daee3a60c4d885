"""Text search over the utterances of a store: one function, and behind it FTS5, tsvector, or reading all of it.

A query is a phrase: its words must follow one another within an utterance, case, accents and
punctuation aside. A word that ends in ``*`` matches every word that begins so.

Where words are sealed there is no index: even of hashed words, their order and how often each stands there would tell
what was said. There each interview has its folded text, sealed as one (:func:`search_text`), and all texts are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from models.values import Utterance
from service.transcript.folding import fold, fold_tokens
from service.transcript.reading import Place, Reader, utterances_at
from service.transcript.selecting import Selection


class SearchReader(Reader, Protocol):
    """A reader that says which full-text index its database has: ``fts5``, ``tsvector``, or ``sealed`` for none."""

    @property
    def full_text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """A place where the query was said: the utterance, and the words in it that match.

    ``matches`` are (first, last) positions in ``utterance.words``, both inclusive.
    """

    interview_id: str
    speaker: str
    role: str
    utterance: Utterance
    matches: tuple[tuple[int, int], ...]

    @property
    def start_ms(self) -> int:
        return self.utterance.words[self.matches[0][0]].start_ms if self.matches else self.utterance.start_ms

    @property
    def end_ms(self) -> int:
        return self.utterance.words[self.matches[0][1]].end_ms if self.matches else self.utterance.end_ms


@dataclass(frozen=True, slots=True)
class Found:
    """The first moments that match, in order of interview and time, and how many utterances match in all."""

    moments: tuple[Moment, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PhraseToken:
    """One word of a query; ``prefix`` when every word that begins so matches."""

    text: str
    prefix: bool

    def matches(self, token: str) -> bool:
        return token.startswith(self.text) if self.prefix else token == self.text


def parse_phrase(query: str) -> tuple[PhraseToken, ...]:
    """The folded tokens of ``query``; empty when it holds no letter or digit."""
    tokens: list[PhraseToken] = []
    for piece in query.split():
        folded = fold_tokens(piece)
        for place, token in enumerate(folded):
            tokens.append(PhraseToken(token, piece.endswith("*") and place == len(folded) - 1))
    return tuple(tokens)


def _fts5(phrase: tuple[PhraseToken, ...]) -> str:
    # FTS5 takes a prefix only on the last token of a phrase; earlier prefixes are filtered afterwards.
    if any(token.prefix for token in phrase[:-1]):
        return " AND ".join(f'"{token.text}"{" *" if token.prefix else ""}' for token in phrase)
    words = " ".join(token.text for token in phrase)
    return f'"{words}"{" *" if phrase[-1].prefix else ""}'


def _tsquery(phrase: tuple[PhraseToken, ...]) -> str:
    return " <-> ".join(f"'{token.text}'{':*' if token.prefix else ''}" for token in phrase)


_MATCHING = {
    "fts5": (
        "utterance_search JOIN utterance u ON u.row_id = utterance_search.rowid",
        "utterance_search MATCH :query",
    ),
    "tsvector": ("utterance u", "u.searchable @@ to_tsquery('simple', :query)"),
}


def search(
    reader: SearchReader,
    query: str,
    *,
    speaker: str | None = None,
    interviews: tuple[str, ...] | None = None,
    selection: Selection = Selection(),
    limit: int = 100,
) -> Found:
    """Moments whose words hold the phrase ``query``.

    ``speaker`` is a label (``S1``) or who it is (``participant``); ``interviews`` restricts to these ids, ``selection``
    to a group, role or wave. An empty phrase finds nothing. Raises :class:`service.transcript.selecting.NoSuchRole`.
    """
    phrase = parse_phrase(query)
    if not phrase or interviews == ():
        return Found((), 0)
    if reader.full_text == "sealed":
        return _search_sealed(reader, phrase, speaker, interviews, selection, limit)
    source, condition = _MATCHING[reader.full_text]
    parameters: dict[str, object] = {
        "query": _fts5(phrase) if reader.full_text == "fts5" else _tsquery(phrase),
        "limit": limit,
    }
    clauses = [condition]
    if speaker is not None:
        clauses.append("(lower(u.speaker) = :speaker OR lower(s.role) = :speaker)")
        parameters["speaker"] = speaker.casefold()
    if interviews is not None:
        names = {f"interview{number}": value for number, value in enumerate(interviews)}
        clauses.append(f"u.interview_id IN ({', '.join(f':{name}' for name in names)})")
        parameters |= names
    if selection.chooses:
        chosen, of_chosen = selection.condition(reader, "u.interview_id")
        clauses.append(chosen)
        parameters |= of_chosen
    joined = (
        f"FROM {source} LEFT JOIN speaker s ON s.interview_id = u.interview_id AND s.label = u.speaker "
        f"JOIN interview i ON i.id = u.interview_id WHERE {' AND '.join(clauses)}"
    )
    total = reader.rows(f"SELECT count(*) {joined}", parameters)[0][0]
    rows = reader.rows(
        f"SELECT s.role, u.interview_id, u.id, u.speaker, u.start_ms, u.end_ms {joined} "
        "ORDER BY i.name IS NULL, i.name, u.interview_id, u.start_ms, u.id LIMIT :limit",
        parameters,
    )
    places = [Place(*row[1:]) for row in rows]
    moments = (
        Moment(
            place.interview_id, place.speaker, row[0] or "unknown", utterance, match_words(utterance, phrase)
        )
        for row, place, utterance in zip(rows, places, utterances_at(reader, places), strict=True)
    )
    return Found(tuple(moment for moment in moments if moment.matches), total)


def search_text(utterances: Iterable[Utterance]) -> bytes:
    """What is searched where words are sealed: a line an utterance, in reading order.

    A line holds speaker, id, start and end, tabs between, and the folded words with a space before and after each.
    """
    ordered = sorted(utterances, key=lambda one: (one.start_ms, one.id))
    return "\n".join(
        f"{one.speaker}\t{one.id}\t{one.start_ms}\t{one.end_ms}\t {fold(one.text)} " for one in ordered
    ).encode()


def _line_matcher(phrase: tuple[PhraseToken, ...]) -> Callable[[str], bool]:
    """Whether a line of :func:`search_text` holds the phrase."""
    if any(token.prefix for token in phrase[:-1]):
        words = (f" {re.escape(token.text)}{'[^ ]*' if token.prefix else ''}" for token in phrase)
        pattern = re.compile(f"{''.join(words)} ")
        return lambda line: pattern.search(line) is not None
    needle = f" {' '.join(token.text for token in phrase)}{'' if phrase[-1].prefix else ' '}"
    return lambda line: needle in line


def _search_sealed(
    reader: Reader,
    phrase: tuple[PhraseToken, ...],
    speaker: str | None,
    interviews: tuple[str, ...] | None,
    selection: Selection,
    limit: int,
) -> Found:
    clauses, parameters = ["1 = 1"], dict[str, object]()
    if interviews is not None:
        names = {f"interview{number}": value for number, value in enumerate(interviews)}
        clauses.append(f"s.interview_id IN ({', '.join(f':{name}' for name in names)})")
        parameters |= names
    if selection.chooses:
        chosen, of_chosen = selection.condition(reader, "s.interview_id")
        clauses.append(chosen)
        parameters |= of_chosen
    roles = {
        (str(row[0]), str(row[1])): str(row[2])
        for row in reader.rows("SELECT interview_id, label, role FROM speaker", {})
    }
    matches = _line_matcher(phrase)
    total, found = 0, list[tuple[Place, str]]()
    for interview_id, sealed in reader.rows(
        "SELECT s.interview_id, s.lines FROM search_text s JOIN interview i ON i.id = s.interview_id "
        f"WHERE {' AND '.join(clauses)} ORDER BY i.name IS NULL, i.name, s.interview_id",
        parameters,
    ):
        text = reader.data("search_text.lines", bytes(sealed)).decode()
        lines = [line for line in text.split("\n") if matches(line)]
        if speaker is not None:
            lines = _said_by(lines, speaker.casefold(), interview_id, roles)
        total += len(lines)
        for line in lines[: limit - len(found)]:
            label, number, start, end, _ = line.split("\t", 4)
            place = Place(interview_id, int(number), label, int(start), int(end))
            found.append((place, roles.get((interview_id, label), "unknown")))
    places = [place for place, _ in found]
    moments = (
        Moment(place.interview_id, place.speaker, role, utterance, match_words(utterance, phrase))
        for (place, role), utterance in zip(found, utterances_at(reader, places), strict=True)
    )
    return Found(tuple(moment for moment in moments if moment.matches), total)


def _said_by(
    lines: list[str], speaker: str, interview_id: str, roles: Mapping[tuple[str, str], str]
) -> list[str]:
    """The lines of a speaker: a label, or who it is."""
    labels = {line.partition("\t")[0] for line in lines}
    wanted = tuple(
        f"{label}\t"
        for label in labels
        if speaker in (label.casefold(), roles.get((interview_id, label), "").casefold())
    )
    return [line for line in lines if line.startswith(wanted)] if wanted else []


def match_words(utterance: Utterance, phrase: tuple[PhraseToken, ...]) -> tuple[tuple[int, int], ...]:
    """Where the phrase stands in the utterance, as (first, last) word positions."""
    tokens = [
        (token, place) for place, word in enumerate(utterance.words) for token in fold_tokens(word.text)
    ]
    found = []
    for start in range(len(tokens) - len(phrase) + 1):
        if all(token.matches(tokens[start + step][0]) for step, token in enumerate(phrase)):
            found.append((tokens[start][1], tokens[start + len(phrase) - 1][1]))
    return tuple(found)
