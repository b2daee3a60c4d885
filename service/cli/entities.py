"""``lytt entities``: what identifies someone in lines of text, without server or database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from models.anonymisation.find import EntitySearch, TextSpan
    from models.anonymisation.known import KnownEntity

_AT_ONCE = 64
"""Lines searched together when nothing is looked for across lines: models are faster with several."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line to search: its id as given, and its text."""

    id: str | int
    text: str


class BadLine(ValueError):  # noqa: N818 - reads as what it is
    """A line that can't be searched. Never holds what the line says."""


def find_entities(
    file: Path, output: Path | None, propagate: bool, list_file: Path | None, language: str
) -> None:
    """Write ``{"id", "spans": [{"start", "end", "label"}]}`` for each line ``{"id", "text"}``, in order.

    A line that can't be read is told by its number, never by its text, and left out; then the exit code is 1.
    Raises :class:`Refusal` when the file, the list or a model can't be used.
    """
    from models.problems import RecordingProblem

    known = _read_list(list_file) if list_file else ()
    try:
        search = _search(language, known)
        with ExitStack() as opened:
            lines = opened.enter_context(_opened(file))
            written = opened.enter_context(_target(output))
            bad = _search_lines(lines, written, search, propagate)
    except RecordingProblem as problem:
        raise Refusal(str(problem)) from None
    except OSError as error:
        raise Refusal(f"The file can't be used: {error.strerror}.") from None
    if not search.searches_names:
        typer.echo(f"No model looks for names in the language {language}; only rules searched.", err=True)
    if bad:
        raise typer.Exit(1)


def _search_lines(lines: Iterable[bytes], written: IO[bytes], search: EntitySearch, propagate: bool) -> int:
    """How many lines were bad."""
    bad = 0

    def good() -> Iterator[Line]:
        nonlocal bad
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                yield read_line(raw)
            except BadLine as error:
                bad += 1
                typer.echo(f"Line {number}: {error}.", err=True)

    batches = (tuple(good()),) if propagate else _batched(good(), _AT_ONCE)
    for batch in batches:
        found = search.find([line.text for line in batch], propagate)
        for line, spans in zip(batch, found, strict=True):
            written.write(as_line(line.id, spans))
        written.flush()
    return bad


def _batched(lines: Iterator[Line], size: int) -> Iterator[tuple[Line, ...]]:
    while batch := tuple(islice(lines, size)):
        yield batch


def read_line(raw: bytes) -> Line:
    """The line as id and text. Raises :class:`BadLine`, which says what is wrong with it."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadLine("not JSON in UTF-8") from None
    if not isinstance(given, dict):
        raise BadLine("not a JSON object")
    name, text = given.get("id"), given.get("text")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise BadLine("its id is no string or whole number")
    if not isinstance(text, str):
        raise BadLine("its text is no string")
    return Line(name, text)


def as_line(name: str | int, spans: Sequence[TextSpan]) -> bytes:
    """One line of the result, its end included."""
    places = [{"start": span.start, "end": span.end, "label": span.label.value} for span in spans]
    return json.dumps({"id": name, "spans": places}, ensure_ascii=False).encode() + b"\n"


def _search(language: str, known: Sequence[KnownEntity]) -> EntitySearch:
    from models.host import ModelHost
    from service.pipeline.stages import models_config
    from service.settings import Settings

    return ModelHost(models_config(Settings())).entity_search(language, known)


def _read_list(file: Path) -> tuple[KnownEntity, ...]:
    from models.anonymisation.known import ListError, read_list

    try:
        return tuple(read_list(file.read_text(encoding="utf-8").splitlines()))
    except ListError as error:
        raise Refusal(
            f"The list has a label in line {error.line} that is none: NAME, PLACE or ORGANISATION."
        ) from None
    except UnicodeDecodeError:
        raise Refusal("The list is not UTF-8.") from None
    except OSError as error:
        raise Refusal(f"The list can't be used: {error.strerror}.") from None


def _opened(file: Path) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")


def _target(output: Path | None) -> AbstractContextManager[IO[bytes]]:
    from models.audio.atomic import written_whole

    return nullcontext(sys.stdout.buffer) if output is None else written_whole(output)
