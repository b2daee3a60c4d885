"""Ids of what is taken out: the same thing has the same one in each export."""

from __future__ import annotations

import re
import uuid

_LYTT = uuid.UUID("6d1f6a54-0c3b-5b0e-9a51-4a1d7a1f6c02")


def guid(*parts: object) -> str:
    """An id made of what it stands for (UUID version 5, RFC 9562), such as ``("source", "D03-T2")``."""
    return str(uuid.uuid5(_LYTT, "\n".join(str(part) for part in parts)))


def is_guid(text: str) -> bool:
    """Whether this is an id as Lytt writes them: a UUID in small letters."""
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None
