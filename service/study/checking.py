"""Reading ``study.toml``: everything that is wrong with it, each with its line and key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from service.study.file_names import UselessTemplate, compile_names
from service.study.protocol import Group, Protocol, StudyRole
from service.study.toml_lines import KeyPath
from service.study.toml_reading import Wrong, read_toml

PROTOCOL_FILE = "study.toml"
_SPEAKERS = "This must be a number from 1 to 20, or 'auto'."
_MEANT = {
    "id": "An id has letters and digits, such as D03.",
    "code": "A role's code is letters only, such as T.",
    "role": "A role's code is letters only, such as T.",
    "roles": "A role's code is letters only, such as T.",
    "guide": "A guide is the name of a file that ends in .toml, without folders.",
    "speakers": _SPEAKERS,
    "language": "A language is written as two letters, such as nb, or auto.",
}


def read_protocol(text: str) -> Protocol:
    """The protocol in ``text``. Raises :class:`service.study.toml_reading.FileInvalid` with all that is wrong."""
    return read_toml(Protocol, text, _check, _MEANT)


def _check(protocol: Protocol) -> Iterator[Wrong]:
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


def _twice(path: KeyPath, key: str, values: Sequence[str]) -> Iterator[Wrong]:
    seen: Counter[str] = Counter()
    for place, value in enumerate(values):
        seen[value] += 1
        if seen[value] == 2:
            yield (*path, place, key), f"`{value}` is used twice."


def _check_waves(path: KeyPath, role: StudyRole) -> Iterator[Wrong]:
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


def _check_group(path: KeyPath, group: Group, protocol: Protocol) -> Iterator[Wrong]:
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


def _check_merged(path: KeyPath, pairs: Iterable[tuple[int, int]], waves: set[int]) -> Iterator[Wrong]:
    used: set[int] = set()
    for place, pair in enumerate(pairs):
        where = (*path, "merged", place)
        if pair[0] == pair[1] or used & set(pair):
            yield where, "A wave can be merged with one other wave only."
        elif not set(pair) <= waves:
            missing = min(set(pair) - waves)
            yield where, f"This role has no wave {missing}."
        used |= set(pair)
