"""Cases join topics: at once, again at night, by people, and without withdrawn ones."""

from datetime import datetime, timedelta

from sqlalchemy import select

from backend.cases.queries import by_number
from backend.database import Database
from backend.jobs.topics import TopicJob
from backend.models.cases import Case
from backend.models.topics import Topic, TopicCase
from backend.topics import edits
from backend.topics.index import TopicIndex, join_new, run_fully
from backend.vocabulary.actors import Actor
from tests.support.builders import NOON, a_conversation, a_registered_case

PIPE = (
    "翠苑三区停水了，一滴水都没有，烧不了饭",
    "文一路水管爆了，翠苑三区没水用",
    "翠苑三区什么时候来水？水管还没抢修好吗",
    "翠苑三区自来水停了一晚上，老人小孩怎么办",
)
NOISE = ("采荷新村楼下烧烤摊半夜吵得睡不着", "采荷新村夜里烧烤摊划拳喊叫，孩子没法睡")
MINUTE = timedelta(minutes=1)
SHE = Actor("staff:li", "李督办")


def lodge(database: Database, *texts: str, at: datetime = NOON, who: str = "r") -> list[str]:
    numbers = []
    for n, text in enumerate(texts):
        with database.begin() as session:
            chat = a_conversation(session, of=f"{who}-{text[:9]}-{n}-{at}")
            case = a_registered_case(session, chat, text=text, now=at + n * MINUTE)
            numbers.append(case.case_no)
    return numbers


def topics(database: Database) -> dict[str, set[str]]:
    """The texts of each topic's cases, by its title."""
    with database.begin() as session:
        rows = session.execute(
            select(Topic.title, Case.case_no)
            .join(TopicCase, TopicCase.topic_id == Topic.id)
            .join(Case, Case.id == TopicCase.case_id)
        )
        numbers_by_topic: dict[str, set[str]] = {}
        for title, number in rows:
            numbers_by_topic.setdefault(title, set()).add(number)
        return numbers_by_topic


def run(database: Database, *, after: timedelta = timedelta(hours=1)) -> TopicIndex:
    return run_fully(database, None, NOON + after)


def test_cases_of_one_incident_are_one_topic(database: Database) -> None:
    pipe, noise = lodge(database, *PIPE), lodge(database, *NOISE)
    run(database)
    assert sorted(topics(database).values(), key=len) == [set(noise), set(pipe)]
    with database.begin() as session:
        topic = session.scalars(select(Topic).order_by(Topic.cases.desc())).first()
        assert topic is not None
        assert (topic.cases, topic.people, topic.is_flood) == (4, 4, False)
        assert topic.heat > 0
        assert "翠苑三区" in topic.title


def test_new_case_joins_without_full_run(database: Database) -> None:
    before = lodge(database, *PIPE[:3])
    index = run(database)
    [new] = lodge(database, PIPE[3], at=NOON + 30 * MINUTE)
    assert join_new(database, index, NOON + 31 * MINUTE) == 1
    assert list(topics(database).values()) == [{*before, new}]
    assert join_new(database, index, NOON + 32 * MINUTE) == 0


def test_joining_and_full_run_agree(database: Database) -> None:
    index = run(database)
    lodge(database, *PIPE, *NOISE)
    join_new(database, index, NOON + 31 * MINUTE)
    joined = topics(database)
    run(database)
    assert sorted(topics(database).values(), key=sorted) == sorted(joined.values(), key=sorted)


def test_ten_messages_of_one_person_are_one_voice(database: Database) -> None:
    with database.begin() as session:
        chat = a_conversation(session, of="angry")
        for n in range(10):
            a_registered_case(session, chat, text=PIPE[n % 4], now=NOON + n * MINUTE)
    run(database)
    with database.begin() as session:
        [topic] = session.scalars(select(Topic)).all()
        assert (topic.cases, topic.people, topic.heat) == (10, 1, 0.0)


def test_copies_by_twenty_accounts_are_flagged(database: Database) -> None:
    text = "钱江新城某楼盘就是骗子，大家都来投诉，一定要退钱"
    for n in range(20):
        with database.begin() as session:
            chat = a_conversation(session, of=f"copy-{n}")
            a_registered_case(session, chat, text=text, now=NOON + timedelta(seconds=n))
    run(database)
    with database.begin() as session:
        [topic] = session.scalars(select(Topic)).all()
        assert (topic.cases, topic.people, topic.is_flood, topic.heat) == (20, 1, True, 0.0)


def test_withdrawn_lead_leaves_topic(database: Database) -> None:
    numbers = lodge(database, *PIPE)
    index = run(database)
    with database.begin() as session:
        topic = session.scalars(select(Topic)).one()
        lead = session.get_one(Case, topic.typical_id)
        lead.outcome = "withdrawn"
        case_no = lead.case_no
    join_new(database, index, NOON + 31 * MINUTE)
    remaining = set(numbers) - {case_no}
    assert list(topics(database).values()) == [remaining]
    lodge(database, "翠苑三区没水了，水管爆了一直没有人修", at=NOON + 40 * MINUTE)
    join_new(database, index, NOON + 41 * MINUTE)
    [members] = topics(database).values()
    assert case_no not in members
    with database.begin() as session:
        topic = session.scalars(select(Topic)).one()
        assert session.get_one(Case, topic.typical_id).case_no in members
        assert topic.cases == 4


def test_clock_set_back_does_no_harm(database: Database) -> None:
    lodge(database, *PIPE)
    run_fully(database, None, NOON - timedelta(days=1))
    assert len(topics(database)) == 1


def test_merge_and_split_survive_full_run(database: Database) -> None:
    pipe, noise = lodge(database, *PIPE), lodge(database, *NOISE)
    run(database)
    with database.begin() as session:
        big, small = session.scalars(select(Topic).order_by(Topic.cases.desc())).all()
        edits.merge(session, big, small, SHE, now=NOON)
    run(database)
    assert list(topics(database).values()) == [{*pipe, *noise}]
    with database.begin() as session:
        topic = session.scalars(select(Topic)).one()
        new = edits.split(session, topic, pipe[:2], SHE, now=NOON)
        edits.rename(session, new, "文一路爆管", SHE, now=NOON)
    run(database)
    assert topics(database)["文一路爆管"] == set(pipe[:2])
    [new_case] = lodge(database, "采荷新村烧烤摊又在半夜吵，睡不着", at=NOON + 30 * MINUTE)
    run(database)
    topics_before = topics(database)
    assert topics_before["文一路爆管"] == set(pipe[:2])
    assert any({*noise, new_case} <= members for members in topics_before.values())


def test_dismissed_topic_stays_dismissed(database: Database) -> None:
    lodge(database, *PIPE)
    run(database)
    with database.begin() as session:
        topic = session.scalars(select(Topic)).one()
        edits.dismiss(session, topic, yes=True, actor=SHE, now=NOON)
    lodge(database, "翠苑三区没水了，水管爆了一直没有人修", at=NOON + 40 * MINUTE)
    run(database)
    with database.begin() as session:
        topic = session.scalars(select(Topic)).one()
        assert (topic.dismissed, topic.cases) == (True, 5)


def test_edit_makes_job_read_anew(database: Database) -> None:
    lodge(database, *PIPE)
    job = TopicJob(database)
    job.run(NOON + 10 * MINUTE)
    with database.begin() as session:
        topic = session.scalars(select(Topic)).one()
        edits.split(session, topic, [_number(session, topic)], SHE, now=NOON)
    [new] = lodge(database, PIPE[0], at=NOON + 20 * MINUTE)
    job.run(NOON + 21 * MINUTE)
    with database.begin() as session:
        row = session.get_one(TopicCase, by_number(session, new).id)
        assert row.topic_id is not None
        assert session.query(Topic).count() == 2


def _number(session, topic: Topic) -> str:  # type: ignore[no-untyped-def]
    return str(session.get_one(Case, topic.typical_id).case_no)
