"""What coders made comes back with a backup; the feed begins anew over it; nothing in it quotes what was withdrawn."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from dataclasses import replace

import pyrage
import pytest
import sqlalchemy as sa

from service.backup.keys import identity_of
from service.backup.rows import decompressed
from service.backup.values import Withdrawn
from service.coding import codebook, codings, memos, tables
from service.coding.codebook import CodeWords
from service.coding.codings import Place as Words
from service.coding.feed.webhooks import add_webhook, list_webhooks
from service.coding.store import CodingStore, open_coding_store, set_coded, withdraw
from service.coding.values import About, Coder
from service.coding.writing import writing
from service.settings import Settings
from service.vault.store import open_vault
from tests.service.backup.conftest import Place, contents
from tests.service.coding.feed.follower import documented, held_by, pages_of, same, there

QUOTE = "So: how did it begin, [NAME-1]"
"""Five words of what coders read in D03-T2."""
CODES = {name: str(uuid.UUID(int=number)) for number, name in enumerate(("care", "warmth", "other"), 1)}
ANN, LEA = Coder("ann"), Coder("lea", leads=True)
ANEW = {"sound", "feed_head", "feed_entry"}


def code_it(place: Place) -> None:
    """Codes that quote and one that doesn't, a theme, codings with histories, memos, who is ready, a webhook."""
    interview = place.interview("D03-T2")
    with writing(place.store.engine) as connection:
        codebook.add_code(
            connection, "ann", CODES["care"], CodeWords("care", example=QUOTE, definition="to look after")
        )
        codebook.add_code(connection, "ann", CODES["warmth"], CodeWords("warmth", example="a warm voice"))
        codebook.add_code(connection, "ann", CODES["other"], CodeWords("other", definition=QUOTE.upper()))
        theme = str(uuid.UUID(int=9))
        codebook.put_theme(connection, "lea", theme, None, "closeness", QUOTE, [CODES["care"]])
        first = codings.add_coding(
            connection, "ann", interview, str(uuid.UUID(int=11)), Words(1, 3), CODES["care"], 60
        )
        codings.change_coding(connection, ANN, first.id, 1, code=CODES["warmth"], weight=10)
        second = codings.add_coding(connection, "ben", interview, str(uuid.UUID(int=12)), Words(2, 4), None)
        codings.remove_coding(connection, Coder("ben"), second.id, 1)
        merged = codebook.current(connection)
        other = next(one for one in merged.codes if one.name == "other")
        codebook.merge_codes(connection, "lea", other.id, other.version, CODES["warmth"])
        for number, about, subject, text in (
            (21, About.CODING, first.id, "to hear again"),
            (22, About.INTERVIEW, interview, "calm"),
            (23, About.CODE, CODES["care"], f"as in: {QUOTE}"),
            (24, About.STUDY, "", "how the study goes"),
            (25, About.PARTICIPANT, "D03-T", "of a lighthouse"),
        ):
            memos.add_memo(connection, ANN, str(uuid.UUID(int=number)), about, subject, text)
        memos.edit_memo(connection, ANN, str(uuid.UUID(int=24)), 1, "how it goes")
        memos.edit_memo(connection, ANN, str(uuid.UUID(int=23)), 1, "as in the example")
        set_coded(connection, interview, "ann", True)
        add_webhook(connection, "http://127.0.0.1:9/", 0, "lea", place.store.files.key)


def restored(place: Place, name: str, snapshot: str | None = None) -> tuple[Settings, CodingStore]:
    into = place.elsewhere(name)
    place.restore(into, snapshot)
    vault = open_vault(into)
    store = open_coding_store(into, vault.keys.coding_files_key)
    vault.close()
    return into, store


def test_all_that_was_coded_comes_back_and_whoever_followed_begins_anew(place: Place) -> None:
    code_it(place)
    follow = documented()["follow"]
    with closing(sqlite3.connect(":memory:")) as database:
        follow(database, pages_of(place.store))
        place.back_up()
        with writing(place.store.engine) as connection:
            # Made after the snapshot, so it is lost with what was there then.
            codebook.add_code(connection, "ann", str(uuid.UUID(int=99)), CodeWords("too late"))
        follow(database, pages_of(place.store))
        before = contents(place.store.engine, tables.metadata)
        _, store = restored(place, "elsewhere")
        after = contents(store.engine, tables.metadata)
        for name in ("coding", "coding_change", "memo", "memo_change", "ready", "coded", "theme", "webhook"):
            assert after[name] == before[name], name
            assert after[name], name
        for name in ("code", "codebook_change"):
            assert after[name] == [row for row in before[name] if "too late" not in str(row)], name
        assert after["codebook_head"] == [("1", "5")]
        assert ("code", str(uuid.UUID(int=99))) in held_by(database)
        follow(database, pages_of(store, 3))
        assert same(held_by(database), there(store))
        assert ("code", str(uuid.UUID(int=99))) not in held_by(database)
        with store.engine.connect() as connection:
            (webhook,) = list_webhooks(connection)
        assert webhook.of_another_feed, "a restored store sends nothing by itself"
        store.close()


@pytest.mark.parametrize("released", [True, False])
def test_what_quotes_the_withdrawn_is_emptied_in_every_snapshot(place: Place, released: bool) -> None:
    """``released``: whether its words are in both snapshots; a code may quote what is not released any more."""
    code_it(place)
    gone = place.interview("D03-T2")
    first = place.back_up()
    if not released:
        with writing(place.store.engine) as connection:
            withdraw(connection, gone)
    second = place.back_up()
    needle = "did it begin"

    def quoting() -> set[str]:
        """The tables in which it is quoted, of all snapshots, as they lie in the backup."""
        found = set()
        for snapshot in place.repository.snapshots():
            for chunk in snapshot.manifest.chunks:
                data = decompressed(place.repository.read(chunk.object)).decode().casefold()
                if needle in data:
                    found.add(chunk.table)
        return found

    expected = {"code", "codebook_change", "theme", "memo_change"}
    assert quoting() == expected | {"utterance"}
    forgotten = place.forget(gone)
    assert (forgotten.snapshots, forgotten.damaged) == (2, 0)
    assert quoting() == set()
    # Nothing is left of the objects either, whatever a manifest names.
    for path in (place.target / "objects").rglob("*"):
        if path.is_file():
            opened = pyrage.decrypt(path.read_bytes(), [identity_of(place.key.identity)])
            assert gone.encode() not in opened
    for number, name in enumerate((first.snapshot.name, second.snapshot.name)):
        _, store = restored(place, f"elsewhere{number}", name)
        with store.engine.connect() as connection:
            book = codebook.current(connection)
            by_name = {one.name: one for one in book.codes}
            assert (by_name["care"].example, by_name["care"].definition) == ("", "to look after")
            assert by_name["warmth"].example == "a warm voice"
            assert (book.themes[0].name, book.themes[0].definition) == ("closeness", "")
            assert codebook.at_version(connection, 1).codes[0].example == ""
            left = {row.text for row in connection.execute(sa.select(tables.memo))}
            assert left == {"how it goes", "as in the example", "of a lighthouse"}
            assert connection.execute(sa.select(tables.coding)).all() == []
        store.close()


def test_a_withdrawn_participant_takes_memos_and_quotes_out_of_a_restore_too(place: Place) -> None:
    code_it(place)
    snapshot = place.back_up()
    gone = place.interview("D03-T2")
    manifest = snapshot.snapshot.manifest
    later = place.back_up()
    place.repository.replace_snapshot(
        later.snapshot.name,
        replace(later.snapshot.manifest, begun=Withdrawn((gone,), participants=("D03-T",))),
    )
    assert gone in str(manifest.chunks)
    _, store = restored(place, "elsewhere", snapshot.snapshot.name)
    kept = str(contents(store.engine, tables.metadata)).casefold()
    for text in ("did it begin", "lighthouse", "to hear again", "calm", gone):
        assert text not in kept, text
    assert "a warm voice" in kept
    assert "how the study goes" in kept
    store.close()
