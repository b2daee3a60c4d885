"""``lytt clip``: a stretch of the sound as a file."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import get_args

import typer

from models.audio.clip import ClipFormat, clip
from models.values import Span
from service.cli.errors import Refusal
from service.cli.reading import find_id
from service.places import find_places
from service.settings import Settings
from service.transcript.readers import ConnectionReader
from service.transcript.times import format_ms, parse_ms
from service.vault.events import record_event
from service.vault.media import listening_file
from service.vault.store import connect_vault


def write_clip(interview: str, from_: str, to: str, output: Path, force: bool) -> None:
    """Write the stretch to ``output``, whose ending says the format."""
    forms: dict[str, ClipFormat] = {form: form for form in get_args(ClipFormat)}
    form = forms.get(output.suffix.removeprefix(".").lower())
    if form is None:
        raise Refusal(f"The file must end in one of: {', '.join(f'.{known}' for known in forms)}.")
    if output.exists() and not force:
        raise Refusal("That file is there already. Choose another name, or add --force.")
    try:
        from_ms, to_ms = parse_ms(from_), parse_ms(to)
    except ValueError as error:
        raise Refusal(f"That is not a time: {error}") from None
    if to_ms <= from_ms:
        raise Refusal("The clip ends before it starts.")
    settings = Settings()
    vault = connect_vault(settings)
    try:
        with vault.engine.begin() as connection:
            known = find_id(ConnectionReader(connection), find_places(), interview)
            file = listening_file(connection, vault.artefacts, known)
            if file is not None:
                detail = {"from_ms": from_ms, "to_ms": to_ms, "format": form}
                record_event(connection, getpass.getuser(), "clip_cut", known, detail)
    finally:
        vault.close()
    if file is None:
        raise Refusal("The sound of this interview is not there.")
    clip(file, Span(from_ms, to_ms), output, form)
    typer.echo(f"{format_ms(from_ms)}-{format_ms(to_ms)} written.")
