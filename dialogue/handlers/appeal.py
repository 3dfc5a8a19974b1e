"""Starts a draft from a message that tells of a matter, and puts matters of other cities aside."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from backend.vocabulary.texts import Text
from dialogue import draft as drafts
from dialogue.answers import is_thanks, urges_only, waits_only
from dialogue.draft import Draft
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers import ask_question, set_aside
from dialogue.handlers.nothing_said import has_no_words
from dialogue.handlers.passing import note_contact
from dialogue.state import NO_TEXT
from dialogue.texts import appeal as texts
from dialogue.turn import Turn
from nlu.appeals.another import announces_another
from nlu.appeals.clauses import separate_ordinals
from nlu.appeals.cues import has_trouble, object_alone, topics_of
from nlu.appeals.insults import is_only_sarcasm
from nlu.appeals.lists import announces_suggestions
from nlu.appeals.parts import Message, Parts, clean, shorten
from nlu.city.loaded import elsewhere
from nlu.gazetteer.elsewhere import OtherCity
from nlu.gazetteer.vague import is_vague_answer
from nlu.places import answers

SURE = 0.7
UNDERSTOOD = 0.4
VERY_SURE = 0.9
NOT_TELLING = frozenset({"out_of_scope", "greet", "thank", "goodbye", "ask_help", "affirm"})
TELLING = frozenset({"lodge_appeal", "add_detail"})
ONLY_A_QUESTION = frozenset({"ask_question", "check_progress", "ask_help"})
_CITY_WIDE = re.compile(
    "全市|全杭州|整个杭州|杭州全城|全城各?处|杭州的?(?:所有|各个?|每个?|全部)"
)  # of a whole message
_BESIDE = re.compile(
    "(?:另外|还有|顺便|顺带|对了|再)[，,]?(?:我?[还再也就]?[想要]?)[^，。]{0,4}(?:问|请教|咨询|打听)"
)
_POINTS_BACK = re.compile("(?:那|这|同)(?:一)?(?:条路|个?地方|个?小区|里|边|儿|块)")
LAST = ("suggestion", "praise")  # what needs doing is read back first


def handle(turn: Turn) -> bool:
    utterance = turn.utterance
    if utterance.pressed == "lodge_appeal":
        kind = utterance.data.get("kind")
        begin_empty(turn, str(kind) if kind else None)
        return True
    if utterance.pin:
        return questions.take_pin(turn)
    if is_thanks(turn.words) or waits_only(turn.words):
        return False
    message = utterance.message
    means_to_tell = turn.means("lodge_appeal", SURE)
    only_asks = bool(message.questions) and not message.is_vague  # 旧沙发往哪扔
    tells_nothing = not (message.appeals or only_asks)
    if _names_object_alone(turn):
        return _begin_object(turn)
    is_vague = (tells_nothing and (message.is_vague or means_to_tell)) or _only_scolds(turn)
    if is_vague and not (turn.state.draft and turn.state.draft.text):
        return _begin_vague(turn, message)
    if message.appeals and tells_matter(turn, message):
        start(turn, message)
        return True
    return _only_says_where(turn, message)


def _only_scolds(turn: Turn) -> bool:
    """说了半天没人理我, 要你们有什么用, 真是服了你们: the matter is still to be told."""
    if turn.message.is_angry and is_only_sarcasm(turn.words):
        return True
    if urges_only(turn.words):
        return not turn.means(NOT_TELLING, UNDERSTOOD)
    matters = "\n".join(parts.text for parts in turn.message.appeals)
    return turn.message.is_angry and turn.means("ask_help", UNDERSTOOD) and not has_trouble(matters)


def tells_matter(turn: Turn, message: Message) -> bool:
    """True if the message tells of a matter to be dealt with, beside whatever else it says."""
    utterance = turn.utterance
    if answers.is_only_place(utterance.words) or has_no_words(utterance.words):
        return False
    if turn.means(TELLING, UNDERSTOOD):
        return True
    matters = "\n".join(parts.text for parts in message.appeals)
    if turn.means(ONLY_A_QUESTION, SURE) and message.questions:
        return has_trouble(matters) and _asks_of_another(turn, matters)
    if turn.means(NOT_TELLING, VERY_SURE) and not has_trouble(matters):
        return False  # 今天天气不错啊
    if turn.facts.matter(matters).is_sure:
        return True
    asks = turn.means(ONLY_A_QUESTION, SURE)
    return not asks and has_trouble(matters) and place_of(turn) is not None


def _asks_of_another(turn: Turn, matters: str) -> bool:
    """True if the questions are about other objects: 路灯坏了，另外想问下公租房怎么申请."""
    of_questions, of_matters = topics_of("，".join(turn.message.questions)), topics_of(matters)
    are_apart = bool(of_questions) or _BESIDE.search(turn.words) is not None
    return bool(of_matters) and are_apart and not of_questions & of_matters


def _begin_vague(turn: Turn, message: Message) -> bool:
    """有个问题你们管不管: ask what it is; an angry resident first reads a sentence of regret."""
    empty = Draft(place=place_of(turn), regret=message.is_angry)
    is_subject = is_vague_answer(turn.words)
    _begin(turn, drafts.with_subject(empty, turn.words) if is_subject else empty)
    note_contact(turn)
    return questions.ask_next(turn)


def _names_object_alone(turn: Turn) -> bool:
    """我们这儿那个路灯嘛: what is wrong with it is still to be told."""
    draft = turn.state.draft
    is_first = draft is None or not draft.text
    is_question = turn.means(ONLY_A_QUESTION, UNDERSTOOD)
    return is_first and not is_question and bool(object_alone(turn.words))


def _begin_object(turn: Turn) -> bool:
    empty = Draft(place=place_of(turn), wording=())
    _begin(turn, drafts.with_subject(empty, object_alone(turn.words)))
    return questions.ask_next(turn)


def begin_empty(turn: Turn, kind: str | None = None) -> None:
    """Start a draft without words, for a menu entry or a button."""
    _begin(turn, Draft(place=turn.state.home, kind=kind))
    questions.ask_next(turn)


def _begin(turn: Turn, empty: Draft) -> None:
    """Put an empty draft first; drafts that have a text wait behind it."""
    turn.change(drafts=(empty, *(draft for draft in turn.state.drafts if draft.text)), behind=())


def _only_says_where(turn: Turn, message: Message) -> bool:
    """我是西溪诚园的业主: keep the place, so that it is not asked for once the matter is told."""
    place = message.home or (place_of(turn) if answers.is_only_place(turn.words) else None)
    if place is None or turn.utterance.pressed:
        return False
    note_contact(turn)
    if city := _other_city(turn, turn.words, ""):
        return set_aside.point_elsewhere(turn, city, turn.state.drafts[:1])
    if turn.state.draft and turn.state.draft.text:
        turn.keep(replace(turn.state.draft, place=place))
    elif turn.state.elsewhere and turn.state.dropped:
        return set_aside.bring_back(turn, place)
    else:
        place = answers.merge(turn.state.home or "", place)
        turn.change(home=place, drafts=(Draft(place=place),))
    return questions.ask_next(turn)


def start_with_words(turn: Turn) -> None:
    """Start a draft from all the words, also when they only ask a question."""
    message, words = turn.message, turn.words
    if not message.appeals:
        whole = Parts(text=clean(words) or words, matter=shorten(words))
        message = replace(message, appeals=(whole,), questions=())
    start(turn, message)


def start(turn: Turn, message: Message) -> None:
    """Start a draft for each matter; questions beside them are answered first."""
    ask_question.answer_beside(turn, message.questions)
    empty = _take_empty(turn)
    new = [_draft_of(turn, parts, message) for parts in _in_order(turn, message.appeals)]
    new = [_in_same_area(turn, draft, new) for draft in new]
    cities = [_city_of(turn, draft, new) for draft in new]
    if empty is not None:
        new[0] = drafts.fill_empty(empty, new[0])
    waiting = turn.state.drafts
    together = (*new, *waiting) if empty else (*waiting, *new)
    turn.change(drafts=together, article="")
    note_contact(turn)
    if city := next(filter(None, cities), None):
        drafts_elsewhere = [draft for draft, city in zip(new, cities, strict=True) if city]
        set_aside.point_elsewhere(turn, city, drafts_elsewhere)
        return
    turn.change(elsewhere=NO_TEXT, elsewhere_told=0)
    reports = (turn.facts.matter(draft.text).report_to for draft in new)
    if report_to := next(filter(None, reports), None):
        turn.say(Text(report_to))
    if len(new) > 1:
        turn.say(texts.SEVERAL.format(count=len(new)))
    questions.ask_next(turn)


def _take_empty(turn: Turn) -> Draft | None:
    """Take the first draft away when it has no text: the new matter takes its turn."""
    draft = turn.state.draft
    if draft is None or draft.text:
        return None
    turn.state = turn.state.without_draft()
    turn.change(home=draft.place or turn.state.home)
    return draft


def _city_of(turn: Turn, draft: Draft, beside: Sequence[Draft]) -> OtherCity | None:
    """The other city that the draft is about: named in it, or the resident's home."""
    if len(beside) == 1:
        return _other_city(turn, turn.words, draft.text)
    if city := _other_city(turn, draft.text, draft.text):
        return city
    home = turn.message.home
    is_there = home is not None and _place_in(draft.text) is None
    return _other_city(turn, home, draft.text) if home and is_there else None


def _in_order(turn: Turn, appeals: Sequence[Parts]) -> list[Parts]:
    if len(appeals) == 1:
        return list(appeals)
    return sorted(appeals, key=lambda parts: turn.facts.matter(parts.text).kind in LAST)


def drafts_of(turn: Turn, message: Message) -> list[Draft]:
    """A draft for each matter of the message."""
    return [_draft_of(turn, parts, message) for parts in message.appeals]


def _draft_of(turn: Turn, parts: Parts, message: Message) -> Draft:
    is_one = len(message.appeals) == 1
    wording = turn.utterance.original or turn.words if is_one else parts.text
    place = place_of(turn) if is_one else _one_of_several(turn, parts.text)
    place = place or _place_before(turn) or turn.state.home
    if place and turn.state.home:
        place = answers.with_area_of(place, turn.state.home)
    draft = drafts.begin(parts, wording, place=place, regret=message.is_angry)
    if not is_one and announces_suggestions(turn.words):
        return replace(draft, kind="suggestion", regret=False)
    return replace(draft, regret=draft.regret or questions.is_hard(turn.words))


def _one_of_several(turn: Turn, text: str) -> str | None:
    """The place that one of several matters names, else that of the message without its spot."""
    mentions = (turn.words[start:end] for start, end in turn.utterance.parse.places)
    spans = [(at, at + len(it)) for it in mentions if (at := text.find(it)) >= 0]
    if own := _place_in(text, spans):
        return own
    shared = place_of(turn)
    building = answers.building_at_start(text)
    return answers.merge(answers.without_spot(shared), building) if shared else None


def _place_before(turn: Turn) -> str | None:
    """还有，那条路晚上没灯: the place of the newest case, when the words point back to it."""
    if not (announces_another(turn.words) and _POINTS_BACK.search(turn.words)):
        return None
    return next((case.place for case in turn.facts.own_cases()[:1]), None) or None


def _in_same_area(turn: Turn, draft: Draft, beside: Sequence[Draft]) -> Draft:
    """Place an ambiguous place in the area of a matter told before or beside it.

    Example: 望江街道近江社区5幢…, 还有近江社区楼下…. The resident confirms it in the read-back."""
    if not draft.place or draft.place == texts.WHOLE_CITY:
        return draft
    if answers.area_of(draft.place):
        return draft
    area = turn.facts.area(draft.text, draft.place)
    is_settled = area.is_known and not area.choices
    for place in _known_places(turn, draft, beside):
        wider = answers.area_of(place)
        if wider and (not is_settled or _share_a_name(draft.place, place)):
            return replace(draft, place=f"{wider}{draft.place}")
    return draft


def _share_a_name(place: str, other: str) -> bool:
    return any(place[start : start + 3] in other for start in range(len(place) - 2))


def _known_places(turn: Turn, draft: Draft, beside: Sequence[Draft]) -> Iterator[str]:
    yield from (other.place for other in beside if other is not draft and other.place)
    yield from (other.place for other in turn.state.drafts if other.place)
    if turn.lodged_place:
        yield turn.lodged_place
    if announces_another(turn.words):
        yield from (case.place for case in turn.facts.own_cases()[:1])


def place_of(turn: Turn) -> str | None:
    """The place that the message names, or where the resident says they live."""
    if _CITY_WIDE.search(turn.words):
        return texts.WHOLE_CITY
    words, spans = turn.words, turn.utterance.parse.places
    if (listed := separate_ordinals(words)) != words:
        words, spans = listed, ()  # 第一小区门口 of a list is no 第一小区
    place, home = _place_in(words, spans), _of_ours(turn.message.home)
    return home if home and place and home.startswith(place) else place or home


def _place_in(text: str, spans: Sequence[tuple[int, int]] = ()) -> str | None:
    ours = [span for span in spans if _of_ours(text[slice(*span)])]
    return _of_ours(answers.place_in(text, ours))


def _of_ours(place: str | None) -> str | None:
    return None if place and elsewhere().named_in(place) else place


def _other_city(turn: Turn, words: str, text: str) -> OtherCity | None:
    """The other city that the words name; None for a rule, or a swindle, that is of every city."""
    city = elsewhere().named_in(words)
    if city is None or not text:
        return city
    matter = turn.facts.matter(text)
    is_of_all = not matter.needs_place and (matter.kind == "inquiry" or matter.report_to)
    return None if is_of_all else city
