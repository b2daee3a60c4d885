"""The schema made from the models and the one made by the migrations are the same."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from service.coding import store as coding_store
from service.coding import tables as coding_tables
from service.database import open_database
from service.migrate import migrate
from service.vault import store as vault_store
from service.vault import tables as vault_tables

STORES = {
    "vault": (vault_tables.metadata, vault_store.MIGRATIONS),
    "coding": (coding_tables.metadata, coding_store.MIGRATIONS),
}


def described(engine: sa.Engine) -> dict[str, object]:
    inspector = sa.inspect(engine)
    with engine.connect() as connection:
        extras = connection.execute(
            sa.text(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%VIRTUAL%' ORDER BY name"
            )
        ).all()
    shape: dict[str, object] = {"extras": [tuple(row) for row in extras]}
    for table in inspector.get_table_names():
        if table.endswith("_schema_version"):
            continue
        shape[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["primary_key"])
                for c in inspector.get_columns(table)
            ],
            "key": inspector.get_pk_constraint(table),
            "indexes": sorted(
                (i["name"], i["column_names"], i["unique"]) for i in inspector.get_indexes(table)
            ),
            "unique": sorted(
                (u["name"] or "", u["column_names"]) for u in inspector.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (f["constrained_columns"], f["referred_table"]) for f in inspector.get_foreign_keys(table)
            ),
        }
    return shape


@pytest.mark.parametrize("name", STORES)
def test_models_and_migrations_make_the_same_schema(name: str, tmp_path: Path) -> None:
    metadata, migrations = STORES[name]
    from_models = open_database(f"sqlite:///{tmp_path / 'models.sqlite'}")
    metadata.create_all(from_models)
    from_migrations = open_database(f"sqlite:///{tmp_path / 'migrations.sqlite'}")
    migrate(from_migrations, migrations)

    assert described(from_migrations) == described(from_models)
    assert "utterance" in described(from_models)


@pytest.mark.parametrize("name", STORES)
def test_migrating_twice_changes_nothing(name: str, tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    migrate(engine, STORES[name][1])
    before = described(engine)
    migrate(engine, STORES[name][1])
    assert described(engine) == before
