"""Figures by net, top domain, mode and scene; each line's number opens as many cases."""

import pytest
from sqlalchemy import select, update

from backend.clock import now
from backend.measures.dimensions import TOP_DOMAINS, top_domain_of
from backend.measures.labels import known_values
from backend.models.cases import Case
from backend.models.messages import Attachment
from backend.models.residents import ChannelAccount
from backend.sources.registry import source
from tests.integration.test_console import PNG
from tests.support.days import TODAY
from tests.support.sources_desk import FORUM, a_key, push
from tests.support.staff_app import UNIT, Town

pytestmark = pytest.mark.usefixtures("noon")

PERIOD = f"{TODAY:%Y-%m}"


@pytest.fixture
def filled(town: Town) -> Town:
    """Settled: one written, from a poster; one spoken; one by phone; one of the forum."""
    poster, voice = town.conversation("poster"), town.conversation("voice")
    spoken = town.says(voice, "路灯坏了", photo=PNG)
    numbers = [
        town.case("路灯坏了", unit=UNIT, conversation_id=poster),
        town.case("路灯坏了", unit=UNIT, conversation_id=voice),
    ]
    body = {"channel": "phone", "text": "路灯不亮", "place": "西湖区文三路", "confirmed": True}
    numbers.append(town.post("dispatcher", "/cases", body).json()["case_no"])
    rules = source(FORUM).contract.rules
    row = {rule.source_field: rule.example for rule in rules if rule.required}
    pushed = push(town.client, a_key(town.database, FORUM), row, FORUM)
    numbers.append(pushed.json()["case_no"])
    with town.database.begin() as session:
        of_poster = ChannelAccount.external_id == "poster"
        session.execute(update(ChannelAccount).where(of_poster).values(scene="wensan-1"))
        session.execute(update(Case).values(first_resolved_at=now(), domain="城乡建设"))
        session.execute(update(Case).where(Case.case_no == numbers[3]).values(domain="环境保护"))
        case_id = session.scalar(select(Case.id).where(Case.case_no == numbers[1]))
        session.execute(
            update(Attachment)
            .where(Attachment.inbox_id == spoken)
            .values(case_id=case_id, media_type="audio/ogg")
        )
    return town


EXPECTED: dict[str, dict[str | None, int]] = {
    "net": {"opinion": 3, "media": 1},
    "top_domain": {"society": 3, "ecology": 1},
    "mode": {"text": 1, "voice": 1, "staff": 1, "source": 1},
    "scene": {"wensan-1": 1, None: 3},
}


@pytest.mark.parametrize("dimension", EXPECTED)
def test_each_line_opens_as_many_cases(filled: Town, dimension: str) -> None:
    answer = filled.get("admin", "/measures", period=PERIOD, group=dimension)
    assert answer.status_code == 200, answer.text
    counts = {
        line["key"][dimension]["code"]: line["reopened"]["denominator"]
        for line in answer.json()["lines"]
    }
    assert counts == EXPECTED[dimension]
    for value, number in counts.items():
        only = {"period": PERIOD, dimension: value or "none", "number": "settled"}
        listed = filled.get("admin", "/measures/cases", **only).json()
        assert listed["total"] == number, only


def test_every_domain_has_a_top_domain() -> None:
    assert set(top_domain_of()) == set(known_values("domain"))
    assert set(top_domain_of().values()) == set(TOP_DOMAINS)


@pytest.mark.parametrize("wrong", [{"net": "x"}, {"top_domain": "民政"}, {"mode": "'; DROP"}])
def test_unknown_values_are_refused(town: Town, wrong: dict[str, str]) -> None:
    assert town.get("admin", "/measures", period=PERIOD, **wrong).status_code == 422


def test_any_scene_may_be_asked_for(town: Town) -> None:
    assert town.get("admin", "/measures", period=PERIOD, scene="nowhere-1").status_code == 200
    odd = town.get("admin", "/measures", period=PERIOD, scene="'; DROP TABLE cases; --")
    assert odd.status_code == 422
