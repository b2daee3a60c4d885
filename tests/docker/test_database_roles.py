"""The roles that docker/postgres/init.sh makes, on a real PostgreSQL: enough for Lytt, shut to the other side."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.coding.store import open_coding_store
from service.database import open_database
from service.settings import Settings
from service.vault.store import open_vault

INIT = Path(__file__).parents[2] / "docker" / "postgres" / "init.sh"

pytestmark = pytest.mark.e2e


def _programs() -> Path:
    """Where PostgreSQL's server programs lie; Debian keeps them off the path, a folder a version."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders or not shutil.which("psql"):
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return folders[-1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a PostgreSQL that was set up by init.sh and ends with the test."""
    programs = _programs()
    # Below /tmp and open: PostgreSQL refuses to run as root, and a socket's path is 107 bytes at most.
    folder = Path(f"/tmp/lytt-roles-{os.getpid()}")
    folder.mkdir(mode=0o755)
    as_postgres: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_postgres = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]

    def run(*command: str) -> None:
        done = subprocess.run([*as_postgres, *command], capture_output=True, text=True, cwd="/", timeout=120)
        assert done.returncode == 0, done.stderr

    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    try:
        run(str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
            "--auth-local=trust")  # fmt: skip
        run(
            str(programs / "pg_ctl"),
            "-D",
            str(folder / "data"),
            "-l",
            str(folder / "log"),
            "-w",
            "-o",
            options,
            "start",
        )
        set_up = subprocess.run(
            ["bash", str(INIT)],
            env=os.environ
            | {"PGHOST": str(folder), "PGPORT": str(port), "POSTGRES_USER": "postgres"}
            | {"LYTT_VAULT_PASSWORD": "of-the-vault", "LYTT_CODING_PASSWORD": "of-the-coding-store"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert set_up.returncode == 0, set_up.stderr
        yield port
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run(str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _url(port: int, role: str, password: str, database: str) -> str:
    return f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}"


def _may_enter(url: str) -> bool:
    engine = open_database(url)
    try:
        with engine.connect():
            return True
    except sa.exc.OperationalError as error:
        if "permission denied for database" not in str(error):
            raise
        return False
    finally:
        engine.dispose()


def test_both_stores_are_made_by_their_own_role(server: int, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        vault_url=_url(server, "lytt_vault", "of-the-vault", "lytt_vault"),
        coding_url=_url(server, "lytt_coding", "of-the-coding-store", "lytt_coding"),
    )
    for store in (open_vault(settings), open_coding_store(settings)):
        try:
            assert "interview" in sa.inspect(store.engine).get_table_names()
        finally:
            store.close()


def test_the_coding_role_can_not_enter_the_vault(server: int) -> None:
    assert _may_enter(_url(server, "lytt_coding", "of-the-coding-store", "lytt_coding"))
    assert not _may_enter(_url(server, "lytt_coding", "of-the-coding-store", "lytt_vault"))


def test_the_vaults_role_can_not_enter_the_coding_store(server: int) -> None:
    assert _may_enter(_url(server, "lytt_vault", "of-the-vault", "lytt_vault"))
    assert not _may_enter(_url(server, "lytt_vault", "of-the-vault", "lytt_coding"))
