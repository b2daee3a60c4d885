"""Redacted sound with both stores on a real PostgreSQL: queued, released, taken back, brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.state import State
from service.redacted_sound.renditions import Found
from service.redacted_sound.silenced import silence
from service.review.keeping_up import QUIET_RELEASED_S, KeepingUp
from service.settings import Settings
from service.vault.recordings import get_recording
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.api.conftest import RECORDING, add_finished, client_of
from tests.service.conftest import CONVERSATION, make_transcript
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

BINARIES = postgresql_binaries()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        yield running


def test_sound_crosses_and_leaves_and_comes_again(server: PostgreSQL, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path / "data",
        vault_url=server.database("sound_vault"),
        coding_url=server.database("sound_coding"),
    )
    now = [1_000.0]
    with client_of(settings) as client:
        state: State = client.app.state.lytt  # type: ignore[attr-defined]
        interview_id = add_finished(state, tmp_path, make_transcript(*CONVERSATION))
        keeping_up = KeepingUp(state.vault, state.coding, state.queue, lambda: now[0])
        assert client.get("/api/interviews/D03-T2/sound").json()["state"] == "ready"
        review(state.vault, state.coding, interview_id)
        assert client.post("/api/interviews/D03-T2/release").status_code == 200
        heard = "/api/coding/interviews/D03-T2/audio"
        assert client.get(heard, headers={"Range": "bytes=0-9"}).status_code == 206
        with state.vault.engine.begin() as connection:
            silence(connection, interview_id, 5_000, 5_500, "steward")
        keeping_up.look()
        assert client.get(heard).status_code == 404
        now[0] += QUIET_RELEASED_S
        keeping_up.look()
        with state.vault.engine.connect() as connection:
            stored = get_recording(connection, RECORDING)
        assert stored is not None
        assert stored.only_sound
        make_sound(state.vault, interview_id, tmp_path / "sound.wav", [Found(1, 2_600, 2_900, "word")])
        keeping_up.look()
        assert client.get(heard).status_code == 404, "somebody has to listen first"
        judged = client.put("/api/interviews/D03-T2/sound/places/1", json={"state": "nothing_heard"})
        assert judged.status_code == 200
        keeping_up.look()
        assert client.get(heard).status_code == 200
        assert client.delete("/api/interviews/D03-T2/release").status_code == 200
        assert list(settings.coding_folder.iterdir()) == []
