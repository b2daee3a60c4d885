"""``lytt release`` and ``lytt retry``: a steward's acts from the terminal."""

from __future__ import annotations

import getpass

import typer

from service.cli.errors import Refusal
from service.naming import parse_reference
from service.settings import Settings
from service.vault.events import record_event
from service.vault.interviews import find_interview
from service.vault.recordings import (
    RecordingState,
    get_recording,
    list_recordings,
    start_attempt,
)
from service.vault.store import open_vault


def release_interview(reference: str, undo: bool) -> None:
    """Release the interview, or take its release back."""
    from service.coding.store import open_coding_store
    from service.review.release import ReleaseRefused, release, take_back

    settings = Settings()
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    try:
        name = parse_reference(reference, settings.name_pattern)
        with vault.engine.connect() as connection:
            found = find_interview(connection, name.study_id if name else reference)
        if found is None:
            raise Refusal(f"There is no interview {reference}. See: lytt status")
        if undo:
            take_back(vault, store, found.id, getpass.getuser())
            typer.echo("Taken back: nothing of it is in the coding store.")
            return
        try:
            release(vault, store, found, getpass.getuser())
        except ReleaseRefused as refused:
            raise Refusal(str(refused)) from None
        typer.echo("Released: coders can read the anonymised transcript and listen to the redacted sound.")
    finally:
        store.close()
        vault.close()


def retry_recording(reference: str) -> None:
    """Put a failed or cancelled recording back in the queue."""
    from service.pipeline.engine import JobQueue

    settings = Settings()
    vault = open_vault(settings)
    queue = JobQueue(vault.engine)
    try:
        name = parse_reference(reference, settings.name_pattern)
        with vault.engine.begin() as connection:
            wanted = name.study_id if name else None
            stored = get_recording(connection, reference) or next(
                (held for held in list_recordings(connection) if wanted and held.name == wanted), None
            )
            if stored is None:
                raise Refusal(f"There is no recording {reference}. See: lytt status")
            if stored.state not in (RecordingState.FAILED, RecordingState.CANCELLED):
                raise Refusal("Only a failed or cancelled recording can be tried again.")
            queue.enqueue(connection, stored.id, start_attempt(connection, stored.id, as_before=True))
            record_event(connection, getpass.getuser(), "retried", stored.id)
        typer.echo("Back in the queue.")
    finally:
        queue.close()
        vault.close()
