"""``lytt plot``: pitch and loudness of a stretch with the words under them, as a figure."""

from __future__ import annotations

import getpass
from pathlib import Path

import typer

from models.audio.atomic import written_whole
from models.values import Span
from service.cli.errors import Refusal
from service.cli.reading import find_id
from service.figures.contours import LONGEST_MS
from service.places import find_places
from service.review.drawing import NothingToDraw, interview_figure
from service.settings import Settings
from service.transcript.readers import ConnectionReader
from service.transcript.times import format_ms, parse_ms
from service.vault.events import record_event
from service.vault.interviews import find_interview
from service.vault.store import connect_vault


def write_plot(interview: str, from_: str, to: str, output: Path, as_spoken: bool, force: bool) -> None:
    """Write the figure to ``output``: as coders have the interview, or ``as_spoken``."""
    if output.suffix.lower() != ".svg":
        raise Refusal("The file must end in .svg.")
    if output.exists() and not force:
        raise Refusal("That file is there already. Choose another name, or add --force.")
    try:
        from_ms, to_ms = parse_ms(from_), parse_ms(to)
    except ValueError as error:
        raise Refusal(f"That is not a time: {error}") from None
    if not from_ms < to_ms <= from_ms + LONGEST_MS:
        raise Refusal("A figure ends after it starts and is of two minutes at most.")
    vault = connect_vault(Settings())
    try:
        with vault.engine.connect() as connection:
            known = find_id(ConnectionReader(connection), find_places(), interview)
            found = find_interview(connection, known)
        if found is None or found.duration_ms is None:
            raise Refusal("The interview has no transcript yet; its recording is still at work.")
        if from_ms >= found.duration_ms:
            raise Refusal(f"The interview ends at {format_ms(found.duration_ms)}.")
        try:
            svg = interview_figure(vault, found, Span(from_ms, to_ms), not as_spoken)
        except NothingToDraw as why:
            raise Refusal(str(why).replace("ask for the figure as spoken", "add --as-spoken")) from None
        with vault.engine.begin() as connection:
            detail = {"from_ms": from_ms, "to_ms": to_ms, "anonymised": int(not as_spoken)}
            record_event(connection, getpass.getuser(), "figure_exported", known, detail)
    finally:
        vault.close()
    with written_whole(output) as handle:
        handle.write(svg.encode())
    typer.echo(f"{format_ms(from_ms)}-{format_ms(to_ms)} drawn.")
