"""An interview reviewed over the API, as the page does it, and its redacted sound made where no worker is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from service.redacted_sound.renditions import current_rendition
from service.settings import Settings
from service.vault.interviews import find_interview
from service.vault.store import connect_vault
from tests.service.made_sound import make_sound

LOOK_S = 0.3


def review(client: httpx.Client, reference: str) -> None:
    """Accept every redaction that is open, clear every word of the second look, and finish.

    ``client`` is at ``/api``.
    """
    address = f"/interviews/{reference}/review"
    shown = client.get(address).raise_for_status().json()
    waiting = [one["id"] for one in shown["redactions"] if one["state"] == "open"]
    if waiting:
        client.post(
            f"{address}/decisions", json={"redactions": waiting, "state": "accepted"}
        ).raise_for_status()
    forms = [one["form"] for one in shown["second_look"] if not one["cleared"]]
    if forms:
        client.post(f"{address}/cleared", json={"forms": forms}).raise_for_status()
    client.put(f"{address}/finished").raise_for_status()


@contextmanager
def sound_kept_made(data_dir: Path, name: str) -> Iterator[None]:
    """Whenever the interview's redacted sound is not that of its words and redactions, it is made anew."""
    stop = threading.Event()
    vault = connect_vault(Settings(data_dir=data_dir))
    with vault.engine.connect() as connection:
        interview = find_interview(connection, name)
    assert interview is not None

    def keep_made() -> None:
        while not stop.wait(LOOK_S):
            if current_rendition(vault.engine, vault.artefacts, vault.sound, interview.id) is None:
                make_sound(vault, interview.id)

    thread = threading.Thread(target=keep_made)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        vault.close()
