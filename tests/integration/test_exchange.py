"""The province's platform gets cases by its field list, each change once, and no identity."""

from backend.cases import queries
from backend.desk.exchange import VALUES, field_list
from tests.support.staff_app import UNIT, Town

WORDS, PHONE = "郑小满家的路灯坏了，电话13812345678", "13812345678"


def test_rows_have_the_fields_of_the_list(town: Town) -> None:
    case_no = town.case(WORDS, unit=UNIT, phone=PHONE)
    with town.database.begin() as session:
        queries.by_number(session, case_no).resident.name = "郑小满"
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text="已给郑小满修好")
    answer = town.get("admin", "/exchange").json()
    [row] = answer["rows"]
    assert list(row) == answer["fields"] == list(field_list().fields)
    assert row[answer["key"]] == case_no
    assert (row["办理状态"], row["办理结果"]) == ("已办结，待评价", "已解决")
    assert not [secret for secret in ("郑小满", PHONE) if secret in str(row)]


def test_each_change_is_handed_over_once(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    first = town.get("admin", "/exchange").json()
    assert town.get("admin", "/exchange", after=first["next"]).json()["rows"] == []
    town.do("handler", case_no, "accept")
    [row] = town.get("admin", "/exchange", after=first["next"]).json()["rows"]
    assert row["办理状态"] == "办理中"


def test_only_the_centre_hands_over(town: Town) -> None:
    for role in ("dispatcher", "handler", "supervisor", "leader"):
        assert town.get(role, "/exchange").status_code == 403
    assert town.client.get("/api/v1/exchange").status_code == 401
    assert town.get("admin", "/exchange", after="-1").status_code == 400


def test_every_field_of_the_list_is_known() -> None:
    assert set(field_list().fields.values()) <= set(VALUES)
