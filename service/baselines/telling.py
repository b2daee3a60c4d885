"""What is usual for a person, and how each of their interviews differs from the others, in numbers and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.nuance.sessions import COMPARED, LEAST_OWN, Session, Shift, baseline_in, is_comparable, shifts_of
from models.nuance.summary import Baseline, Feature, Usual
from service.baselines import measures
from service.baselines.people import may_compare, people_of
from service.study.protocol import Protocol
from service.vault import tables

NOT_COMPARED = (
    "Interviews are not compared, since this person did not agree to voiceprints (`consent` in study.toml)."
)
TOO_LITTLE = "Too little speech so far: nothing is marked of it."


@dataclass(frozen=True, slots=True)
class SpokenInterview:
    """How much of a person's speech one interview holds, and how it differs from the others.

    ``waves`` are those it covers. ``comparable`` is false where it was recorded in noise, or sounds like another kind
    of recording. ``said`` are the differences in plain words.
    """

    interview_id: str
    name: str
    waves: tuple[int, ...]
    stretches: int
    speech_ms: int
    comparable: bool
    shifts: Mapping[Feature, Shift]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonBaseline:
    """What is usual for a person. ``usual`` is of what can be compared between recordings.

    ``baseline`` is None while nothing was measured, or nothing is put together. ``why_not`` says what stands in the
    way of comparing interviews, or of markers.
    """

    person: str
    compared: bool
    baseline: Baseline | None
    usual: Mapping[Feature, Usual]
    interviews: tuple[SpokenInterview, ...]
    why_not: str | None


def person_baseline(connection: sa.Connection, person: str, protocol: Protocol | None) -> PersonBaseline:
    """What is usual for the participant or interviewer with this id. Raises ``SealBroken``."""
    keys = sorted(key for key, whose in people_of(connection).items() if whose == person)
    sessions = measures.read_sessions(connection, keys)
    found = {
        interview_id: sessions[interview_id, label]
        for interview_id, label in keys
        if (interview_id, label) in sessions
    }
    named = _named(connection, list(found))
    ids = sorted(found, key=lambda one: (named[one][1] or (10_000,), named[one][0]))
    held = [found[one] for one in ids]
    compared = may_compare(protocol, person)
    baseline = baseline_in(held, 0) if held and (compared or len(held) == 1) else None
    interviews = tuple(_spoken(ids[place], named, ids, held, place, compared) for place in range(len(held)))
    return PersonBaseline(
        person=person,
        compared=compared,
        baseline=baseline,
        usual={one: baseline.usual[one] for one in COMPARED if one in baseline.usual} if baseline else {},
        interviews=interviews,
        why_not=NOT_COMPARED
        if not compared
        else TOO_LITTLE
        if baseline is None or not baseline.is_known
        else None,
    )


def _named(connection: sa.Connection, interviews: Sequence[str]) -> Mapping[str, tuple[str, tuple[int, ...]]]:
    """The study id of each interview (its id while it has none), and the waves it covers."""
    interview, place = tables.interview, tables.place
    waves: dict[str, list[int]] = {}
    for row in connection.execute(
        sa.select(place.c.interview_id, place.c.wave).where(place.c.interview_id.in_(interviews))
    ):
        waves.setdefault(row.interview_id, []).append(row.wave)
    rows = connection.execute(
        sa.select(interview.c.id, interview.c.name).where(interview.c.id.in_(interviews))
    )
    return {row.id: (row.name or row.id, tuple(sorted(waves.get(row.id, ())))) for row in rows}


def _spoken(
    interview_id: str,
    named: Mapping[str, tuple[str, tuple[int, ...]]],
    ids: Sequence[str],
    held: Sequence[Session],
    place: int,
    compared: bool,
) -> SpokenInterview:
    name, waves = named[interview_id]
    shifts = shifts_of(held, place) if compared else {}
    others = [wave for one in ids if one != interview_id for wave in named[one][1]]
    return SpokenInterview(
        interview_id=interview_id,
        name=name,
        waves=waves,
        stretches=held[place].stretches,
        speech_ms=held[place].speech_ms,
        comparable=not compared or is_comparable(held, place),
        shifts=shifts,
        said=_said(shifts, held[place], others) if compared and len(held) > 1 else (),
    )


def _said(shifts: Mapping[Feature, Shift], session: Session, others: Sequence[int]) -> tuple[str, ...]:
    if not shifts:
        little = session.stretches < LEAST_OWN
        return ("too little speech to compare" if little else "too little speech elsewhere to compare with",)
    than = f"than in {_waves(others)}" if others else "than in the other interviews"
    clear = tuple(
        f"{_in_words(feature, one)} {than} ({abs(one.strength):.1f} spreads)"
        for feature, one in shifts.items()
        if one.clear
    )
    return clear or ("no clear difference",)


def _in_words(feature: Feature, shift: Shift) -> str:
    more = shift.here > shift.elsewhere
    by = abs(shift.here - shift.elsewhere)
    if feature is Feature.RATE:
        return f"speaks {100 * by / shift.elsewhere:.0f} % {'faster' if more else 'slower'}"
    if feature is Feature.PITCH:
        return f"voice {by:.1f} semitones {'higher' if more else 'lower'}"
    return f"pitch moves over {by:.1f} semitones {'more' if more else 'less'}"


def _waves(waves: Sequence[int]) -> str:
    """``wave 1``, ``waves 1-2``, ``waves 1, 3-4``."""
    runs: list[list[int]] = []
    for wave in sorted(set(waves)):
        if runs and wave == runs[-1][-1] + 1:
            runs[-1].append(wave)
        else:
            runs.append([wave])
    told = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"wave{'s' if len(set(waves)) > 1 else ''} {told}"
