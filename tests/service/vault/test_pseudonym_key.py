"""Who is meant by stand-ins is sealed under a key of its own: without that key nothing leads back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.anonymisation.mentions import Label
from service.sealed import Sealed, SealedData, SealedName
from service.settings import Settings
from service.vault import tables
from service.vault.checking import check
from service.vault.fields import PSEUDONYM_COLUMNS, FieldSealer
from service.vault.keys import Purpose
from service.vault.locked import KeyUnusable, SealBroken
from service.vault.store import Vault, connect_vault, open_vault
from tests.service.identities.conftest import say


@pytest.fixture
def spoken(vault: Vault) -> Vault:
    with vault.engine.begin() as connection:
        say(connection, "a", "D03-C1", "Anna Hansen was there", ("Anna Hansen", Label.NAME))
    return vault


def test_the_columns_that_lead_back_are_there() -> None:
    sealed = {
        column.type.column
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed | SealedName | SealedData)
    }
    assert sealed >= PSEUDONYM_COLUMNS
    assert {name for name in sealed if name.startswith("identity")} <= PSEUDONYM_COLUMNS


def test_the_data_key_does_not_open_them(spoken: Vault) -> None:
    form = tables.identity_form.c.form
    with spoken.engine.connect() as connection:
        lies = connection.execute(sa.select(sa.type_coerce(form, sa.String()))).scalar_one()
        assert connection.execute(sa.select(form)).scalar_one() == "anna hansen"
    with pytest.raises(SealBroken):
        FieldSealer(spoken.keys.ring.data).open_name(lies, "identity_form.form")
    pseudonyms = spoken.keys.ring.pseudonyms
    assert pseudonyms is not None
    assert FieldSealer(pseudonyms).open_name(lies, "identity_form.form") == "anna hansen"


def test_without_the_key_nothing_leads_back_and_the_rest_can_be_read(
    spoken: Vault, settings: Settings
) -> None:
    assert check(spoken, None).well
    key = tables.vault_key
    with spoken.engine.begin() as connection:
        connection.execute(sa.delete(key).where(key.c.purpose == Purpose.PSEUDONYMS))
    left = connect_vault(settings)
    with left.engine.connect() as connection:
        placeholders = connection.execute(sa.select(tables.redaction.c.placeholder)).scalars().all()
        assert placeholders == ["[NAME-1]"]
        with pytest.raises(KeyUnusable):
            connection.execute(sa.select(tables.identity_form.c.form)).scalar_one()
    assert check(left, None).sealed_otherwise == 2, "a form and a stand-in"
    left.close()
    again = open_vault(settings)
    assert again.keys.ring.pseudonyms is not None
    with again.engine.connect() as connection, pytest.raises(SealBroken):
        connection.execute(sa.select(tables.identity_form.c.form)).scalar_one()
    again.close()
