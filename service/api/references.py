"""What people write in an address for an interview."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.naming import parse_reference
from service.settings import Settings

Group = Annotated[str | None, Query(max_length=32, description="Only this group, such as `D03`.")]
RoleName = Annotated[
    str | None, Query(max_length=64, description="Only interviews with this role: its code or its name.")
]
Wave = Annotated[int | None, Query(ge=1, le=999, description="Only this wave.")]


def study_id(settings: Settings, reference: str) -> str:
    """The study id somebody means by ``d3_t2``; the reference itself when it is not one."""
    name = parse_reference(reference, settings.name_pattern)
    return name.study_id if name else reference
