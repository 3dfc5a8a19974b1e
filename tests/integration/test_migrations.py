from sqlalchemy import inspect, text

from backend.clock import now
from backend.database import Base, Database
from backend.migrations import run
from dialogue.state import Ask, load


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
