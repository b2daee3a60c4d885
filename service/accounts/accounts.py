"""Accounts: adding, changing, removing. Every change is an event, and ends the sessions it should end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from service.accounts.passwords import hashed
from service.accounts.permissions import LOCAL, NOBODY, Role
from service.accounts.sessions import end_sessions
from service.vault import tables
from service.vault.events import record_event

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
TAKEN_NAMES = frozenset({LOCAL.name, NOBODY, "lytt", "intake", "pipeline", "access-token"})
"""Names that the event log gives to others."""


class AccountRefused(Exception):  # noqa: N818 - reads as what happened
    """The account can't be made or changed so; ``str()`` says why."""


class NoSuchAccount(Exception):  # noqa: N818 - reads as what happened
    """There is no account of this name."""

    def __init__(self) -> None:
        super().__init__("There is no account of this name. See: lytt user list")


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    name: str
    email: str | None
    roles: frozenset[Role]
    has_password: bool
    created_at: datetime


def normal_name(name: str) -> str:
    """The name as it is kept. Raises :class:`AccountRefused` when it can't be one."""
    kept = name.strip().casefold()
    if not _NAME.fullmatch(kept):
        raise AccountRefused(
            "A name has 1 to 63 characters: small letters a to z, digits, dot, hyphen, underscore; "
            "a letter or digit first."
        )
    if kept in TAKEN_NAMES:
        raise AccountRefused("The event log uses this name for something else. Choose another one.")
    return kept


def has_accounts(connection: sa.Connection) -> bool:
    return connection.execute(sa.select(sa.exists(sa.select(tables.accounts.account.c.id)))).scalar_one()


def list_accounts(connection: sa.Connection) -> tuple[Account, ...]:
    """Every account, by name."""
    table = tables.accounts.account
    return tuple(_account(row) for row in connection.execute(sa.select(table).order_by(table.c.name)))


def find_account(connection: sa.Connection, name: str) -> Account | None:
    table = tables.accounts.account
    row = connection.execute(sa.select(table).where(table.c.name == name.strip().casefold())).one_or_none()
    return None if row is None else _account(row)


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    found = row._mapping
    at: datetime = found["created_at"]
    return Account(
        id=found["id"],
        name=found["name"],
        email=found["email"],
        roles=frozenset(Role(role) for role in found["roles"]),
        has_password=found["password_hash"] is not None,
        created_at=at if at.tzinfo else at.replace(tzinfo=UTC),
    )


def add_account(
    connection: sa.Connection,
    name: str,
    roles: Iterable[Role],
    password: str | None,
    email: str | None,
    by: str,
) -> Account:
    """Add an account; without a password it signs in through the identity provider only.

    Raises :class:`AccountRefused` and ``PasswordRefused``.
    """
    kept, given = normal_name(name), _roles(roles)
    if not has_accounts(connection) and Role.ADMIN not in given:
        raise AccountRefused("The first account must be an admin, so that somebody can add the others.")
    if password is None and email is None:
        raise AccountRefused("An account needs a password, or an e-mail address for the identity provider.")
    table = tables.accounts.account
    try:
        connection.execute(
            sa.insert(table).values(
                name=kept,
                email=_email(email),
                roles=[str(role) for role in given],
                password_hash=hashed(password) if password is not None else None,
                created_at=datetime.now(UTC),
            )
        )
    except sa.exc.IntegrityError:
        raise AccountRefused("There is an account of this name or e-mail address already.") from None
    record_event(connection, by, "account_added", kept, {"roles": ",".join(given)})
    return _required(connection, kept)


def set_roles(connection: sa.Connection, name: str, roles: Iterable[Role], by: str) -> Account:
    """Give the account these roles and no others. Raises :class:`NoSuchAccount` and :class:`AccountRefused`."""
    account, given = _required(connection, name), _roles(roles)
    if Role.ADMIN not in given:
        _keep_an_admin(connection, account)
    table = tables.accounts.account
    connection.execute(
        sa.update(table).where(table.c.id == account.id).values(roles=[str(role) for role in given])
    )
    record_event(connection, by, "roles_set", account.name, {"roles": ",".join(given)})
    return _required(connection, account.name)


def set_email(connection: sa.Connection, name: str, email: str | None, by: str) -> Account:
    """Say by which e-mail address the identity provider knows the account; forgets whom it bound to it before."""
    account = _required(connection, name)
    table = tables.accounts.account
    if email is None and not account.has_password:
        raise AccountRefused("Without a password the account needs an e-mail address.")
    try:
        connection.execute(
            sa.update(table).where(table.c.id == account.id).values(email=_email(email), oidc_subject=None)
        )
    except sa.exc.IntegrityError:
        raise AccountRefused("Another account has this e-mail address.") from None
    record_event(connection, by, "email_set", account.name)
    return _required(connection, account.name)


def set_password(
    connection: sa.Connection, name: str, password: str, by: str, keep_session: str | None = None
) -> None:
    """Set the password; every session of the account ends but the one whose token hash is ``keep_session``.

    Raises :class:`NoSuchAccount` and ``PasswordRefused``.
    """
    account = _required(connection, name)
    table = tables.accounts.account
    connection.execute(
        sa.update(table).where(table.c.id == account.id).values(password_hash=hashed(password))
    )
    end_sessions(connection, account.id, but=keep_session)
    record_event(connection, by, "password_set", account.name)


def remove_account(connection: sa.Connection, name: str, by: str) -> None:
    """Remove the account and end its sessions. Raises :class:`NoSuchAccount` and :class:`AccountRefused`."""
    account = _required(connection, name)
    others = len(list_accounts(connection)) > 1
    if others:
        _keep_an_admin(connection, account)
    end_sessions(connection, account.id)
    table = tables.accounts.account
    connection.execute(sa.delete(table).where(table.c.id == account.id))
    record_event(connection, by, "account_removed", account.name)


def _required(connection: sa.Connection, name: str) -> Account:
    found = find_account(connection, name)
    if found is None:
        raise NoSuchAccount
    return found


def _roles(roles: Iterable[Role]) -> tuple[Role, ...]:
    given = set(roles)
    if not given:
        raise AccountRefused("An account has at least one role: steward, coder, lead or admin.")
    return tuple(role for role in Role if role in given)


def _email(email: str | None) -> str | None:
    if email is None:
        return None
    kept = email.strip().casefold()
    if not _EMAIL.fullmatch(kept):
        raise AccountRefused("That is not an e-mail address.")
    return kept


def _keep_an_admin(connection: sa.Connection, account: Account) -> None:
    others = [one for one in list_accounts(connection) if one.id != account.id]
    if Role.ADMIN in account.roles and not any(Role.ADMIN in one.roles for one in others):
        raise AccountRefused("This is the only admin. Make another account an admin first.")
