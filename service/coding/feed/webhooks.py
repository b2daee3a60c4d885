"""Webhooks as rows: where the feed is carried to, how far it came, and what became of the last try."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.feed.signing import new_secret, sealed
from service.coding.values import NotThere, Refused, in_utc


class State(StrEnum):
    """``ON``: carried to; ``GONE``: the receiver said that it is gone (410); ``DEAD``: it failed for too long."""

    ON = "on"
    GONE = "gone"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the feed is carried to. ``acknowledged`` is the last number that the receiver has; ``under_way`` the last
    one of a delivery that it has not acknowledged. ``of_another_feed``: the store was put back since."""

    id: str
    url: str
    secret: str
    feed: str
    acknowledged: int
    under_way: int | None
    state: State
    tries: int
    failing_since: datetime | None
    next_at: datetime
    last_answer: str | None
    made_at: datetime
    made_by: str
    of_another_feed: bool


def add_webhook(
    connection: sa.Connection, url: str, after: int, who: str, files_key: bytes
) -> tuple[Webhook, bytes]:
    """Carry the feed from the entry after a number on. Returns the webhook and its secret.

    Raises Refused where the feed is not so long.
    """
    head = connection.execute(sa.select(tables.feed_head.c.feed, tables.feed_head.c.number)).one()
    if after > head.number:
        raise Refused(f"The feed has {head.number} entries.")
    secret, now = new_secret(), datetime.now(UTC)
    webhook_id = secrets.token_hex(4)
    connection.execute(
        sa.insert(tables.webhook).values(
            id=webhook_id,
            url=url,
            secret=sealed(secret, files_key),
            feed=head.feed,
            acknowledged=after,
            state=str(State.ON),
            tries=0,
            next_at=now,
            made_at=now,
            made_by=who,
        )
    )
    return get_webhook(connection, webhook_id), secret


def list_webhooks(connection: sa.Connection) -> tuple[Webhook, ...]:
    """All of them, the oldest first."""
    table, head = tables.webhook, tables.feed_head
    rows = connection.execute(
        sa.select(table, head.c.feed.label("current"))
        .outerjoin(head, sa.true())
        .order_by(table.c.made_at, table.c.id)
    )
    return tuple(_webhook(row) for row in rows)


def get_webhook(connection: sa.Connection, webhook_id: str) -> Webhook:
    """The webhook. Raises NotThere."""
    found = next((one for one in list_webhooks(connection) if one.id == webhook_id), None)
    if found is None:
        raise NotThere
    return found


def remove_webhook(connection: sa.Connection, webhook_id: str) -> None:
    """Carry nothing there any more, and forget its secret. Raises NotThere."""
    table = tables.webhook
    if connection.execute(sa.delete(table).where(table.c.id == webhook_id)).rowcount != 1:
        raise NotThere


def resume_webhook(connection: sa.Connection, webhook_id: str) -> Webhook:
    """Carry there again, at once: from where it stopped, or from the beginning of the feed where that is another one.

    Raises NotThere.
    """
    there = get_webhook(connection, webhook_id)
    table, now = tables.webhook, datetime.now(UTC)
    values: dict[str, object] = {
        "state": str(State.ON),
        "tries": 0,
        "failing_since": None,
        "next_at": now,
    }
    if there.of_another_feed:
        feed = connection.execute(sa.select(tables.feed_head.c.feed)).scalar_one()
        values |= {"feed": feed, "acknowledged": 0, "under_way": None}
    connection.execute(sa.update(table).where(table.c.id == webhook_id).values(**values))
    return get_webhook(connection, webhook_id)


def _webhook(row: Any) -> Webhook:
    return Webhook(
        row.id,
        row.url,
        row.secret,
        row.feed,
        row.acknowledged,
        row.under_way,
        State(row.state),
        row.tries,
        in_utc(row.failing_since) if row.failing_since is not None else None,
        in_utc(row.next_at),
        row.last_answer,
        in_utc(row.made_at),
        row.made_by,
        row.feed != row.current,
    )
