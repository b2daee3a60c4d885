"""Text search over the utterances of a store: one function, FTS5 or tsvector behind it.

A query is a phrase: its words must follow one another within an utterance, case, accents and
punctuation aside. A word that ends in ``*`` matches every word that begins so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from models.values import Utterance
from service.transcript.folding import fold_tokens
from service.transcript.reading import Place, Reader, utterances_at
from service.transcript.selecting import Selection


class SearchReader(Reader, Protocol):
    """A reader that says which full-text index its database has: ``fts5`` or ``tsvector``."""

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
