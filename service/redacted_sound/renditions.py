"""The redacted sound that an interview has: its files, what is masked in it, and what was still found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from models.intervals import covered_ms, joined, overlap_ms
from models.values import Span
from service.pipeline.progress import upsert
from service.redacted_sound.wanted import Readable, Wanted, bases, wanted_of
from service.settings import SoundSettings
from service.vault import tables
from service.vault.recordings import aware, now, record_event


class PlaceState(StrEnum):
    """What a person says of a place where a redacted word was recognised again."""

    OPEN = "open"
    NOTHING_HEARD = "nothing_heard"


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a rendition where something of a redaction was recognised: ``verdict`` is ``word`` or
    ``sounds_alike``."""

    redaction: int
    start_ms: int
    end_ms: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What making a rendition gave: its files by digest, what is masked in it, and the places that are left.

    ``track`` is measured in it and empty where it is masked; None of one made before there was such a track.
    """

    listening: str
    peaks: str
    masked: tuple[Span, ...]
    checked: int
    widened: int
    places: tuple[Found, ...]
    track: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a steward must listen to before the sound may be passed on, or has listened to."""

    number: int
    start_ms: int
    end_ms: int
    redaction: int
    verdict: str
    state: PlaceState


@dataclass(frozen=True, slots=True)
class Rendition:
    """A redacted sound that is kept. ``planned`` is what the rules mask, ``masked`` what is masked after the check.

    ``basis``: see :func:`service.redacted_sound.wanted.bases`; ``checked`` and ``widened`` count redactions.
    """

    fingerprint: str
    basis: str
    listening: str
    peaks: str
    planned: tuple[Span, ...]
    masked: tuple[Span, ...]
    checked: int
    widened: int
    made_at: datetime
    places: tuple[Place, ...]
    track: str | None = None

    @property
    def open_places(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.state is PlaceState.OPEN)


def rendition_of(connection: sa.Connection, interview_id: str) -> Rendition | None:
    """The sound that is kept, be it up to date or not."""
    table, place = tables.rendition, tables.rendition_place
    row = connection.execute(sa.select(table).where(table.c.interview_id == interview_id)).first()
    if row is None:
        return None
    places = connection.execute(
        sa.select(place).where(place.c.interview_id == interview_id).order_by(place.c.number)
    )
    return Rendition(
        row.fingerprint,
        row.basis,
        row.listening,
        row.peaks,
        _spans(row.planned),
        _spans(row.masked),
        row.checked,
        row.widened,
        aware(row.made_at),
        tuple(
            Place(one.number, one.start_ms, one.end_ms, one.redaction, one.verdict, PlaceState(one.state))
            for one in places
        ),
        row.track,
    )


def seems_current(connection: sa.Connection, sound: SoundSettings, interview_id: str) -> bool:
    """Whether nothing changed since the sound was made that could matter; cheap, and never wrong when it says yes."""
    kept = rendition_of(connection, interview_id)
    return kept is not None and kept.basis == bases(connection, sound, interview_id).get(interview_id)


def current_rendition(
    engine: sa.Engine, artefacts: Readable, sound: SoundSettings, interview_id: str
) -> Rendition | None:
    """The kept sound if it is what would be made now, else None. Notes that it is, so that it is soon told again."""
    with engine.connect() as connection:
        kept = rendition_of(connection, interview_id)
        wanted = wanted_of(connection, artefacts, sound, interview_id) if kept else None
    if kept is None or wanted is None or kept.fingerprint != wanted.fingerprint:
        return None
    if kept.basis != wanted.basis:
        table = tables.rendition
        with engine.begin() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.interview_id == interview_id, table.c.fingerprint == kept.fingerprint)
                .values(basis=wanted.basis)
            )
    return kept


def keep_rendition(
    connection: sa.Connection, interview_id: str, wanted: Wanted, made: Rendered
) -> tuple[str, ...]:
    """Put a sound in the place of the interview's; returns the digests of files that nothing needs any more.

    A place where a person heard nothing stays judged while at least as much is masked around it.
    """
    before = rendition_of(connection, interview_id)
    same = before is not None and (before.fingerprint, before.listening) == (
        wanted.fingerprint,
        made.listening,
    )
    upsert(
        connection,
        tables.rendition,
        {"interview_id": interview_id},
        {
            "fingerprint": wanted.fingerprint,
            "basis": wanted.basis,
            "listening": made.listening,
            "peaks": made.peaks,
            "track": made.track,
            "planned": _pairs(wanted.planned),
            "masked": _pairs(made.masked),
            "checked": made.checked,
            "widened": made.widened,
            "made_at": before.made_at if before is not None and same else now(),
        },
    )
    if same:
        return tuple(_files_of(before) - {made.listening, made.peaks, made.track})
    place = tables.rendition_place
    judged = before.places if before is not None else ()
    masked_before = before.masked if before is not None else ()
    connection.execute(sa.delete(place).where(place.c.interview_id == interview_id))
    rows = [
        {
            "interview_id": interview_id,
            "number": number,
            "start_ms": one.start_ms,
            "end_ms": one.end_ms,
            "redaction": one.redaction,
            "verdict": one.verdict,
            "state": _state_of(one, judged, masked_before, made.masked),
        }
        for number, one in enumerate(made.places, start=1)
    ]
    if rows:
        connection.execute(sa.insert(place), rows)
    record_event(
        connection,
        "lytt",
        "sound_redacted",
        interview_id,
        {"masked": len(made.masked), "checked": made.checked, "widened": made.widened, "places": len(rows)},
    )
    if before is None:
        return ()
    return tuple(sorted(_files_of(before) - {made.listening, made.peaks, made.track}))


def judge_place(
    connection: sa.Connection, interview_id: str, number: int, state: PlaceState, actor: str
) -> bool:
    """A person listened to a place, or takes that back; whether there is such a place."""
    place = tables.rendition_place
    judged = state is not PlaceState.OPEN
    changed = connection.execute(
        sa.update(place)
        .where(place.c.interview_id == interview_id, place.c.number == number)
        .values(state=state, judged_by=actor if judged else None, judged_at=now() if judged else None)
    ).rowcount
    if changed:
        action = "sound_judged" if judged else "sound_judgement_undone"
        record_event(connection, actor, action, interview_id, {"place": number})
    return bool(changed)


def _files_of(kept: Rendition | None) -> set[str]:
    return {file for file in (kept.listening, kept.peaks, kept.track) if file} if kept is not None else set()


def _state_of(
    found: Found, judged: Sequence[Place], before: Sequence[Span], masked: Sequence[Span]
) -> PlaceState:
    for place in judged:
        if place.state is PlaceState.OPEN:
            continue
        if not overlap_ms(place.start_ms, place.end_ms, found.start_ms, found.end_ms):
            continue
        around = [
            span
            for span in before
            if overlap_ms(span.start_ms, span.end_ms, place.start_ms - 600, place.end_ms + 600)
        ]
        if all(covered_ms(span, joined(masked)) == span.length_ms for span in around):
            return PlaceState.NOTHING_HEARD
    return PlaceState.OPEN


def _pairs(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start_ms, span.end_ms] for span in spans]


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
