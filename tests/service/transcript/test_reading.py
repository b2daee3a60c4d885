from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.values import MarkerKind, Transcript
from service.transcript import reading
from service.transcript.readers import ConnectionReader, SqliteFileReader
from service.transcript.search import search
from service.transcript.writing import remove_transcript, write_transcript
from service.vault import tables
from service.vault.fields import FieldSealer
from service.vault.recordings import now
from tests.service.conftest import KEY

INTERVIEW = "5f0c" * 8


@pytest.fixture
def stored(database: sa.Engine, conversation: Transcript) -> sa.Engine:
    with database.begin() as connection:
        connection.execute(
            sa.insert(tables.interview).values(id=INTERVIEW, name="D03-T2", title="x", created_at=now())
        )
        write_transcript(connection, tables.transcripts, INTERVIEW, conversation, 1)
    return database


def test_a_transcript_comes_back_as_it_was_written(stored: sa.Engine, conversation: Transcript) -> None:
    with stored.connect() as connection:
        assert reading.whole_transcript(ConnectionReader(connection), INTERVIEW) == conversation


def test_both_readers_answer_the_same(stored: sa.Engine, tmp_path: Path) -> None:
    with stored.connect() as connection, SqliteFileReader(tmp_path / "vault.sqlite") as direct:
        direct.open_with(FieldSealer(KEY))
        through = ConnectionReader(connection)
        for ms in range(0, 20_000, 350):
            assert reading.at(direct, INTERVIEW, ms) == reading.at(through, INTERVIEW, ms)
        assert reading.whole_transcript(direct, INTERVIEW) == reading.whole_transcript(through, INTERVIEW)
        assert reading.outline(direct, INTERVIEW) == reading.outline(through, INTERVIEW)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=st.integers(0, 25_000), length=st.integers(1, 25_000))
def test_a_time_range_gives_exactly_what_overlaps_it(
    stored: sa.Engine, conversation: Transcript, start: int, length: int
) -> None:
    end = start + length
    with stored.connect() as connection:
        reader = ConnectionReader(connection)
        words = reading.words_between(reader, INTERVIEW, start, end)
        utterances = reading.utterances_between(reader, INTERVIEW, start, end)
        markers = reading.markers_between(reader, INTERVIEW, start, end)
    spoken = [word for utterance in conversation.utterances for word in utterance.words]
    assert list(words) == [word for word in spoken if word.start_ms < end and word.end_ms > start]
    assert list(utterances) == [u for u in conversation.utterances if u.start_ms < end and u.end_ms > start]
    assert [m.marker for m in markers] == [
        m for m in conversation.markers if m.start_ms < end and m.end_ms > start
    ]


def test_at_a_time_it_says_what_was_said_and_what_stands_around_it(
    stored: sa.Engine, conversation: Transcript
) -> None:
    first, second = conversation.utterances[:2]
    pause_ms = first.end_ms + 100
    with stored.connect() as connection:
        reader = ConnectionReader(connection)
        spoken = reading.at(reader, INTERVIEW, first.start_ms + 500)
        silent = reading.at(reader, INTERVIEW, pause_ms)
    assert (spoken.utterances, spoken.word) == ((first,), first.words[1])
    assert (silent.utterances, silent.word, silent.before, silent.after) == ((), None, first, second)
    assert [stored.marker.kind for stored in silent.markers] == [MarkerKind.PAUSE]


def test_pages_of_utterances_join_without_gap_or_repeat(stored: sa.Engine, conversation: Transcript) -> None:
    with stored.connect() as connection:
        reader = ConnectionReader(connection)
        pages, after = [], -1
        while page := reading.utterances_between(reader, INTERVIEW, after=after, limit=3):
            pages += page
            after = page[-1].id
    assert tuple(pages) == conversation.utterances


def test_utterances_come_in_the_order_of_their_places(stored: sa.Engine, conversation: Transcript) -> None:
    last, first = conversation.utterances[3], conversation.utterances[0]
    places = [reading.Place(INTERVIEW, u.id, u.speaker, u.start_ms, u.end_ms) for u in (last, first)]
    with stored.connect() as connection:
        assert reading.utterances_at(ConnectionReader(connection), places) == (last, first)
        assert reading.utterances_at(ConnectionReader(connection), []) == ()


def test_removing_a_transcript_leaves_no_row_and_no_search_hit(stored: sa.Engine) -> None:
    with stored.begin() as connection:
        remove_transcript(connection, tables.transcripts, INTERVIEW)
        for table in tables.transcripts.all():
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
        assert search(ConnectionReader(connection), "hand").total == 0
