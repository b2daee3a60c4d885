"""The feed: dense, in the order of what became visible, and enough to follow a store from any number on."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.values import Transcript
from service.coding import codebook, codings, tables
from service.coding.codebook import CodeWords
from service.coding.codings import Place
from service.coding.erasing import erase_codings
from service.coding.feed.noting import Act, begin_feed
from service.coding.feed.reading import FeedBegunAnew, read_feed
from service.coding.store import MIGRATIONS, CodingStore, Origin, receive, set_coded, withdraw
from service.coding.values import Coder, Overtaken, Refused
from service.coding.writing import writing
from service.database import open_database
from service.migrate import migrate
from service.naming import InterviewName
from tests.service.coding.feed.follower import documented, held_by, pages_of, same, there
from tests.service.conftest import CONVERSATION, make_transcript

FIRST, SECOND = "5f0c" * 8, "6a1d" * 8
PLACES = {FIRST: InterviewName("D03", "T", 2), SECOND: InterviewName("D04", "C", 1)}
CODERS = ("ann", "ben")


def store_at(url: str) -> CodingStore:
    engine = open_database(url)
    migrate(engine, MIGRATIONS)
    return CodingStore(engine)


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        yield connection


def said(draw: random.Random | None = None) -> Transcript:
    """The conversation, with a word said otherwise where there is something to draw with."""
    spoken = make_transcript(*CONVERSATION)
    if draw is None:
        return spoken
    first = spoken.utterances[0]
    words = tuple(
        replace(word, text=f"{word.text}{draw.randrange(3)}") if place == 1 else word
        for place, word in enumerate(first.words)
    )
    return replace(spoken, utterances=(replace(first, words=words), *spoken.utterances[1:]))


def release(store: CodingStore, interview: str, revision: int = 1, draw: random.Random | None = None) -> None:
    with writing(store.engine) as connection:
        receive(connection, interview, Origin((PLACES[interview],)), said(draw), revision)


def erase(store: CodingStore, interview: str, *, keep: bool) -> None:
    """As a withdrawal does it."""
    with writing(store.engine) as connection:
        erase_codings(connection, interview, keep=keep)
    with store.engine.begin() as connection:
        withdraw(connection, interview)


def numbers(store: CodingStore) -> list[int]:
    with store.engine.connect() as connection:
        entry = tables.feed_entry
        return list(connection.execute(sa.select(entry.c.number).order_by(entry.c.number)).scalars())


class Study:
    """People who do something at random to a store, as ``draw`` has it."""

    def __init__(self, store: CodingStore, draw: random.Random) -> None:
        self._store, self._draw, self._revision = store, draw, 0

    def _id(self) -> str:
        digits = f"{self._draw.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def act(self) -> None:
        """One act; one that makes no sense now is refused, and nothing of it is told."""
        acts: list[tuple[int, Callable[[], None]]] = [
            (3, self._release),
            (1, self._take_back),
            (1, self._erase),
            (3, self._add_code),
            (4, self._revise),
            (9, self._code),
            (7, self._change),
            (2, self._ready),
        ]
        chosen = self._draw.choices([act for _, act in acts], [weight for weight, _ in acts])[0]
        with contextlib.suppress(Refused, Overtaken):
            chosen()

    def _interview(self) -> str:
        return self._draw.choice(list(PLACES))

    def _released(self) -> list[str]:
        with self._store.engine.connect() as connection:
            return list(connection.execute(sa.select(tables.interview.c.id)).scalars())

    def _release(self) -> None:
        self._revision += 1
        release(self._store, self._interview(), self._revision, self._draw)

    def _take_back(self) -> None:
        with writing(self._store.engine) as connection:
            withdraw(connection, self._interview())

    def _erase(self) -> None:
        erase(self._store, self._interview(), keep=self._draw.random() < 0.5)

    def _add_code(self) -> None:
        words = CodeWords(f"code {self._draw.random()}", example="He held my hand. I don't")
        with writing(self._store.engine) as connection:
            codebook.add_code(connection, "ann", self._id(), words)

    def _revise(self) -> None:
        with writing(self._store.engine) as connection:
            book = codebook.current(connection)
            if len(book.codes) < 2:
                return
            one, other = self._draw.sample(book.codes, 2)
            match self._draw.randrange(5):
                case 0:
                    codebook.merge_codes(connection, "lea", one.id, one.version, other.id)
                case 1:
                    words = CodeWords(f"renamed {self._draw.random()}")
                    codebook.edit_code(connection, "lea", one.id, one.version, words)
                case 2:
                    codebook.put_theme(connection, "lea", self._id(), None, "closeness", "", [one.id])
                case 3:
                    codebook.undo_change(connection, "lea", self._draw.randint(1, book.version))
                case _:
                    codebook.remove_code(connection, "lea", one.id, one.version)

    def _code(self) -> None:
        if not (released := self._released()):
            return
        with writing(self._store.engine) as connection:
            codes = [one.id for one in codebook.current(connection).codes]
            code = self._draw.choice([*codes, None])
            place = Place(self._draw.randint(1, 4), self._draw.randint(5, 9))
            codings.add_coding(
                connection, self._draw.choice(CODERS), self._draw.choice(released), self._id(), place, code
            )

    def _change(self) -> None:
        with writing(self._store.engine) as connection:
            found = [
                (who, one)
                for who in CODERS
                for interview in self._released()
                for one in codings.codings_in(connection, Coder(who), interview)
                if one.coder == who
            ]
            if not found:
                return
            who, one = self._draw.choice(found)
            match self._draw.randrange(4):
                case 0:
                    codings.remove_coding(connection, Coder(who), one.id, one.version)
                case 1:
                    codings.remove_coding(connection, Coder(who), one.id, one.version)
                    codings.restore_coding(connection, Coder(who), one.id, one.version + 1)
                case 2:
                    codings.accept_words(connection, Coder(who), one.id, one.version)
                case _:
                    codings.change_coding(
                        connection, Coder(who), one.id, one.version, code=one.code, weight=50
                    )

    def _ready(self) -> None:
        if released := self._released():
            with writing(self._store.engine) as connection:
                set_coded(
                    connection,
                    self._draw.choice(released),
                    self._draw.choice(CODERS),
                    self._draw.random() < 0.6,
                )


class Killed(Exception):  # noqa: N818 - reads as what happened
    """The follower is gone in the middle of a page."""


@pytest.mark.parametrize("seed", range(4))
def test_whoever_follows_ends_with_what_is_there_from_any_number_on(
    store: CodingStore, database: sqlite3.Connection, seed: int
) -> None:
    draw, example = random.Random(seed), documented()
    study = Study(store, draw)
    take_in = example["take_in"]

    def killed_now_and_then(into: sqlite3.Connection, entry: dict[str, object]) -> None:
        take_in(into, entry)
        if draw.random() < 0.05:
            raise Killed

    for _ in range(60):
        for _ in range(draw.randrange(4)):
            study.act()
        example["take_in"] = killed_now_and_then if draw.random() < 0.5 else take_in
        with contextlib.suppress(Killed):
            example["follow"](database, pages_of(store, draw.choice((1, 3, 500))))
        if draw.random() < 0.2 and numbers(store):
            # It lost its place, or is told again what it knows.
            database.execute("UPDATE place SET number = ?", (draw.randint(0, numbers(store)[-1]),))
            database.commit()
    example["take_in"] = take_in
    example["follow"](database, pages_of(store, 7))
    assert same(held_by(database), there(store))
    assert len(numbers(store)) > 30
    with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
        example["follow"](fresh, pages_of(store))
        assert held_by(fresh) == held_by(database)
    assert numbers(store) == list(range(1, len(numbers(store)) + 1))


def test_what_is_not_done_is_not_told(store: CodingStore) -> None:
    release(store, FIRST)
    before = numbers(store)
    with store.engine.connect() as connection:
        codings.add_coding(connection, "ann", FIRST, "a", Place(1, 2), None)
        connection.rollback()
    with pytest.raises(Refused), writing(store.engine) as connection:
        codings.add_coding(connection, "ann", FIRST, "b", Place(1, 99_999), None)
    assert numbers(store) == before
    with writing(store.engine) as connection:
        codings.add_coding(connection, "ann", FIRST, "c", Place(1, 2), None)
        codings.change_coding(connection, Coder("ann"), "c", 1, code=None, weight=3)
    with store.engine.connect() as connection:
        new = read_feed(connection, before[-1], 10).entries
    # What two statements of one transaction change is told once, as what became of it.
    assert [(one.act, one.subject, one.version) for one in new] == [("coding_added", "c", 2)]


def test_a_store_that_was_there_before_is_told_whole(
    tmp_path: Path, store: CodingStore, database: sqlite3.Connection
) -> None:
    study = Study(store, random.Random(3))
    release(store, FIRST)
    for _ in range(60):
        study.act()
    with store.engine.begin() as connection:
        for table in (tables.feed_entry, tables.feed_head):
            connection.execute(sa.delete(table))
    # The first that happens there is in what the feed begins with.
    release(store, SECOND, 99)
    follow = documented()["follow"]
    follow(database, pages_of(store))
    assert same(held_by(database), there(store))
    assert ("interview", SECOND) in held_by(database)
    with writing(store.engine) as connection:
        assert not begin_feed(connection)
    count = len(numbers(store))
    # Another feed, as after a restore: it is told, and the follower begins anew.
    with store.engine.begin() as connection:
        for table in (tables.feed_entry, tables.feed_head):
            connection.execute(sa.delete(table))
        begin_feed(connection)
        with pytest.raises(FeedBegunAnew):
            read_feed(connection, count + 1, 10)
    database.execute("INSERT INTO held VALUES ('code', 'gone', NULL, '{}')")
    follow(database, pages_of(store))
    assert same(held_by(database), there(store))


@pytest.mark.parametrize("keep", [False, True])
def test_nothing_of_what_is_withdrawn_stays_in_the_feed(
    store: CodingStore, database: sqlite3.Connection, keep: bool
) -> None:
    release(store, FIRST)
    release(store, SECOND)
    follow = documented()["follow"]
    with writing(store.engine) as connection:
        care = codebook.add_code(
            connection, "lea", "care", CodeWords("care", example="But he held my hand. I don't know")
        )
        gone = codings.add_coding(connection, "ann", FIRST, "gone", Place(1, 2), care.id, 7)
        codings.add_coding(connection, "ben", SECOND, "stays", Place(1, 2), None)
    follow(database, pages_of(store))
    erase(store, FIRST, keep=keep)
    erase(store, FIRST, keep=keep)
    with store.engine.connect() as connection:
        entries = read_feed(connection, 0, 500).entries
    about = [one for one in entries if one.subject == FIRST]
    assert {one.act for one in about} == {Act.WITHDRAWN}
    assert all(one.body is None for one in about)
    assert [one for one in entries if one.subject == gone.id] == []
    # That it was released, its markers, its coding, that it was taken back.
    assert sum(one.kind == "erased" for one in entries) == 4
    follow(database, pages_of(store))
    held = held_by(database)
    assert same(held, there(store))
    assert FIRST not in str(held)
    assert held["code", "care"]["example"] == ""
    assert ("coding", "stays") in held
    assert ("coding", gone.id) not in held
    with writing(store.engine) as connection:
        other = codebook.add_code(connection, "lea", "other", CodeWords("other"))
        codebook.merge_codes(connection, "lea", care.id, care.version, other.id)
    with store.engine.connect() as connection:
        told = read_feed(connection, len(entries), 500).entries
        kept = connection.execute(sa.select(tables.coding.c.code).where(tables.coding.c.coder == "ann"))
        assert list(kept.scalars()) == ([other.id] if keep else [])
    assert {one.kind for one in told} == {"code"}


def test_writers_at_once_leave_no_gap_and_a_reader_misses_nothing(store: CodingStore) -> None:
    release(store, FIRST)
    told: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set() or not told or told[-1] != numbers(store)[-1]:
            with store.engine.connect() as connection:
                told.extend(one.number for one in read_feed(connection, told[-1] if told else 0, 3).entries)

    def write(coder: str) -> None:
        for number in range(15):
            with writing(store.engine) as connection:
                codings.add_coding(connection, coder, FIRST, f"{coder}{number}", Place(1, 2), None)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(f"coder{number}",)) for number in range(4)]
    for one in (reader, *writers):
        one.start()
    for one in writers:
        one.join()
    done.set()
    reader.join()
    assert told == list(range(1, 63))
