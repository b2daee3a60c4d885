"""Alembic's entry: runs over the connection that service.migrate hands in."""

from alembic import context

from service.coding.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    version_table="coding_schema_version",
)
with context.begin_transaction():
    context.run_migrations()
