"""Alerts are raised once a burst, live their life, and reach those who subscribed."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from backend.alerts import service
from backend.alerts.thresholds import AlertKind
from backend.clock import now
from backend.database import Database
from backend.jobs.alerts import AlertJob
from backend.models.alerts import Alert, AlertReceipt
from backend.models.cases import Case
from backend.models.conversations import Conversation, Owner
from backend.models.staff import Role, StaffAccount
from backend.vocabulary.actors import SYSTEM
from tests.support.builders import NOON, a_conversation, a_registered_case
from tests.support.desk import Desk
from tests.support.staff_app import Town

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Opened = Callable[[str], Desk]


def lodge(
    database: Database,
    people: int,
    *,
    at: datetime = NOON,
    text: str = "翠苑三区停水了，一滴水都没有",
) -> None:
    with database.begin() as session:
        for n in range(people):
            chat = a_conversation(session, of=f"p-{at}-{n}")
            wording = f"{'，'.join(['急'] * (n % 5))}{text}第{n}天了，{n * 7}楼也没水"
            case = a_registered_case(session, chat, text=wording, now=at + n * MINUTE)
            case.location = {
                "district": {"code": "330106", "name": "西湖区"},
                "street": {"code": "330106002", "name": "西溪街道"},
            }
            case.domain, case.power_item_code = "城乡建设", None


def bursts(database: Database) -> list[Alert]:
    with database.begin() as session:
        return list(session.scalars(select(Alert).where(Alert.kind == AlertKind.BURST)))


def test_burst_raises_one_alert_with_evidence(database: Database) -> None:
    lodge(database, 8)
    job = AlertJob(database)
    job.run(NOON + 10 * MINUTE)
    job.run(NOON + 12 * MINUTE)
    [alert] = bursts(database)
    assert (alert.area_code, alert.domain) == ("330106002", "城乡建设")
    assert alert.evidence["people"] == 8 == len(alert.evidence["cases"])
    assert alert.evidence["version"] == "2026-11"


def test_few_people_raise_no_alert(database: Database) -> None:
    lodge(database, 4)
    AlertJob(database).run(NOON + 10 * MINUTE)
    assert bursts(database) == []


def test_one_person_raises_no_alert(database: Database) -> None:
    with database.begin() as session:
        chat = a_conversation(session, of="angry")
        for n in range(12):
            a_registered_case(session, chat, text=f"楼下施工吵死了第{n}次说", now=NOON + n * MINUTE)
    AlertJob(database).run(NOON + 20 * MINUTE)
    assert bursts(database) == []


def test_copies_by_many_accounts_raise_no_alert(database: Database) -> None:
    with database.begin() as session:
        for n in range(20):
            chat = a_conversation(session, of=f"copy-{n}")
            text = "某楼盘开发商是骗子大家都来投诉要求退钱"
            a_registered_case(session, chat, text=text, now=NOON + timedelta(seconds=n))
    AlertJob(database).run(NOON + MINUTE)
    assert bursts(database) == []


def test_burst_ends_and_another_raises_anew(database: Database) -> None:
    lodge(database, 8)
    job = AlertJob(database)
    job.run(NOON + 10 * MINUTE)
    job.run(NOON + 50 * HOUR)
    [alert] = bursts(database)
    assert alert.calm_at is not None
    lodge(database, 9, at=NOON + 51 * HOUR)
    job.run(NOON + 51 * HOUR + 10 * MINUTE)
    assert len(bursts(database)) == 2


def test_usual_numbers_raise_no_alert(database: Database) -> None:
    for day in range(28, 0, -1):
        lodge(database, 6, at=NOON - timedelta(days=day))
    lodge(database, 8)
    AlertJob(database).run(NOON + 10 * MINUTE)
    assert bursts(database) == []


def test_clock_set_back_raises_nothing_twice(database: Database) -> None:
    lodge(database, 8)
    AlertJob(database).run(NOON + 10 * MINUTE)
    AlertJob(database).run(NOON - 3 * HOUR)
    assert len(bursts(database)) == 1


def test_unanswered_emergency_raises_one_alert(database: Database) -> None:
    with database.begin() as session:
        chat = a_conversation(session, of="fire")
        chat.owner, chat.queued_at, chat.queue_code = Owner.QUEUE, NOON, "emergency"
    job = AlertJob(database)
    job.run(NOON + 2 * MINUTE)
    job.run(NOON + 4 * MINUTE)
    job.run(NOON + 5 * MINUTE)
    with database.begin() as session:
        urgent = Alert.kind == AlertKind.UNANSWERED_EMERGENCY
        assert len(session.scalars(select(Alert).where(urgent)).all()) == 1
        assert session.query(Conversation).count() == 1


def raised(town: Town, *, area: str | None = None, subject: str | None = None) -> int:
    with town.database.begin() as session:
        kind = AlertKind.CLOCK if subject else AlertKind.BURST
        alert = service.raise_alert(
            session, kind, "停水", SYSTEM, now=now(), evidence={}, area=area, subject=subject
        )
        return alert.id


def test_alert_is_verified_acted_on_closed_and_reviewed(town: Town, desk: Opened) -> None:
    she, number = desk("supervisor"), raised(town)
    here = f"/alerts/{number}"
    early = she.submit("/alerts", "/alerts", title="x")
    assert early.status_code == 200
    she.submit(here, f"{here}/verify", text="是爆管")
    she.submit(here, f"{here}/act")
    she.submit(here, f"{here}/tick", **{"line-联系主管单位": "on"})
    assert she.submit(here, f"{here}/close", conclusion="true").status_code == 400
    she.submit(here, f"{here}/close", conclusion="true", text="修好了")
    page = she.submit(here, f"{here}/review", text="早发现半小时就好了")
    for line in ("核实属实：是爆管", "做了：联系主管单位", "解除：修好了", "复盘：早发现"):
        assert line in page.text
    assert "已复盘" in page.text
    token = re.findall(r'name="form_token" value="([^"]*)"', page.text)[0]
    again = she.post(f"{here}/verify", data={"form_token": token})
    assert again.status_code == 409


def test_handler_raises_no_alert(town: Town, desk: Opened) -> None:
    he = desk("handler")
    page = he.get("/alerts").text
    assert "人工发一条" not in page
    token = re.findall(r'name="form_token" value="([^"]*)"', page)[0]
    assert he.post("/alerts", data={"form_token": token, "title": "x"}).status_code == 403


def test_staff_see_alerts_of_their_area(town: Town, desk: Opened) -> None:
    own, other, city = raised(town, area="330106002"), raised(town, area="330102"), raised(town)
    about = raised(town, subject="330106-urban_management")
    shown = {one["id"] for one in town.get("handler", "/alerts").json()["alerts"]}
    assert shown == {own, city, about}
    assert desk("handler").get(f"/alerts/{other}").status_code == 404
    assert len(town.get("supervisor", "/alerts").json()["alerts"]) == 4


def test_leader_without_area_sees_city_alerts(town: Town) -> None:
    raised(town, area="330106")
    city = raised(town)
    with town.database.begin() as session:
        leader = session.scalars(select(StaffAccount).filter_by(role=Role.LEADER)).first()
        assert leader is not None
        leader.unit.area_code, before = "", leader.unit.area_code
        is_root = leader.unit.parent_code is None
    shown = [one["id"] for one in town.get(leader.username, "/alerts").json()["alerts"]]
    with town.database.begin() as session:
        session.get_one(StaffAccount, leader.id).unit.area_code = before
    assert is_root or shown == [city]


def test_subscriber_gets_receipt(town: Town, desk: Opened) -> None:
    she = desk("supervisor")
    she.submit("/alerts", "/alerts/subscribe", kind="burst", area="330106", domain="")
    raised(town, area="330102")
    number = raised(town, area="330106002")
    assert "未读" in she.get("/alerts").text
    assert "送到，" in she.get(f"/alerts/{number}").text
    with town.database.begin() as session:
        [receipt] = session.scalars(select(AlertReceipt)).all()
        assert receipt.alert_id == number
        assert receipt.read_at is not None
    assert "未读" not in she.get("/alerts").text


def test_alerts_hold_no_words_of_residents(database: Database) -> None:
    lodge(database, 8, text="我是张三，翠苑三区停水")
    AlertJob(database).run(NOON + 10 * MINUTE)
    [alert] = bursts(database)
    assert "张三" not in f"{alert.title} {alert.evidence}"
    with database.begin() as session:
        assert session.query(Case).count() == 8
