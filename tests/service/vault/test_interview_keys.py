"""What is an interview's own is sealed under the interview's key: with the key it is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.values import Transcript
from service.review.keeping import keep_transcript
from service.sealed import Sealed, SealedData
from service.settings import Settings
from service.transcript.readers import ConnectionReader
from service.transcript.reading import words_between
from service.vault import tables
from service.vault.checking import check
from service.vault.fields import number_of_text
from service.vault.interview_keys import sealing_for
from service.vault.locked import Erased
from service.vault.owned_rows import WhoseUnsaid, owned_tables
from service.vault.rotation import rotate
from service.vault.store import Vault, open_vault
from tests.service.conftest import CONVERSATION, make_transcript
from tests.service.vault.owned import values_under_own_keys

ONE, OTHER = "1" * 32, "2" * 32
NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    opened = open_vault(Settings(data_dir=tmp_path))
    yield opened
    opened.close()


def add_interviews(vault: Vault, *ids: str) -> None:
    with vault.engine.begin() as connection:
        for one in ids:
            connection.execute(
                sa.insert(tables.interview).values(id=one, title=f"about {one}", created_at=NOW)
            )


def some_value(column: sa.Column[object], number: int) -> object:
    kind = column.type
    if isinstance(kind, SealedData):
        return b"sealed"
    if isinstance(kind, sa.types.TypeDecorator):
        return "ab" * 32
    if isinstance(kind, sa.JSON):
        return []
    if isinstance(kind, sa.DateTime):
        return NOW
    if isinstance(kind, sa.Date):
        return NOW.date()
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer | sa.Float):
        return number
    if isinstance(kind, sa.LargeBinary):
        return b"x"
    return "x"


def fill(connection: sa.Connection, table: sa.Table, interview_id: str) -> None:
    """Two rows of the interview in one statement, and then a change of all their sealed columns."""
    owner = owned_tables()[table]
    rows = [
        {
            column.name: interview_id if column is owner else some_value(column, number)
            for column in table.columns
            if column is owner or not (column.foreign_keys or column.autoincrement is True)
        }
        for number in (1, 2)
    ]
    for number, row in enumerate(rows):
        for column in table.primary_key:
            if column is not owner and isinstance(column.type, sa.String):
                row[column.name] = f"x{number}"
    others = [column for column in table.primary_key if column is not owner]
    connection.execute(sa.insert(table), rows if others else rows[:1])
    sealed = {
        column.name: some_value(column, 1)
        for column in table.columns
        if isinstance(column.type, Sealed | SealedData)
    }
    connection.execute(sa.update(table).where(owner == interview_id).values(**sealed))


def test_every_sealed_column_of_an_interview_is_under_its_key(vault: Vault) -> None:
    add_interviews(vault, ONE, OTHER)
    with vault.engine.begin() as connection:
        for table in owned_tables():
            if table is not tables.interview:
                fill(connection, table, ONE)
                fill(connection, table, OTHER)
        counted = values_under_own_keys(connection)
        numbers = connection.execute(sa.select(tables.interview_key.c.number)).scalars().all()
    expected = {
        f"{table.name}.{column.name}"
        for table in owned_tables()
        for column in table.columns
        if isinstance(column.type, Sealed | SealedData)
    }
    assert set(counted) == expected
    assert {"word.text", "search_text.lines", "voiceprint.sealed", "interview.title"} <= expected
    assert len(set(numbers)) == 2


def test_what_is_said_of_a_recording_is_looked_up_or_its_interviews() -> None:
    """A sealed text of a recording would need a table that says of which interview it is."""
    for table in tables.metadata.sorted_tables:
        if "recording_id" in table.c and "interview_id" not in table.c:
            assert [one.name for one in table.columns if isinstance(one.type, Sealed | SealedData)] == []


def test_the_transcript_of_the_pipeline_is_under_its_interviews_key(
    vault: Vault, conversation: Transcript
) -> None:
    add_interviews(vault, ONE, OTHER)
    with vault.engine.begin() as connection:
        keep_transcript(connection, ONE, conversation, ())
        keep_transcript(connection, OTHER, conversation, ())
        counted = values_under_own_keys(connection)
    assert counted["word.text"] == 2 * sum(len(text.split()) for _, text in CONVERSATION)
    assert counted["search_text.lines"] == 2


def test_without_its_key_an_interview_can_not_be_read_and_the_others_can(
    vault: Vault, conversation: Transcript
) -> None:
    add_interviews(vault, ONE, OTHER)
    with vault.engine.begin() as connection:
        for one in (ONE, OTHER):
            keep_transcript(connection, one, conversation, ())
    with vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.interview_key).where(tables.interview_key.c.interview_id == ONE))
    with vault.engine.connect() as connection:
        assert words_between(ConnectionReader(connection), ONE), "what this process remembers still opens it"
    vault.keys.forget_deleted()
    with vault.engine.connect() as connection:
        assert words_between(ConnectionReader(connection), OTHER)
        with pytest.raises(Erased):
            words_between(ConnectionReader(connection), ONE)


def test_a_change_that_does_not_say_of_which_interview_it_is_is_refused(vault: Vault) -> None:
    add_interviews(vault, ONE, OTHER)
    with (
        vault.engine.begin() as connection,
        pytest.raises(WhoseUnsaid, match="does not say of which interview"),
    ):
        connection.execute(sa.update(tables.interview).values(title="of everybody"))
    rows = [
        {"interview_id": one, "label": "S1", "name": "Kari"}  # one statement, two interviews
        for one in (ONE, OTHER)
    ]
    with (
        vault.engine.begin() as connection,
        pytest.raises(WhoseUnsaid, match="does not say of which interview"),
    ):
        connection.execute(sa.insert(tables.speaker_name), rows)


def test_a_change_may_be_told_whose_it_is(vault: Vault) -> None:
    add_interviews(vault, ONE)
    with vault.engine.begin() as connection, sealing_for(ONE):
        connection.execute(sa.update(tables.interview).values(title="told"))
    with vault.engine.connect() as connection:
        assert values_under_own_keys(connection)["interview.title"] == 1


def test_a_key_that_was_not_committed_seals_nothing_later(vault: Vault) -> None:
    with vault.engine.connect() as connection, connection.begin() as transaction:
        connection.execute(sa.insert(tables.interview).values(id=ONE, title="never", created_at=NOW))
        transaction.rollback()
    add_interviews(vault, ONE)
    with vault.engine.connect() as connection:
        assert values_under_own_keys(connection)["interview.title"] == 1


def test_values_from_before_open_and_are_sealed_again(vault: Vault, tmp_path: Path) -> None:
    add_interviews(vault, ONE)
    before = vault.keys.fields.seal_text("from before", "interview.title")
    assert number_of_text(before) is None
    with vault.engine.begin() as connection:
        connection.execute(sa.text("UPDATE interview SET title = :title"), {"title": before})
        connection.execute(sa.delete(tables.conversion).where(tables.conversion.c.step == "interview_keys"))
    with vault.engine.connect() as connection:
        assert connection.execute(sa.select(tables.interview.c.title)).scalar_one() == "from before"
    again = open_vault(Settings(data_dir=tmp_path))
    try:
        with again.engine.connect() as connection:
            assert values_under_own_keys(connection)["interview.title"] == 1
            assert connection.execute(sa.select(tables.interview.c.title)).scalar_one() == "from before"
    finally:
        again.close()


def test_rotation_and_check_know_the_keys(vault: Vault, tmp_path: Path) -> None:
    add_interviews(vault, ONE)
    with vault.engine.begin() as connection:
        keep_transcript(connection, ONE, replace(make_transcript(*CONVERSATION)), ())
    rotate(vault, "steward", lambda master: (tmp_path / "vault.key").write_text(master.key.hex()) and None)
    again = open_vault(Settings(data_dir=tmp_path))
    try:
        assert check(again, None).well
        with again.engine.begin() as connection:
            assert words_between(ConnectionReader(connection), ONE)
            connection.execute(sa.update(tables.interview_key).values(wrapped="AAAA"))
        again.keys.interviews.forget_all_but(())
        assert check(again, None).sealed_otherwise > 0
    finally:
        again.close()


def test_a_key_whose_transaction_goes_on_is_not_taken_for_a_deleted_one(vault: Vault) -> None:
    with vault.engine.begin() as connection:
        connection.execute(
            sa.insert(tables.interview).values(id=ONE, title="one", created_at=dt.datetime.now(dt.UTC))
        )
        vault.keys.interviews.forget_all_but(())
        assert connection.execute(sa.select(tables.interview.c.title)).scalar_one() == "one"
    vault.keys.forget_deleted()
    with vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.interview_key))
    vault.keys.forget_deleted()
    assert vault.keys.interviews.held() == ()
