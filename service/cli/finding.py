"""``lytt find`` in the coding store: moments that a query finds."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from enum import Enum, auto
from typing import TYPE_CHECKING

import typer

from service.cli.errors import Refusal
from service.coding.finding.parsing import parse
from service.coding.finding.problem import QueryProblem
from service.coding.finding.query import (
    And,
    Beside,
    Interviews,
    Leaf,
    Not,
    Of,
    Or,
    Query,
    Said,
    SpokenBy,
    Waves,
)
from service.transcript.selecting import Selection
from service.transcript.times import format_ms

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Shown(Enum):
    """How moments are printed."""

    LINES = auto()
    JSON = auto()
    CSV = auto()


def asks_the_coding_store(text: str) -> bool:
    """Whether what was typed asks for more than words that follow one another."""
    try:
        return any(not isinstance(leaf, Said) for leaf in _leaves(parse(text)))
    except QueryProblem:
        return False


def show_moments(
    text: str,
    selection: Selection,
    speaker: str | None,
    interview: str | None,
    limit: int,
    whose: str | None,
    shown: Shown,
) -> None:
    """Print the moments that the query finds in the part of the study that is chosen.

    As the coder ``whose`` sees them; None: as a lead. Raises :class:`Refusal` for what can't be asked.
    """
    import sqlalchemy as sa

    from service.coding.csv_writing import CsvWriter
    from service.coding.finding.found import find, moments_of
    from service.coding.finding.meaning import Meanings
    from service.coding.finding.table import COLUMNS, rows_of
    from service.coding.store import connect_coding_store
    from service.coding.values import Coder
    from service.settings import Settings
    from service.text_model import LocalTextModel

    settings = Settings()
    store = connect_coding_store(settings)
    model = LocalTextModel(settings)
    coder = Coder(getpass.getuser(), leads=True) if whose is None else Coder(whose)
    try:
        query = _within(parse(text), selection, speaker, interview)
        if not sa.inspect(store.engine).has_table("said"):
            raise Refusal(
                "There is no coding store yet, or this version of Lytt has not opened it. See: lytt serve"
            )
        with store.engine.connect() as connection:
            found = find(connection, coder, query, settings.name_pattern, Meanings(model))
            if shown is Shown.CSV:
                table = CsvWriter(sys.stdout)
                table.write(COLUMNS)
                for _, row in rows_of(connection, coder, found):
                    table.write(row)
                return
            moments = list(moments_of(connection, coder, found, 0, limit))
            codes = _code_names(connection) if shown is Shown.LINES else {}
    except QueryProblem as problem:
        raise Refusal(_told(text, problem)) from None
    finally:
        model.close()
        store.close()
    counts = found.counts()
    if shown is Shown.JSON:
        answer = {
            "query": found.written,
            "counts": asdict(counts),
            "moments": [asdict(one) for one in moments],
            "waiting": found.waiting,
        }
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    for one in moments:
        who = one.speaker_role.capitalize() or "nobody"
        coded = ", ".join(dict.fromkeys(codes.get(each.code or "", "no code yet") for each in one.codings))
        span = f"{format_ms(one.start_ms)}-{format_ms(one.end_ms)}"
        typer.echo(
            f"{one.interview} [{span}] {who}: {one.text}{' …' * one.cut}{f'  ({coded})' if coded else ''}"
        )
    if found.waiting:
        typer.echo(f"{found.waiting} interviews can't be asked for their meaning yet.", err=True)
    if not moments:
        typer.echo("Nothing found.", err=True)
        raise typer.Exit(1)
    typer.echo(
        f"{counts.moments} in {len(counts.interviews)} interviews, {format_ms(counts.total_ms)} in all"
        f"{'; --limit shows more' if counts.moments > len(moments) else ''}.",
        err=True,
    )


def _code_names(connection: Connection) -> dict[str, str]:
    import sqlalchemy as sa

    from service.coding import tables

    rows = connection.execute(sa.select(tables.code.c.id, tables.code.c.name))
    return {str(row[0]): str(row[1]) for row in rows}


def _within(query: Query, selection: Selection, speaker: str | None, interview: str | None) -> Query:
    """The query in the part of the study that options choose."""
    parts: list[Query] = list(query.parts) if isinstance(query, And) else [query]
    asked = len(parts)
    if speaker is not None:
        parts.append(SpokenBy(speaker))
    for of, chosen in (
        (Of.INTERVIEW, interview),
        (Of.GROUP, selection.group),
        (Of.ROLE, selection.role),
    ):
        if chosen is not None:
            parts.append(Interviews(of, chosen))
    if selection.wave is not None:
        parts.append(Waves(selection.wave, selection.wave))
    return query if len(parts) == asked else And(tuple(parts))


def _told(text: str, problem: QueryProblem) -> str:
    """What is wrong, with a mark under its place, and what was probably meant."""
    start, end = problem.place.start, problem.place.end
    meant = "" if problem.instead is None else f"\n  {text[:start]}{problem.instead}{text[end:]}"
    if "\n" in text or end == 0:
        return f"{problem}{meant}"
    return f"{problem}\n  {text}\n  {' ' * start}{'^' * max(1, end - start)}{meant}"


def _leaves(query: Query) -> Iterator[Leaf]:
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case Beside(found, other):
            yield from _leaves(found)
            yield from _leaves(other)
        case _:
            yield query
