"""``lytt user``, ``lytt token`` and ``lytt audit`` in a terminal."""

from __future__ import annotations

import getpass
import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.errors import Refusal
from service.cli.main import app
from service.settings import Settings
from service.vault.chain import Anchor
from service.vault.events import Verdict, record_event, verify
from service.vault.plain_events import append_event
from service.vault.store import Vault, connect_vault, open_vault

PASSWORD = "four random words here\n"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path))
    return tmp_path


def lytt(*arguments: str, given: str = PASSWORD) -> Result:
    return CliRunner().invoke(app, list(arguments), input=given)


def told(*arguments: str, given: str = PASSWORD) -> str:
    """What a refused command says."""
    result = lytt(*arguments, given=given)
    assert isinstance(result.exception, Refusal), result.output
    return str(result.exception)


def test_the_first_account_is_an_admin(data_dir: Path) -> None:
    assert "must be an admin" in told("user", "add", "kari", "--role", "steward", "--password-stdin")
    assert "nobody must sign in" in lytt("user", "list").output
    added = lytt("user", "add", "Kari", "--role", "admin", "--role", "steward", "--password-stdin")
    assert added.output == "Added kari: steward, admin.\n"
    assert lytt("user", "list").output == "kari  steward, admin  (password)\n"


def test_accounts_are_changed_and_removed(data_dir: Path) -> None:
    lytt("user", "add", "kari", "--role", "admin", "--password-stdin")
    lytt("user", "add", "ola", "--role", "coder", "--email", "ola@example.org", "--no-password")
    assert "ola  coder  (ola@example.org)" in lytt("user", "list").output
    assert lytt("user", "role", "ola", "lead", "coder").output == "ola: coder, lead.\n"
    assert lytt("user", "password", "ola", "--password-stdin").exit_code == 0
    assert "12 to 256" in told("user", "password", "ola", "--password-stdin", given="short\n")
    assert "only admin" in told("user", "remove", "kari")
    assert lytt("user", "remove", "ola").output == "Removed.\n"
    assert "last account" in lytt("user", "remove", "kari").output
    assert "no account of this name" in told("user", "remove", "ola")


def test_a_typed_password_is_asked_for_twice(data_dir: Path) -> None:
    result = lytt("user", "add", "kari", "--role", "admin", given=PASSWORD + PASSWORD)
    assert result.exit_code == 0
    assert PASSWORD.strip() not in result.output


def test_a_token_is_shown_once(data_dir: Path) -> None:
    made = lytt("token", "add", "board", "--role", "coder", "--expires", "30")
    secret = made.stdout.splitlines()[0]
    assert secret.startswith("lytt_")
    listed = lytt("token", "list").output
    assert "board  coder  expires" in listed
    assert secret not in listed
    assert lytt("token", "revoke", "board").output == "Revoked.\n"
    assert "no token of this name" in told("token", "revoke", "board")


def test_the_log_is_shown_and_verified(data_dir: Path) -> None:
    lytt("user", "add", "kari", "--role", "admin", "--password-stdin")
    lytt("token", "add", "board", "--role", "coder")
    assert lytt("audit", "verify").output == "The event log is whole: 2 events.\n"
    shown = lytt("audit", "show").output.splitlines()
    assert [line.split("  ")[3:5] for line in shown] == [["account_added", "kari"], ["token_added", "board"]]
    (line,) = lytt("audit", "show", "--json", "--subject", "board").output.splitlines()
    event = json.loads(line)
    assert (event["number"], event["actor"], event["action"]) == (2, getpass.getuser(), "token_added")
    assert lytt("audit", "show", "--actor", "nobody").output.strip() == "No such event."
    assert lytt("audit", "show", "--since", "2100-01-01").output.strip() == "No such event."
    assert len(lytt("audit", "show", "--action", "account_added", "--limit", "1").output.splitlines()) == 1


def test_a_log_that_was_touched_is_refused_with_its_first_broken_event(data_dir: Path) -> None:
    for name in ("a", "b", "c"):
        lytt("token", "add", name, "--role", "coder")
    with sqlite3.connect(data_dir / "vault.sqlite") as connection:
        connection.execute("DROP TRIGGER event_kept")
        connection.execute("DELETE FROM event WHERE id = 2")
    assert told("audit", "verify").startswith("Event 3 is not as it was written")


def test_a_log_put_back_on_purpose_is_accepted_and_that_is_logged(data_dir: Path) -> None:
    lytt("token", "add", "a", "--role", "coder")
    (data_dir / "event_log.head").unlink()
    assert "anchor is missing" in told("audit", "verify")
    assert lytt("audit", "verify", "--accept-end").output == "The event log is whole: 2 events.\n"


@pytest.fixture
def vault(data_dir: Path) -> Vault:
    return open_vault(Settings())


def test_reading_commands_go_on_from_the_same_chain(data_dir: Path, vault: Vault) -> None:
    settings = Settings()
    anchor = Anchor(settings.event_log_head)

    def plainly() -> None:
        append_event(
            data_dir / "vault.sqlite",
            vault.sealer,
            anchor,
            "kari",
            "transcript_read",
            "x",
            {"at_ms": 7},
        )

    plainly()
    with vault.engine.begin() as connection:
        record_event(connection, "kari", "released", "x", {"revision": 1})
    plainly()
    vault.close()
    again = connect_vault(settings)
    with again.engine.connect() as connection:
        assert verify(connection) == Verdict(3)
    again.close()
    assert settings.event_log_head.read_text().startswith(f"{3:020d} ")
