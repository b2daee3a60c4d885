"""``lytt identities``: the study's own list, and the style of stand-ins."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from models.anonymisation.known import KnownEntity

app = typer.Typer(help="Who is meant by stand-ins: the study's own list, their style.", no_args_is_help=True)


@app.command("list")
def list_entries() -> None:
    """The study's own list: kind, stand-in, bare words."""
    from service.identities.listing import listed
    from service.settings import Settings
    from service.vault.store import open_vault

    vault = open_vault(Settings())
    try:
        with vault.engine.connect() as connection:
            held = listed(connection)
    finally:
        vault.close()
    for one in held:
        typer.echo(f"{one.label}\t{one.stand_in}\t{' '.join(one.words)}")
    if not held:
        typer.echo("The list is empty. Put names on it with: lytt identities import FILE", err=True)


@app.command()
def add() -> None:
    """Put the entries of standard input on the list, one a line, after a tab NAME, PLACE or ORGANISATION."""
    _add(_read(sys.stdin))


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="Entries, one a line, after a tab NAME, PLACE or ORGANISATION.")
    ],
) -> None:
    """Put the entries of a file on the list."""
    try:
        with file.open(encoding="utf-8") as lines:
            _add(_read(lines))
    except OSError as error:
        raise Refusal(f"The list can't be used: {error.strerror}.") from None


@app.command()
def remove() -> None:
    """Take the entries of standard input off the list. What was found by them stays."""
    from service.identities.listing import take_off_list
    from service.settings import Settings
    from service.vault.store import open_vault

    entities = _read(sys.stdin)
    vault = open_vault(Settings())
    try:
        with vault.engine.begin() as connection:
            count = take_off_list(connection, entities, getpass.getuser())
    finally:
        vault.close()
    typer.echo(f"{count} taken off the list.")


@app.command()
def search() -> None:
    """Look for names again in every interview in which more may be found by now."""
    from models.problems import RecordingProblem
    from service.correcting.corrections import TranscriptChanged
    from service.identities.looking import outdated_interviews
    from service.review.names import search_again
    from service.settings import Settings
    from service.vault.interviews import find_interview
    from service.vault.store import open_vault

    settings = Settings()
    vault = open_vault(settings)
    failed = 0
    try:
        with vault.engine.connect() as connection:
            names = outdated_interviews(connection)
            found = [(name, find_interview(connection, name)) for name in names]
        for name, interview in found:
            if interview is None:
                continue
            try:
                count = search_again(vault, settings, interview.id, getpass.getuser())
            except RecordingProblem as problem:
                raise Refusal(str(problem)) from None
            except TranscriptChanged:
                failed += 1
                typer.echo(f"{name}: corrected meanwhile; look again later.", err=True)
            else:
                typer.echo(f"{name}: {count} redactions")
    finally:
        vault.close()
    typer.echo(f"{len(found) - failed} looked through.")


@app.command()
def style(
    style: Annotated[str, typer.Argument(help="numbered, realistic or roles.")],
    dates: Annotated[
        str, typer.Option("--dates", help="shifted or coarsened, where they are not numbered.")
    ] = "shifted",
) -> None:
    """Let all stand-ins be of another style, but those that a person wrote."""
    from service.coding.store import open_coding_store
    from service.identities.rendering import Dates, Style, Styles
    from service.identities.styling import change_style
    from service.review.passing_on import bring_up_to_date
    from service.settings import Settings
    from service.vault.store import open_vault

    try:
        wanted = Styles(Style(style), Dates(dates))
    except ValueError:
        raise Refusal("A style is numbered, realistic or roles; dates are shifted or coarsened.") from None
    settings = Settings()
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    try:
        with vault.engine.begin() as connection:
            changed = change_style(connection, wanted, getpass.getuser())
        passed = bring_up_to_date(vault, store)
    finally:
        store.close()
        vault.close()
    typer.echo(f"{len(changed)} interviews changed; coders have {len(passed)} of them anew.")


def _add(entities: list[KnownEntity]) -> None:
    from service.identities.listing import add_to_list
    from service.settings import Settings
    from service.vault.store import open_vault

    vault = open_vault(Settings())
    try:
        with vault.engine.begin() as connection:
            count = add_to_list(connection, entities, getpass.getuser())
    finally:
        vault.close()
    typer.echo(f"{count} new on the list.")
    if count:
        typer.echo("Interviews that are done are to be looked through again: lytt identities search")


def _read(lines: Iterable[str]) -> list[KnownEntity]:
    from models.anonymisation.known import ListError, read_list

    try:
        return list(read_list(lines))
    except ListError as error:
        raise Refusal(
            f"The list has a label in line {error.line} that is none: NAME, PLACE or ORGANISATION."
        ) from None
    except UnicodeDecodeError:
        raise Refusal("The list is not UTF-8.") from None
