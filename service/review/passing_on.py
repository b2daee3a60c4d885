"""A released interview stays what the steward released: what changes of it reaches the coders as a new revision."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from service.coding.store import CodingStore
from service.review.hiding import hide_in_released
from service.review.release import ReleaseRefused, release_again
from service.vault import tables
from service.vault.interviews import find_interview
from service.vault.store import Vault


def bring_up_to_date(
    vault: Vault, store: CodingStore, interviews: Collection[str] | None = None
) -> tuple[str, ...]:
    """Pass on every released interview, or those of ``interviews``, whose words or stand-ins changed since; returns
    their ids.

    One that can't be released as it is now (names are to be looked for again, say) stays as coders have it, but for
    words that are redacted by now: those are hidden (:func:`service.review.hiding.hide_in_released`). Who released it
    first counts as who released it again.
    """
    transcript, released = tables.transcripts.transcript, tables.release
    with vault.engine.connect() as connection:
        outdated = connection.execute(
            sa.select(released.c.interview_id, released.c.released_by)
            .join(transcript, transcript.c.interview_id == released.c.interview_id)
            .where(transcript.c.revision > released.c.revision)
        ).all()
        found = [
            (find_interview(connection, row.interview_id), row.released_by)
            for row in outdated
            if interviews is None or row.interview_id in interviews
        ]
    passed: list[str] = []
    for interview, steward in found:
        if interview is None:
            continue
        try:
            release_again(vault, store, interview, steward)
        except ReleaseRefused:
            hide_in_released(vault, store, interview.id)
            continue
        passed.append(interview.id)
    return tuple(passed)
