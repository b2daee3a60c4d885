"""Webhooks: everything is carried, signed, until it is acknowledged; nowhere else, and not for ever."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.api.coding_feed import message_of
from service.coding import tables
from service.coding.feed import delivering as module
from service.coding.feed.addresses import NotAllowed, address_to_use, place_of
from service.coding.feed.delivering import DEAD_AFTER, LONGEST_WAIT_S, Delivering, Way, send_to, wait_s
from service.coding.feed.signing import opened, shown, signed
from service.coding.feed.webhooks import (
    State,
    Webhook,
    add_webhook,
    get_webhook,
    list_webhooks,
    remove_webhook,
    resume_webhook,
)
from service.coding.store import CodingStore, open_coding_store
from service.coding.values import NotThere, Refused
from service.coding.writing import writing
from service.settings import Settings
from tests.service.coding.feed.follower import same, there
from tests.service.coding.feed.receiver import Receiver, certificate_for, receiving
from tests.service.coding.feed.test_feed import FIRST, Study, numbers, release

KEY = b"f" * 32


class Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass
class House:
    """A store, a receiver of its feed, and what carries."""

    store: CodingStore
    receiver: Receiver
    clock: Clock
    webhook_id: str
    way: Way

    @property
    def webhook(self) -> Webhook:
        with self.store.engine.connect() as connection:
            return get_webhook(connection, self.webhook_id)

    def look(self) -> None:
        """As a service that was started just now looks."""
        Delivering(self.store, message_of, self.way).look()

    def look_later(self) -> None:
        self.clock.now = max(self.clock.now, self.webhook.next_at)
        self.look()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CodingStore]:
    store = open_coding_store(Settings(data_dir=tmp_path), KEY)
    yield store
    store.close()


@pytest.fixture
def house(store: CodingStore) -> Iterator[House]:
    release(store, FIRST)
    with receiving() as receiver:
        with writing(store.engine) as connection:
            made, secret = add_webhook(connection, receiver.url, 0, "lea", KEY)
            connection.execute(sa.update(tables.webhook).values(next_at=datetime(2026, 1, 1, tzinfo=UTC)))
        receiver.secret = shown(secret)
        clock = Clock()
        yield House(store, receiver, clock, made.id, Way(timeout_s=0.4, now=clock))


def test_signatures_are_those_of_the_specification() -> None:
    # The example that the specification's libraries test themselves with.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("seed", range(2))
def test_a_receiver_that_fails_now_and_then_ends_with_what_is_there(
    house: House, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    monkeypatch.setattr(module, "ENTRIES", 4)
    study = Study(house.store, draw)
    for _ in range(40):
        for _ in range(draw.randrange(3)):
            study.act()
        if draw.random() < 0.3:
            house.receiver.answers.append(draw.choice((500, 503, 599, 302, 404)))
        house.look_later()
    house.receiver.answers.clear()
    house.look_later()
    assert house.webhook.acknowledged == numbers(house.store)[-1]
    assert same(house.receiver.held, there(house.store))
    assert house.receiver.forged == []
    assert len(set(house.receiver.ids)) < len(house.receiver.ids), "some were sent again"
    assert set(house.receiver.paths) == {"/lytt?of=study"}, "no redirect is followed"
    # What was acknowledged is not sent again; what was not, is sent again whole.
    assert sorted(set(house.receiver.numbers)) == numbers(house.store)
    assert house.receiver.types[0] == "lytt.feed"


def test_the_same_entries_are_sent_under_the_same_id_also_by_another_process(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.receiver.answers += [500]
    house.look()
    assert (house.webhook.last_answer, house.webhook.tries, house.webhook.acknowledged) == ("500", 1, 0)
    house.look()
    assert len(house.receiver.ids) == 1, "its time has not come"
    # More happens meanwhile, and the process dies between the answer and noting it.
    study = Study(house.store, random.Random(1))
    for _ in range(10):
        study.act()

    class Died(BaseException):
        pass

    def die(*_: object) -> bool:
        raise Died

    with monkeypatch.context() as during:
        during.setattr(Delivering, "_ended", die)
        with pytest.raises(Died):
            house.look_later()
    house.look()
    assert len(house.receiver.ids) == 2, "another process would wait a minute"
    house.look_later()
    assert house.receiver.ids[:3] == [house.receiver.ids[0]] * 3
    assert len(house.receiver.ids) == 4
    assert same(house.receiver.held, there(house.store))


CARRYING = """
import sys
from pathlib import Path
from service.api.coding_feed import message_of
from service.coding.feed.delivering import Delivering, Way
from service.coding.store import open_coding_store
from service.settings import Settings
store = open_coding_store(Settings(data_dir=Path(sys.argv[1])), b"f" * 32)
Delivering(store, message_of, Way()).look()
"""


def test_a_process_that_is_killed_while_it_sends_loses_nothing(house: House, tmp_path: Path) -> None:
    house.receiver.answers += [30.0]
    carrying = subprocess.Popen([sys.executable, "-c", CARRYING, str(tmp_path)])
    try:
        until = time.monotonic() + 30
        while not house.receiver.ids and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        carrying.kill()
        carrying.wait()
    assert len(house.receiver.ids) == 1
    assert (house.webhook.acknowledged, house.webhook.under_way) == (0, 2)
    house.receiver.ended.set()
    house.look_later()
    assert house.webhook.acknowledged == 2
    assert house.receiver.ids == [house.receiver.ids[0]] * 2
    assert same(house.receiver.held, there(house.store))


def test_a_service_that_ends_begins_no_delivery(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENTRIES", 1)
    carrying = Delivering(house.store, message_of, house.way)
    carrying.stop()
    carrying.look()
    assert house.receiver.ids == []
    house.look()
    assert len(house.receiver.ids) == 2


def test_a_receiver_that_says_nothing_costs_its_time_and_no_more(house: House) -> None:
    house.receiver.answers += [2.0]
    before = datetime.now(UTC)
    house.look()
    assert datetime.now(UTC) - before < timedelta(seconds=1.5)
    assert (house.webhook.last_answer, house.webhook.state) == ("timeout", State.ON)


def test_a_receiver_that_is_gone_is_left_alone_until_somebody_says_otherwise(house: House) -> None:
    house.receiver.answers += [410]
    house.look()
    assert (house.webhook.state, house.webhook.last_answer) == (State.GONE, "410")
    house.clock.forward(timedelta(days=1))
    house.look()
    assert len(house.receiver.ids) == 1
    with writing(house.store.engine) as connection:
        resume_webhook(connection, house.webhook_id)
        connection.execute(sa.update(tables.webhook).values(next_at=house.clock.now))
    house.look()
    assert same(house.receiver.held, there(house.store))


def test_it_waits_longer_each_time_and_gives_up_after_days(house: House) -> None:
    waits = []
    while house.webhook.state is State.ON:
        house.receiver.answers[:] = [500]
        began = house.clock.now = max(house.clock.now, house.webhook.next_at)
        house.look()
        waits.append((house.webhook.next_at - began).total_seconds())
    assert house.webhook.state is State.DEAD
    assert 25 < len(waits) < 60
    assert all(5 * 2**place <= wait <= 15 * 2**place for place, wait in enumerate(waits[:8]))
    assert max(waits) <= 1.5 * LONGEST_WAIT_S
    assert house.webhook.failing_since is not None
    assert house.clock.now - house.webhook.failing_since >= DEAD_AFTER
    house.look_later()
    assert len(house.receiver.ids) == len(waits)


def test_waits_are_spread() -> None:
    assert (wait_s(1, lambda: 0.0), wait_s(1, lambda: 0.5), wait_s(1, lambda: 1.0)) == (5, 10, 15)
    assert wait_s(4, lambda: 0.5) == 80
    assert wait_s(1000, lambda: 0.5) == LONGEST_WAIT_S


def test_a_store_that_was_put_back_is_not_carried_until_somebody_says_so(house: House) -> None:
    house.look()
    assert len(house.receiver.ids) == 1
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(tables.feed_head).values(feed="another"))
    release(house.store, FIRST, 2)
    house.look_later()
    assert house.webhook.of_another_feed
    assert len(house.receiver.ids) == 1
    with writing(house.store.engine) as connection:
        assert resume_webhook(connection, house.webhook_id).acknowledged == 0
        connection.execute(sa.update(tables.webhook).values(next_at=house.clock.now))
    house.look()
    assert house.receiver.numbers[-len(numbers(house.store)) :] == numbers(house.store)


def test_the_secret_is_kept_sealed_and_goes_with_the_webhook(house: House, tmp_path: Path) -> None:
    secret = base64.b64decode(house.receiver.secret.removeprefix("whsec_"))
    assert len(secret) == 32
    assert opened(house.webhook.secret, KEY) == secret
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert house.webhook_id.encode() in kept
    assert secret not in kept
    assert house.receiver.secret.removeprefix("whsec_").encode() not in kept
    answer = send_to(house.webhook, b"g" * 32, "id", b"{}", house.way)
    assert answer.said == "its secret does not open"
    with writing(house.store.engine) as connection:
        remove_webhook(connection, house.webhook_id)
        assert list_webhooks(connection) == ()
        with pytest.raises(NotThere):
            remove_webhook(connection, house.webhook_id)
        with pytest.raises(Refused):
            add_webhook(connection, house.receiver.url, 99, "lea", KEY)
    house.look()
    assert house.receiver.ids == []


@pytest.mark.parametrize(
    ("addresses", "allowed"),
    [
        (["127.0.0.1"], True),
        (["10.1.2.3", "192.168.0.9", "172.31.0.1", "fd00::7", "::1"], True),
        (["::ffff:10.0.0.1"], True),
        (["93.184.216.34"], False),
        (["::ffff:93.184.216.34"], False),
        (["10.0.0.1", "93.184.216.34"], False),
        (["169.254.0.9"], False),
        (["fe80::1%eth0"], False),
        (["0.0.0.0"], False),
        (["172.32.0.1"], False),
        (["2606:4700::1111"], False),
    ],
)
def test_nothing_goes_beyond_private_networks(addresses: list[str], allowed: bool) -> None:
    place = place_of("http://receiver.example:9000/")
    if allowed:
        assert address_to_use(place, (), lambda *_: addresses) == addresses[0].removeprefix("::ffff:")
    else:
        with pytest.raises(NotAllowed, match="LYTT_WEBHOOK_HOSTS"):
            address_to_use(place, (), lambda *_: addresses)
        with pytest.raises(NotAllowed, match="https"):
            address_to_use(place, ("receiver.example",), lambda *_: addresses)
    beyond = place_of("https://receiver.example/")
    assert beyond.port == 443
    assert address_to_use(beyond, ("receiver.example",), lambda *_: ["93.184.216.34"]) == "93.184.216.34"


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "fd00:ec2:0:0::123",
        "fd20:ce::254",
        "fd00:42::42",
    ],
)
def test_no_cloud_is_asked_for_its_keys(address: str) -> None:
    for further in ((), ("receiver.example",)):
        with pytest.raises(NotAllowed, match="keys"):
            address_to_use(place_of("https://receiver.example/"), further, lambda *_: ["10.0.0.1", address])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "127.0.0.1:9000",
        "http:///lytt",
        "http://user:word@127.0.0.1/",
        "http://127.0.0.1/#part",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nHost:x",
        "http://127.0.0.1/" + "a" * 500,
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        place_of(url)


def test_a_name_that_leads_elsewhere_the_next_time_leads_nowhere(house: House) -> None:
    """The address that was looked at is the one that is connected to, whatever the name says a moment later."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["93.184.216.34"]

    url = house.receiver.url.replace("127.0.0.1", "receiver.invalid")
    with writing(house.store.engine) as connection:
        connection.execute(sa.update(tables.webhook).values(url=url))
    house.way = replace(house.way, resolve=rebinding)
    house.look()
    # No name server knows receiver.invalid: had anything but the given address been asked for, it would not be there.
    assert (asked, house.webhook.last_answer) == (["receiver.invalid"], "204")
    release(house.store, FIRST, 2)
    house.look_later()
    assert (house.webhook.last_answer, len(house.receiver.ids)) == ("not allowed to go there", 1)


def test_over_tls_the_certificate_has_to_be_of_the_host_that_was_named(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate_for("receiver.invalid", tmp_path / "certificate.pem")
    house.way = replace(house.way, resolve=lambda *_: ["127.0.0.1"], timeout_s=5)
    with receiving(file) as over_tls:
        over_tls.secret = house.receiver.secret

        def said_at(host: str) -> str:
            webhook = replace(house.webhook, url=f"https://{host}:{over_tls.port}/")
            return send_to(webhook, KEY, "id", b'{"type": "lytt.test", "data": null}', house.way).said

        assert said_at("receiver.invalid") == "no valid certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert said_at("receiver.invalid") == "204"
        assert said_at("other.invalid") == "no valid certificate"
    assert over_tls.ids == ["id"]
