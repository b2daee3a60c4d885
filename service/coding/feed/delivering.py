"""Carrying the feed to where webhooks want it: entries after the last acknowledged one, until they are acknowledged.

The feed is the outbox: an entry is there when its act is, so nothing is carried that was not done, and nothing that was
done is left out. A receiver may get a delivery twice, with the same id: where its answer was lost, or this process
died.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import structlog

from service.coding import tables
from service.coding.feed.addresses import NotAllowed, Resolve, address_to_use, addresses_of, place_of
from service.coding.feed.reading import Page, last_number, read_feed
from service.coding.feed.sending import TIMEOUT_S, NoAnswer, post
from service.coding.feed.signing import SecretUnusable, opened, signed
from service.coding.feed.webhooks import State, Webhook, list_webhooks
from service.coding.store import CodingStore
from service.coding.writing import writing

ENTRIES = 200
"""So many of a delivery at most."""
DEAD_AFTER = timedelta(days=5)
"""A receiver that fails for so long is given up until somebody says otherwise."""
FIRST_WAIT_S, LONGEST_WAIT_S = 10.0, 6 * 3600.0
_AT_ONCE = 50
_LEASE = timedelta(seconds=60)
"""So long nobody else carries to a receiver that is being carried to."""

Told = Callable[[Page, datetime], bytes]
"""Writes a page as it is sent at a time."""

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Way:
    """How deliveries go out: to which further hosts, how long a receiver may say nothing, who knows addresses and the
    time."""

    further_hosts: Collection[str] = ()
    timeout_s: float = TIMEOUT_S
    resolve: Resolve = addresses_of
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: a status, or a word for why there is none."""

    said: str

    @property
    def is_taken(self) -> bool:
        return len(self.said) == 3 and self.said.startswith("2")

    @property
    def is_gone(self) -> bool:
        return self.said == "410"


def wait_s(tries: int, draw: Callable[[], float] = random.random) -> float:
    """How long to wait after so many failed tries: twice as long each time, somewhere between half and one and a half
    of it, so that many don't come at once (Brooker, "Exponential Backoff And Jitter", AWS 2015)."""
    whole = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(tries - 1, 20))
    return whole * (0.5 + draw())


def send_to(webhook: Webhook, files_key: bytes, message_id: str, body: bytes, way: Way) -> Answer:
    """Send a signed message once."""
    try:
        secret = opened(webhook.secret, files_key)
        place = place_of(webhook.url)
        address = address_to_use(place, way.further_hosts, way.resolve)
        headers = signed(secret, message_id, int(way.now().timestamp()), body)
        headers = {**headers, "content-type": "application/json", "user-agent": "lytt"}
        return Answer(str(post(place, address, headers, body, way.timeout_s)))
    except SecretUnusable:
        return Answer("its secret does not open")
    except NotAllowed:
        return Answer("not allowed to go there")
    except OSError:
        return Answer("its host is not known")
    except NoAnswer as why:
        return Answer(str(why))


class Delivering:
    """What one running service carries. ``told`` writes pages."""

    def __init__(self, store: CodingStore, told: Told, way: Way) -> None:
        self._store, self._told, self._way = store, told, way
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Begin no delivery any more; one that is under way ends."""
        self._stopped.set()

    def look(self) -> None:
        """Carry to every webhook what it has not got, where its time has come."""
        with self._store.engine.connect() as connection:
            last = last_number(connection)
            due = [
                one
                for one in list_webhooks(connection)
                if one.state is State.ON
                and not one.of_another_feed
                and one.next_at <= self._way.now()
                and one.acknowledged < last
            ]
        for one in due:
            for _ in range(_AT_ONCE):
                if self._stopped.is_set() or not self._carry(one.id):
                    break

    def _carry(self, webhook_id: str) -> bool:
        """One delivery. Returns whether it was taken, and there may be more."""
        held = self._begun(webhook_id)
        if held is None or held.under_way is None:
            return False
        with self._store.engine.connect() as connection:
            page = read_feed(connection, held.acknowledged, held.under_way - held.acknowledged, held.feed)
        # The same for the same entries, however often they are sent.
        message_id = f"{held.id}_{held.feed}_{held.acknowledged}_{held.under_way}"
        body = self._told(page, self._way.now())
        answer = send_to(held, self._store.files.key, message_id, body, self._way)
        return self._ended(held, answer) and answer.is_taken

    def _begun(self, webhook_id: str) -> Webhook | None:
        """The webhook with what is under way to it, which nobody else carries for a while; None where there is nothing
        to carry, or somebody else does."""
        table, now = tables.webhook, self._way.now()
        with writing(self._store.engine) as connection:
            taken = connection.execute(
                sa.update(table)
                .where(table.c.id == webhook_id, table.c.state == str(State.ON), table.c.next_at <= now)
                .values(next_at=now + _LEASE)
            ).rowcount
            found = next((one for one in list_webhooks(connection) if one.id == webhook_id), None)
            if taken != 1 or found is None or found.of_another_feed:
                return None
            until = found.under_way or min(last_number(connection), found.acknowledged + ENTRIES)
            again = {"under_way": until} if until > found.acknowledged else {"next_at": now}
            connection.execute(sa.update(table).where(table.c.id == webhook_id).values(**again))
        return replace(found, under_way=until) if until > found.acknowledged else None

    def _ended(self, held: Webhook, answer: Answer) -> bool:
        """Note what became of a delivery; False where somebody else did meanwhile."""
        table, now = tables.webhook, self._way.now()
        values: dict[str, object] = {"last_answer": answer.said[:64]}
        if answer.is_taken:
            values |= {
                "acknowledged": held.under_way,
                "under_way": None,
                "tries": 0,
                "failing_since": None,
                "next_at": now,
            }
        else:
            since = held.failing_since or now
            wait = timedelta(seconds=wait_s(held.tries + 1))
            values |= {"tries": held.tries + 1, "failing_since": since, "next_at": now + wait}
            if answer.is_gone or now - since >= DEAD_AFTER:
                values |= {"state": str(State.GONE if answer.is_gone else State.DEAD)}
                _log.warning("webhook_given_up", webhook=held.id, tries=held.tries + 1)
        with writing(self._store.engine) as connection:
            noted = connection.execute(
                sa.update(table)
                .where(table.c.id == held.id, table.c.acknowledged == held.acknowledged)
                .values(**values)
            )
        return noted.rowcount == 1
