"""The redacted sound crosses to the coding side, and leaves it as soon as it lets too much be heard."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from models.intervals import covered_ms
from models.values import Span
from service.coding.files import KeptFile
from service.coding.sounds import Sound, put_sound, remove_sound, sound_of
from service.coding.store import CodingStore
from service.redacted_sound.queueing import SoundState, ask_for_sound, progress_of
from service.redacted_sound.renditions import Rendition, current_rendition
from service.redacted_sound.wanted import Wanted
from service.vault.recordings import record_event
from service.vault.store import Vault

PASSED = "sound_released"
LEFT = "sound_taken_back"


class SoundNotReady(Exception):  # noqa: N818 - reads as what happened
    """There is no sound yet that coders may hear; ``str()`` says why and what to do."""


def sound_to_release(vault: Vault, interview_id: str) -> Rendition:
    """The sound that coders may hear. Raises :class:`SoundNotReady`; one that is not there is queued to be made."""
    kept = current_rendition(vault.engine, vault.artefacts, vault.sound, interview_id)
    if kept is None:
        raise SoundNotReady(_not_there(vault, interview_id))
    if places := kept.open_places:
        what = "A place has" if len(places) == 1 else f"{len(places)} places have"
        raise SoundNotReady(
            f"{what} to be listened to in the redacted sound, since a redacted word may still be heard there. "
            "Listen, and say what is heard; then release it."
        )
    return kept


def _not_there(vault: Vault, interview_id: str) -> str:
    asked = ask_for_sound(vault, interview_id)
    with vault.engine.connect() as connection:
        progress = progress_of(connection, vault.sound, interview_id)
    if not asked and progress.state is not SoundState.MAKING:
        return "There is no redacted sound yet. Wait until the recording is done, or try it again, then release it."
    so_far = f" ({progress.percent:.0f} % done)" if progress.percent else ""
    return f"The redacted sound is being made{so_far}. Release the interview when it is ready."


@dataclass(frozen=True, slots=True)
class Crossing:
    """A sound whose files lie on the coding side already, and belong to nothing yet."""

    store: CodingStore
    sound: Sound

    def give_up(self) -> None:
        self.store.files.remove(self.sound.names)


def version_of(vault: Vault, listening: str, track: str | None) -> str:
    """Stands for the sound with these files on the coding side, and tells nothing of them."""
    if track is not None:
        listening = hashlib.sha256(f"{listening} {track}".encode()).hexdigest()
    return vault.keys.fields.seal_digest(listening)


def begin_crossing(
    vault: Vault, store: CodingStore, interview_id: str, rendition: Rendition
) -> Crossing | None:
    """Copy the sound's files to the coding side; None when it is there already."""
    version = version_of(vault, rendition.listening, rendition.track)
    with store.engine.connect() as connection:
        there = sound_of(connection, interview_id)
    if there is not None and there.version == version and there.masked == rendition.masked:
        return None

    def keep(digest: str) -> KeptFile:
        with vault.artefacts.file(digest).open() as stream:
            return store.files.keep(stream)

    listening, peaks = keep(rendition.listening), keep(rendition.peaks)
    track = keep(rendition.track) if rendition.track is not None else None
    return Crossing(store, Sound(version, listening, peaks, rendition.masked, track))


def pass_sound(vault: Vault, store: CodingStore, interview_id: str, rendition: Rendition, actor: str) -> bool:
    """Give coders this sound of an interview that is released; whether they had another one, or none."""
    crossing = begin_crossing(vault, store, interview_id, rendition)
    if crossing is None:
        return False
    try:
        with store.engine.begin() as connection:
            gone = put_sound(connection, interview_id, crossing.sound)
    except BaseException:
        crossing.give_up()
        raise
    store.files.remove(gone)
    with vault.engine.begin() as connection:
        record_event(connection, actor, PASSED, interview_id)
    return True


def take_outdated_back(vault: Vault, store: CodingStore, interview_id: str, wanted: Wanted) -> bool:
    """Take the sound from coders if it lets something be heard that is redacted now; whether it was."""
    with store.engine.begin() as connection:
        there = sound_of(connection, interview_id)
        if there is None or hides(there.masked, wanted.planned):
            return False
        gone = remove_sound(connection, interview_id)
    store.files.remove(gone)
    with vault.engine.begin() as connection:
        record_event(connection, "lytt", LEFT, interview_id)
    return True


def hides(masked: tuple[Span, ...], planned: tuple[Span, ...]) -> bool:
    """Whether all that is planned is masked."""
    return all(covered_ms(span, masked) == span.length_ms for span in planned)
