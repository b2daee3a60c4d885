"""A worker's lock: held while the worker lives, free the moment it is dead, however it died.

On SQLite it is a lock on a file beside the database; on PostgreSQL a session advisory lock on a
connection of its own. Both are let go by the operating system, so no clock decides who is alive.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

_RETRY_S = 0.1


class HeldLock(Protocol):
    """A lock this process holds."""

    def still_held(self) -> bool:
        """Whether it is held: a broken database connection loses it."""

    def release(self) -> None: ...


class WorkerLocks(Protocol):
    """The locks of all workers of one vault, by worker name."""

    def try_lock(self, worker: str) -> HeldLock | None:
        """The lock, or None when somebody holds it."""

    def is_held(self, worker: str) -> bool:
        """Whether a live worker holds it."""


def worker_locks(url: str) -> WorkerLocks:
    """The locks of the workers that share the vault database at ``url``."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return FileLocks(Path(str(parsed.database)).parent / "workers")
    return AdvisoryLocks(parsed)


def lock_within(locks: WorkerLocks, worker: str, seconds: float) -> HeldLock | None:
    """Try for a while: another worker may hold the lock for a moment to see whether it is free."""
    deadline = time.monotonic() + seconds
    while (lock := locks.try_lock(worker)) is None and time.monotonic() < deadline:
        time.sleep(_RETRY_S)
    return lock


class FileLocks:
    """One file a worker. The files stay: removing one would let two workers lock two of the same name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def try_lock(self, worker: str) -> HeldLock | None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Python opens files so that processes started from here do not inherit, and so keep, the lock.
        descriptor = os.open(self._path(worker), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return _FileLock(descriptor)

    def is_held(self, worker: str) -> bool:
        try:
            descriptor = os.open(self._path(worker), os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _path(self, worker: str) -> Path:
        return self.folder / f"{worker}.lock"


class _FileLock:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def still_held(self) -> bool:
        return True

    def release(self) -> None:
        os.close(self._descriptor)


_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""A machine that lost its power says no goodbye: both sides notice within 25 s."""


class AdvisoryLocks:
    """Session advisory locks, each on a connection of its own that does nothing else."""

    def __init__(self, url: sa.URL) -> None:
        server_side = " ".join(f"-c tcp_{name}={value}" for name, value in _KEEPALIVE.items())
        self._engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=sa.NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "application_name": "lytt worker lock",
                "connect_timeout": 10,
                "options": server_side,
                "keepalives": 1,
                "tcp_user_timeout": 20_000,
                **_KEEPALIVE,
            },
        )

    def try_lock(self, worker: str) -> HeldLock | None:
        connection = self._engine.connect()
        try:
            got = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_key(worker)))).scalar_one()
        except BaseException:
            connection.close()
            raise
        if not got:
            connection.close()
            return None
        return _AdvisoryLock(connection)

    def is_held(self, worker: str) -> bool:
        key = _key(worker) & 0xFFFF_FFFF_FFFF_FFFF
        with self._engine.connect() as connection:
            found = connection.execute(
                sa.text(
                    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
                    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                    " AND classid::bigint = :high AND objid::bigint = :low"
                ),
                {"high": key >> 32, "low": key & 0xFFFF_FFFF},
            )
            return found.first() is not None


class _AdvisoryLock:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def still_held(self) -> bool:
        if self._connection.closed:
            return False
        try:
            self._connection.execute(sa.text("SELECT 1"))
        except sa.exc.DBAPIError:
            return False
        return True

    def release(self) -> None:
        with contextlib.suppress(sa.exc.DBAPIError):
            self._connection.close()


def _key(worker: str) -> int:
    """The 64 bits PostgreSQL knows the lock by."""
    digest = hashlib.sha256(f"lytt worker {worker}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
