"""A coding store with one released interview, codes, codings of two coders, memos and a theme, to take out of."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models.audio.portable import SoundForm
from models.values import Span
from service.coding import codebook, codings, memos, tables
from service.coding.codebook import CodeWords
from service.coding.codings import Place
from service.coding.exports.formats import Format
from service.coding.exports.gathering import gather
from service.coding.exports.making import make
from service.coding.exports.values import Interview, Options, Study
from service.coding.store import CodingStore, list_released
from service.coding.values import About, Coder
from service.coding.writing import writing
from tests.service.conftest import INTERVIEW

ANN, BEN, LEA = Coder("ann"), Coder("ben"), Coder("lea", leads=True)
CARE, HANDS, THEME = (str(uuid.UUID(int=number)) for number in (1, 2, 3))
FIRST, SECOND, BARE, BENS = (str(uuid.UUID(int=number)) for number in (11, 12, 13, 14))
ODD = 'says "no" & <b>\x07'
"""What formats have to escape, or leave out."""
SOUND = b"sound of "


def code_all(store: CodingStore) -> None:
    """Ann codes words 6 to 9 with two codes and 12 without one, Ben overlaps her; memos on all kinds of things."""
    with writing(store.engine) as connection:
        codebook.add_code(
            connection, "lea", CARE, CodeWords("care", f"Caring, {ODD}", "#2f6f8f", "he held my hand")
        )
        codebook.add_code(connection, "lea", HANDS, CodeWords("hands"), CARE)
        codebook.put_theme(connection, "lea", THEME, None, "closeness", "What is near", [CARE, HANDS])
        for coder, coding_id, first, last, code, weight in (
            ("ann", FIRST, 6, 9, CARE, 70),
            ("ann", SECOND, 6, 9, HANDS, None),
            ("ann", BARE, 12, 12, None, None),
            ("ben", BENS, 8, 11, CARE, None),
        ):
            codings.add_coding(connection, coder, INTERVIEW, coding_id, Place(first, last), code, weight)
        for number, (writer, about, subject) in enumerate(
            (
                (ANN, About.CODE, CARE),
                (ANN, About.THEME, THEME),
                (ANN, About.CODING, FIRST),
                (ANN, About.CODING, BARE),
                (BEN, About.INTERVIEW, INTERVIEW),
                (BEN, About.PARTICIPANT, "D03-T"),
                (LEA, About.GROUP, "D03"),
                (LEA, About.STUDY, ""),
            )
        ):
            memos.add_memo(
                connection, writer, str(uuid.UUID(int=100 + number)), about, subject, f"on {about}, {ODD}"
            )
        settle_times(connection)


def settle_times(connection: sa.Connection) -> None:
    """Times that are the same in every run of a test."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for table in (tables.coding, tables.memo):
        connection.execute(sa.update(table).values(made_at=at, changed_at=at + timedelta(hours=1)))
    connection.execute(sa.update(tables.interview).values(released_at=at))


def sounds(interview: Interview, span: Span, form: SoundForm) -> Iterator[bytes]:
    """Stands for the sound where a test is not about it: says whose, of which stretch and in which format."""
    yield SOUND
    yield f"{interview.head.name} {span.start_ms}-{span.end_ms} {form}".encode()


def study_of(store: CodingStore, coder: Coder = LEA, **options: Any) -> tuple[Study, Options]:
    wanted = Options(**options)
    with store.engine.connect() as connection:
        chosen = list_released(connection)
    return gather(store, coder, chosen, wanted), wanted


def made(store: CodingStore, form: Format, coder: Coder = LEA, **options: Any) -> bytes:
    """The bytes of an export of everything that is released."""
    study, wanted = study_of(store, coder, **options)
    return b"".join(make(study, form, wanted, sounds).blocks)
