"""The follower of docs/feed.md, as it stands there, over a store's feed; and what it should hold in the end."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.api.coding_feed_schemas import Feed
from service.coding import tables
from service.coding.feed.reading import FeedBegunAnew, read_feed
from service.coding.store import CodingStore

ROOT = Path(__file__).parents[4]
Page = dict[str, Any]
PageAfter = Callable[[int, str | None], Page | None]
Held = dict[tuple[str, str], dict[str, Any]]


def documented() -> dict[str, Any]:
    """The functions of the example."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "feed.md").read_text(), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(compile(found[1], "docs/feed.md", "exec"), names)
    return names


def pages_of(store: CodingStore, limit: int = 500) -> PageAfter:
    """Asks the store as the route does."""

    def page_after(number: int, feed: str | None) -> Page | None:
        with store.engine.connect() as connection:
            try:
                page = read_feed(connection, number, limit, feed)
            except FeedBegunAnew:
                return None
        found: Page = json.loads(Feed.model_validate(page).model_dump_json())
        return found

    return page_after


def held_by(database: sqlite3.Connection) -> Held:
    """What a follower has, by kind and subject."""
    rows = database.execute("SELECT kind, subject, body FROM held")
    return {(kind, subject): json.loads(body) for kind, subject, body in rows}


def there(store: CodingStore) -> Held:
    """What a follower should have: a few columns of what is in the tables, read without the feed."""
    interview, coding = tables.interview, tables.coding
    transcript, marker = tables.transcripts.transcript, tables.transcripts.marker
    found: Held = {}
    with store.engine.connect() as connection:
        for row in connection.execute(sa.select(transcript)):
            ready = sa.select(tables.ready.c.coder).where(tables.ready.c.interview_id == row.interview_id)
            coded = sa.select(tables.coded).where(tables.coded.c.interview_id == row.interview_id)
            many = sa.select(sa.func.count()).where(marker.c.interview_id == row.interview_id)
            found["interview", row.interview_id] = {
                "revision": row.revision,
                "ready": sorted(connection.execute(ready).scalars()),
                "coded": connection.execute(coded).first() is not None,
            }
            found["markers", row.interview_id] = {
                "revision": row.revision,
                "count": connection.execute(many).scalar_one(),
            }
        for kind, table, columns in (
            ("code", tables.code, ("name", "parent", "definition", "example", "state", "version")),
            ("theme", tables.theme, ("name", "codes", "state", "version")),
        ):
            for one in connection.execute(sa.select(table)).mappings():
                found[kind, one["id"]] = {name: one[name] for name in columns}
        released = set(connection.execute(sa.select(interview.c.id)).scalars())
        for one in connection.execute(sa.select(coding).where(~coding.c.removed)).mappings():
            if one["interview_id"] in released:
                columns = ("interview_id", "coder", "code", "weight", "words_changed", "version")
                found["coding", one["id"]] = {name: one[name] for name in columns}
    return found


def same(held: Held, wanted: Held) -> bool:
    """Whether somebody holds what they should, and nothing else."""
    return held.keys() == wanted.keys() and all(
        held[key][name] == value for key, values in wanted.items() for name, value in values.items()
    )
