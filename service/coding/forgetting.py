"""Taking out of the codebook and of memos what quotes an interview that is withdrawn."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.anchors import words_of
from service.coding.feed.noting import Act, Kind, Noted, note
from service.coding.quotes import QUOTED_ELSEWHERE, Runs, quotes, runs, without_quotes

_STAND_IN = re.compile(r"withdrawn (\d+)")
_TEXTS = ("example", "definition")

Item = dict[str, Any]
"""A code or theme as a row, or as a change keeps it."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What becomes of codes, themes and memos that quote what was ``said``.

    ``names`` are new names, by id, for the codes and themes of which a name did.
    """

    said: Runs
    names: Mapping[str, str]

    @staticmethod
    def among(said: Runs, items: Iterable[Item]) -> Forgetting:
        """With a name for each of ``items`` that quotes in its own: *withdrawn n*, another number each, since two codes
        share no name, and no number that is there already."""
        used, quoting = 0, dict[str, str]()
        for item in items:
            if (numbered := _STAND_IN.fullmatch(item["name"])) is not None:
                used = max(used, int(numbered[1]))
            if quotes(item["name"], said, QUOTED_ELSEWHERE):
                quoting[item["id"]] = ""
        return Forgetting(
            said, {item_id: f"withdrawn {number}" for number, item_id in enumerate(quoting, used + 1)}
        )

    def item(self, item: Item) -> Item:
        """A code or theme without what it quotes: example and definition emptied, the name another."""
        kept = item | {field: "" for field in _TEXTS if self.quoted_in(item.get(field, ""))}
        return kept | {"name": self.names[item["id"]]} if self.quoted_in(item["name"]) else kept

    def memo(self, text: str) -> str:
        """A memo without the words that it quotes."""
        return without_quotes(text, self.said, QUOTED_ELSEWHERE)

    def quoted_in(self, text: str) -> bool:
        return quotes(text, self.said, QUOTED_ELSEWHERE)


def said_in(text: str) -> Runs:
    """What a withdrawn interview's words are compared by."""
    return runs(text, QUOTED_ELSEWHERE)


def forget_quotes(connection: sa.Connection, interview_id: str) -> None:
    """Take what quotes the interview out of codes, themes, and the memos and decisions that are not of it, and of all
    their past versions.

    Does nothing where the interview's words are not there to compare with. May be done again.
    """
    said = said_in(words_of(connection, interview_id).text)
    if not said:
        return
    forgetting = Forgetting.among(said, _items(connection))
    for table in (tables.code, tables.theme):
        kind = Kind.CODE if table is tables.code else Kind.THEME
        for row in connection.execute(sa.select(table)).mappings().all():
            if _rewrite(connection, table, row, forgetting.item(dict(row))):
                note(connection, Noted(kind, row["id"], Act.QUOTE_ERASED))
    change = tables.codebook_change
    for row in connection.execute(sa.select(change)).mappings().all():
        sides = {side: [forgetting.item(item) for item in row[side]] for side in ("before", "after")}
        _rewrite(connection, change, row, sides)
    for table in (tables.memo, tables.memo_change):
        elsewhere = sa.or_(table.c.interview_id.is_(None), table.c.interview_id != interview_id)
        for row in connection.execute(sa.select(table).where(elsewhere)).mappings().all():
            _rewrite(connection, table, row, {"text": forgetting.memo(row["text"])})
    for table in (tables.consensus, tables.consensus_change):
        for row in (
            connection.execute(
                sa.select(table).where(table.c.interview_id != interview_id, table.c.why != "")
            )
            .mappings()
            .all()
        ):
            _rewrite(connection, table, row, {"why": forgetting.memo(row["why"])})


def quoting_elsewhere(connection: sa.Connection, interview_id: str, interviews: Collection[str]) -> set[str]:
    """The ids of codes, themes and memos of no withdrawn interview that quote this one, now or in a past version."""
    said = said_in(words_of(connection, interview_id).text)
    if not said:
        return set()
    forgetting = Forgetting.among(said, _items(connection))
    found = {item["id"] for item in _items(connection) if forgetting.item(item) != item}
    for table, key in ((tables.memo, tables.memo.c.id), (tables.memo_change, tables.memo_change.c.memo_id)):
        for row in connection.execute(sa.select(key.label("id"), table.c.text, table.c.interview_id)):
            if row.interview_id not in interviews and forgetting.quoted_in(row.text):
                found.add(row.id)
    return found


def _items(connection: sa.Connection) -> Iterator[Item]:
    """Every code and theme as it is, and as it was before and after each change."""
    for table in (tables.code, tables.theme):
        yield from (dict(row) for row in connection.execute(sa.select(table)).mappings())
    change = tables.codebook_change
    for row in connection.execute(sa.select(change.c.before, change.c.after)).all():
        yield from (*row.before, *row.after)


def _rewrite(
    connection: sa.Connection, table: sa.Table, row: sa.RowMapping, wanted: Mapping[str, Any]
) -> bool:
    """Whether anything of the row is another now."""
    changed = {column: value for column, value in wanted.items() if value != row[column]}
    if changed:
        this = sa.and_(*(key == row[key.name] for key in table.primary_key.columns))
        connection.execute(sa.update(table).where(this).values(**changed))
    return bool(changed)
