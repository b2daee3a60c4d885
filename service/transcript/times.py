"""Times as people read and write them."""

from __future__ import annotations

import re

_TIME = re.compile(
    r"(?:(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,6})(?:[.,](?P<fraction>\d{1,6}))?"
)


def format_ms(ms: int, *, fraction: bool = False) -> str:
    """``00:12:34``, or ``00:12:34.567``."""
    seconds, rest = divmod(ms, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}" if fraction else text


def parse_ms(text: str) -> int:
    """Milliseconds of ``1:02:03.5``, ``12:34`` or ``754.2`` (seconds).

    Raises ValueError, in words for the person who typed it.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError("a time is written like 12:34, 1:02:03.5 or 754.2 (seconds)")
    hours, minutes, seconds = (int(found[part] or 0) for part in ("hours", "minutes", "seconds"))
    if found["minutes"] is not None and (seconds > 59 or (found["hours"] is not None and minutes > 59)):
        raise ValueError("minutes and seconds go up to 59")
    fraction = int((found["fraction"] or "0").ljust(3, "0")[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction
