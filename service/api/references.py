"""What people write in an address for an interview."""

from __future__ import annotations

from service.naming import parse_reference
from service.settings import Settings


def study_id(settings: Settings, reference: str) -> str:
    """The study id somebody means by ``d3_t2``; the reference itself when it is not one."""
    name = parse_reference(reference, settings.name_pattern)
    return name.study_id if name else reference
