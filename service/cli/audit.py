"""``lytt audit``: the event log: show it, check that it is whole."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from service.settings import Settings
    from service.vault.store import Vault

app = typer.Typer(help="The event log: show it, check that it is whole.", no_args_is_help=True)


@contextmanager
def _vault() -> Iterator[tuple[Vault, Settings]]:
    from service.cli.serve import load_settings
    from service.vault.chain import AnchorDamaged
    from service.vault.locked import KeyUnusable, SealBroken
    from service.vault.store import open_vault

    settings = load_settings()
    vault = open_vault(settings)
    try:
        yield vault, settings
    except (AnchorDamaged, KeyUnusable, SealBroken) as error:
        raise Refusal(str(error)) from None
    finally:
        vault.close()


@app.command()
def verify(
    accept_end: Annotated[
        bool,
        typer.Option(
            "--accept-end", help="After a backup was put back: take the log as it ends now, and log that."
        ),
    ] = False,
) -> None:
    """Say whether the event log is as it was written; exit code 1 if not, with the first event that is not."""
    from service.vault.events import accept_end as accept
    from service.vault.events import verify as check

    with _vault() as (vault, _):
        if accept_end:
            with vault.engine.begin() as connection:
                accept(connection, getpass.getuser())
        with vault.engine.connect() as connection:
            verdict = check(connection)
    if verdict.reason is not None:
        raise Refusal(verdict.reason)
    typer.echo(f"The event log is whole: {verdict.events} events.")


@app.command()
def show(
    actor: Annotated[str | None, typer.Option(help="Only what this one did.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this, such as released.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only on this: a study id, or an id.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only from this day or time on (UTC).", metavar="TIME")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most this many, the newest.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one event a line.")] = False,
) -> None:
    """The events, the newest last."""
    from service.naming import parse_reference
    from service.vault.events import Wanted, read_events

    from_time = since.replace(tzinfo=UTC) if since is not None else None
    with _vault() as (vault, settings):
        name = parse_reference(subject, settings.name_pattern) if subject else None
        wanted = Wanted(actor, action, name.study_id if name else subject, from_time, None, limit)
        with vault.engine.connect() as connection:
            found = read_events(connection, wanted)
    for one in reversed(found):
        if as_json:
            typer.echo(
                json.dumps(
                    {
                        "number": one.number,
                        "at": one.at.isoformat(),
                        "actor": one.actor,
                        "action": one.action,
                        "subject": one.subject,
                        "interview": one.interview,
                        "detail": dict(one.detail),
                    }
                )
            )
            continue
        detail = " ".join(f"{key}={value}" for key, value in one.detail.items())
        typer.echo(
            f"{one.number}  {one.at:%Y-%m-%d %H:%M:%S}  {one.actor}  {one.action}  "
            f"{one.interview or one.subject}  {detail}".rstrip()
        )
    if not found and not as_json:
        typer.echo("No such event.", err=True)
