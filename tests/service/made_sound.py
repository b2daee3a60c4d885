"""Redacted sound as the stage leaves it, made by the real editor but without listening to it again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from models.audio.samples import open_samples
from models.nuance.blanking import blanked
from models.nuance.measure import measure_track
from models.nuance.track import encode
from models.redacted_sound.rendition import redact_sound
from service.redacted_sound.renditions import Found, Rendered, keep_rendition
from service.redacted_sound.wanted import wanted_of
from service.vault.store import Vault


def make_sound(
    vault: Vault, interview_id: str, source: Path | None = None, places: Sequence[Found] = ()
) -> None:
    """Keep the redacted sound of the interview as it is now, of ``source`` if there is real sound."""
    with vault.engine.connect() as connection:
        wanted = wanted_of(connection, vault.artefacts, vault.sound, interview_id)
    assert wanted is not None
    if source is None:
        listening, peaks = vault.artefacts.put(b"no sound"), vault.artefacts.put(bytes(200))
        track = b"no track"
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = redact_sound(source, Path(folder), wanted.planned)
            listening = vault.artefacts.put_file(Path(folder) / made.listening)
            peaks = vault.artefacts.put_file(Path(folder) / made.peaks)
            measured = measure_track(open_samples(Path(folder) / made.samples), None)
            track = encode(blanked(measured, wanted.planned))
    rendered = Rendered(
        listening, peaks, wanted.planned, len(wanted.redactions), 0, tuple(places), vault.artefacts.put(track)
    )
    with vault.engine.begin() as connection:
        keep_rendition(connection, interview_id, wanted, rendered)
