"""``lytt user`` and ``lytt token``: accounts and API tokens, from the terminal of the machine that holds the vault."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from service.accounts.permissions import Role
from service.cli.errors import Refusal

if TYPE_CHECKING:
    import sqlalchemy as sa

users = typer.Typer(help="Accounts: who may sign in, and as what.", no_args_is_help=True)
tokens = typer.Typer(help="API tokens, for programs.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name to sign in with, such as kari.")]
TokenName = Annotated[str, typer.Argument(help="Name of the token, such as backup-check.")]
Roles = Annotated[
    list[Role], typer.Option("--role", help="steward, coder, lead or admin; several times for several.")
]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@contextmanager
def _vault() -> Iterator[sa.Connection]:
    """A transaction on the vault, whose refusals are sentences."""
    from service.accounts.accounts import AccountRefused, NoSuchAccount
    from service.accounts.passwords import PasswordRefused
    from service.accounts.tokens import NoSuchToken
    from service.cli.serve import load_settings
    from service.vault.store import open_vault

    vault = open_vault(load_settings())
    try:
        with vault.engine.begin() as connection:
            yield connection
    except (AccountRefused, NoSuchAccount, NoSuchToken, PasswordRefused) as refused:
        raise Refusal(str(refused)) from None
    finally:
        vault.close()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return given


@users.command("add")
def add_user(
    name: Name,
    role: Roles,
    email: Annotated[
        str | None, typer.Option("--email", help="E-mail address the identity provider knows.")
    ] = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Sign in through the identity provider only.")
    ] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Add an account. The first one must be an admin; from then on one must sign in."""
    from service.accounts.accounts import add_account, normal_name

    with _vault() as connection:
        # Said before a password is thought of.
        normal_name(name)
    password = None if no_password else _password(password_stdin)
    with _vault() as connection:
        account = add_account(connection, name, role, password, email, getpass.getuser())
    typer.echo(f"Added {account.name}: {_said(account.roles)}.")


@users.command("list")
def list_users() -> None:
    """Every account and its roles."""
    from service.accounts.accounts import list_accounts

    with _vault() as connection:
        found = list_accounts(connection)
    for account in found:
        ways = [
            way for way, has in (("password", account.has_password), (account.email, account.email)) if has
        ]
        typer.echo(f"{account.name}  {_said(account.roles)}  ({', '.join(str(way) for way in ways)})")
    if not found:
        typer.echo(
            "There is no account, so nobody must sign in. Add an admin: lytt user add NAME --role admin"
        )


@users.command("password")
def set_user_password(name: Name, password_stdin: FromStdin = False) -> None:
    """Give an account a new password; its sessions end."""
    from service.accounts.accounts import set_password

    password = _password(password_stdin)
    with _vault() as connection:
        set_password(connection, name, password, getpass.getuser())
    typer.echo("The password is set. Who was signed in with this account must sign in again.")


@users.command("role")
def set_user_roles(
    name: Name, roles: Annotated[list[Role], typer.Argument(help="All of its roles from now on.")]
) -> None:
    """Give an account these roles and no others."""
    from service.accounts.accounts import set_roles

    with _vault() as connection:
        account = set_roles(connection, name, roles, getpass.getuser())
    typer.echo(f"{account.name}: {_said(account.roles)}.")


@users.command("remove")
def remove_user(name: Name) -> None:
    """Remove an account; its sessions end. What it did stays in the event log."""
    from service.accounts.accounts import has_accounts, remove_account

    with _vault() as connection:
        remove_account(connection, name, getpass.getuser())
        left = has_accounts(connection)
    typer.echo("Removed." if left else "Removed. It was the last account, so nobody must sign in any more.")


@tokens.command("add")
def add_api_token(
    name: TokenName,
    role: Roles,
    expires: Annotated[
        int | None, typer.Option("--expires", min=1, max=3650, help="Days until it expires.", metavar="DAYS")
    ] = None,
) -> None:
    """Make a token and print it, this once."""
    from service.accounts.tokens import add_token

    with _vault() as connection:
        made, secret = add_token(connection, name, role, expires, getpass.getuser())
    typer.echo(secret)
    until = f", until {made.expires_at:%Y-%m-%d}" if made.expires_at else ""
    typer.echo(f"{made.name}: {_said(made.roles)}{until}. It is shown this once; keep it.", err=True)


@tokens.command("list")
def list_api_tokens() -> None:
    """Every token, its roles, and when it was used last."""
    from service.accounts.tokens import list_tokens

    with _vault() as connection:
        found = list_tokens(connection)
    for one in found:
        expires = f"expires {one.expires_at:%Y-%m-%d}" if one.expires_at else "never expires"
        state = "expired" if one.expired else expires
        used = f"used {one.used_at:%Y-%m-%d %H:%M} UTC" if one.used_at else "never used"
        typer.echo(f"{one.name}  {_said(one.roles)}  {state}, {used}, made by {one.made_by}")
    if not found:
        typer.echo("There is no token.")


@tokens.command("revoke")
def revoke_api_token(name: TokenName) -> None:
    """Take a token away: it opens nothing from now on."""
    from service.accounts.tokens import revoke_token

    with _vault() as connection:
        revoke_token(connection, name, getpass.getuser())
    typer.echo("Revoked.")


def _said(roles: frozenset[Role]) -> str:
    return ", ".join(role for role in Role if role in roles)
