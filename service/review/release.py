"""Release: the steward's act that lets an interview cross from the vault to the coding store.

The sound that coders hear is the redacted one: nothing is released without it, or before somebody listened where a
redacted word might still be heard. The two stores are two databases: the coding store takes the interview in first,
then the vault notes the release. Stopped in between, the release is simply not noted and can be repeated; taking back
goes the other way round only after the coding store has let go, so that nothing stays behind unnoted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from models.redacted_sound.markers import markers_beside
from models.redacted_sound.masks import masked_spans, plan_masks
from models.values import Anonymisation, Transcript
from service.coding import store as coding
from service.coding.sounds import put_sound, sound_of
from service.naming import InterviewName
from service.redacted_sound.passing import SoundNotReady, begin_crossing, sound_to_release
from service.redacted_sound.renditions import Rendition
from service.review.state import review_state
from service.study.applied import protocol_in_force
from service.study.participants import participant_of, refuses
from service.study.protocol import Consent
from service.transcript.readers import ConnectionReader
from service.transcript.reading import whole_transcript
from service.vault import tables
from service.vault.interviews import StoredInterview, find_interview, places_of, redactions_of
from service.vault.locked import KeyUnusable, SealBroken
from service.vault.recordings import now, record_event
from service.vault.store import Vault
from service.voices.hearing import hear, heard_voices


class ReleaseRefused(Exception):  # noqa: N818 - reads as what happened
    """The interview can't be released yet; ``str()`` says why and what to do."""


def anonymised_transcript(connection: sa.Connection, interview_id: str) -> Transcript | None:
    """The interview's transcript as coders will read it, or None when it has none."""
    from models.anonymisation.redact import apply_redactions

    spoken = whole_transcript(ConnectionReader(connection), interview_id)
    if spoken is None:
        return None
    made = next((made for made in spoken.provenance if made.stage == "entities"), None)
    if made is None:
        raise ReleaseRefused("Nobody has looked for names in this interview yet. Process it again first.")
    redactions = redactions_of(connection, interview_id)
    masked = masked_spans(plan_masks(spoken, redactions))
    told = replace(spoken, markers=markers_beside(spoken.markers, masked))
    return apply_redactions(told, Anonymisation(redactions, made))


@dataclass(frozen=True, slots=True)
class Releasable:
    """An interview that nothing speaks against releasing, but for its sound: what coders will read, and of what."""

    interview_id: str
    origin: coding.Origin
    anonymised: Transcript
    revision: int


def release(vault: Vault, store: coding.CodingStore, interview: StoredInterview, steward: str) -> None:
    """Pass the anonymised transcript, its markers and the redacted sound to the coding store.

    Raises :class:`ReleaseRefused` when the interview is unfiled, has no transcript, sounds like somebody else, or is
    not reviewed to the end; and while its redacted sound is not there (then it is queued) or has to be listened to.
    """
    ready = releasable(vault, interview)
    try:
        rendition = sound_to_release(vault, interview.id)
    except SoundNotReady as reason:
        raise ReleaseRefused(str(reason)) from None
    pass_on(vault, store, ready, rendition, steward)


def releasable(
    vault: Vault, interview: StoredInterview, released_in: coding.CodingStore | None = None
) -> Releasable:
    """What is passed on of the interview. Raises :class:`ReleaseRefused`, of its sound apart.

    One that is ``released_in`` a store and not reviewed to the end since passes if coders read no word that they could
    not read before: more may be hidden at any time, and less only after a review.
    """
    if interview.name is None or interview.group is None or interview.role is None or interview.wave is None:
        raise ReleaseRefused("The interview has no study id yet. Name it first, for example D03-T2.")
    with vault.engine.connect() as connection:
        current = find_interview(connection, interview.id)
        anonymised = anonymised_transcript(connection, interview.id)
        after = find_interview(connection, interview.id)
        places = places_of(connection, interview.id)
        protocol = protocol_in_force(connection)
        participant = participant_of(connection, interview.id, protocol)
        left = review_state(connection, interview.id).left
        try:
            voices = heard_voices(connection, vault.sealer)
        except (SealBroken, KeyUnusable) as error:
            raise ReleaseRefused(str(error)) from None
    if anonymised is None or current is None or current.revision is None:
        raise ReleaseRefused("The interview has no transcript yet. Wait until its recording is done.")
    if current != after or current.name != interview.name:
        raise ReleaseRefused("The interview was changed just now. Look at it and release it again.")
    if current.names_outdated:
        raise ReleaseRefused(
            "Words were corrected, or more names became known, after names were looked for. "
            "Look for names again, then release it."
        )
    if left is not None and (
        released_in is None or not _shows_no_more(released_in, interview.id, anonymised)
    ):
        raise ReleaseRefused(left)
    for mismatch in hear(voices, interview.id, protocol).mismatches:
        raise ReleaseRefused(f"{mismatch.message} Confirm whose voices these are, or move the recording.")
    if refuses(participant, Consent.CODE):
        raise ReleaseRefused(
            "The participant did not consent to coding. When that changes, say so in study.toml and release it again."
        )
    revision = current.revision
    name = InterviewName(interview.group, interview.role, interview.wave)
    roles = {role.code: role.name for role in protocol.role} if protocol else {}
    expected = [role.interview for role in protocol.role if role.code == interview.role] if protocol else []
    kinds = {one.wave: str(one.kind) for interviews in expected for one in interviews}
    origin = coding.Origin(places or (name,), current.held_on, roles, kinds)
    return Releasable(interview.id, origin, anonymised, revision)


def pass_on(
    vault: Vault,
    store: coding.CodingStore,
    ready: Releasable,
    rendition: Rendition | None,
    steward: str,
) -> None:
    """Let the interview cross, in place of what coders have of it. Without ``rendition`` their sound stays as it is."""
    interview_id = ready.interview_id
    crossing = begin_crossing(vault, store, interview_id, rendition) if rendition is not None else None
    gone: tuple[str, ...] = ()
    try:
        with store.engine.begin() as connection:
            there = sound_of(connection, interview_id)
            sound = crossing.sound if crossing is not None else there
            masked = sound.masked if sound is not None else ()
            anonymised = replace(ready.anonymised, markers=markers_beside(ready.anonymised.markers, masked))
            coding.receive(connection, interview_id, ready.origin, anonymised, ready.revision)
            if crossing is not None:
                gone = put_sound(connection, interview_id, crossing.sound)
    except BaseException:
        if crossing is not None:
            crossing.give_up()
        raise
    if gone:
        store.files.remove(gone)
    with vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.release).where(tables.release.c.interview_id == interview_id))
        connection.execute(
            sa.insert(tables.release).values(
                interview_id=interview_id,
                revision=ready.revision,
                released_at=now(),
                released_by=steward,
            )
        )
        record_event(connection, steward, "released", interview_id, {"revision": ready.revision})


def _shows_no_more(store: coding.CodingStore, interview_id: str, anonymised: Transcript) -> bool:
    """Whether coders have every word already that they would read."""
    with store.engine.connect() as connection:
        released = whole_transcript(ConnectionReader(connection), interview_id)
    return released is not None and _readable(anonymised) <= _readable(released)


def _readable(transcript: Transcript) -> set[tuple[int, str]]:
    return {
        (word.id, word.text)
        for utterance in transcript.utterances
        for word in utterance.words
        if word.redaction is None
    }


def take_back(vault: Vault, store: coding.CodingStore, interview_id: str, steward: str) -> None:
    """Undo a release: nothing of the interview stays in the coding store."""
    with store.engine.begin() as connection:
        sound = sound_of(connection, interview_id)
        coding.withdraw(connection, interview_id)
    if sound is not None:
        # Without the keys, which went with the row, nobody can read them.
        store.files.remove(sound.names)
    with vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.release).where(tables.release.c.interview_id == interview_id))
        record_event(connection, steward, "release_taken_back", interview_id)
