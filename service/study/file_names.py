"""What file names say: which interview a recording is of, when it was held, which part of it the file is.

A protocol lists templates: ``{group}-{role}{wave}``. A template matches a whole name, or the last folders and
the name; case, kinds of dashes, and whether there is a dash, a space or an underscore between two parts make no
difference. An entry with ``(?P<`` in it is a regular expression with the same names for its groups.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from service.naming import InterviewName, group_code, is_shown, tidy

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SEPARATOR = re.compile(r"[-_ ]+")
_REGULAR = "(?P<"
_DEEPEST = 4  # folders and name that an interview's place may be spread over
_HIGHEST_WAVE = 999

_USUAL_GROUP = r"[^\W\d_]*\d+"
_PIECES = {
    "wave": r"(?P<wave>\d{1,3})",
    "date": r"(?P<date>\d{4}[-_. ]?\d{2}[-_. ]?\d{2})",
    "part": r"(?:part|teil|del)?[-_ ]?(?P<part>[a-z]|\d{1,2})",
    "any": r".*?",
}
PLACEHOLDERS = ("group", "role", "wave", "date", "part", "any")

# Names that say nothing: a pattern that takes these for interviews takes everything for one.
_NOTHING = (
    "recording",
    "New Recording 12",
    "IMG 0001",
    "notes",
    "2024-05-03 14.03.22",
    "ZOOM0004",
    "untitled",
)


class UselessTemplate(ValueError):  # noqa: N818 - reads as what happened
    """A template that can't tell interviews apart; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class ReadName:
    """What a file's name says. ``part`` counts from 1; None when the name says nothing of it."""

    interview: InterviewName
    held_on: date | None
    part: int | None


@dataclass(frozen=True, slots=True)
class NamePatterns:
    """The templates of a protocol, compiled. ``roles`` gives the code of each spelling, folded."""

    compiled: tuple[re.Pattern[str], ...]
    roles: Mapping[str, str]

    def read(self, path_or_stem: str) -> tuple[ReadName, int] | None:
        """What the name says, and which pattern read it; None when none does.

        ``path_or_stem`` is relative to the watched folder, without extension. The nearest folders win.
        """
        components = [part for part in path_or_stem.split("/") if part.strip()]
        for depth in range(1, min(len(components), _DEEPEST) + 1):
            text = tidy("/".join(components[-depth:]))
            for number, pattern in enumerate(self.compiled):
                found = self._match(text, pattern)
                if found is not None:
                    return found, number
        return None

    def _match(self, text: str, pattern: re.Pattern[str]) -> ReadName | None:
        match = pattern.fullmatch(text) if text and text.isprintable() else None
        if match is None:
            return None
        said = match.groupdict()
        role = self._role(said.get("role"))
        group, wave = said.get("group"), said.get("wave")
        if role is None or not group or not wave or not wave.isdecimal() or int(wave) > _HIGHEST_WAVE:
            return None
        name = InterviewName(group_code(group), role, int(wave))
        held_on = _date(said.get("date"))
        if not is_shown(name) or (said.get("date") and held_on is None):
            return None
        return ReadName(name, held_on, _part(said.get("part")))

    def _role(self, said: str | None) -> str | None:
        if said is not None:
            return self.roles.get(said.casefold())
        codes = set(self.roles.values())
        return next(iter(codes)) if len(codes) == 1 else None


def compile_names(
    templates: Sequence[str], roles: Mapping[str, str], groups: Sequence[str] = ()
) -> NamePatterns:
    """The patterns of ``templates`` for a study whose ``roles`` give each code its name, and with these ``groups``.

    Raises :class:`UselessTemplate` for the first that names no interview, or takes any file for one.
    """
    spellings = {code.casefold(): code for code in roles}
    spellings |= {name.casefold(): code for code, name in roles.items()}
    unusual = tuple(group for group in groups if not re.fullmatch(_USUAL_GROUP, group))
    choices = _Choices(tuple(sorted(spellings)), len(roles) > 1, unusual)
    patterns = NamePatterns(tuple(compile_template(one, choices) for one in templates), spellings)
    for one, pattern in zip(templates, patterns.compiled, strict=True):
        alone = NamePatterns((pattern,), spellings)
        taken = [name for name in _NOTHING if alone.read(name)]
        if taken:
            raise UselessTemplate(
                f"`{one}` matches everything: also a file called `{taken[0]}`. Write what your names begin with."
            )
    return patterns


@dataclass(frozen=True, slots=True)
class _Choices:
    """What the placeholders can stand for in one study."""

    spellings: tuple[str, ...]
    several_roles: bool
    unusual_groups: tuple[str, ...]

    def pieces(self) -> dict[str, str]:
        roles = "|".join(map(re.escape, sorted(self.spellings, key=len, reverse=True)))
        groups = "|".join((_USUAL_GROUP, *map(re.escape, self.unusual_groups)))
        return _PIECES | {"group": f"(?P<group>{groups})", "role": f"(?P<role>{roles})"}


@lru_cache(maxsize=64)
def compile_template(template: str, choices: _Choices) -> re.Pattern[str]:
    """One template or regular expression as a pattern. Raises :class:`UselessTemplate`.

    Where there is but one role, a name need not say it.
    """
    expression = template if _REGULAR in template else _expression(template, choices.pieces())
    try:
        compiled = re.compile(expression, re.IGNORECASE)
    except re.error as error:
        raise UselessTemplate(f"`{template}` is not a regular expression: {error}.") from None
    needed = ("group", "role", "wave") if choices.several_roles else ("group", "wave")
    missing = [part for part in needed if part not in compiled.groupindex]
    if missing:
        raise UselessTemplate(
            f"`{template}` matches no interview: it has no {' and no '.join(f'{{{part}}}' for part in missing)}."
        )
    return compiled


def _expression(template: str, pieces: Mapping[str, str]) -> str:
    expression, at, before = "", 0, ""
    for found in _PLACEHOLDER.finditer(template):
        name = found[1]
        if name not in pieces:
            raise UselessTemplate(
                f"`{template}` has {{{name}}}; there are {', '.join(f'{{{one}}}' for one in PLACEHOLDERS)}."
            )
        if f"(?P<{name}>" in expression:
            raise UselessTemplate(f"`{template}` has {{{name}}} twice.")
        expression += _literal(template[at : found.start()], before, name) + pieces[name]
        at, before = found.end(), name
    return expression + _literal(template[at:], before, "")


def _literal(text: str, before: str, after: str) -> str:
    """Text between placeholders. Separators may differ; they may be left out where letters and digits meet."""
    if "role" in (before, after) and before and after and not text:
        return r"[-_ ]?"
    if not _SEPARATOR.fullmatch(text):
        return r"[-_ ]?".join(re.escape(part) for part in _SEPARATOR.split(text))
    if "role" in (before, after):
        return r"[-_ ]?"
    return r"(?:[-_ ]?(?=[a-z])|[-_ ]+)" if after == "part" else r"[-_ ]+"


def _date(said: str | None) -> date | None:
    if said is None:
        return None
    digits = re.sub(r"\D", "", said)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _part(said: str | None) -> int | None:
    if said is None:
        return None
    return int(said) if said.isdecimal() else ord(said.lower()) - ord("a") + 1
