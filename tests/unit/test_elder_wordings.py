"""What elders are told: short sentences, everyday words, and the same facts as everybody."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from backend.cases import pushes
from backend.clock import SHANGHAI
from backend.messaging.elder_wording import for_elders
from backend.messaging.elder_wording_table import EVERYDAY, WORDINGS
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import NoticeState
from backend.vocabulary.tracks import Track
from dialogue.draft import Draft
from dialogue.facts import CaseView, RatingView
from dialogue.texts import appeal, cases, chat
from tests.support.builders import NOON
from tests.unit.test_texts import SENTENCES

LONGEST = 25  # characters in a sentence, without what is put in
ENDS = re.compile(r"[。！？；\n]|——")
PLACEHOLDER = re.compile(r"\{[^}]*\}")
HELP_LINE = re.compile(r"(?<!\d)(?:110|119|120|12110|12356|12345)(?!\d)")
JARGON = re.compile(
    "工单|受理|办结|结案|签收|督办|督促|超期|期限|诉求|凭证|派单|退单|责任单位|上级单位|渠道|绑定码"
    "|便民服务中心|办理单位"
)
# No sentences: parts of them, and the menu's entry, whose name S23 sets.
NOT_TOLD = re.compile("（地图定位|^地图定位|附近（|{late}|^（已经超期|^反映诉求$|督办员裁定$")


def longest(text: str) -> int:
    return max(len(part.strip()) for part in ENDS.split(PLACEHOLDER.sub("", text)))


def told() -> list[tuple[str, str]]:
    return [(where, text) for where, text in SENTENCES if not NOT_TOLD.search(text)]


def test_every_sentence_is_short_and_plain_for_elders() -> None:
    elder = [(where, for_elders(sentence)) for where, sentence in told()]
    assert [(where, sentence) for where, sentence in elder if is_hard(sentence)] == []


def is_hard(text: str) -> bool:
    return longest(text) > LONGEST or bool(JARGON.search(text))


def test_an_elder_wording_is_short_and_loses_no_number() -> None:
    for plain, elder in WORDINGS.items():
        assert not is_hard(elder), elder
        assert not re.search("[A-Za-z]", PLACEHOLDER.sub("", elder)), elder
        assert set(PLACEHOLDER.findall(elder)) <= set(PLACEHOLDER.findall(plain)), elder
        assert set(HELP_LINE.findall(plain)) <= set(HELP_LINE.findall(elder)), elder


def test_no_wording_is_dead() -> None:
    """Each plain wording is still said somewhere, whole: as it is, or with its gaps filled."""
    said = {flat(filled) for _, text in SENTENCES for filled in with_parts(text)}
    assert [plain for plain in WORDINGS if flat(plain) not in said] == []


def flat(text: str) -> str:
    return PLACEHOLDER.sub("{}", text).replace("\n", "")


def with_parts(text: str) -> tuple[str, ...]:
    """With and without what is not always put in."""
    without = text.replace("{still_to_come(case)}", "")
    return without.replace("{late}", ""), without.replace("{late}", "（已经超期，正在督促）")


def a_view(status: Status) -> CaseView:
    return CaseView(
        case_no="HZ20261123000042",
        text="楼下夜里施工太吵",
        status=status,
        place="西湖区文三路",
        unit="西湖区城市管理局",
        round=1,
        track=Track.USUAL,
        outcome=None,
        outcome_text="已责令停工。\n晚上不再施工。",
        still_to_come="",
        registered_at=NOON,
        respond_by=NOON,
        resolve_by=NOON,
        is_overdue=status is Status.ACCEPTED,
        anonymous=False,
    )


def a_case(status: Status = Status.ACCEPTED) -> Any:
    return SimpleNamespace(
        case_no="HZ20261123000042",
        text="楼下夜里施工太吵",
        status=status,
        unit=SimpleNamespace(name="西湖区城市管理局"),
        resolve_by=NOON.astimezone(SHANGHAI),
        overdue_at=None,
        outcome=None,
        outcome_text="已责令停工。\n晚上不再施工。",
        track="usual",
        offline=None,
        follow_up_at=None,
        events=[],
    )


@pytest.mark.parametrize("more", [{}, {"disputed": True}, {"clock": True}, {"recalled_from": True}])
@pytest.mark.parametrize("action", pushes.TEXTS)
def test_a_push_is_reworded_with_its_facts(action: Action, more: dict[str, bool]) -> None:
    details = {"reason": "等设备到货", "moved": ["resolve_by"], **more}
    plain = pushes.text_for(a_case(), action, details)
    assert plain is not None
    elder = for_elders(plain)
    assert elder != plain
    assert not JARGON.search(elder)
    for fact in ("HZ20261123000042", "西湖区城市管理局", "等设备到货", "晚上不再施工", "11月23日"):
        assert (fact in elder) == (fact in plain) or fact == "HZ20261123000042"


def test_progress_is_reworded_line_by_line() -> None:
    for status in Status:
        elder = for_elders(cases.progress(a_view(status), None, NOON))
        assert not JARGON.search(elder), elder
        assert "楼下夜里施工太吵" in elder
        assert "HZ20261123000042" in elder


@pytest.mark.parametrize("state", list(NoticeState))
def test_what_became_of_a_low_grade_is_said_to_elders_too(state: NoticeState) -> None:
    at = NOON + timedelta(days=state is NoticeState.ACKNOWLEDGED)
    rating = RatingView(2, False, None, state, superior="西湖区人民政府", notice_at=at)
    plain = cases.progress(a_view(Status.RESOLVED), rating, None)
    elder = for_elders(plain)
    for told in (plain, elder):
        assert "待评价" not in told
        assert "等您评" not in told
        assert "您评了不满意" in told
        assert "西湖区人民政府" in told
        assert ("11月24日" in told) == (state is NoticeState.ACKNOWLEDGED)
        assert ("11月23日" in told) == (state is NoticeState.WAITING)
    assert not JARGON.search(elder)


def test_a_read_back_keeps_every_word_of_the_resident() -> None:
    said = "路灯坏了\n\n现在：已结案，我负责\n编号"
    shown = appeal.read_back(Draft(text=said, place="文三路"))
    assert shown.startswith("事情：路灯坏了，现在：已结案，我负责，编号\n地点：文三路\n")
    assert for_elders(shown) == shown


def test_what_to_do_in_danger_is_said_in_everyday_words() -> None:
    for kind, advice in chat.EMERGENCY_ADVICE.items():
        for plain in (chat.EMERGENCY, chat.DESPAIR):
            elder = for_elders(plain.format(number="119", advice=advice))
            assert WORDINGS[advice] in elder, kind


def test_both_steps_of_a_new_case_are_said_in_everyday_words() -> None:
    case = a_case(Status.DISPATCHED)
    plain = pushes.registered_and_dispatched(case)
    assert plain is not None
    elder = for_elders(plain)
    for fact in (case.case_no, case.unit.name, "11月23日"):
        assert fact in elder
    assert not is_hard(elder.replace(case.unit.name, ""))


ASKED = (
    cases.HOW_LONG, cases.HOW_LONG_NO_DATE, cases.WILL_CALL, cases.WILL_WRITE, cases.WILL_TELL,
    cases.PHONE_IS_PRIVATE, cases.COSTS_NOTHING,
)  # fmt: skip


@pytest.mark.parametrize("plain", ASKED)
def test_what_is_asked_about_a_case_is_answered_in_everyday_words(plain: str) -> None:
    facts = {"case_no": "HZ20261123000042", "unit": "西湖区城市管理局", "day": "11月23日"}
    elder = for_elders(plain.format(phone="13812345678", **facts))
    assert not JARGON.search(elder)
    for name, fact in {**facts, "phone": "13812345678"}.items():
        assert (fact in elder) == (f"{{{name}}}" in plain and name != "case_no")


def test_several_texts_in_one_message_are_each_reworded() -> None:
    both = f"{cases.NO_CASES}\n\n{cases.PHONE_LINE}"
    assert for_elders(both) == "\n\n".join(map(for_elders, both.split("\n\n")))
    assert "工单" not in for_elders(both)


@pytest.mark.parametrize("unknown", ["", "\n", "一段谁也没写过的话。", "{text}", "【HZ1】"])
def test_what_has_no_elder_wording_stays(unknown: str) -> None:
    assert for_elders(unknown).replace("\n", "") == unknown.replace("\n", "")


def test_everyday_words_are_words_of_the_trade_no_more() -> None:
    assert not any(JARGON.search(plain) for plain in EVERYDAY.values())
