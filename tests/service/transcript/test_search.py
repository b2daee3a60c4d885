from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.values import Transcript
from service.transcript.folding import fold
from service.transcript.readers import ConnectionReader
from service.transcript.search import Found, search
from service.transcript.writing import write_transcript
from service.vault import tables
from service.vault.recordings import now

ONE, TWO = "1" * 32, "2" * 32


@pytest.fixture
def stored(database: sa.Engine, conversation: Transcript) -> sa.Engine:
    with database.begin() as connection:
        for interview_id, name in ((TWO, None), (ONE, "D03-T2")):
            connection.execute(
                sa.insert(tables.interview).values(id=interview_id, name=name, title="x", created_at=now())
            )
            write_transcript(connection, tables.transcripts, interview_id, conversation, 1)
    return database


def find(stored: sa.Engine, query: str, **options: object) -> Found:
    with stored.connect() as connection:
        return search(ConnectionReader(connection), query, **options)  # type: ignore[arg-type]


def said(found: Found) -> list[str]:
    return [
        " ".join(word.text for word in moment.utterance.words[first : last + 1])
        for moment in found.moments
        for first, last in moment.matches
    ]


def test_a_phrase_is_found_at_the_words_that_say_it(stored: sa.Engine) -> None:
    found = find(stored, "held my hand", interviews=(ONE,))
    assert said(found) == ["held my hand.", "held my hand."]
    moment = found.moments[0]
    assert (moment.start_ms, moment.end_ms) == (
        moment.utterance.words[1].start_ms,
        moment.utterance.words[3].end_ms,
    )


def test_the_words_of_a_phrase_must_follow_one_another(stored: sa.Engine) -> None:
    assert find(stored, "hand held").total == 0
    assert find(stored, "he held").total == 2


@pytest.mark.parametrize("query", ["dont know", "don't", "DON’T", "naive", "NAÏVE as it", "kari"])
def test_case_accents_and_apostrophes_do_not_matter(stored: sa.Engine, query: str) -> None:
    assert find(stored, query).total == 2


@pytest.mark.parametrize(("query", "hits"), [("ha*", 4), ("held my ha*", 4), ("hel* my", 4), ("zz*", 0)])
def test_a_star_matches_beginnings(stored: sa.Engine, query: str, hits: int) -> None:
    assert len(said(find(stored, query))) == hits


def test_speakers_are_named_by_label_or_role(stored: sa.Engine) -> None:
    assert find(stored, "it", speaker="S1").total == find(stored, "it", speaker="interviewer").total == 4
    assert find(stored, "it", speaker="participant").total == 0


def test_filed_interviews_come_first_and_the_total_counts_beyond_the_limit(stored: sa.Engine) -> None:
    found = find(stored, "hand", limit=1)
    assert [moment.interview_id for moment in found.moments] == [ONE]
    assert found.total == 2


@pytest.mark.parametrize(
    "query", ["", "   ", "?!", '"', "*", "'", 'a" OR "b', "NEAR(", "x AND", "col:x", "-- ;", "\0"]
)
def test_no_query_breaks_the_search(stored: sa.Engine, query: str) -> None:
    assert find(stored, query).moments == ()


def test_folding_keeps_letters_of_every_script() -> None:
    assert fold("Ærlig talt, Åse — «ja»!") == "ærlig talt ase ja"
