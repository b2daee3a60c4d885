"""A service whose vault is locked says so in one sentence, does nothing else, and opens when it is unlocked."""

from __future__ import annotations

import time
from pathlib import Path

from service.settings import Settings
from service.vault.key_file import lock, unlock
from service.vault.store import key_source, open_vault
from tests.service.api.conftest import client_of

WORDS = "seven quiet herons"
SENTENCE = "The vault is locked. Unlock it with: lytt vault unlock"


def test_it_says_so_and_opens_when_the_passphrase_is_given(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    open_vault(settings).close()
    source = key_source(settings)
    source.replace(source.find_or_make(), WORDS)
    try:
        with client_of(settings) as client:
            health = client.get("/api/health").json()
            assert (health["status"], health["problems"], health["workers"]) == ("locked", [SENTENCE], [])
            for path in (
                "/api/recordings",
                "/api/interviews",
                "/api/search?q=hand",
                "/metrics",
                "/api/session",
            ):
                answer = client.get(path)
                assert (answer.status_code, answer.json()["detail"]) == (503, SENTENCE), path
            unlock(source, WORDS)
            until = time.monotonic() + 30
            while client.get("/api/recordings").status_code == 503:
                assert time.monotonic() < until, "it did not open"
                time.sleep(0.1)
            assert client.get("/api/recordings").json()["recordings"] == []
            assert client.get("/api/health").json()["status"] != "locked"
    finally:
        lock(source)
