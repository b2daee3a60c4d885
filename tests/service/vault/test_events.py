"""The event log: chained, append-only, anchored; whatever is done to it is found."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.migrate import migrate
from service.settings import Settings
from service.vault import tables
from service.vault.chain import Act, Anchor, AnchorDamaged, Head, link
from service.vault.events import Verdict, Wanted, accept_end, read_events, record_event, verify
from service.vault.locked import SealBroken
from service.vault.store import MIGRATIONS, Vault, closed_vault, connect_vault, open_vault


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def vault(settings: Settings) -> Iterator[Vault]:
    """A vault whose log has ten events."""
    opened = open_vault(settings)
    for number in range(10):
        with opened.engine.begin() as connection:
            record_event(connection, "kari", "clip_cut", f"interview {number}", {"from_ms": number})
    yield opened
    opened.close()


def verdict(vault: Vault) -> Verdict:
    with vault.engine.connect() as connection:
        return verify(connection)


def tamper(settings: Settings, *statements: str) -> None:
    """What somebody does who has the database and nothing else: triggers are no hindrance to them."""
    connection = sqlite3.connect(settings.data_dir / "vault.sqlite")
    with connection:
        for name in ("event_unchanged", "event_kept"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_log_that_nobody_touched_is_whole(vault: Vault, settings: Settings) -> None:
    assert verdict(vault) == Verdict(10)
    anchor = settings.event_log_head
    assert anchor == settings.data_dir / "event_log.head"
    assert anchor.read_text().startswith("00000000000000000010 ")
    assert stat.S_IMODE(anchor.stat().st_mode) == 0o600


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    empty = open_vault(Settings(data_dir=tmp_path))
    assert verdict(empty) == Verdict(0)
    empty.close()


TAMPERINGS: dict[str, tuple[tuple[str, ...], int]] = {
    "another actor": (("UPDATE event SET actor = 'ola' WHERE id = 4",), 4),
    "another time": (("UPDATE event SET at = '2020-01-01 00:00:00.000000' WHERE id = 4",), 4),
    "another detail": (("UPDATE event SET detail = '{\"from_ms\": 9}' WHERE id = 4",), 4),
    "another subject": (("UPDATE event SET subject = 'interview 9' WHERE id = 1",), 1),
    "a row removed": (("DELETE FROM event WHERE id = 6",), 7),
    "the first removed": (("DELETE FROM event WHERE id = 1",), 2),
    "two swapped": (
        (
            "UPDATE event SET id = 100 WHERE id = 3",
            "UPDATE event SET id = 3 WHERE id = 8",
            "UPDATE event SET id = 8 WHERE id = 100",
        ),
        3,
    ),
    "a row added": (
        (
            "INSERT INTO event (id, at, actor, action, subject, detail, hash) SELECT 11, at, actor, action, subject, "
            "detail, hash FROM event WHERE id = 10",
            "UPDATE event_head SET number = 11",
        ),
        11,
    ),
    "the end cut off": (("DELETE FROM event WHERE id > 8",), 9),
    "the end cut off, and the end that is noted": (
        (
            "DELETE FROM event WHERE id > 8",
            "UPDATE event_head SET number = 8, hash = (SELECT hash FROM event WHERE id = 8)",
        ),
        9,
    ),
    "only the last cut off, and the end that is noted": (
        (
            "DELETE FROM event WHERE id = 10",
            "UPDATE event_head SET number = 9, hash = (SELECT hash FROM event WHERE id = 9)",
        ),
        10,
    ),
    "everything removed": (("DELETE FROM event", "UPDATE event_head SET number = 0, hash = ''"), 1),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found_and_its_place_named(what: str, vault: Vault, settings: Settings) -> None:
    statements, first_broken = TAMPERINGS[what]
    tamper(settings, *statements)
    found = verdict(vault)
    assert not found.whole
    assert found.broken == first_broken
    assert found.reason


def test_the_key_removed_is_found(vault: Vault, settings: Settings) -> None:
    tamper(settings, "UPDATE event_head SET sealed_key = NULL")
    assert not verdict(vault).whole


def test_a_chain_forged_without_the_key_is_found(vault: Vault, settings: Settings) -> None:
    """Somebody who knows the code rewrites the whole log, consistently, with a key of their own or none."""
    connection = sqlite3.connect(settings.data_dir / "vault.sqlite")
    rows = connection.execute(
        "SELECT id, at, actor, action, subject, detail FROM event ORDER BY id"
    ).fetchall()
    connection.close()
    for key in (b"", b"\0" * 32, hashlib.sha256(b"guess").digest()):
        before, statements = "", []
        for number, at, _, action, subject, detail in rows:
            act = Act(
                datetime.fromisoformat(at).replace(tzinfo=UTC), "ola", action, subject, json.loads(detail)
            )
            before = link(key, before, number, act)
            statements.append(f"UPDATE event SET actor = 'ola', hash = '{before}' WHERE id = {number}")
        statements.append(f"UPDATE event_head SET hash = '{before}'")
        if key == b"":
            tamper(settings, *statements)
        else:
            with sqlite3.connect(settings.data_dir / "vault.sqlite") as again:
                for statement in statements:
                    again.execute(statement)
        assert verdict(vault).broken == 1


def test_a_key_of_their_own_does_not_open(vault: Vault, settings: Settings, tmp_path: Path) -> None:
    stranger = Settings(data_dir=tmp_path / "elsewhere")
    theirs = open_vault(stranger)
    with theirs.engine.begin() as connection:
        record_event(connection, "ola", "signed_in", "ola")
    with theirs.engine.connect() as connection:
        sealed = connection.execute(sa.select(tables.event_head.c.sealed_key)).scalar_one()
    theirs.close()
    with vault.engine.begin() as connection:
        connection.execute(sa.update(tables.event_head).values(sealed_key=sealed))
    with pytest.raises(SealBroken):
        verdict(vault)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE event SET actor = 'x' WHERE id = 1", "DELETE FROM event WHERE id = 1", "DELETE FROM event"],
)
def test_the_database_itself_refuses_to_change_or_remove(vault: Vault, statement: str) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="events are never"), vault.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert verdict(vault).whole


def test_acts_after_a_cut_do_not_hide_it(vault: Vault, settings: Settings) -> None:
    tamper(settings, *TAMPERINGS["the end cut off, and the end that is noted"][0])
    for _ in range(5):
        with vault.engine.begin() as connection:
            record_event(connection, "kari", "released", "interview")
    assert verdict(vault).events == 13
    assert not verdict(vault).whole


def test_a_database_put_back_from_a_backup_is_noticed_and_can_be_accepted(
    vault: Vault, settings: Settings, tmp_path: Path
) -> None:
    with (
        sqlite3.connect(settings.data_dir / "vault.sqlite") as source,
        sqlite3.connect(tmp_path / "copy") as copy,
    ):
        source.backup(copy)
    with vault.engine.begin() as connection:
        record_event(connection, "kari", "released", "interview")
    vault.close()
    for leftover in settings.data_dir.glob("vault.sqlite*"):
        leftover.unlink()
    (tmp_path / "copy").rename(settings.data_dir / "vault.sqlite")
    restored = open_vault(settings)
    assert "Event 11 was anchored" in str(verdict(restored).reason)
    with restored.engine.begin() as connection:
        accept_end(connection, "kari")
    assert verdict(restored) == Verdict(11)
    with restored.engine.connect() as connection:
        (last,) = read_events(connection, Wanted(limit=1))
    assert (last.actor, last.action, last.detail) == (
        "kari",
        "log_end_accepted",
        {"anchored": 11, "found": 10},
    )
    restored.close()


def test_a_missing_or_damaged_anchor_is_told(vault: Vault, settings: Settings) -> None:
    settings.event_log_head.write_text("nonsense")
    with pytest.raises(AnchorDamaged, match="can't be read"):
        verdict(vault)
    settings.event_log_head.unlink()
    assert "anchor is missing" in str(verdict(vault).reason)
    with vault.engine.begin() as connection:
        record_event(connection, "kari", "released", "interview")
    assert verdict(vault).whole


def test_an_act_that_fails_leaves_no_event(vault: Vault) -> None:
    with vault.engine.connect() as connection, connection.begin() as transaction:
        record_event(connection, "kari", "released", "interview")
        transaction.rollback()
    assert verdict(vault) == Verdict(10)


def test_an_act_whose_event_can_not_be_written_is_not_done(vault: Vault, settings: Settings) -> None:
    with vault.engine.begin() as connection:
        connection.execute(sa.update(tables.event_head).values(sealed_key=b"\x01 not what was sealed"))
    other = connect_vault(settings)
    with other.engine.connect() as connection:
        act = connection.begin()
        connection.execute(sa.insert(tables.role).values(code="X", name="x"))
        record_event(connection, "kari", "released", "interview")
        with pytest.raises(SealBroken):
            act.commit()
    with other.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.role)).scalar_one() == 0
    other.close()


def test_writers_at_once_make_one_chain(vault: Vault, settings: Settings) -> None:
    def write(writer: int) -> None:
        own = connect_vault(settings)
        for number in range(10):
            with own.engine.begin() as connection:
                connection.execute(sa.insert(tables.role).values(code=f"{writer}-{number}", name="x"))
                record_event(connection, f"writer {writer}", "wrote", str(number))
                record_event(connection, f"writer {writer}", "wrote", str(number))
        own.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert verdict(vault) == Verdict(130)


def test_events_of_the_time_before_are_chained_by_the_migration(settings: Settings) -> None:
    settings.vault_folder.mkdir(parents=True)
    older = closed_vault(settings)
    migrate(older.engine, MIGRATIONS, "0004")
    with older.engine.begin() as connection:
        for number in (1, 2, 5, 9):
            connection.execute(
                sa.text(
                    "INSERT INTO event (id, at, actor, action, subject, detail) VALUES (:id, :at, 'a', 'b', 'c', '{}')"
                ),
                {"id": number, "at": "2024-05-01 10:00:00.000000"},
            )
    older.close()
    before = open_vault(settings)
    assert verdict(before) == Verdict(4)
    with before.engine.begin() as connection:
        record_event(connection, "kari", "released", "interview")
    assert verdict(before) == Verdict(5)
    tamper(settings, "UPDATE event SET actor = 'x' WHERE id = 5")
    assert verdict(before).broken == 5
    before.close()


def test_the_anchor_only_goes_forward(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "head")
    assert anchor.read() is None
    for number in (3, 1, 7, 2):
        anchor.forward(Head(number, f"{number:064x}"))
    assert anchor.read() == Head(7, f"{7:064x}")


FILTERS: dict[str, tuple[Wanted, Callable[[int], bool]]] = {
    "actor": (Wanted(actor="kari"), lambda number: number <= 10),
    "action": (Wanted(action="released"), lambda number: number == 11),
    "subject": (Wanted(subject="interview 3"), lambda number: number == 4),
    "before": (Wanted(before=4), lambda number: number < 4),
    "limit": (Wanted(limit=2), lambda number: number > 9),
    "since": (Wanted(since=datetime(2200, 1, 1, tzinfo=UTC)), lambda number: False),
}


@pytest.mark.parametrize("which", FILTERS)
def test_events_are_shown_by_what_is_wanted(which: str, vault: Vault) -> None:
    with vault.engine.begin() as connection:
        record_event(connection, "ola", "released", "interview 11")
    wanted, expected = FILTERS[which]
    with vault.engine.connect() as connection:
        numbers = [event.number for event in read_events(connection, wanted)]
    assert numbers == [number for number in range(11, 0, -1) if expected(number)]
