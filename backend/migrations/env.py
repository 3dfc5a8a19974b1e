"""Run by alembic with an open connection, from `backend.migrations.run`."""

from alembic import context

from backend.models import METADATA

# Tables that are not ours are neither compared nor dropped.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_name=lambda name, kind, _: kind != "table" or name in METADATA.tables,
)
with context.begin_transaction():
    context.run_migrations()
