"""Changing the style of all stand-ins."""

from __future__ import annotations

import sqlalchemy as sa

from service.identities.drawing import draw
from service.identities.identities import identities_of, keep_styles, refresh
from service.identities.numbers import hold_identities
from service.identities.rendering import Dates, Style, Styles
from service.settings import Settings
from service.vault import tables
from service.vault.recordings import record_event


def begin_with(connection: sa.Connection, settings: Settings) -> None:
    """A study that has no style yet begins with that of the settings."""
    if connection.execute(sa.select(tables.pseudonym_style.c.id)).first() is None:
        keep_styles(connection, Styles(Style(settings.pseudonyms), Dates(settings.pseudonym_dates)))


def change_style(connection: sa.Connection, styles: Styles, actor: str) -> tuple[str, ...]:
    """Let all stand-ins be of this style, but those that a person wrote; returns the interviews that it changed."""
    hold_identities(connection)
    keep_styles(connection, styles)
    draw(connection)
    changed = refresh(connection, set(identities_of(connection)))
    record_event(
        connection,
        actor,
        "pseudonym_style_set",
        "identities",
        {"style": str(styles.names), "dates": str(styles.dates), "interviews": len(changed)},
    )
    return changed
