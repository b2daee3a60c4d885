"""Waiting after failed sign-ins: for the account and for the address they came from, longer each time.

A try is counted before the password is checked, so that many at once are no way around it. The same holds for names
that no account has, so that waiting tells nobody which names there are.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from service.vault import tables

FREE = {"account": 5, "address": 20}
"""Failures that cost no wait. Several people can share an address."""
FIRST_WAIT_S = 2
LONGEST_WAIT_S = 900
FORGOTTEN_AFTER = timedelta(hours=12)


class TooManyTries(Exception):  # noqa: N818 - reads as what happened
    """One must wait; ``seconds`` says how long, ``str()`` says it in words."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        wait = f"{seconds} seconds" if seconds < 90 else f"{math.ceil(seconds / 60)} minutes"
        super().__init__(f"There were too many failed sign-ins. Wait {wait}, then try again.")


@dataclass(frozen=True, slots=True)
class Try:
    """One try to sign in: the keys it is counted under."""

    account: str
    address: str

    @classmethod
    def of(cls, name: str, address: str) -> Try:
        # What is typed as a name may be a password, so neither is kept as it is.
        return cls(_key("account", name.strip().casefold()), _key("address", address))


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind} {value}".encode()).hexdigest()


def wait_after(failures: int, free: int) -> int:
    """Seconds to wait after so many failures, of which some are free: doubling, at most a quarter of an hour."""
    over = failures - free
    if over < 0:
        return 0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S << min(over, 16))


def count_try(connection: sa.Connection, tried: Try) -> None:
    """Count the try as failed until :func:`forgive`. Raises :class:`TooManyTries`, and then counts nothing."""
    table = tables.accounts.sign_in_wait
    now = datetime.now(UTC)
    # Taking the write lock before reading, so that tries at once are counted one by one.
    connection.execute(sa.delete(table).where(table.c.failed_at < now - FORGOTTEN_AFTER, table.c.until < now))
    found = {
        row.key: row
        for row in connection.execute(
            sa.select(table).where(table.c.key.in_([tried.account, tried.address])).with_for_update()
        )
    }
    left = max((_aware(row.until) - now for row in found.values()), default=timedelta())
    if left > timedelta():
        raise TooManyTries(math.ceil(left.total_seconds()))
    for kind, key in (("account", tried.account), ("address", tried.address)):
        failures = (found[key].failures if key in found else 0) + 1
        until = now + timedelta(seconds=wait_after(failures, FREE[kind]))
        values = {"failures": failures, "failed_at": now, "until": until}
        if key in found:
            connection.execute(sa.update(table).where(table.c.key == key).values(**values))
            continue
        try:
            connection.execute(sa.insert(table).values(key=key, **values))
        except sa.exc.IntegrityError:
            # Another try of the same name, at this very moment.
            raise TooManyTries(1) from None


def forgive(connection: sa.Connection, tried: Try) -> None:
    """The try was right: the account's failures are forgotten, and the address has one less."""
    table = tables.accounts.sign_in_wait
    connection.execute(sa.delete(table).where(table.c.key == tried.account))
    connection.execute(
        sa.update(table)
        .where(table.c.key == tried.address)
        .values(failures=table.c.failures - 1, until=datetime.now(UTC))
    )


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
