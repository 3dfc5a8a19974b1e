"""What elders are told: short sentences, everyday words, and the same facts as everybody."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from backend.cases import pushes
from backend.clock import SHANGHAI
from backend.texts.cases import STEPS
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import NoticeState
from backend.vocabulary.texts import Text, joined
from backend.vocabulary.tracks import Track
from dialogue.draft import Draft
from dialogue.facts import CaseView, RatingView
from dialogue.texts import appeal, case_answers, cases, chat
from tests.support.builders import NOON
from tests.unit.test_texts import ROOT, TEXTS, catalogue

LONGEST = 25  # characters in a sentence, without what is put in
ENDS = re.compile(r"[。！？；\n]|——")
PLACEHOLDER = re.compile(r"\{[^}]*\}")
HELP_LINE = re.compile(r"(?<!\d)(?:110|119|120|12110|12356|12345)(?!\d)")
JARGON = re.compile(
    "工单|受理|办结|结案|签收|督办|督促|超期|期限|诉求|凭证|派单|退单|责任单位|上级单位|渠道|绑定码"
    "|便民服务中心|办理单位"
)
# No sentences: parts of them, and the menu's entry, whose name S23 sets.
NOT_TOLD = re.compile("附近（地图定位|^反映诉求$|^便民服务中心$")


def longest(text: str) -> int:
    return max(len(part.strip()) for part in ENDS.split(PLACEHOLDER.sub("", text)))


def test_every_sentence_is_short_and_plain_for_elders() -> None:
    elder = [(where, text.for_elders) for where, text in TEXTS if not NOT_TOLD.search(text.plain)]
    assert [(where, sentence) for where, sentence in elder if is_hard(sentence)] == []


def is_hard(text: str) -> bool:
    return longest(text) > LONGEST or bool(JARGON.search(text))


def test_elder_wording_is_short_and_keeps_numbers() -> None:
    pairs = [(text.plain, text.elder) for _, text in catalogue() if text.elder is not None]
    assert len(pairs) > 100
    for plain, elder in pairs:
        assert not is_hard(elder), elder
        assert not re.search("[A-Za-z]", PLACEHOLDER.sub("", elder)), elder
        assert set(PLACEHOLDER.findall(elder)) <= set(PLACEHOLDER.findall(plain)), elder
        assert set(HELP_LINE.findall(plain)) <= set(HELP_LINE.findall(elder)), elder


def test_no_text_is_dead() -> None:
    folders = ("backend", "bot", "dialogue")
    sources = [path.read_text("utf-8") for name in folders for path in (ROOT / name).rglob("*.py")]
    words = Counter(word for source in sources for word in re.findall(r"\w+", source))
    names = {where.rpartition(".")[2] for where, _ in catalogue()}
    assert [name for name in sorted(names) if words[name] < 2] == []


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
@pytest.mark.parametrize("action", STEPS)
def test_a_push_has_its_facts_in_both_wordings(action: Action, more: dict[str, bool]) -> None:
    details = {"reason": "等设备到货", "moved": ["resolve_by"], **more}
    text = pushes.text_for(a_case(), action, details)
    assert text is not None
    plain, elder = text.plain, text.elder
    assert elder is not None
    assert not JARGON.search(elder)
    for fact in ("HZ20261123000042", "西湖区城市管理局", "等设备到货", "晚上不再施工", "11月23日"):
        assert (fact in elder) == (fact in plain) or fact == "HZ20261123000042"


def test_elders_know_the_centre_by_its_number() -> None:
    case = a_case()
    case.unit = None
    text = pushes.text_for(case, Action.SUPERVISE, {})
    assert text is not None
    assert text.plain.endswith("责任单位是12345民呼中心。")
    assert text.for_elders.endswith("上面在盯着。12345在办。")


def test_progress_is_worded_line_by_line() -> None:
    for status in Status:
        elder = cases.progress(a_view(status), None, NOON).for_elders
        assert not JARGON.search(elder), elder
        assert "楼下夜里施工太吵" in elder
        assert "HZ20261123000042" in elder


@pytest.mark.parametrize("state", list(NoticeState))
def test_elders_are_told_the_result_of_low_ratings(state: NoticeState) -> None:
    at = NOON + timedelta(days=state is NoticeState.ACKNOWLEDGED)
    rating = RatingView(2, False, None, state, superior="西湖区人民政府", notice_at=at)
    text = cases.progress(a_view(Status.RESOLVED), rating, None)
    for wording in (text.plain, text.for_elders):
        assert "待评价" not in wording
        assert "等您评" not in wording
        assert "您评了不满意" in wording
        assert "西湖区人民政府" in wording
        assert ("11月24日" in wording) == (state is NoticeState.ACKNOWLEDGED)
        assert ("11月23日" in wording) == (state is NoticeState.WAITING)
    assert not JARGON.search(text.for_elders)


def test_read_back_keeps_every_word_of_the_resident() -> None:
    text = "路灯坏了\n\n现在：已结案，我负责\n编号"
    read_back = appeal.read_back(Draft(text=text, place="文三路"))
    assert read_back.plain.startswith("事情：路灯坏了，现在：已结案，我负责，编号\n地点：文三路\n")
    assert read_back.elder is None


def test_danger_advice_uses_everyday_words() -> None:
    for kind, advice in chat.EMERGENCY_ADVICE.items():
        for text in (chat.EMERGENCY, chat.DESPAIR):
            elder = text.format(number="119", advice=advice).for_elders
            assert advice.elder is not None, kind
            assert advice.elder in elder, kind


def test_registration_and_dispatch_texts_use_everyday_words() -> None:
    case = a_case(Status.DISPATCHED)
    text = pushes.registered_and_dispatched(case)
    assert text is not None
    elder = text.for_elders
    for fact in (case.case_no, case.unit.name, "11月23日"):
        assert fact in elder
    assert not is_hard(elder.replace(case.unit.name, ""))


QUESTIONS = [
    value
    for name, value in vars(case_answers).items()
    if isinstance(value, Text) and name != "CENTRE"
]


@pytest.mark.parametrize("text", QUESTIONS, ids=lambda text: text.plain)
def test_answers_about_a_case_use_everyday_words(text: Text) -> None:
    facts = {"case_no": "HZ20261123000042", "unit": "西湖区城市管理局", "day": "11月23日"}
    facts["end"] = "回您话"
    elder = text.format(phone="13812345678", **facts).for_elders
    assert not JARGON.search(elder)
    for name, fact in {**facts, "phone": "13812345678"}.items():
        assert (fact in elder) == (f"{{{name}}}" in text.plain and name != "case_no")


def test_a_street_window_is_named_in_both_wordings() -> None:
    text = cases.WAITING.format(window=cases.window_of("文新街道便民服务中心"))
    assert text.plain.endswith("或到文新街道便民服务中心窗口。")
    assert text.for_elders.endswith("也可以去文新街道的窗口。")
    assert cases.WAITING.format(window=cases.ANY_WINDOW).for_elders.endswith("去街道的窗口。")


def test_everyday_words_contain_no_trade_terms() -> None:
    assert not any(JARGON.search(state) for state in cases.ELDER_STATES.values())


HARD, EASY = Text("工单已受理。", "记下了。"), Text("好的。")


def test_an_elder_is_told_the_easier_wording() -> None:
    assert [HARD.worded(elder_mode=mode) for mode in (None, False, True)] == [
        "工单已受理。", "工单已受理。", "记下了。",
    ]  # fmt: skip
    assert EASY.worded(elder_mode=True) == "好的。"


def test_both_wordings_are_changed_alike() -> None:
    assert joined([HARD, EASY], "\n") == Text("工单已受理。\n好的。", "记下了。\n好的。")
    assert (HARD + EASY).removeprefix(HARD) == EASY
    assert (EASY + HARD).removesuffix(HARD) == EASY
    filled = Text("{unit}：{text}").format(unit="甲", text=HARD)
    assert filled == Text("甲：工单已受理。", "甲：记下了。")
    assert Text("{text}").format(text="{unit}") == Text("{unit}")


@pytest.mark.parametrize("write", [str, "{}".format, lambda text: f"{text}"])
def test_a_text_loses_no_wording_in_a_string(write: Callable[[Text], str]) -> None:
    with pytest.raises(TypeError, match="wording"):
        write(HARD)
