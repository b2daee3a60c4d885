"""``lytt status``: every recording, its progress, and what needs a person."""

from __future__ import annotations

from datetime import datetime

import typer
from rich.console import Console
from rich.table import Table

from models.problems import describe
from service.api.recording_shapes import needs
from service.backup.last import last_backup
from service.cli.errors import Refusal
from service.settings import Settings
from service.transcript.times import format_ms
from service.vault.recordings import RecordingState, StoredRecording, list_recordings, now
from service.vault.store import connect_vault
from service.wording import STAGES, notice

_WANTS = {
    "name": "give it a study id",
    "release": "release it",
    "retry": "look at the reason and retry",
}


def show_status(as_json: bool) -> None:
    """Print the list, as a table or as JSON."""
    import sqlalchemy as sa

    from service.cli.withdrawal import standing
    from service.intake.files import list_files
    from service.study.applied import protocol_in_force
    from service.withdrawal.erasing import list_withdrawals
    from service.withdrawal.retention import warnings

    try:
        vault = connect_vault(Settings())
        try:
            with vault.engine.connect() as connection:
                recordings, files = list_recordings(connection), list_files(connection)
                protocol = protocol_in_force(connection)
                days = Settings().retention_warning_days
                told = warnings(connection, protocol, now().date(), days) if protocol else ()
                told += tuple(
                    f"Withdrawal {one.number} is {standing(one)}."
                    for one in list_withdrawals(connection)
                    if one.finished_at is None
                )
                backed_up = last_backup(connection)
        finally:
            vault.close()
    except sa.exc.OperationalError:
        raise Refusal("There is nothing here yet. Start Lytt with ./scripts/serve.") from None
    if as_json:
        from service.api import schemas
        from service.api.recording_shapes import recording

        shaped = schemas.Recordings(recordings=[recording(stored) for stored in recordings], files=[])
        typer.echo(shaped.model_dump_json(indent=2, exclude={"files"}))
        return
    for line in told:
        typer.echo(line)
    if not recordings and not files:
        typer.echo("No recordings yet. Copy one into the watched folder.")
        return
    table = Table(box=None, header_style="bold")
    for column in ("recording", "length", "state", "done", "left", "needs a person"):
        table.add_column(column, no_wrap=column != "needs a person")
    for stored in recordings:
        table.add_row(*_row(stored))
    for file in files:
        if file.state != "known":
            table.add_row(file.path, "", file.state, "", "", file.message)
    Console().print(table)
    typer.echo(_told_of_backup(backed_up, now()))


def _told_of_backup(at: datetime | None, today: datetime) -> str:
    if at is None:
        return "There is no backup. How to make one: docs/backup.md"
    days = (today - at).days
    ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"The last backup was made on {at:%Y-%m-%d at %H:%M} UTC, {ago}."


def _row(stored: StoredRecording) -> tuple[str, ...]:
    progress = stored.progress if stored.state is RecordingState.PROCESSING else None
    state = STAGES.get(progress.stage, progress.stage) if progress else str(stored.state)
    wanted = [_WANTS[need] for need in needs(stored)]
    if stored.problem is not None:
        wanted.insert(0, describe(stored.problem))
    wanted += [notice(code) for code in stored.notices]
    return (
        stored.name or stored.title,
        format_ms(stored.duration_ms) if stored.duration_ms is not None else "",
        state,
        f"{progress.percent:.0f} %" if progress else "",
        format_ms(progress.eta_s * 1000) if progress and progress.eta_s is not None else "",
        "; ".join(wanted),
    )
