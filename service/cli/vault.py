"""``lytt vault``: the key that opens the vault, and whether everything in it can be opened."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from service.settings import Settings
    from service.vault.key_file import KeySource
    from service.vault.keys import Master
    from service.vault.store import Vault

app = typer.Typer(no_args_is_help=True)

NEW_KEY = "LYTT_VAULT_NEW_KEY"


def _settings() -> Settings:
    from service.cli.serve import load_settings

    return load_settings()


def _source() -> KeySource:
    from service.vault.store import key_source

    return key_source(_settings())


@contextmanager
def _opened() -> Iterator[Vault]:
    from service.vault.store import open_vault

    vault = open_vault(_settings())
    try:
        yield vault
    finally:
        vault.close()


def _asked(prompt: str) -> str:
    """A line that is not shown: from the terminal, or else from standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{prompt}: ")
    return sys.stdin.readline().rstrip("\n")


def _new_passphrase() -> str:
    from service.vault.key_file import SHORTEST_PASSPHRASE

    chosen = _asked("New passphrase")
    if len(chosen) < SHORTEST_PASSPHRASE:
        raise Refusal(f"A passphrase has at least {SHORTEST_PASSPHRASE} characters; several words are best.")
    if sys.stdin.isatty() and _asked("Once more") != chosen:
        raise Refusal("The two are not the same. Nothing was changed.")
    return chosen


@app.command()
def passphrase(
    remove: Annotated[
        bool, typer.Option("--remove", help="Keep the key in the key file as it is again.")
    ] = False,
) -> None:
    """Put the vault's key behind a passphrase, or change it. A new key is made for that."""
    source = _source()
    if source.given is not None:
        raise Refusal("The vault's key is a setting (vault_key): there is no key file to protect.")
    with _opened() as vault:
        chosen = None if remove else _new_passphrase()
        again = _rotate(vault, lambda master: _put(source, master, chosen))
    if remove:
        typer.echo(f"The key is in {source.file}, without a passphrase. {_counted(again)}")
    else:
        typer.echo(
            "The key is behind the passphrase, and stays open until this machine stops or `lytt vault lock`. "
            f"{_counted(again)} Nobody can open the vault without the passphrase: keep it where it is not lost."
        )


@app.command()
def unlock() -> None:
    """Open the vault until this machine stops; the opened key is in memory only."""
    from service.vault.key_file import WrongPassphrase
    from service.vault.key_file import unlock as leave_open

    source = _source()
    if not source.protected:
        raise Refusal("The vault's key is not behind a passphrase, so there is nothing to unlock.")
    try:
        leave_open(source, _asked("Passphrase"))
    except WrongPassphrase as wrong:
        raise Refusal(str(wrong)) from None
    typer.echo("Unlocked until this machine stops, or `lytt vault lock`.")


@app.command()
def lock() -> None:
    """Take the opened key out of memory."""
    from service.vault.key_file import lock as close

    source = _source()
    if not source.protected:
        raise Refusal(
            "The vault's key is not behind a passphrase. Put it behind one with: lytt vault passphrase"
        )
    if not close(source):
        typer.echo("The vault was locked already.")
        return
    typer.echo("Locked. A Lytt that is running has the key in its memory until it is stopped.")


@app.command()
def rotate() -> None:
    """Make a new key and put it in place of the old one, while Lytt runs."""
    source = _source()
    if source.given is not None:
        _rotate_setting()
        return
    secret: str | None = None
    if source.protected:
        from service.vault.key_file import WrongPassphrase

        secret = _asked("Passphrase")
        try:
            source.open_with(secret)
        except WrongPassphrase as wrong:
            raise Refusal(str(wrong)) from None
    with _opened() as vault:
        again = _rotate(vault, lambda master: _put(source, master, secret))
    typer.echo(
        f"The vault has a new key. {_counted(again)} Back up {source.file}: the old one opens nothing now."
    )


def _rotate_setting() -> None:
    """The new key is somebody else's to keep: the last step is taken when Lytt starts with it."""
    from service.vault.keys import Master
    from service.vault.rotation import begin, refuse_another, wrap_again

    given = os.environ.get(NEW_KEY)
    if given is None:
        raise Refusal(
            f"The vault's key is a setting. Give the new one in {NEW_KEY} (make one: openssl rand -hex 32), and run "
            "this again."
        )
    new = Master.from_hex(given)
    with _opened() as vault:
        refuse_another(vault, new)
        again = wrap_again(vault, begin(vault, new))
    typer.echo(
        f"Everything is under the new key. {_counted(again)} Put it into LYTT_VAULT_KEY and restart all of Lytt: from "
        "then on the old one opens nothing."
    )


def _rotate(vault: Vault, put: Callable[[Master], None]) -> int:
    from service.vault.rotation import rotate as rotated

    return rotated(vault, getpass.getuser(), put)


def _put(source: KeySource, master: Master, secret: str | None) -> None:
    """The new key into the key file; one behind a passphrase stays open for those who run."""
    from service.vault.key_file import lock as close
    from service.vault.key_file import unlock as leave_open

    source.replace(master, secret)
    if secret is None:
        close(source)
    else:
        leave_open(source, secret)


def _counted(again: int) -> str:
    return f"{again} {'file was' if again == 1 else 'files were'} given to it." if again else ""


@app.command()
def check(
    everything: Annotated[bool, typer.Option("--all", help="Every value of the database.")] = False,
    rows: Annotated[
        int, typer.Option("--rows", min=1, help="So many values of each column, drawn at random.")
    ] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Open every file to its end and values of every sealed column; say how many could not be opened."""
    from service.vault.checking import check as checked

    with _opened() as vault, _shown() as tell:
        found = checked(vault, None if everything else rows, tell)
    if as_json:
        import json
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(found)))
    else:
        typer.echo(f"{found.files} files: {found.damaged} damaged, {found.lost} lost.")
        typer.echo(f"{found.values} values: {found.sealed_otherwise} can't be opened.")
        if found.extra:
            typer.echo(f"{found.extra} files belong to nothing: left by a crash, and no key opens them.")
    if not found.well:
        typer.echo("Put what is damaged back from the backup.", err=True)
        raise typer.Exit(1)


@contextmanager
def _shown() -> Iterator[Callable[[int], None]]:
    """Counts files on standard error where somebody looks on."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("files", total=None)
        yield lambda number: bar.update(task, completed=number)
