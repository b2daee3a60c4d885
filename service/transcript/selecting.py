"""Choosing interviews by group, role and wave: the same in both stores, which keep places and roles alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.values import Role
from service.naming import group_code
from service.transcript.reading import Reader


class NoSuchRole(ValueError):  # noqa: N818 - reads as what happened
    """A role that no interview can have; ``str()`` says which there are."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which interviews are meant; None is any. ``role`` is a code (``C``) or a name (``client``) of the protocol."""

    group: str | None = None
    role: str | None = None
    wave: int | None = None

    @property
    def chooses(self) -> bool:
        return (self.group, self.role, self.wave) != (None, None, None)

    def condition(self, reader: Reader, column: str) -> tuple[str, dict[str, object]]:
        """SQL that holds for the ids in ``column`` that are chosen, and its parameters.

        Raises :class:`NoSuchRole`.
        """
        clauses: list[str] = []
        parameters: dict[str, object] = {}
        if self.group is not None:
            clauses.append("(group_code = :of_group OR upper(group_code) = :of_group_as_typed)")
            parameters |= {"of_group": group_code(self.group), "of_group_as_typed": self.group.upper()}
        if self.role is not None:
            clauses.append("role_code = :of_role")
            parameters["of_role"] = role_code(reader, self.role)
        if self.wave is not None:
            clauses.append("wave = :of_wave")
            parameters["of_wave"] = self.wave
        if not clauses:
            return "1 = 1", {}
        return f"{column} IN (SELECT interview_id FROM place WHERE {' AND '.join(clauses)})", parameters


@dataclass(frozen=True, slots=True)
class ChosenInterview:
    """An interview of a selection: the places it covers, its day, its length."""

    id: str
    names: tuple[str, ...]
    held_on: date | None
    duration_ms: int | None


def role_code(reader: Reader, role: str) -> str:
    """The code of a role that is given by its code or its name. Raises :class:`NoSuchRole`."""
    known = {str(code): str(name) for code, name in reader.rows("SELECT code, name FROM role", {})}
    wanted = role.casefold()
    for code, name in known.items():
        if wanted in (code.casefold(), name.casefold()):
            return code
    held = {str(row[0]) for row in reader.rows("SELECT DISTINCT role_code FROM place", {})}
    if role.upper() in held:
        return role.upper()
    there = (
        ", ".join(f"{code} ({name})" for code, name in known.items()) or ", ".join(sorted(held)) or "none yet"
    )
    if wanted in {str(one) for one in Role}:
        raise NoSuchRole(
            f"`{role}` says who speaks: use `speaker` for it. The roles of participants are: {there}."
        )
    raise NoSuchRole(f"There is no such role. The roles of participants are: {there}.")


def chosen_interviews(reader: Reader, selection: Selection) -> tuple[ChosenInterview, ...]:
    """The interviews of the selection that have a place, in order of their names."""
    condition, parameters = selection.condition(reader, "i.id")
    rows = reader.rows(
        "SELECT i.id, i.name, i.held_on, t.duration_ms FROM interview i "
        f"LEFT JOIN transcript t ON t.interview_id = i.id WHERE i.name IS NOT NULL AND {condition} ORDER BY i.name",
        parameters,
    )
    places: dict[str, list[str]] = {}
    for interview_id, group, role, wave in reader.rows(
        "SELECT interview_id, group_code, role_code, wave FROM place ORDER BY wave", {}
    ):
        places.setdefault(str(interview_id), []).append(f"{group}-{role}{wave}")
    return tuple(
        ChosenInterview(str(row[0]), tuple(places.get(str(row[0]), (str(row[1]),))), _day(row[2]), row[3])
        for row in rows
    )


def _day(value: object) -> date | None:
    """SQLite's own driver gives days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None
