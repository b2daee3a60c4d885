"""``lytt agreement``: how well two coders agree."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from service.cli.errors import Refusal
from service.transcript.selecting import NoSuchRole, Selection

if TYPE_CHECKING:
    from service.api.coding_agreement_schemas import Agreed, Agreement, Coefficient

COEFFICIENTS = {
    "percent": "agree",
    "kappa": "kappa",
    "alpha": "alpha",
    "unitizing_alpha": "u-alpha",
    "alpha_u": "alpha_U",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the command; ``unit`` is ``word`` or a length in ms."""

    first: str
    second: str
    selection: Selection
    interviews: tuple[str, ...]
    unit: str


def show_agreement(asked: Asked, form: str) -> None:
    """Print it as a table, or as ``json`` or ``csv``. Raises :class:`Refusal`."""
    found = _found(asked)
    if form == "json":
        typer.echo(found.model_dump_json(indent=1))
    elif form == "csv":
        typer.echo(_csv(found), nl=False)
    else:
        _print(found)


def _found(asked: Asked) -> Agreement:
    from service.api.coding_agreement_shapes import agreement_shape
    from service.coding import codebook
    from service.coding.agreement.comparing import agreement
    from service.coding.agreement.reading import chosen_standings, compared, not_blind
    from service.coding.agreement.values import Pair
    from service.coding.store import connect_coding_store
    from service.coding.values import Coder
    from service.naming import parse_reference
    from service.settings import Settings

    unit_ms = _unit_ms(asked.unit)
    try:
        pair = Pair.of(asked.first, asked.second)
    except ValueError as error:
        raise Refusal(str(error)) from None
    settings = Settings()
    names = [parse_reference(name, settings.name_pattern) for name in asked.interviews]
    wanted = [name.study_id if name else typed for name, typed in zip(names, asked.interviews, strict=True)]
    # Who sits at this machine has every role, a lead's too.
    reader = Coder("", leads=True)
    store = connect_coding_store(settings)
    try:
        with store.engine.connect() as connection:
            among = chosen_standings(connection, reader, asked.selection, wanted)
            known = sorted({name for one in among for name in (*one.ready, *one.coding)})
            both = compared(connection, reader, pair, among, unit_ms)
            codes = {one.id: one.name for one in codebook.current(connection).codes}
            seen = not_blind(connection, pair, (one.interview_id for one in both))
    except NoSuchRole as error:
        raise Refusal(str(error)) from None
    finally:
        store.close()
    if not both:
        there = ", ".join(known) or "nobody"
        raise Refusal(f"There is no such interview that both coded. Who coded there or is ready: {there}.")
    of_id = {one.id: one.name for one in among}
    interviews_found = [of_id[one.interview_id] for one in both]
    return agreement_shape(agreement(both), pair, unit_ms, interviews_found, codes, seen)


def _unit_ms(unit: str) -> int:
    from service.coding.agreement.reading import WORDS

    if unit == "word":
        return WORDS
    if not unit.isascii() or not unit.isdigit() or not 100 <= int(unit) <= 60_000:
        raise Refusal("A unit is `word`, or a length in ms from 100 to 60000.")
    return int(unit)


def _print(found: Agreement) -> None:
    number = len(found.interviews)
    unit = "words" if found.unit_ms is None else f"units of {found.unit_ms / 1000:g} s"
    typer.echo(f"{found.first} and {found.second}")
    typer.echo(
        f"{number} interview{'' if number == 1 else 's'}, {found.duration_ms / 3_600_000:.1f} hours, "
        f"{found.units:,} {unit}; intervals of 95 % from {found.resamples} samples of the interviews"
    )
    if found.not_blind:
        typer.echo(f"{found.not_blind} codings were changed after their coder may have seen others'")
    width = max([len("overall"), *(len(one.name) for one in found.codes)])
    head = "".join(f"  {title:<21}" for title in COEFFICIENTS.values())
    typer.echo(f"\n{'':{width}}{head}".rstrip())
    for one in (found.overall, *found.codes):
        cells = "".join(f"  {_cell(getattr(one, name)):<21}" for name in COEFFICIENTS)
        typer.echo(f"{one.name or 'overall':{width}}{cells}{_only(found, one)}".rstrip())
    reasons = sorted({told.because for one in (found.overall, *found.codes) for told in _all(one)} - {""})
    for reason in reasons:
        typer.echo(f"-: {reason}")


def _cell(one: Coefficient) -> str:
    if one.value is None:
        return "-"
    if one.low is None or one.high is None:
        return f"{one.value:.3f} (-)"
    return f"{one.value:.3f} ({one.low:.3f}..{one.high:.3f})"


def _only(found: Agreement, one: Agreed) -> str:
    who = {"first": found.first, "second": found.second}.get(one.used_by)
    return f"  only {who}" if who else ""


def _all(one: Agreed) -> tuple[Coefficient, ...]:
    return tuple(getattr(one, name) for name in COEFFICIENTS)


def _csv(found: Agreement) -> str:
    from service.coding.csv_writing import CsvWriter

    text = io.StringIO()
    rows = CsvWriter(text, "\n")
    rows.write(
        ["code", "name", "first_ms", "second_ms", "both_ms"]
        + [f"{name}{part}" for name in COEFFICIENTS for part in ("", "_low", "_high", "_why_not")]
    )
    for one in (found.overall, *found.codes):
        told = [
            value for each in _all(one) for value in (each.value, each.low, each.high, each.why_not or "")
        ]
        name = one.name if one.code else "overall"
        rows.write([one.code or "", name, one.first_ms, one.second_ms, one.both_ms, *told])
    return text.getvalue()
