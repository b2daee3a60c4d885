"""Taking out of the codebook and of memos what quotes an interview that is withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.anchors import words_of
from service.coding.quotes import QUOTED_ELSEWHERE, Runs, quotes, runs, without_quotes

_STAND_IN = re.compile(r"withdrawn (\d+)")
_TEXTS = ("example", "definition")


def forget_quotes(connection: sa.Connection, interview_id: str) -> None:
    """Take what quotes the interview out of codes, themes and memos that are not of it, and of all their past versions.

    Examples and definitions are emptied, names become *withdrawn n*, of memos the words go. Does nothing where the
    interview's words are not there to compare with. May be done again.
    """
    said = _said(connection, interview_id)
    if said:
        _forget_names(connection, said)
        _forget_texts(connection, said)
        _forget_in_memos(connection, interview_id, said)


def quoting_elsewhere(connection: sa.Connection, interview_id: str, interviews: Collection[str]) -> set[str]:
    """The ids of codes, themes and memos of no withdrawn interview that quote this one, now or in a past version."""
    said = _said(connection, interview_id)
    if not said:
        return set()
    found = {
        item["id"]
        for item in _items(connection)
        if any(quotes(item.get(field, ""), said, QUOTED_ELSEWHERE) for field in ("name", *_TEXTS))
    }
    for table, key in ((tables.memo, tables.memo.c.id), (tables.memo_change, tables.memo_change.c.memo_id)):
        for row in connection.execute(sa.select(key.label("id"), table.c.text, table.c.interview_id)):
            if row.interview_id not in interviews and quotes(row.text, said, QUOTED_ELSEWHERE):
                found.add(row.id)
    return found


def _said(connection: sa.Connection, interview_id: str) -> Runs:
    return runs(words_of(connection, interview_id).text, QUOTED_ELSEWHERE)


def _items(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Every code and theme as it is, and as it was before and after each change."""
    for table in (tables.code, tables.theme):
        yield from (dict(row) for row in connection.execute(sa.select(table)).mappings())
    change = tables.codebook_change
    for row in connection.execute(sa.select(change.c.before, change.c.after)).all():
        yield from (*row.before, *row.after)


def _forget_names(connection: sa.Connection, said: Runs) -> None:
    """Call each code and theme whose name quotes the interview *withdrawn n*, in past versions too: another number
    each, since two codes share no name."""
    used, quoting = 0, dict[str, str]()
    for item in _items(connection):
        if (numbered := _STAND_IN.fullmatch(item["name"])) is not None:
            used = max(used, int(numbered[1]))
        if quotes(item["name"], said, QUOTED_ELSEWHERE):
            quoting[item["id"]] = ""
    for number, item_id in enumerate(quoting, used + 1):
        quoting[item_id] = f"withdrawn {number}"

    def named(item_id: str, name: str) -> str:
        return quoting[item_id] if quotes(name, said, QUOTED_ELSEWHERE) else name

    for table in (tables.code, tables.theme):
        for row in connection.execute(sa.select(table.c.id, table.c.name)).all():
            if (name := named(row.id, row.name)) != row.name:
                connection.execute(sa.update(table).where(table.c.id == row.id).values(name=name))
    _rewrite_changes(
        connection, lambda item: item | {"name": named(item["id"], item["name"])} if quoting else item
    )


def _forget_texts(connection: sa.Connection, said: Runs) -> None:
    """Empty the examples and definitions of codes and themes that quote the interview, in past versions too."""

    def kept(text: str) -> str:
        return "" if quotes(text, said, QUOTED_ELSEWHERE) else text

    for column in (tables.code.c.example, tables.code.c.definition, tables.theme.c.definition):
        key = column.table.c.id
        for row in connection.execute(sa.select(key, column)).all():
            if kept(row[1]) != row[1]:
                connection.execute(sa.update(column.table).where(key == row[0]).values({column.name: ""}))
    _rewrite_changes(
        connection, lambda item: item | {field: kept(item[field]) for field in _TEXTS if field in item}
    )


def _rewrite_changes(
    connection: sa.Connection, rewritten: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    change = tables.codebook_change
    for row in connection.execute(sa.select(change)).all():
        before, after = [rewritten(item) for item in row.before], [rewritten(item) for item in row.after]
        if before != row.before or after != row.after:
            connection.execute(
                sa.update(change).where(change.c.number == row.number).values(before=before, after=after)
            )


def _forget_in_memos(connection: sa.Connection, interview_id: str, said: Runs) -> None:
    """Take what quotes the interview out of memos that are not of it, and of their past versions."""
    for table in (tables.memo, tables.memo_change):
        keys = tuple(table.primary_key.columns)
        elsewhere = sa.or_(table.c.interview_id.is_(None), table.c.interview_id != interview_id)
        for row in connection.execute(sa.select(*keys, table.c.text).where(elsewhere)).mappings().all():
            text = without_quotes(row["text"], said, QUOTED_ELSEWHERE)
            if text != row["text"]:
                this = sa.and_(*(key == row[key.name] for key in keys))
                connection.execute(sa.update(table).where(this).values(text=text))
