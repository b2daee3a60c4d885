"""The markers against what is usual for a person, found again when that changed.

An interview is measured again when its transcript has another revision, and its markers are found again when it was, or
when anything changed of the other interviews of the people who speak in it: one came, was filed elsewhere, was
corrected, was withdrawn. It can be done again and stopped at any time: each interview says against what its markers
were found. Nothing is computed within a transaction; what was changed meanwhile waits for the next time.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import sqlalchemy as sa

from models.loudness import Levels
from models.markers import AGAINST_BASELINE, find_against_baselines, in_order_of_time
from models.markers.material import Material
from models.nuance.sessions import baseline_in
from models.nuance.summary import Baseline
from models.values import Marker
from service.baselines import measures
from service.baselines.people import VoiceKey, may_compare, people_of
from service.judging.keeping import found_markers, keep_found_markers
from service.study.applied import protocol_in_force
from service.transcript.readers import ConnectionReader
from service.transcript.reading import head, whole_transcript
from service.vault import tables
from service.vault.locked import KeyUnusable, SealBroken
from service.vault.media import read_track
from service.vault.recordings import record_event
from service.vault.store import Vault

ACTOR = "lytt"

log = logging.getLogger("lytt.baselines")


@dataclass(frozen=True, slots=True)
class _Read:
    """An interview as it stands: its revision, and what markers are found in."""

    revision: int
    material: Material


def outdated(connection: sa.Connection) -> Mapping[str, int]:
    """The interviews that have to be measured, with the revisions of their transcripts."""
    transcript = tables.transcripts.transcript
    known = measures.measured_interviews(connection)
    rows = connection.execute(sa.select(transcript.c.interview_id, transcript.c.revision))
    return {
        row.interview_id: row.revision
        for row in rows
        if (held := known.get(row.interview_id)) is None
        or (held.revision, held.made_by) != (row.revision, measures.MADE_BY)
    }


def bring_baselines(
    vault: Vault, only: Collection[str] | None = None, waiting: Collection[str] = ()
) -> tuple[str, ...]:
    """Measure what is outdated and find markers again; returns the ids of interviews whose markers changed.

    ``only``: of these interviews. Those that are ``waiting`` stay as they are; what was measured of them counts.
    """

    def is_wanted(interview_id: str) -> bool:
        return (only is None or interview_id in only) and interview_id not in waiting

    with vault.engine.connect() as connection:
        to_measure = [one for one in outdated(connection) if is_wanted(one)]
    for interview_id in to_measure:
        with _skipped_if_closed(interview_id):
            _measure(vault, interview_id)
    with vault.engine.connect() as connection:
        together = _together(connection)
        bases = _bases(together, measures.digests(connection))
        known = measures.measured_interviews(connection)
    changed = []
    for interview_id, held in known.items():
        basis = bases.get(interview_id, "")
        if is_wanted(interview_id) and held.basis != basis:
            with _skipped_if_closed(interview_id):
                if _find(vault, interview_id, held.revision, together, basis):
                    changed.append(interview_id)
    return tuple(changed)


@contextmanager
def _skipped_if_closed(interview_id: str) -> Iterator[None]:
    """What can't be opened, such as an interview that is being erased just now, does not keep the others waiting."""
    try:
        yield
    except (SealBroken, KeyUnusable):
        log.warning("interview %s can't be opened; its markers stay as they are", interview_id)


def _together(connection: sa.Connection) -> Mapping[VoiceKey, tuple[VoiceKey, ...]]:
    """For each measured voice the voices of the same person, itself among them, in the interviews that may be
    compared."""
    protocol, people = protocol_in_force(connection), people_of(connection)
    held = list(measures.digests(connection))
    same: dict[str, list[VoiceKey]] = {}
    for key in held:
        person = people.get(key)
        if person is not None and may_compare(protocol, person):
            same.setdefault(person, []).append(key)
    alone: dict[VoiceKey, tuple[VoiceKey, ...]] = {key: (key,) for key in held}
    return alone | {key: tuple(sorted(keys)) for keys in same.values() for key in keys}


def _bases(
    together: Mapping[VoiceKey, tuple[VoiceKey, ...]], known: Mapping[VoiceKey, str]
) -> Mapping[str, str]:
    """For each interview what changes whenever anything does that its baselines are made of."""
    made_of: dict[str, list[tuple[str, list[str]]]] = {}
    for (interview_id, label), voices in sorted(together.items()):
        # A voice may have been measured, or have gone, between two queries: the next look sees it.
        parts = sorted(f"{key[0]}/{key[1]}/{known[key]}" for key in voices if key in known)
        made_of.setdefault(interview_id, []).append((label, parts))
    return {
        interview_id: hashlib.sha256(json.dumps([measures.MADE_BY, parts]).encode()).hexdigest()
        for interview_id, parts in made_of.items()
    }


def _read(vault: Vault, interview_id: str) -> _Read | None:
    with vault.engine.connect() as connection:
        reader = ConnectionReader(connection)
        known, transcript = head(reader, interview_id), whole_transcript(reader, interview_id)
        after = head(reader, interview_id)
        if known is None or transcript is None or after is None or known.revision != after.revision:
            return None
        track = read_track(connection, vault.artefacts, interview_id)
    material = Material(
        transcript.utterances, transcript.speech, transcript.turns, Levels(()), pause_ms=0, track=track
    )
    return _Read(known.revision, material)


def _measure(vault: Vault, interview_id: str) -> None:
    read = _read(vault, interview_id)
    if read is None:
        return
    sessions = measures.sessions_in(read.material)
    with vault.engine.begin() as connection:
        if _locked_revision(connection, interview_id) == read.revision:
            measures.keep(connection, interview_id, read.revision, sessions)


def _find(
    vault: Vault,
    interview_id: str,
    seen: int,
    together: Mapping[VoiceKey, tuple[VoiceKey, ...]],
    basis: str,
) -> bool:
    """Whether the interview's markers changed."""
    read = _read(vault, interview_id)
    if read is None or read.revision != seen:
        return False
    found: tuple[Marker, ...] | None = None
    if read.material.track is not None:
        mine = {label: voices for (of, label), voices in together.items() if of == interview_id}
        with vault.engine.connect() as connection:
            given = _baselines(connection, interview_id, mine)
        found = tuple(find_against_baselines(replace(read.material, given=given)))
    with vault.engine.begin() as connection:
        if _locked_revision(connection, interview_id) != seen:
            return False
        changed = False
        if found is not None:
            everything = replaced(found_markers(connection, interview_id), found)
            changed = keep_found_markers(connection, interview_id, everything)
        revision = _locked_revision(connection, interview_id) or seen
        measures.note_found(connection, interview_id, seen, revision, basis)
        if changed:
            number = len(found or ())
            record_event(connection, ACTOR, "markers_found_again", interview_id, {"markers": number})
    return changed


def replaced(markers: Sequence[Marker], found: Iterable[Marker]) -> tuple[Marker, ...]:
    """The markers with those against a baseline as they were found now. The one place where this is decided."""
    return in_order_of_time([*(one for one in markers if one.kind not in AGAINST_BASELINE), *found])


def _baselines(
    connection: sa.Connection, interview_id: str, voices: Mapping[str, tuple[VoiceKey, ...]]
) -> Mapping[str, Baseline]:
    """What is usual for each voice of the interview, by label."""
    sessions = measures.read_sessions(connection, [key for keys in voices.values() for key in keys])
    found = {}
    for label, keys in voices.items():
        there = [key for key in keys if key in sessions]
        if (interview_id, label) in there:
            found[label] = baseline_in([sessions[key] for key in there], there.index((interview_id, label)))
    return found


def _locked_revision(connection: sa.Connection, interview_id: str) -> int | None:
    """The revision of the transcript, which nobody changes before the transaction ends; None when it is gone."""
    transcript = tables.transcripts.transcript
    return connection.execute(
        sa.update(transcript)
        .where(transcript.c.interview_id == interview_id)
        .values(revision=transcript.c.revision)
        .returning(transcript.c.revision)
    ).scalar_one_or_none()
