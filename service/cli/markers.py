"""``lytt markers``: what was heard in an interview, and a person's word on it."""

from __future__ import annotations

import getpass
from dataclasses import dataclass

import typer

from models.values import Judgement, MarkerKind
from service.cli.errors import Refusal
from service.judging.adding import JudgementRefused
from service.judging.judging import Judge, Listed, Place, listed_markers
from service.marker_sentences import marker_sentence
from service.naming import parse_reference
from service.settings import Settings
from service.transcript.times import format_ms, parse_ms


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the command; without an act the markers are listed. Numbers are those of the list."""

    kind: str | None = None
    judged: str | None = None
    confirm: int | None = None
    reject: int | None = None
    undo: bool = False
    take_back: int | None = None
    add: str | None = None
    start: str | None = None
    end: str | None = None
    speaker: str | None = None
    note: str | None = None


def judge_markers(reference: str, wanted: Wanted) -> None:
    """List the markers of the interview, or judge one of them. Raises :class:`Refusal` when that can't be."""
    from service.coding.store import open_coding_store
    from service.vault.interviews import find_interview
    from service.vault.recordings import record_event
    from service.vault.store import open_vault

    acts = (wanted.confirm, wanted.reject, wanted.take_back, wanted.add, wanted.undo or None)
    if sum(act is not None for act in acts) > 1:
        raise Refusal("One of --confirm, --reject, --add, --take-back and --undo at a time.")
    settings = Settings()
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    try:
        name = parse_reference(reference, settings.name_pattern)
        with vault.engine.begin() as connection:
            found = find_interview(connection, name.study_id if name else reference)
            if found is None or found.revision is None:
                raise Refusal(f"There is no transcript of {reference}. See: lytt status")
            listed = listed_markers(connection, found.id)
            record_event(connection, getpass.getuser(), "transcript_read", found.id)
        if all(act is None for act in acts):
            _print(listed, wanted)
            return
        try:
            typer.echo(_act(Judge(vault, store), found.id, listed, wanted, getpass.getuser()))
        except JudgementRefused as refused:
            raise Refusal(str(refused)) from None
    finally:
        store.close()
        vault.close()


def _print(listed: tuple[Listed, ...], wanted: Wanted) -> None:
    if wanted.kind is not None:
        _kind(wanted.kind)
    states = {"open", *Judgement}
    if wanted.judged is not None and wanted.judged not in states:
        raise Refusal(f"Markers are one of these: {', '.join(sorted(states))}.")
    for one in listed:
        state = "open" if one.marker.judged is None else str(one.marker.judged)
        hidden = state == Judgement.REJECTED if wanted.judged is None else state != wanted.judged
        if hidden or wanted.kind not in (None, str(one.marker.kind)):
            continue
        number = f"{one.id}" if one.id is not None else ""
        said = "" if one.decision is None else f"{state} ({one.decision.id})"
        at, kind, speaker = format_ms(one.marker.start_ms), one.marker.kind, one.marker.speaker or "-"
        typer.echo(f"{number:>6}  {at}  {kind:12} {speaker:4} {marker_sentence(one.marker)}  {said}".rstrip())


def _act(judge: Judge, interview_id: str, listed: tuple[Listed, ...], wanted: Wanted, actor: str) -> str:
    if wanted.undo:
        judge.step(interview_id, actor, back=True)
        return "The latest judgement is undone."
    if wanted.take_back is not None:
        judge.clear(interview_id, wanted.take_back, actor)
        return "Taken back."
    if wanted.add is not None:
        kind, _, subtype = wanted.add.partition(":")
        if wanted.start is None or wanted.end is None:
            raise Refusal("Say from when to when: --add laughter --from 12:34.5 --to 12:36")
        try:
            place = Place(_kind(kind), parse_ms(wanted.start), parse_ms(wanted.end), wanted.speaker)
        except ValueError as error:
            raise Refusal(str(error)) from None
        made = judge.add(interview_id, place, subtype or None, actor, wanted.note)
        return f"Added ({made.change.decision.id if made.change else ''})."
    number, judgement = (
        (wanted.confirm, Judgement.CONFIRMED)
        if wanted.confirm is not None
        else (wanted.reject, Judgement.REJECTED)
    )
    marker = next((one.marker for one in listed if one.id == number), None)
    if marker is None:
        raise Refusal("There is no marker of this number. List them: lytt markers, and the study id.")
    place = Place(marker.kind, marker.start_ms, marker.end_ms, marker.speaker)
    made = judge.decide(interview_id, place, judgement, actor, wanted.note)
    return f"{judgement.capitalize()}." if made.change else f"It was {judgement} before."


def _kind(name: str) -> MarkerKind:
    try:
        return MarkerKind(name)
    except ValueError:
        raise Refusal(f"There is no such kind. The kinds are: {', '.join(MarkerKind)}.") from None
