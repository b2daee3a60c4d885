"""How mentions were said: their words, and those around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from models.standins.relations import Mentioned, Relation, find_relation
from service.vault import tables

_AT_ONCE = 500

Words = tuple[int, ...]
"""The ids of a mention's words."""


@dataclass(frozen=True, slots=True)
class Said:
    """A mention as it was said: its words, those before and after it in its utterance, and by whom."""

    words: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    speaker: str

    @property
    def mentioned(self) -> Mentioned:
        return Mentioned(self.before, self.after, self.speaker)


def relations_of(connection: sa.Connection, ids: Iterable[int]) -> dict[int, Relation]:
    """Who each of the identities is to whom, where their mentions tell."""
    redaction = tables.redaction
    found: dict[int, Relation] = {}
    for number in ids:
        by_interview: dict[str, list[Words]] = {}
        for row in connection.execute(
            sa.select(redaction.c.interview_id, redaction.c.word_ids)
            .where(redaction.c.identity_id == number)
            .order_by(redaction.c.interview_id, redaction.c.start_ms)
        ):
            by_interview.setdefault(row.interview_id, []).append(tuple(row.word_ids))
        relation = find_relation(
            one.mentioned
            for interview_id, mentions in by_interview.items()
            for one in said_in(connection, interview_id, mentions).values()
        )
        if relation is not None:
            found[number] = relation
    return found


def said_in(connection: sa.Connection, interview_id: str, mentions: Iterable[Words]) -> dict[Words, Said]:
    """Each mention of the interview as it was said. One whose words are gone is left out."""
    wanted = list(mentions)
    word = tables.transcripts.word
    ids = sorted({number for one in wanted for number in one})
    utterance_of: dict[int, int] = {}
    for at in range(0, len(ids), _AT_ONCE):
        rows = connection.execute(
            sa.select(word.c.id, word.c.utterance_id).where(
                word.c.interview_id == interview_id, word.c.id.in_(ids[at : at + _AT_ONCE])
            )
        )
        utterance_of |= {row.id: row.utterance_id for row in rows}
    utterances = sorted(set(utterance_of.values()))
    spoken: dict[int, list[tuple[int, str, str]]] = {}
    for at in range(0, len(utterances), _AT_ONCE):
        rows = connection.execute(
            sa.select(word.c.utterance_id, word.c.id, word.c.text, word.c.speaker)
            .where(
                word.c.interview_id == interview_id, word.c.utterance_id.in_(utterances[at : at + _AT_ONCE])
            )
            .order_by(word.c.utterance_id, word.c.start_ms, word.c.id)
        )
        for row in rows:
            spoken.setdefault(row.utterance_id, []).append((row.id, row.text, row.speaker))
    found = {}
    for mention in wanted:
        here = next((utterance_of[number] for number in mention if number in utterance_of), -1)
        said = _said(spoken.get(here, []), mention)
        if said is not None:
            found[mention] = said
    return found


def _said(words: list[tuple[int, str, str]], mention: Words) -> Said | None:
    places = [place for place, (number, _, _) in enumerate(words) if number in mention]
    if not places:
        return None
    texts = [text for _, text, _ in words]
    first, last = places[0], places[-1]
    return Said(
        tuple(texts[first : last + 1]),
        tuple(texts[:first]),
        tuple(texts[last + 1 :]),
        words[first][2],
    )
