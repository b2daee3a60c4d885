"""What was measured of each voice of an interview: in the vault, sealed with the interview's own key, gone with it.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from models.codec import from_json, to_json
from models.intervals import joined
from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.nuance.sessions import Session, above_noise_db
from models.nuance.summary import Feature
from service.baselines.people import VoiceKey
from service.vault import tables

MADE_BY = f"{RULES_VERSION}.{hashlib.sha256(','.join(sorted(Feature)).encode()).hexdigest()[:8]}"
"""What was measured by other rules, or without a feature that there is by now, is measured again."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Up to which revision of its transcript an interview was measured, and against what its markers were found."""

    revision: int
    made_by: str
    basis: str | None


def sessions_in(material: Material) -> Mapping[str, Session]:
    """What is measured of each voice of one interview, by label."""
    found = {}
    for label in sorted({one.speaker for one in material.stretches}):
        own = [one for one in material.stretches if one.speaker == label and one.features]
        above = None
        if own and material.track is not None:
            level = float(np.median([one.features[Feature.LEVEL] for one in own]))
            above = above_noise_db(material.track, joined(material.speech), level)
        found[label] = Session(
            tuple(dict(one.features) for one in own), sum(one.speech_ms for one in own), above
        )
    return found


def keep(
    connection: sa.Connection, interview_id: str, revision: int, sessions: Mapping[str, Session]
) -> None:
    """Replace what was measured of the interview; its markers have to be found again."""
    voice, measured = tables.measured_voice, tables.measured
    for table in (voice, measured):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    for label, session in sessions.items():
        data = to_json(session)
        connection.execute(
            sa.insert(voice).values(
                interview_id=interview_id,
                label=label,
                digest=hashlib.sha256(data).hexdigest(),
                session=data,
            )
        )
    connection.execute(
        sa.insert(measured).values(interview_id=interview_id, revision=revision, made_by=MADE_BY, basis=None)
    )


def note_found(connection: sa.Connection, interview_id: str, seen: int, revision: int, basis: str) -> None:
    """The interview's markers of ``revision`` were found against ``basis``, if nothing was measured since ``seen``."""
    table = tables.measured
    connection.execute(
        sa.update(table)
        .where(table.c.interview_id == interview_id, table.c.revision == seen, table.c.made_by == MADE_BY)
        .values(revision=revision, basis=basis)
    )


def measured_interviews(connection: sa.Connection) -> Mapping[str, Measured]:
    """What is known of each interview that was measured, by id."""
    return {
        row.interview_id: Measured(row.revision, row.made_by, row.basis)
        for row in connection.execute(sa.select(tables.measured))
    }


def digests(connection: sa.Connection) -> Mapping[VoiceKey, str]:
    """For each measured voice what changes whenever other numbers are measured."""
    table = tables.measured_voice
    rows = connection.execute(sa.select(table.c.interview_id, table.c.label, table.c.digest))
    return {(row.interview_id, row.label): row.digest for row in rows}


def read_sessions(connection: sa.Connection, voices: Iterable[VoiceKey]) -> Mapping[VoiceKey, Session]:
    """What was measured of these voices. Raises ``SealBroken``."""
    wanted = set(voices)
    table = tables.measured_voice
    rows = connection.execute(
        sa.select(table.c.interview_id, table.c.label, table.c.session).where(
            table.c.interview_id.in_({interview_id for interview_id, _ in wanted})
        )
    )
    return {
        (row.interview_id, row.label): from_json(Session, row.session)
        for row in rows
        if (row.interview_id, row.label) in wanted
    }
