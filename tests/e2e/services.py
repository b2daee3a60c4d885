"""A real PostgreSQL for a test: Debian's package, a cluster of its own, gone afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

MISSING = "PostgreSQL's server is not installed (Debian, Ubuntu: sudo apt-get install postgresql)"


def postgresql_binaries() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl`` of the newest installed version, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return max(found, key=lambda path: (len(path.parts), path.parts), default=None)


class PostgreSQL:
    """A running cluster; :meth:`database` makes an empty database in it."""

    def __init__(self, binaries: Path, folder: Path, port: int, password: str) -> None:
        self._binaries = binaries
        self._folder = folder
        self._base = sa.URL.create("postgresql", "lytt", password, "127.0.0.1", port, "postgres")

    def database(self, name: str) -> str:
        """The URL of a new, empty database."""
        engine = sa.create_engine(
            self._base.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return self._base.set(database=name).render_as_string(hide_password=False)

    def start(self) -> None:
        self.run("pg_ctl", "-D", self._folder / "data", "-l", self._folder / "log", "-w", "start")

    def stop(self) -> None:
        """Stop the server at once, as an upgrade or a reboot would."""
        self.run("pg_ctl", "-D", self._folder / "data", "-m", "fast", "-w", "stop")

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's programs as the user that owns the cluster."""
        owner = _unprivileged()
        with (self._folder / "log").open("ab") as log:
            subprocess.run(
                [str(self._binaries / program), *map(str, arguments)],
                check=True,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=120,
                user=owner,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            )


@contextmanager
def postgresql(binaries: Path) -> Iterator[PostgreSQL]:
    """A cluster on a free port of the loopback address, with a password."""
    folder = Path(tempfile.mkdtemp(prefix="lytt-postgresql-"))
    password, port = secrets.token_hex(16), _free_port()
    (folder / "password").write_text(password)
    (folder / "log").touch()
    owner = _unprivileged()
    if owner is not None:
        for path in (folder, folder / "password", folder / "log"):
            os.chown(path, owner, -1)
    server = PostgreSQL(binaries, folder, port, password)
    try:
        server.run(
            *("initdb", "-D", folder / "data", "-U", "lytt", "--pwfile", folder / "password"),
            *("-A", "scram-sha-256", "-E", "UTF8", "--no-sync"),
        )
        with (folder / "data" / "postgresql.auto.conf").open("a") as settings:
            settings.write(
                f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n"
            )
        server.start()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> int | None:
    """Whom to run the server as when we are root, which it refuses; None to run it as ourselves."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise RuntimeError("there is no unprivileged user to run PostgreSQL as")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
