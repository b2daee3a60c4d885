"""Signing in with a name and a password, and what the event log says of it."""

from __future__ import annotations

import sqlalchemy as sa

from service.accounts.accounts import Account, find_account
from service.accounts.passwords import is_right
from service.accounts.permissions import NOBODY
from service.accounts.waiting import Try, count_try, forgive
from service.vault import tables
from service.vault.events import record_event


class SignInRefused(Exception):  # noqa: N818 - reads as what happened
    """Name and password are not those of an account: never which of the two."""

    def __init__(self) -> None:
        super().__init__("The name or the password is not right.")


def check_password(engine: sa.Engine, name: str, password: str, address: str) -> Account:
    """The account that signs in. Raises :class:`SignInRefused`, and ``TooManyTries`` when one must wait first."""
    tried = Try.of(name, address)
    with engine.begin() as connection:
        count_try(connection, tried)
    with engine.connect() as connection:
        account = find_account(connection, name)
        kept = _password_hash(connection, account)
    right = is_right(password, kept)
    with engine.begin() as connection:
        if account is None or not right:
            # What was typed as a name may be a password, so an unknown one is not kept.
            record_event(connection, NOBODY, "sign_in_failed", account.name if account else "unknown")
        else:
            forgive(connection, tried)
    if account is None or not right:
        raise SignInRefused
    return account


def _password_hash(connection: sa.Connection, account: Account | None) -> str | None:
    table = tables.accounts.account
    return connection.execute(
        sa.select(table.c.password_hash).where(table.c.id == (account.id if account else -1))
    ).scalar_one_or_none()
