"""Interview ids: how names of files, and what people type, become ``D03-T2``.

A neutral module: both sides of the system and the terminal read ids with it, and it imports
nothing that takes time to load.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_PARTS = ("group", "role", "wave")
_LONGEST_NAME = 64  # characters; the width of the column `interview.name`
_LONGEST_PART = 32  # characters; the width of the columns for group and role
_LONGEST_TEXT = 128  # longer text is no interview id; also bounds the time a pattern can take
_HIGHEST_WAVE = 999  # a longer number is a date or a counter of the recorder, not a serial number
_DEEPEST = 4  # path components an id may spread over; `group/role/wave` takes three

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"))
_SPACED_SEPARATOR = re.compile(r"\s*([-/])\s*")
_SPACES = re.compile(r"\s+")
_TRAILING_NUMBER = re.compile(r"(?P<letters>.*?)(?P<number>\d+)", re.DOTALL)
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
_SHOWN = r"(?P<group>[^\s/]+)-(?P<role>[^\W\d_]+)(?P<wave>\d+)"


@dataclass(frozen=True, slots=True)
class InterviewName:
    """The name of an interview: who it is with (group and role) and its serial number (wave)."""

    group: str
    role: str
    wave: int

    @property
    def study_id(self) -> str:
        """As it is shown and typed: ``D03-T2``."""
        return f"{self.group}-{self.role}{self.wave}"


def parse_name(path_or_stem: str, pattern: str) -> InterviewName | None:
    """The interview a file belongs to, by its path relative to the watched folder without extension.

    Only whole names count: ``D03-T2``, ``d3_t2``, ``D03/T2`` and ``any folder/D03-T2`` are D03-T2;
    ``D03-T2 (copy)`` and ``notes on D03-T2`` are no interview's name, and give None. The last
    component is tried alone, then with the folders above it, so the nearest name wins.

    Raises ValueError when ``pattern`` is no regular expression with the groups of
    :func:`compile_pattern`.
    """
    compiled = compile_pattern(pattern)
    components = [part for part in path_or_stem.split("/") if part.strip()]
    for depth in range(1, min(len(components), _DEEPEST) + 1):
        name = _read(tidy("/".join(components[-depth:])), compiled)
        if name is not None:
            return name
    return None


def parse_reference(text: str, pattern: str) -> InterviewName | None:
    """The interview somebody means who typed ``text`` in a terminal, an address or a form.

    Forgiving like :func:`parse_name`; besides takes the shown form (``D03-T2``) whatever the
    pattern is, and a file's extension at the end. None when it is no interview id. For looking
    interviews up; to give a name, use :func:`parse_name`, which holds to the pattern alone.

    Raises ValueError for an unusable ``pattern``.
    """
    plain = tidy(text)
    for candidate in (plain, _EXTENSION.sub("", plain)):
        for expression in (compile_pattern(pattern), compile_pattern(_SHOWN)):
            name = _read(candidate, expression)
            if name is not None:
                return name
    return None


@lru_cache(maxsize=16)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The compiled name pattern; upper and lower case are the same to it.

    Raises ValueError, in words for the person who set it, when it is no regular expression or
    lacks one of the named groups ``group``, ``role`` and ``wave``.
    """
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"name_pattern is not a regular expression: {error}") from None
    missing = [part for part in _PARTS if part not in compiled.groupindex]
    if missing:
        raise ValueError(f"name_pattern has no group named {', '.join(missing)}")
    return compiled


def tidy(text: str) -> str:
    """One form for what looks the same: composed letters, plain dashes, single spaces."""
    if len(text) > _LONGEST_TEXT:
        return ""
    plain = unicodedata.normalize("NFC", text).translate(_DASHES)
    return _SPACES.sub(" ", _SPACED_SEPARATOR.sub(r"\1", plain)).strip()


def _read(text: str, pattern: re.Pattern[str]) -> InterviewName | None:
    if not text or not text.isprintable():
        return None
    match = pattern.fullmatch(text)
    if match is None or any(match[part] is None for part in _PARTS):
        return None
    group, role, wave = group_code(match["group"]), match["role"].upper(), match["wave"]
    if not wave.isdecimal() or int(wave) > _HIGHEST_WAVE or max(len(group), len(role)) > _LONGEST_PART:
        return None
    name = InterviewName(group, role, int(wave))
    return name if is_shown(name) else None


def is_shown(name: InterviewName) -> bool:
    """Whether the shown form fits its column and can be typed back: a pattern may be too generous."""
    shown = name.study_id
    return len(shown) <= _LONGEST_NAME and compile_pattern(_SHOWN).fullmatch(shown) is not None


def group_code(group: str) -> str:
    """``d3`` and ``D003`` as ``D03``: letters upper-case, the number with at least two digits."""
    match = _TRAILING_NUMBER.fullmatch(group)
    if match is None:
        return group.upper()
    return f"{match['letters'].upper()}{int(match['number']):02d}"
