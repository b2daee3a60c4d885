"""``lytt webhook`` in a terminal, and the running service that carries to what was added there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

import service.app
from service.cli.errors import Refusal
from service.cli.main import app
from service.coding.feed.webhooks import list_webhooks
from service.coding.store import CodingStore, open_coding_store
from service.settings import Settings
from service.vault.events import Wanted, read_events
from service.vault.store import open_vault
from tests.service.coding.feed.follower import same, there
from tests.service.coding.feed.receiver import receiving
from tests.service.coding.feed.test_feed import FIRST, SECOND, release


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path))
    return tmp_path


def lytt(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["webhook", *arguments])


def refused(*arguments: str) -> str:
    result = lytt(*arguments)
    assert isinstance(result.exception, Refusal), result.output
    return str(result.exception)


def acknowledged(store: CodingStore) -> int:
    with store.engine.connect() as connection:
        return list_webhooks(connection)[0].acknowledged


def test_a_webhook_is_added_tried_carried_to_by_the_service_and_removed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "There is no webhook" in lytt("list").output
    vault = open_vault(Settings(data_dir=data_dir))
    store = open_coding_store(Settings(data_dir=data_dir), vault.keys.coding_files_key)
    release(store, FIRST)
    with receiving() as receiver:
        added = lytt("add", receiver.url)
        assert added.exit_code == 0, added.output
        receiver.secret = added.stdout.strip()
        assert receiver.secret.startswith("whsec_")
        webhook = added.stderr.split()[1].rstrip(".")
        assert lytt("list").output == f"{webhook}  {receiver.url}  0 of 2\n"
        assert lytt("test", webhook).output == "Taken: 204.\n"
        receiver.answers += [500]
        assert "500" in refused("test", webhook)
        assert receiver.types == ["lytt.test", "lytt.test"]

        monkeypatch.setattr(service.app, "LOOK_S", 0.05)
        settings = Settings(data_dir=data_dir, watch="off")
        with TestClient(service.app.create_app(settings), base_url="http://127.0.0.1:8400"):
            release(store, SECOND)
            until = time.monotonic() + 20
            while acknowledged(store) < 4 and time.monotonic() < until:
                time.sleep(0.05)
        assert same(receiver.held, there(store))
        assert receiver.forged == []
        assert lytt("list").output == f"{webhook}  {receiver.url}  4 of 4, last answer: 204\n"
        assert "after entry 4" in lytt("resume", webhook).output
        assert lytt("remove", webhook).output == "Removed.\n"
    assert "no such webhook" in refused("remove", webhook)
    with vault.engine.connect() as connection:
        logged = [(one.action, one.subject) for one in read_events(connection, Wanted(limit=50))]
    assert [one for one in reversed(logged) if one[0].startswith("webhook")] == [
        ("webhook_added", webhook),
        ("webhook_resumed", webhook),
        ("webhook_removed", webhook),
    ]
    store.close()
    vault.close()


def test_nothing_is_added_that_would_leave_the_private_network() -> None:
    assert "LYTT_WEBHOOK_HOSTS" in refused("add", "http://93.184.216.34/lytt")
    assert "has to begin with" in refused("add", "somewhere")
    assert "does not know the host" in refused("add", "http://receiver.invalid/")
    assert "has 0 entries" in refused("add", "http://127.0.0.1:9/", "--after", "5")
    assert "There is no webhook" in lytt("list").output
