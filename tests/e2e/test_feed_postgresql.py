"""The feed on PostgreSQL, where many write at once: dense, nothing missed by whoever reads meanwhile, carried once."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.api.coding_feed import message_of
from service.coding import codebook, codings
from service.coding.codebook import CodeWords
from service.coding.codings import Place
from service.coding.feed.delivering import Delivering, Way
from service.coding.feed.reading import read_feed
from service.coding.feed.signing import shown
from service.coding.feed.webhooks import add_webhook
from service.coding.files import CodingFiles
from service.coding.store import CodingStore
from service.coding.values import Coder
from service.coding.writing import writing
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.coding.feed.follower import documented, held_by, pages_of, same, there
from tests.service.coding.feed.receiver import receiving
from tests.service.coding.feed.test_feed import FIRST, SECOND, Study, numbers, release, store_at

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(postgresql_binaries() is None, reason=MISSING)]

KEY = b"f" * 32
CODERS, EACH = 6, 12


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    binaries = postgresql_binaries()
    assert binaries is not None
    with postgresql(binaries) as running:
        yield running


def test_whoever_follows_ends_with_what_is_there(server: PostgreSQL) -> None:
    store, draw = store_at(server.database("followed")), random.Random(5)
    study, follow = Study(store, draw), documented()["follow"]
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        for _ in range(40):
            study.act()
            if draw.random() < 0.3:
                follow(database, pages_of(store, 3))
        follow(database, pages_of(store))
        assert same(held_by(database), there(store))
    store.engine.dispose()


def test_many_at_once_leave_no_gap_and_nobody_misses_anything(server: PostgreSQL, tmp_path: Path) -> None:
    """Coders code, change and revise the codebook; a reader and two processes that carry look all the time."""
    store = CodingStore(store_at(server.database("at_once")).engine, CodingFiles(tmp_path, KEY))
    for interview in (FIRST, SECOND):
        release(store, interview)
    told: list[int] = []
    broken: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set() or told[-1] < numbers(store)[-1]:
            with store.engine.connect() as connection:
                page = read_feed(connection, told[-1] if told else 0, 5)
            told.extend(one.number for one in page.entries)

    def work(coder: str) -> None:
        draw = random.Random(coder)
        for number in range(EACH):
            with writing(store.engine) as connection:
                interview = draw.choice((FIRST, SECOND))
                made = codings.add_coding(
                    connection, coder, interview, f"{coder}-{number}", Place(1, 2), None
                )
                codings.change_coding(connection, Coder(coder), made.id, 1, code=None, weight=5)
            if number % 4 == 0:
                with writing(store.engine) as connection:
                    codebook.add_code(connection, coder, f"{coder}-{number}", CodeWords(f"{coder} {number}"))
            if number == 6 and coder == "coder0":
                release(store, FIRST, 2)

    def guarded(what: Callable[..., None], *given: str) -> None:
        try:
            what(*given)
        except BaseException as error:
            broken.append(error)

    with receiving() as receiver:
        with writing(store.engine) as connection:
            _, secret = add_webhook(connection, receiver.url, 0, "lea", KEY)
        receiver.secret = shown(secret)

        def carry() -> None:
            carrying = Delivering(store, message_of, Way())
            while not done.is_set():
                carrying.look()
            carrying.look()

        coders = [threading.Thread(target=guarded, args=(work, f"coder{one}")) for one in range(CODERS)]
        others = [threading.Thread(target=guarded, args=(what,)) for what in (read, carry, carry)]
        for thread in (*coders, *others):
            thread.start()
        for thread in coders:
            thread.join()
        done.set()
        for thread in others:
            thread.join()
        assert broken == []
        assert told == numbers(store) == list(range(1, len(told) + 1))
        assert len(told) >= CODERS * (EACH + EACH // 4)
        Delivering(store, message_of, Way()).look()
        assert receiver.forged == []
        assert receiver.numbers == told, "two that carry don't carry the same"
        assert same(receiver.held, there(store))
    store.engine.dispose()
