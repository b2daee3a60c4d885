"""Both stores on a real PostgreSQL: the same schema, the same answers as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.values import Judgement, MarkerKind, Transcript
from service.coding import store as coding_store
from service.coding import tables as coding_tables
from service.database import open_database
from service.judging.decisions import decisions_of
from service.judging.judging import Judge, Place
from service.migrate import migrate
from service.review.keeping import keep_transcript
from service.sealed import seal_columns
from service.settings import Settings
from service.transcript import reading
from service.transcript.readers import ConnectionReader
from service.transcript.search import search
from service.transcript.writing import write_transcript
from service.vault import store as vault_store
from service.vault import tables as vault_tables
from service.vault.events import Verdict, record_event, verify
from service.vault.fields import FieldSealer
from service.vault.recordings import now
from service.vault.rotation import rotate
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.conftest import CONVERSATION, INTERVIEW, KEY, make_transcript
from tests.service.vault.test_converting import NAMES, assert_sealed_and_whole, fill_clear

BINARIES = postgresql_binaries()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]

QUERIES = (
    "held my hand",
    "hand held",
    "don't",
    "NAÏVE as it",
    "held my ha*",
    "hel* my",
    "it",
    "zz*",
    "'",
    '"',
    "",
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        yield running


def columns(engine: sa.Engine) -> dict[str, list[tuple[str, str, bool]]]:
    inspector = sa.inspect(engine)
    return {
        table: sorted((c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table))
        for table in inspector.get_table_names()
        if not table.endswith("_schema_version")
    }


@pytest.mark.parametrize(
    ("name", "metadata", "migrations"),
    [
        ("vault", vault_tables.metadata, vault_store.MIGRATIONS),
        ("coding", coding_tables.metadata, coding_store.MIGRATIONS),
    ],
)
def test_models_and_migrations_make_the_same_schema(
    server: PostgreSQL, name: str, metadata: sa.MetaData, migrations: Path
) -> None:
    from_models = open_database(server.database(f"{name}_models"))
    metadata.create_all(from_models)
    from_migrations = open_database(server.database(f"{name}_migrations"))
    migrate(from_migrations, migrations)
    assert columns(from_migrations) == columns(from_models)
    held = {column for column, _, _ in columns(from_models)["utterance"]}
    assert ("searchable" in held) == (name == "coding"), "the vault has no index of words"
    indexes = [sa.inspect(engine).get_indexes("utterance") for engine in (from_models, from_migrations)]
    assert sorted(str(i["name"]) for i in indexes[0]) == sorted(str(i["name"]) for i in indexes[1])


def test_the_event_log_is_one_chain_that_nothing_is_taken_out_of(server: PostgreSQL, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, vault_url=server.database("events"))
    vault = vault_store.open_vault(settings)

    def write(writer: int) -> None:
        own = vault_store.connect_vault(settings)
        for number in range(10):
            with own.engine.begin() as connection:
                record_event(
                    connection, f"writer {writer}", "wrote", str(number), {"ms": number, "share": 0.1}
                )
                record_event(connection, f"writer {writer}", "wrote", str(number))
                # Both take hold of the same rows in the opposite order to their events.
                here = vault_tables.interview.c.id == INTERVIEW
                connection.execute(sa.update(vault_tables.interview).where(here).values(title=str(number)))
        own.close()

    with vault.engine.begin() as connection:
        connection.execute(
            sa.insert(vault_tables.interview).values(id=INTERVIEW, title="x", created_at=now())
        )
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    with vault.engine.connect() as connection:
        assert verify(connection) == Verdict(120)
    for statement in ("UPDATE event SET actor = 'x'", "DELETE FROM event WHERE id = 3", "TRUNCATE event"):
        with vault.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="never changed"):
            connection.execute(sa.text(statement))
    with vault.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE event DISABLE TRIGGER ALL"))
        connection.execute(sa.text("UPDATE event SET actor = 'x' WHERE id = 70"))
    with vault.engine.connect() as connection:
        assert verify(connection).broken == 70
    vault.close()


def filled(url: str, transcript: Transcript, sealed: bool) -> sa.Engine:
    """A vault, or a coding store, with one interview."""
    engine = open_database(url)
    tables = vault_tables if sealed else coding_tables
    migrate(engine, vault_store.MIGRATIONS if sealed else coding_store.MIGRATIONS)
    if sealed:
        seal_columns(engine, FieldSealer(KEY))
        own: dict[str, object] = {"title": "x", "created_at": now()}
    else:
        own = {"group_code": "D03", "role_code": "T", "wave": 2, "released_at": now()}
    with engine.begin() as connection:
        connection.execute(sa.insert(tables.interview).values(id=INTERVIEW, name="D03-T2", **own))
        write_transcript(connection, tables.transcripts, INTERVIEW, transcript, 1)
    return engine


@pytest.mark.parametrize("sealed", [True, False], ids=["vault", "coding store"])
def test_both_databases_give_the_same_answers(server: PostgreSQL, tmp_path: Path, sealed: bool) -> None:
    conversation = make_transcript(*CONVERSATION)
    on_sqlite = filled(f"sqlite:///{tmp_path / 'v.sqlite'}", conversation, sealed)
    on_postgresql = filled(server.database(f"answers{sealed:d}"), conversation, sealed)
    with on_sqlite.connect() as one, on_postgresql.connect() as two:
        first, second = ConnectionReader(one), ConnectionReader(two)
        assert reading.whole_transcript(second, INTERVIEW) == conversation
        for ms in range(0, conversation.duration_ms, 700):
            assert reading.at(first, INTERVIEW, ms) == reading.at(second, INTERVIEW, ms)
        assert reading.outline(first, INTERVIEW) == reading.outline(second, INTERVIEW)
        found = {query: search(first, query, speaker="participant") for query in QUERIES}
        assert {query: search(second, query, speaker="participant") for query in QUERIES} == found
        assert found["held my hand"].total == 1


def test_what_was_kept_in_clear_is_sealed(server: PostgreSQL, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", vault_url=server.database("clear"))
    fill_clear(settings)
    vault = vault_store.open_vault(settings)
    assert_sealed_and_whole(vault, settings)
    with vault.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [repr(connection.execute(sa.text(f'SELECT * FROM "{table}"')).all()) for table in tables]
    assert any("vault_key" in table for table in tables)
    assert [name for name in NAMES if any(name.lower() in row.lower() for row in rows)] == []
    vault.close()


def test_keys_change_while_the_vault_is_in_use(server: PostgreSQL, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", vault_url=server.database("rotated"))
    vault = vault_store.open_vault(settings)
    running = vault_store.connect_vault(settings)
    before = vault.artefacts.put(b"before")
    source = vault_store.key_source(settings)
    rotate(vault, "steward", lambda master: source.replace(master, None))
    after = running.artefacts.put(b"after")
    assert running.artefacts.read(before) == b"before"
    assert vault.artefacts.read(after) == b"after"
    again = vault_store.open_vault(settings)
    assert again.artefacts.read(after) == b"after"
    for one in (vault, running, again):
        one.close()


def test_many_can_open_a_new_vault_at_once(server: PostgreSQL, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", vault_url=server.database("at_once"))
    with ThreadPoolExecutor(4) as pool:
        vaults = list(pool.map(lambda _: vault_store.open_vault(settings), range(4)))
    assert len({one.keys.ring.data for one in vaults}) == 1
    for one in vaults:
        one.close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_judgements_hold_on_both_databases(server: PostgreSQL, tmp_path: Path, database: str) -> None:
    url = server.database("judged") if database == "postgresql" else f"sqlite:///{tmp_path / 'judged.sqlite'}"
    settings = Settings(data_dir=tmp_path, vault_url=url)
    vault, store = vault_store.open_vault(settings), coding_store.open_coding_store(settings)
    conversation = make_transcript(*CONVERSATION)
    with vault.engine.begin() as connection:
        connection.execute(
            sa.insert(vault_tables.interview).values(id=INTERVIEW, name="D03-T2", title="x", created_at=now())
        )
        keep_transcript(connection, INTERVIEW, conversation, ())
    judge = Judge(vault, store)
    first, second, *_ = conversation.markers
    places = [Place(one.kind, one.start_ms, one.end_ms, one.speaker) for one in (first, second)]
    judge.decide(INTERVIEW, places[0], Judgement.REJECTED, "stig", "a note")
    judge.decide(INTERVIEW, places[1], Judgement.CONFIRMED, "stig")
    judge.add(INTERVIEW, Place(MarkerKind.COUGH, 100, 600, "S1"), None, "stig")
    with vault.engine.begin() as connection:
        keep_transcript(connection, INTERVIEW, conversation, ())
    with vault.engine.connect() as connection:
        kept = reading.markers_between(ConnectionReader(connection), INTERVIEW)
        assert [one.marker.judged for one in kept][:2] == [Judgement.ADDED, Judgement.CONFIRMED]
        assert decisions_of(connection, INTERVIEW)[0].note == "a note"
    for _ in range(3):
        judge.step(INTERVIEW, "stig", back=True)
    with vault.engine.connect() as connection:
        whole = reading.whole_transcript(ConnectionReader(connection), INTERVIEW)
    assert whole is not None
    assert whole.markers == conversation.markers
    vault.close()
    store.close()
