from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, inspect, text

from backend.backups.backup import count_rows
from backend.clock import now
from backend.database import Base, Database, engine_for, sqlalchemy_url
from backend.errors import BadInput
from backend.migrations import run
from backend.settings import Settings
from bot.cli.setup import downgrade_database, schema_of, staff_lines, upgrade_database
from dialogue.state import Ask, load
from tests.support.builders import a_conversation, a_resolved_case


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


def test_three_processes_start_on_an_empty_database(postgres: Database) -> None:
    with _empty_database(postgres) as url, ThreadPoolExecutor(3) as pool:
        engines = [create_engine(sqlalchemy_url(url)) for _ in range(3)]
        list(pool.map(run.upgrade, engines))
        assert {run.schema(engine).pending for engine in engines} == {()}
        for engine in engines:
            engine.dispose()


def test_commands_do_not_migrate_silently(own_database: Database) -> None:
    settings = Settings(database_url=own_database.url)
    downgrade_database(settings, "0018")
    with pytest.raises(BadInput, match=r"has schema 0018 .*minhu db upgrade"):
        staff_lines(settings)
    assert schema_of(settings).current == "0018"
    upgrade_database(settings)
    assert staff_lines(settings) == []


def test_a_command_fills_an_empty_database(postgres: Database) -> None:
    with _empty_database(postgres) as url:
        settings = Settings(database_url=url)
        assert (schema_of(settings).current, staff_lines(settings)) == (None, [])
        assert schema_of(settings).current == schema_of(settings).newest
        engine_for(url).dispose()


def test_a_newer_schema_is_refused_in_one_line(own_database: Database) -> None:
    with own_database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    settings = Settings(database_url=own_database.url)
    assert schema_of(settings).is_newer_than_program
    for step in (run.upgrade, run.require_current, lambda it: run.downgrade(it, "0018")):
        with pytest.raises(
            BadInput, match="schema 9999, which is newer than this program"
        ) as error:
            step(own_database.engine)
        assert "\n" not in error.value.message


def test_an_unknown_revision_is_no_downgrade(own_database: Database) -> None:
    with pytest.raises(BadInput, match="0000"):
        run.downgrade(own_database.engine, "0000")


@pytest.mark.parametrize("revision", ["0013", "0016", "0018", "0019", "0022"])
def test_an_upgrade_keeps_every_row(own_database: Database, revision: str) -> None:
    with own_database.begin() as session:
        for resident in ("lin", "wang"):
            a_resolved_case(session, a_conversation(session, of=resident))
    run.downgrade(own_database.engine, revision)
    before = _rows(own_database)
    assert before["cases"] == 2
    assert before["case_events"] >= 6
    assert before["outbox"] >= 2
    run.upgrade(own_database.engine)
    run.check(own_database.engine)
    after = _rows(own_database)
    assert {table: after[table] for table in before if table in after} == before


def _rows(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return count_rows(connection)


@contextmanager
def _empty_database(postgres: Database) -> Iterator[str]:
    postgres.administer("CREATE DATABASE empty_one")
    try:
        yield postgres.url.replace("@/postgres", "@/empty_one")
    finally:
        postgres.administer("DROP DATABASE empty_one WITH (FORCE)")


def test_read_back_before_an_update_awaits_its_yes(
    own_database: Database,
) -> None:
    run.downgrade(own_database.engine, "0018")
    draft = '{"text": "路灯坏了", "location": "文三路", "pin": null}'
    with own_database.begin() as session:
        session.execute(text("INSERT INTO residents (id, created_at) VALUES (1, now())"))
        session.execute(
            text(
                "INSERT INTO channel_accounts (id, resident_id, channel, external_id, created_at)"
                " VALUES (1, 1, 'web', 'lin', now())"
            )
        )
        session.execute(
            text(
                "INSERT INTO conversations (id, account_id, owner, turn_lease, last_seq,"
                " dialogue_turn, draft, created_at) VALUES (1, 1, 'bot', 0, 0, 0, :draft, now())"
            ),
            {"draft": draft},
        )
    run.upgrade(own_database.engine)
    with own_database.begin() as session:
        record = session.execute(text("SELECT state FROM conversations")).scalar_one()
    state = load(record, now())
    assert state.question is not None
    assert state.question.ask is Ask.CONFIRM
    assert state.draft is not None
    assert (state.draft.text, state.draft.place) == ("路灯坏了", "文三路")
