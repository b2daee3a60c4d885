"""A study's own list: participants, relatives, clinics, towns. Plain values; where they are kept is not known here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.anonymisation.identity import Form, form_of
from models.anonymisation.mentions import Label

_LISTED = (Label.NAME, Label.PLACE, Label.ORGANISATION)


class ListError(ValueError):
    """A line of a list can't be used; ``line`` is its number. Never holds what the line says."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True, slots=True)
class KnownEntity:
    """One identity of the study, by its bare words."""

    form: Form
    label: Label


def known_entity(value: str, label: Label = Label.NAME) -> KnownEntity | None:
    """The value as it is looked for; None when it has no letter or digit."""
    form = form_of(value.split(), label)
    return KnownEntity(form, label) if form else None


def read_list(lines: Iterable[str]) -> Iterator[KnownEntity]:
    """The entries of a list: one a line, after a tab its label (``NAME``, the default, ``PLACE``, ``ORGANISATION``).

    Empty lines and lines that begin with ``#`` are passed over. Raises :class:`ListError` for a label that is none.
    """
    for number, line in enumerate(lines, 1):
        value, _, label = line.strip().partition("\t")
        if not value or value.startswith("#"):
            continue
        try:
            wanted = Label(label.strip().upper()) if label.strip() else Label.NAME
        except ValueError:
            raise ListError(number) from None
        if wanted not in _LISTED:
            raise ListError(number)
        entity = known_entity(value, wanted)
        if entity is not None:
            yield entity
