"""``lytt baseline``: what is usual for a person, and how their interviews differ."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from service.baselines.telling import PersonBaseline

UNITS = {
    "pitch_semitones": ("pitch", "semitones above 27.5 Hz"),
    "pitch_range_semitones": ("range of pitch", "semitones"),
    "letters_a_second": ("tempo", "letters a second"),
}


def show_baseline(person: str, as_json: bool) -> None:
    """Print it. Raises :class:`Refusal` for somebody whom the protocol does not know."""
    from service.baselines.telling import person_baseline
    from service.settings import Settings
    from service.study.applied import protocol_in_force
    from service.vault.recordings import record_event
    from service.vault.store import open_vault

    vault = open_vault(Settings())
    try:
        with vault.engine.begin() as connection:
            protocol = protocol_in_force(connection)
            people = (
                {}
                if protocol is None
                else {
                    known.casefold(): known
                    for known in (*protocol.participants, *(one.id for one in protocol.interviewer))
                }
            )
            known = people.get(person.casefold())
            if known is None:
                raise Refusal("The protocol has no such participant or interviewer. See: lytt study show")
            found = person_baseline(connection, known, protocol)
            record_event(connection, getpass.getuser(), "baseline_seen", known)
    finally:
        vault.close()
    if as_json:
        from service.api.baselines import shape

        typer.echo(json.dumps(shape(found).model_dump(mode="json"), indent=1))
        return
    _print(found)


def _print(found: PersonBaseline) -> None:
    from models.nuance.summary import Feature, hertz

    held = found.baseline
    if held is None and not found.interviews:
        typer.echo(f"{found.person}: nothing was measured yet.")
    elif held is not None:
        number = f"{held.interviews} interview{'' if held.interviews == 1 else 's'}"
        typer.echo(
            f"{found.person}: {number}, {held.speech_ms / 60_000:.1f} minutes, {held.utterances} stretches"
        )
    else:
        typer.echo(found.person)
    if found.why_not:
        typer.echo(found.why_not)
    for feature, usual in found.usual.items():
        name, unit = UNITS[feature]
        more = f" ({hertz(usual.median):.0f} Hz)" if feature is Feature.PITCH else ""
        typer.echo(f"  {name}: {usual.median:.1f} {unit}{more}, spread {usual.spread:.1f}")
    for one in found.interviews:
        noisy = "" if one.comparable else "; recorded otherwise than the others"
        told = f"; {', '.join(one.said)}" if one.said else ""
        typer.echo(
            f"  {one.name}: {one.speech_ms / 60_000:.1f} minutes, {one.stretches} stretches{told}{noisy}"
        )
