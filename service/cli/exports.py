"""``lytt export`` and ``lytt codebook``: what coders work on, in formats of other programs."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from models.audio.atomic import written_whole
from models.audio.portable import SoundForm
from models.problems import RecordingProblem
from service.cli.errors import Refusal
from service.coding.exports.codebook_writing import codebook_csv, codebook_json, codebook_text, qdc
from service.coding.exports.formats import Format
from service.coding.exports.gathering import NotThereNow, gather_codebook
from service.coding.exports.taking_out import Size, size_up, take_out
from service.coding.exports.values import NoExport, Options, Study
from service.coding.files import CodingFiles
from service.coding.store import CodingStore, ReleasedInterview, connect_coding_store, list_released
from service.coding.values import Coder, NotThere
from service.database import open_database
from service.encrypted_files import FileBroken
from service.naming import parse_reference
from service.settings import Settings
from service.transcript.notation import Notation
from service.transcript.readers import ConnectionReader
from service.transcript.selecting import NoSuchRole, Selection, chosen_interviews
from service.transcript.times import format_ms
from service.vault.events import record_event
from service.vault.store import connect_vault

_SQLITE = "sqlite:///"
CODEBOOK_FORMATS: dict[str, Callable[[Study], bytes]] = {
    "text": codebook_text,
    "json": codebook_json,
    "csv": codebook_csv,
    "qdc": qdc,
}


def wanted_options(
    settings: Settings,
    codings: bool,
    markers: bool,
    memos: bool,
    sound: str | None,
    verbatim: bool | None,
    notation: str | None,
) -> Options:
    """What was typed, as options; as the settings say where nothing was. Raises :class:`Refusal`."""
    try:
        form = SoundForm(sound) if sound is not None else None
        written = Notation(notation or settings.notation)
    except ValueError:
        sounds, notations = ", ".join(SoundForm), ", ".join(Notation)
        raise Refusal(f"The sound is one of: {sounds}; the notation is one of: {notations}.") from None
    return Options(
        codings, markers, memos, form, settings.verbatim if verbatim is None else verbatim, written
    )


def write_export(
    form: str,
    interviews: Sequence[str],
    selection: Selection,
    output: Path,
    force: bool,
    options_of: Callable[[Settings], Options],
) -> None:
    """Write the export of released interviews to ``output``, whole or not at all, and note it in the event log.

    Whoever sits at the terminal has everybody's codings, as a lead does.
    """
    if form not in list(Format):
        raise Refusal(f"The format is one of: {', '.join(Format)}.")
    if output.exists() and not force:
        raise Refusal("That file is there already. Choose another name, or add --force.")
    settings, wanted = Settings(), Format(form)
    options = options_of(settings)
    _refuse_nothing(settings)
    who = Coder(getpass.getuser(), leads=True)
    vault = connect_vault(settings)
    store = CodingStore(
        open_database(settings.coding_database),
        CodingFiles(settings.coding_folder, vault.keys.coding_files_key),
    )
    try:
        chosen = () if wanted is Format.QDC else _chosen(store, settings, interviews, selection)
        size = size_up(store, who, chosen, wanted, options)
        try:
            made = take_out(store, who, chosen, wanted, options)
        except NoExport as why:
            raise Refusal(str(why)) from None
        _tell(size)
        with vault.engine.begin() as connection:
            for subject in [one.id for one in chosen] or ["codebook"]:
                record_event(connection, who.name, "released_exported", subject, {"format": form})
        try:
            with written_whole(output) as handle:
                for block in made.blocks:
                    handle.write(block)
                written = handle.tell()
        except (NotThereNow, RecordingProblem, FileBroken):
            raise Refusal(
                "The sound of an interview is not there any more, or is damaged, so nothing was written. "
                "Release the interview again, or leave the sound out."
            ) from None
    finally:
        store.close()
        vault.close()
    typer.echo(f"{_megabytes(written)} written.")


def show_codebook(form: str, version: int | None) -> None:
    """Print the codebook as it is, or as a change left it."""
    write = CODEBOOK_FORMATS.get(form)
    if write is None:
        raise Refusal(f"The format is one of: {', '.join(CODEBOOK_FORMATS)}.")
    settings = Settings()
    _refuse_nothing(settings)
    store = connect_coding_store(settings)
    try:
        study = gather_codebook(store, version)
    except NotThere:
        raise Refusal("The codebook never had that version.") from None
    finally:
        store.close()
    if form == "qdc" and not study.used_codes:
        raise Refusal("There is no code in the codebook, and a .qdc file has at least one.")
    typer.echo(write(study).decode(), nl=False)


def _refuse_nothing(settings: Settings) -> None:
    path = settings.coding_database.removeprefix(_SQLITE)
    if path != settings.coding_database and not Path(path).exists():
        raise Refusal("There is nothing here yet. Start Lytt with ./scripts/serve and drop a recording.")


def _chosen(
    store: CodingStore, settings: Settings, references: Sequence[str], selection: Selection
) -> tuple[ReleasedInterview, ...]:
    with store.engine.connect() as connection:
        try:
            within = chosen_interviews(ConnectionReader(connection), selection)
        except NoSuchRole as error:
            raise Refusal(str(error)) from None
        released = list_released(connection)
    by_name = {name: one.id for one in within for name in one.names}
    wanted = set(by_name.values())
    if references:
        wanted = set()
        for reference in references:
            name = parse_reference(reference, settings.name_pattern)
            found = by_name.get(name.study_id if name else reference)
            if found is None:
                raise Refusal(f"There is no released interview {reference} among those chosen.")
            wanted.add(found)
    return tuple(one for one in released if one.id in wanted)


def _tell(size: Size) -> None:
    """What will take its time, and what will be missing."""
    if size.sound_ms:
        typer.echo(
            f"About {_megabytes(size.bytes)}; {format_ms(size.sound_ms)} of sound are written.", err=True
        )
    if size.silent:
        typer.echo(f"There is no sound of {', '.join(size.silent)} now: left out.", err=True)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.1f} kB"
