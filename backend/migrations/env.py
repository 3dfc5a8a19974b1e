"""Run by alembic with an open connection, from `backend.migrations.run`."""

from alembic import context

from backend.database import Base

# Rasa keeps its `events` in the same database; it is not ours to compare or drop.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=lambda name, kind, _: kind != "table" or name in Base.metadata.tables,
)
with context.begin_transaction():
    context.run_migrations()
