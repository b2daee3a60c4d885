"""Release: the steward's act that lets an interview cross from the vault to the coding store.

The two stores are two databases: the coding store takes the interview in first, then the vault notes
the release. Stopped in between, the release is simply not noted and can be repeated; taking back goes
the other way round only after the coding store has let go, so that nothing stays behind unnoted.
"""

from __future__ import annotations

import sqlalchemy as sa

from models.values import Anonymisation, Transcript
from service.coding import store as coding
from service.naming import InterviewName
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
    return apply_redactions(spoken, Anonymisation(redactions_of(connection, interview_id), made))


def release(vault: Vault, store: coding.CodingStore, interview: StoredInterview, steward: str) -> None:
    """Pass the anonymised transcript and its markers to the coding store.

    Raises :class:`ReleaseRefused` when the interview is unfiled, has no transcript, or sounds like somebody else.
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
    for mismatch in hear(voices, interview.id, protocol).mismatches:
        raise ReleaseRefused(f"{mismatch.message} Confirm whose voices these are, or move the recording.")
    if refuses(participant, Consent.CODE):
        raise ReleaseRefused(
            "The participant did not consent to coding. When that changes, say so in study.toml and release it again."
        )
    revision = current.revision
    name = InterviewName(interview.group, interview.role, interview.wave)
    roles = {role.code: role.name for role in protocol.role} if protocol else {}
    origin = coding.Origin(places or (name,), current.held_on, roles)
    with store.engine.begin() as connection:
        coding.receive(connection, interview.id, origin, anonymised, revision)
    with vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.release).where(tables.release.c.interview_id == interview.id))
        connection.execute(
            sa.insert(tables.release).values(
                interview_id=interview.id,
                revision=revision,
                released_at=now(),
                released_by=steward,
            )
        )
        record_event(connection, steward, "released", interview.id, {"revision": revision})


def take_back(vault: Vault, store: coding.CodingStore, interview_id: str, steward: str) -> None:
    """Undo a release: nothing of the interview stays in the coding store."""
    with store.engine.begin() as connection:
        coding.withdraw(connection, interview_id)
    with vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.release).where(tables.release.c.interview_id == interview_id))
        record_event(connection, steward, "release_taken_back", interview_id)
