"""``lytt at``, ``show`` and ``find``: reading either store.

A SQLite store is read with Python's own driver: no database toolkit is loaded, so that ``lytt at``
answers at once.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from models.values import Marker, Speaker, Utterance
from service.cli.errors import Refusal
from service.naming import parse_reference
from service.places import Places, find_places
from service.transcript import reading
from service.transcript.export import export, speaker_names, text, vtt
from service.transcript.notation import Notation, write
from service.transcript.readers import SqliteFileReader
from service.transcript.search import SearchReader, search
from service.transcript.selecting import NoSuchRole, Selection, chosen_interviews
from service.transcript.times import format_ms, parse_ms
from service.vault.chain import Anchor, AnchorDamaged, Detail
from service.wording import marker_text

if TYPE_CHECKING:
    from service.vault.fields import FieldSealer
    from service.vault.key_file import KeySource
    from service.vault.keys import KeyRing

_SQLITE = "sqlite:///"


@contextmanager
def open_reader(places: Places, coding: bool) -> Iterator[SearchReader]:
    """A reader of the vault, or of the coding store."""
    url = places.coding_database if coding else places.vault_database
    if url.startswith(_SQLITE):
        path = Path(url.removeprefix(_SQLITE))
        if not path.exists():
            raise Refusal("There is nothing here yet. Start Lytt with ./scripts/serve and drop a recording.")
        with SqliteFileReader(path) as reader:
            if not coding:
                reader.open_with(_sealer(reader, places))
            yield reader
        return
    from service.database import open_database
    from service.transcript.readers import ConnectionReader

    engine = open_database(url)
    try:
        if not coding:
            from service.vault.keyring import VaultKeys

            VaultKeys(engine, _source(places)).open()
        with engine.connect() as connection:
            yield ConnectionReader(connection)
    finally:
        engine.dispose()


def _source(places: Places) -> KeySource:
    from service.vault.key_file import KeySource

    return KeySource(places.key_file, places.vault_key)


def _ring(reader: SqliteFileReader, places: Places) -> KeyRing:
    """The vault's keys, found without a database toolkit. Raises :class:`Refusal` when they can't be."""
    from sqlite3 import OperationalError

    from service.vault.keys import Purpose, WrappedKey, open_ring

    try:
        rows = reader.rows("SELECT purpose, master, wrapped FROM vault_key", {})
    except OperationalError:
        rows = []
    master = _source(places).find()
    if not rows or master is None:
        raise Refusal(
            "The vault has not been opened by this version of Lytt, or its key is not there. See: lytt serve"
        )
    keys = [WrappedKey(Purpose(purpose), owner, wrapped) for purpose, owner, wrapped in rows]
    return open_ring(master, keys)


def _sealer(reader: SqliteFileReader, places: Places) -> FieldSealer:
    """What opens the vault's columns."""
    from service.vault.fields import FieldSealer
    from service.vault.interview_keys import InterviewKeys, KeyRow

    def find(number: str) -> KeyRow | None:
        rows = reader.rows(
            "SELECT interview_id, number, wrapped FROM interview_key WHERE number = :number",
            {"number": number},
        )
        return KeyRow(*(str(value) for value in rows[0])) if rows else None

    data_key = _ring(reader, places).data
    return FieldSealer(data_key, InterviewKeys(data_key, find))


def note_access(places: Places, coding: bool, action: str, subject: str, detail: Detail) -> None:
    """Note in the event log what the person at this terminal reads. Raises :class:`Refusal` when it can't be."""
    if coding:
        return
    actor = getpass.getuser()
    url = places.vault_database
    if url.startswith(_SQLITE):
        import sqlite3

        from service.vault.keys import value_sealer
        from service.vault.locked import KeyUnusable, SealBroken
        from service.vault.plain_events import NotUpToDate, append_event

        try:
            anchor = Anchor(places.event_log_head)
            database = Path(url.removeprefix(_SQLITE))
            with SqliteFileReader(database) as reader:
                sealer = value_sealer(_ring(reader, places))
            append_event(database, sealer, anchor, actor, action, subject, detail)
        except (NotUpToDate, KeyUnusable, SealBroken, AnchorDamaged) as error:
            raise Refusal(str(error)) from None
        except (sqlite3.Error, OSError) as error:
            raise Refusal(
                f"Reading the vault can't be noted in its event log ({type(error).__name__}), so it is not shown."
            ) from None
        return
    from service.settings import Settings
    from service.vault.events import record_event
    from service.vault.store import connect_vault

    vault = connect_vault(Settings())
    try:
        with vault.engine.begin() as connection:
            record_event(connection, actor, action, subject, detail)
    finally:
        vault.close()


def find_id(reader: reading.Reader, places: Places, reference: str) -> str:
    """The id of the interview somebody means. Raises :class:`Refusal` when there is none."""
    name = parse_reference(reference, places.name_pattern)
    found = reader.rows(
        "SELECT i.id, t.interview_id FROM interview i LEFT JOIN transcript t ON t.interview_id = i.id "
        "WHERE i.name = :name OR i.id = :reference OR i.id LIKE :beginning OR i.id IN (SELECT interview_id FROM place "
        "WHERE group_code = :of_group AND role_code = :of_role AND wave = :of_wave)",
        {
            "name": name.study_id if name else reference,
            "reference": reference,
            "of_group": name.group if name else None,
            "of_role": name.role if name else None,
            "of_wave": name.wave if name else None,
            "beginning": f"{reference}%" if len(reference) >= 8 and reference.isalnum() else reference,
        },
    )
    if not found:
        raise Refusal(f"There is no interview {reference}. See: lytt status")
    if found[0][1] is None:
        raise Refusal("The interview has no transcript yet; its recording is still at work. See: lytt status")
    return str(found[0][0])


def _parsed(time: str) -> int:
    try:
        return parse_ms(time)
    except ValueError as error:
        raise Refusal(f"{time} is not a time: {error}") from None


def show_instant(interview: str, time: str, coding: bool) -> None:
    """Print what was being said at ``time``."""
    places, ms = find_places(), _parsed(time)
    with open_reader(places, coding) as reader:
        known = find_id(reader, places, interview)
        head = reading.head(reader, known)
        if head is not None and ms >= head.duration_ms:
            raise Refusal(f"The interview ends at {format_ms(head.duration_ms)}.")
        instant = reading.at(reader, known, ms)
        names = speaker_names(reading.speakers(reader, known), _given_names(reader, known, coding))
    note_access(places, coding, "transcript_read", known, {"at_ms": ms})
    if instant.utterances:
        for utterance in instant.utterances:
            typer.echo(_line(utterance, names, instant.word.id if instant.word else None))
    else:
        typer.echo(f"[{format_ms(ms)}] nobody speaks")
        for label, near in (("before", instant.before), ("after", instant.after)):
            if near is not None:
                typer.echo(f"{label}: {_line(near, names, None)}")
    for stored in instant.markers:
        typer.echo(f"  {_marker_line(stored.marker, names)}")


def _line(utterance: Utterance, names: dict[str, str], word_id: int | None) -> str:
    words = " ".join(f"»{word.text}«" if word.id == word_id else word.text for word in utterance.words)
    span = f"{format_ms(utterance.start_ms)}-{format_ms(utterance.end_ms)}"
    return f"[{span}] {names.get(utterance.speaker, utterance.speaker)}: {words}"


def _marker_line(marker: Marker, names: dict[str, str]) -> str:
    who = f", {names.get(marker.speaker, marker.speaker)}" if marker.speaker else ""
    kind = f"{marker.kind}/{marker.subtype}" if marker.subtype else str(marker.kind)
    return f"{kind}: {marker_text(marker)}{who} ({format_ms(marker.start_ms)}-{format_ms(marker.end_ms)})"


def show_stretch(
    interview: str,
    from_: str | None,
    to: str | None,
    form: str,
    coding: bool,
    verbatim: bool | None = None,
    notation: str | None = None,
) -> None:
    """Print the transcript between two times; ``verbatim`` and ``notation`` None are as the settings say."""
    if form not in ("text", "json", "vtt"):
        raise Refusal(f"{form} is not a format: text, json or vtt.")
    places = find_places()
    wanted = notation or places.notation
    if wanted not in list(Notation):
        raise Refusal(f"{wanted} is not a notation: {', '.join(Notation)}.")
    from_ms, to_ms = _parsed(from_) if from_ else 0, _parsed(to) if to else None
    if to_ms is not None and to_ms <= from_ms:
        raise Refusal("The stretch ends before it starts.")
    with open_reader(places, coding) as reader:
        known = find_id(reader, places, interview)
        utterances = reading.utterances_between(reader, known, from_ms, to_ms, limit=1_000_000)
        markers = tuple(stored.marker for stored in reading.markers_between(reader, known, from_ms, to_ms))
        speakers = reading.speakers(reader, known)
        given = _given_names(reader, known, coding)
        whole = reading.whole_transcript(reader, known) if form == "json" else None
    note_access(places, coding, "transcript_read", known, {"from_ms": from_ms, "to_ms": to_ms})
    shown = places.verbatim if verbatim is None else verbatim
    if whole is not None:
        from dataclasses import replace

        stretch = replace(whole, utterances=utterances, markers=markers)
        typer.echo(export(stretch, form, shown).decode())
        return
    written = write(utterances, markers, Notation(wanted), shown)
    typer.echo((vtt if form == "vtt" else text)(written, speakers, given), nl=False)


def _given_names(reader: reading.Reader, interview: str, coding: bool) -> dict[str, str]:
    """How a person called the speakers: the vault knows, the coding store never does."""
    if coding:
        return {}
    rows = reader.rows(
        "SELECT label, name FROM speaker_name WHERE interview_id = :interview", {"interview": interview}
    )
    return {str(label): reader.text("speaker_name.name", name) for label, name in rows}


def show_found(
    phrase: str | None,
    selection: Selection,
    speaker: str | None,
    interview: str | None,
    limit: int,
    coding: bool,
) -> None:
    """Print where ``phrase`` was said; without one, which interviews the selection has."""
    places = find_places()
    if phrase is None:
        if speaker is not None or interview is not None or not selection.chooses:
            raise Refusal(
                "Say what to look for: a phrase, or a --group, --role or --wave whose interviews to list."
            )
        _show_interviews(places, selection, limit, coding)
        return
    with open_reader(places, coding) as reader:
        only = (find_id(reader, places, interview),) if interview else None
        try:
            found = search(reader, phrase, speaker=speaker, interviews=only, selection=selection, limit=limit)
        except NoSuchRole as error:
            raise Refusal(str(error)) from None
        names: dict[str, dict[str, str]] = {}
        titles: dict[str, str] = {}
        for moment in found.moments:
            if moment.interview_id not in names:
                names[moment.interview_id] = speaker_names(
                    _speakers(reader, moment.interview_id), _given_names(reader, moment.interview_id, coding)
                )
                titles[moment.interview_id] = _title(reader, moment.interview_id)
    note_access(places, coding, "transcripts_searched", "interviews", {"moments": len(found.moments)})
    for moment in found.moments:
        shown = names[moment.interview_id].get(moment.speaker, moment.speaker)
        said = " ".join(
            f"»{word.text}«" if any(first <= place <= last for first, last in moment.matches) else word.text
            for place, word in enumerate(moment.utterance.words)
        )
        typer.echo(f"{titles[moment.interview_id]} [{format_ms(moment.start_ms)}] {shown}: {said}")
    if not found.moments:
        typer.echo("Nothing found.", err=True)
        raise typer.Exit(1)
    if found.total > len(found.moments):
        typer.echo(f"{found.total} in all; --limit shows more.", err=True)


def _show_interviews(places: Places, selection: Selection, limit: int, coding: bool) -> None:
    with open_reader(places, coding) as reader:
        try:
            chosen = chosen_interviews(reader, selection)
        except NoSuchRole as error:
            raise Refusal(str(error)) from None
    for one in chosen[:limit]:
        length = format_ms(one.duration_ms) if one.duration_ms is not None else "no transcript yet"
        typer.echo(f"{' + '.join(one.names)}  {one.held_on or 'no date'}  {length}")
    if not chosen:
        typer.echo("No such interview has been recorded.", err=True)
        raise typer.Exit(1)
    if len(chosen) > limit:
        typer.echo(f"{len(chosen)} in all; --limit shows more.", err=True)


def _speakers(reader: reading.Reader, interview_id: str) -> tuple[Speaker, ...]:
    return reading.speakers(reader, interview_id)


def _title(reader: reading.Reader, interview_id: str) -> str:
    rows = reader.rows("SELECT name FROM interview WHERE id = :id", {"id": interview_id})
    return str(rows[0][0] or interview_id[:8])
