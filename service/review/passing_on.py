"""A released interview stays what the steward released: what changes of it reaches the coders as a new revision.

Text goes at once. Where more has to be masked than in the sound that coders have, that sound leaves them at once, and
the new one follows when it is made; where less has to be, they keep the old one until then.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from service.coding.store import CodingStore
from service.redacted_sound.passing import pass_sound, take_outdated_back
from service.redacted_sound.renditions import Rendition, current_rendition
from service.redacted_sound.wanted import wanted_of
from service.review.hiding import hide_in_released
from service.review.release import ReleaseRefused, pass_on, releasable
from service.vault import tables
from service.vault.interviews import StoredInterview, find_interview
from service.vault.store import Vault


def bring_up_to_date(
    vault: Vault, store: CodingStore, only: Collection[str] | None = None
) -> tuple[str, ...]:
    """Pass on every released interview whose words, stand-ins or sound changed since; returns their ids.

    One that can't be released as it is now (names are to be looked for again, say) stays as coders have it, but for
    words that are redacted by now, which are hidden, and sound in which too much is heard. Who released it first counts
    as who released it again. ``only``: of these ids.
    """
    released = tables.release
    with vault.engine.connect() as connection:
        rows = connection.execute(sa.select(released.c.interview_id, released.c.released_by)).all()
        interviews = [
            (find_interview(connection, row.interview_id), row.released_by)
            for row in rows
            if only is None or row.interview_id in only
        ]
    return tuple(
        interview.id
        for interview, steward in interviews
        if interview is not None and _bring_one(vault, store, interview, steward)
    )


def _bring_one(vault: Vault, store: CodingStore, interview: StoredInterview, steward: str) -> bool:
    """Whether anything of the interview was passed on, or its sound taken back."""
    with vault.engine.connect() as connection:
        wanted = wanted_of(connection, vault.artefacts, vault.sound, interview.id)
    if wanted is None:
        return False
    # First of all, whatever else may go wrong.
    changed = take_outdated_back(vault, store, interview.id, wanted)
    sound = _ready_sound(vault, interview.id)
    if (interview.revision or 0) > (interview.released_revision or 0):
        try:
            pass_on(vault, store, releasable(vault, interview, store), sound, steward)
        except ReleaseRefused:
            return bool(hide_in_released(vault, store, interview.id)) or changed
        return True
    return (sound is not None and pass_sound(vault, store, interview.id, sound, steward)) or changed


def _ready_sound(vault: Vault, interview_id: str) -> Rendition | None:
    """The redacted sound, if it is up to date and there is nothing left to listen to."""
    kept = current_rendition(vault.engine, vault.artefacts, vault.sound, interview_id)
    return kept if kept is not None and not kept.open_places else None
