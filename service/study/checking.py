"""Reading ``study.toml``: everything that is wrong with it, each with its line and key."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from service.study.file_names import UselessTemplate, compile_names
from service.study.protocol import Group, Protocol, StudyRole
from service.study.toml_lines import KeyPath, lines_of

PROTOCOL_FILE = "study.toml"
_AT_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)")
_LineOf = Callable[[KeyPath], int | None]
_LONGEST_FILE = 1 << 20  # bytes; 500 participants take 40 kB


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``line`` counts from 1, None when it is about the whole file; ``key`` as in the file."""

    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line is not None else "the file"
        return f"{place}, {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ProtocolInvalid(ValueError):  # noqa: N818 - reads as what happened
    """The file can't be used; ``findings`` say why, in order of lines."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda one: (one.line or 0, one.key)))
        super().__init__(f"{PROTOCOL_FILE} " + "; ".join(map(str, self.findings)))


def read_protocol(text: str) -> Protocol:
    """The protocol in ``text``. Raises :class:`ProtocolInvalid` with all that is wrong."""
    if len(text) > _LONGEST_FILE:
        raise ProtocolInvalid([Finding(None, "", "The file is larger than 1 MiB.")])
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolInvalid([_broken(str(error), text)]) from None
    except RecursionError:
        raise ProtocolInvalid([Finding(None, "", "Values are nested too deeply.")]) from None
    lines = lines_of(text)
    try:
        protocol = Protocol.model_validate(data)
    except ValidationError as error:
        found = [_finding(detail, lines.get) for detail in error.errors(include_url=False)]
        # Each variant of a union complains of its own.
        raise ProtocolInvalid(list(dict.fromkeys(found))) from None
    wrong = [Finding(_line(path, lines.get), key_of(path), message) for path, message in _check(protocol)]
    if wrong:
        raise ProtocolInvalid(wrong)
    return protocol


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


def _line(path: KeyPath, line_of: _LineOf) -> int | None:
    """The line of the value, or of what it would lie in when it is missing."""
    for length in range(len(path), 0, -1):
        line = line_of(path[:length])
        if line is not None:
            return line
    return None


_SPEAKERS = "This must be a number from 1 to 20, or 'auto'."
_SAID = {
    "extra_forbidden": "There is no such key here; check its spelling.",
    "missing": "This key is needed.",
    "string_type": "This must be text, in quotes.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "tuple_type": "This must be a list, in [ ].",
    "too_short": "At least one is needed.",
}


def _finding(detail: ErrorDetails, line_of: _LineOf) -> Finding:
    kind, given = detail["type"], detail.get("ctx", {})
    path: KeyPath = tuple(part for part in detail["loc"] if not _is_variant(part))
    message = _SPEAKERS if path[:1] == ("speakers",) else _SAID.get(kind)
    if message is None and kind in ("enum", "literal_error"):
        message = f"This must be {given['expected']}."
    if message is None and kind == "string_pattern_mismatch":
        message = _PATTERNS.get(
            str(path[-1] if isinstance(path[-1], str) else path[-2]), "This is not a valid id."
        )
    if message is None:
        said = detail["msg"].removeprefix("Value error, ")
        message = f"{said[:1].upper()}{said[1:]}."
    return Finding(_line(path, line_of), key_of(path), message)


_PATTERNS = {
    "id": "An id has letters and digits, such as D03.",
    "code": "A role's code is letters only, such as T.",
    "role": "A role's code is letters only, such as T.",
    "roles": "A role's code is letters only, such as T.",
    "guide": "A guide is the name of a file that ends in .toml, without folders.",
    "language": "A language is written as two letters, such as nb, or auto.",
}


def _is_variant(part: str | int) -> bool:
    """Pydantic names the variant of a union as a part of the path; the file has no such key."""
    return part in ("int", "literal['auto']") or (isinstance(part, str) and "[" in part)


def _check(protocol: Protocol) -> Iterator[tuple[KeyPath, str]]:
    """What fields alone can't tell: ids used twice, roles that aren't there, waves out of order, useless patterns."""
    yield from _twice(("role",), "code", [role.code for role in protocol.role])
    yield from _twice(("role",), "name", [role.name.casefold() for role in protocol.role])
    yield from _twice(("group",), "id", [group.id for group in protocol.group])
    yield from _twice(("interviewer",), "id", [one.id for one in protocol.interviewer])
    if isinstance(protocol.speakers, int) and not 1 <= protocol.speakers <= 20:
        yield ("speakers",), _SPEAKERS
    for place, role in enumerate(protocol.role):
        yield from _check_waves(("role", place), role)
    for place, group in enumerate(protocol.group):
        yield from _check_group(("group", place), group, protocol)
    codes = {role.code: role.name for role in protocol.role}
    for place, template in enumerate(protocol.file_names):
        try:
            compile_names([template], codes)
        except UselessTemplate as error:
            yield ("file_names", place), str(error)


def _twice(path: KeyPath, key: str, values: Sequence[str]) -> Iterator[tuple[KeyPath, str]]:
    seen: Counter[str] = Counter()
    for place, value in enumerate(values):
        seen[value] += 1
        if seen[value] == 2:
            yield (*path, place, key), f"`{value}` is used twice."


def _check_waves(path: KeyPath, role: StudyRole) -> Iterator[tuple[KeyPath, str]]:
    if role.name.casefold() in ("interviewer", "participant", "other", "unknown"):
        yield (*path, "name"), f"`{role.name}` has a meaning of its own here. Give the role another name."
    before = 0
    for place, expected in enumerate(role.interview):
        where = (*path, "interview", place, "wave")
        if expected.wave == before:
            yield where, f"Wave {expected.wave} is there twice for {role.name}."
        elif expected.wave < before:
            yield where, f"Wave {expected.wave} comes after wave {before}: list the waves in their order."
        before = max(before, expected.wave)


def _check_group(path: KeyPath, group: Group, protocol: Protocol) -> Iterator[tuple[KeyPath, str]]:
    there = set(group.roles if group.roles is not None else protocol.roles)
    known = ", ".join(f"{role.code} ({role.name})" for role in protocol.role)
    for place, code in enumerate(group.roles or ()):
        if code not in protocol.roles:
            yield (*path, "roles", place), f"There is no role `{code}`; there are {known}."
    yield from _twice((*path, "participant"), "role", [person.role for person in group.participant])
    for place, person in enumerate(group.participant):
        where = (*path, "participant", place)
        if person.role not in protocol.roles:
            yield (*where, "role"), f"There is no role `{person.role}`; there are {known}."
            continue
        if person.role not in there:
            yield (*where, "role"), f"`{person.role}` is not among the group's `roles`."
        waves = {expected.wave for expected in protocol.roles[person.role].interview}
        yield from _check_merged(where, person.merged, waves)


def _check_merged(
    path: KeyPath, pairs: Iterable[tuple[int, int]], waves: set[int]
) -> Iterator[tuple[KeyPath, str]]:
    used: set[int] = set()
    for place, pair in enumerate(pairs):
        where = (*path, "merged", place)
        if pair[0] == pair[1] or used & set(pair):
            yield where, "A wave can be merged with one other wave only."
        elif not set(pair) <= waves:
            missing = min(set(pair) - waves)
            yield where, f"This role has no wave {missing}."
        used |= set(pair)
