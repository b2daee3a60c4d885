"""``lytt vault check`` counts what can't be opened any more."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service.transcript.writing import write_transcript
from service.vault import tables
from service.vault.checking import Checked, check
from service.vault.recordings import now
from service.vault.store import Vault
from tests.service.conftest import CONVERSATION, make_transcript

WORDS = sum(len(text.split()) for _, text in CONVERSATION)


@pytest.fixture
def digests(vault: Vault) -> tuple[str, ...]:
    with vault.engine.begin() as connection:
        connection.execute(sa.insert(tables.interview).values(id="i", title="Kari", created_at=now()))
        write_transcript(connection, tables.transcripts, "i", make_transcript(*CONVERSATION), 1)
    return tuple(vault.artefacts.put(bytes([number]) * 200_000) for number in range(3))


def test_a_whole_vault_is_well(vault: Vault, digests: tuple[str, ...]) -> None:
    told: list[int] = []
    found = check(vault, None, told.append)
    # A title, the words, the text that is searched, and the digests of the files.
    assert found == Checked(3, 0, 0, 0, 1 + WORDS + 1 + 3, 0)
    assert found.well
    assert told == [1, 2, 3]


def test_a_sample_looks_at_some_of_each_column(vault: Vault, digests: tuple[str, ...]) -> None:
    assert check(vault, 2).values == 1 + 2 + 1 + 2


def test_what_is_damaged_lost_exchanged_or_left_over_is_counted(
    vault: Vault, digests: tuple[str, ...]
) -> None:
    one, two, three = (vault.artefacts.file(digest).path for digest in digests)
    data = bytearray(one.read_bytes())
    data[100_000] ^= 1
    one.write_bytes(data)
    two.unlink()
    (three.parent / "0123").write_bytes(b"left by a crash")
    word = tables.transcripts.word
    with vault.engine.begin() as connection:
        title = connection.execute(sa.select(sa.type_coerce(tables.interview.c.title, sa.Text))).scalar_one()
        exchanged = sa.type_coerce(sa.literal(title), sa.Text)
        connection.execute(sa.update(word).where(word.c.id == 1).values(text=exchanged))
    found = check(vault, None)
    assert (found.damaged, found.lost, found.extra, found.sealed_otherwise) == (1, 1, 1, 1)
    assert not found.well
