from sqlalchemy import inspect, text

from backend.database import Base, Database
from backend.migrations import run


def tables(database: Database) -> set[str]:
    inspector = inspect(database.engine)
    return set(inspector.get_table_names())


def test_the_models_and_the_migrations_agree(own_database: Database) -> None:
    run.check(own_database.engine)
    assert set(Base.metadata.tables) | {"alembic_version"} == tables(own_database)


def test_upgrading_again_changes_nothing(own_database: Database) -> None:
    before = tables(own_database)
    run.upgrade(own_database.engine)
    assert tables(own_database) == before


def test_down_to_nothing_and_up_again(own_database: Database) -> None:
    run.downgrade(own_database.engine)
    assert tables(own_database) == {"alembic_version"}
    run.upgrade(own_database.engine)
    run.check(own_database.engine)


def test_rasas_own_table_is_left_alone(own_database: Database) -> None:
    with own_database.begin() as session:
        session.execute(text("CREATE TABLE dialogue_turns (conversation bigint, turn bigint)"))
        session.execute(text("INSERT INTO dialogue_turns VALUES (1, 2)"))
    run.check(own_database.engine)
    run.downgrade(own_database.engine)
    run.upgrade(own_database.engine)
    with own_database.begin() as session:
        assert session.execute(text("SELECT * FROM dialogue_turns")).all() == [(1, 2)]
