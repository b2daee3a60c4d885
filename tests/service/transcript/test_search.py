from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.values import Transcript
from service.database import open_database
from service.transcript.folding import fold
from service.transcript.readers import ConnectionReader
from service.transcript.search import Found, search
from service.transcript.tables import TranscriptTables, define_transcript_tables
from service.transcript.writing import remove_transcript, write_changes, write_transcript
from service.vault import tables
from service.vault.recordings import now

ONE, TWO = "1" * 32, "2" * 32


@dataclass(frozen=True)
class Store:
    """A store whose words are sealed, as the vault's, or indexed, as the coding store's."""

    engine: sa.Engine
    interview: sa.Table
    tables: TranscriptTables


@pytest.fixture(params=["sealed", "indexed"])
def store(request: pytest.FixtureRequest, database: sa.Engine, tmp_path: Path) -> Store:
    if request.param == "sealed":
        return Store(database, tables.interview, tables.transcripts)
    engine, metadata = open_database(f"sqlite:///{tmp_path / 'plain.sqlite'}"), sa.MetaData()
    interview = sa.Table(
        "interview",
        metadata,
        sa.Column("id", sa.String, primary_key=True),
        *(sa.Column(name, sa.String) for name in ("name", "title", "created_at")),
    )
    transcripts = define_transcript_tables(metadata)
    metadata.create_all(engine)
    return Store(engine, interview, transcripts)


@pytest.fixture
def stored(store: Store, conversation: Transcript) -> sa.Engine:
    with store.engine.begin() as connection:
        for interview_id, name in ((TWO, None), (ONE, "D03-T2")):
            connection.execute(
                sa.insert(store.interview).values(id=interview_id, name=name, title="x", created_at=now())
            )
            write_transcript(connection, store.tables, interview_id, conversation, 1)
    return store.engine


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


def test_what_is_corrected_is_found_and_what_was_there_is_not(
    store: Store, stored: sa.Engine, conversation: Transcript
) -> None:
    first = conversation.utterances[0]
    words = (*first.words[:-1], replace(first.words[-1], text="Ola?"))
    corrected = replace(conversation, utterances=(replace(first, words=words), *conversation.utterances[1:]))
    with stored.begin() as connection:
        write_changes(connection, store.tables, ONE, conversation, corrected)
    assert (find(stored, "kari").total, find(stored, "begin ola").total) == (1, 1)
    assert [one.interview_id for one in find(stored, "kari").moments] == [TWO]


def test_what_is_removed_is_not_found(store: Store, stored: sa.Engine) -> None:
    with stored.begin() as connection:
        remove_transcript(connection, store.tables, ONE)
    assert [one.interview_id for one in find(stored, "hand").moments] == [TWO]


def test_folding_keeps_letters_of_every_script() -> None:
    assert fold("Ærlig talt, Åse — «ja»!") == "ærlig talt ase ja"
