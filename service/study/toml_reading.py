"""Reading a TOML file into a model: everything that is wrong with it, each with its line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service.study.toml_lines import KeyPath, lines_of

M = TypeVar("M", bound=BaseModel)
Wrong = tuple[KeyPath, str]
"""Where something is wrong, and what."""

_LineOf = Callable[[KeyPath], int | None]
_AT_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)")
_LONGEST_FILE = 1 << 20  # bytes; a protocol of 500 participants takes 40 kB
_SAID = {
    "extra_forbidden": "There is no such key here; check its spelling.",
    "missing": "This key is needed.",
    "string_type": "This must be text, in quotes.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "tuple_type": "This must be a list, in [ ].",
    "too_short": "At least one is needed.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``line`` counts from 1, None when it is about the whole file; ``key`` as in the file."""

    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line is not None else "the file"
        return f"{place}, {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class FileInvalid(ValueError):  # noqa: N818 - reads as what happened
    """The file can't be used; ``findings`` say why, in order of lines."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda one: (one.line or 0, one.key)))
        super().__init__("; ".join(map(str, self.findings)))


def read_toml(kind: type[M], text: str, check: Callable[[M], Iterable[Wrong]], meant: Mapping[str, str]) -> M:
    """The model in ``text``. ``check`` finds what fields alone can't tell; ``meant`` says what a key must be like.

    Raises :class:`FileInvalid` with all that is wrong.
    """
    if len(text) > _LONGEST_FILE:
        raise FileInvalid([Finding(None, "", "The file is larger than 1 MiB.")])
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileInvalid([_broken(str(error), text)]) from None
    except RecursionError:
        raise FileInvalid([Finding(None, "", "Values are nested too deeply.")]) from None
    lines = lines_of(text)
    try:
        model = kind.model_validate(data)
    except ValidationError as error:
        found = [_finding(detail, lines.get, meant) for detail in _own(error.errors(include_url=False))]
        # Each variant of a union complains of its own.
        raise FileInvalid(list(dict.fromkeys(found))) from None
    wrong = [Finding(_line(path, lines.get), key_of(path), message) for path, message in check(model)]
    if wrong:
        raise FileInvalid(wrong)
    return model


def key_of(path: KeyPath) -> str:
    """A path as people write it: ``role[2].interview[1].wave``; places count from 1, as people count."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _broken(message: str, text: str) -> Finding:
    place = _AT_LINE.search(message)
    line = int(place[1]) if place else text.count("\n") + (not text.endswith("\n"))
    said = _AT_LINE.sub("", message).replace(" (at end of document)", "").rstrip(".")
    return Finding(line, "", f"This is not TOML: {said[:1].lower()}{said[1:]}.")


def _own(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without the complaint that a list is too short because what is in it is wrong."""

    def is_echo(one: ErrorDetails) -> bool:
        length = len(one["loc"])
        return one["type"] == "too_short" and any(
            len(other["loc"]) > length and other["loc"][:length] == one["loc"] for other in details
        )

    return [one for one in details if not is_echo(one)]


def _line(path: KeyPath, line_of: _LineOf) -> int | None:
    """The line of the value, or of what it would lie in when it is missing."""
    for length in range(len(path), 0, -1):
        line = line_of(path[:length])
        if line is not None:
            return line
    return None


def _finding(detail: ErrorDetails, line_of: _LineOf, meant: Mapping[str, str]) -> Finding:
    kind, given = detail["type"], detail.get("ctx", {})
    path: KeyPath = tuple(part for part in detail["loc"] if not _is_variant(part))
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    message = _SAID.get(kind)
    if kind in ("enum", "literal_error"):
        message = f"This must be {given['expected']}."
    if kind == "string_pattern_mismatch" or name in _MEANT_WHATEVER:
        message = meant.get(name, message or "This is not a valid id.")
    if message is None:
        said = detail["msg"].removeprefix("Value error, ")
        message = f"{said[:1].upper()}{said[1:]}."
    return Finding(_line(path, line_of), key_of(path), message)


_MEANT_WHATEVER = ("speakers",)  # several kinds of value are right, so no single complaint says it


def _is_variant(part: str | int) -> bool:
    """Pydantic names the variant of a union as a part of the path; the file has no such key."""
    return part in ("int", "literal['auto']") or (isinstance(part, str) and "[" in part)
