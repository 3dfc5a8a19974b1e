"""What a resident's answer to an open question of ours means. Pure.

The first clause that is not merely a sound decides; later clauses may take it back ("好吧，算了").
What else is said is left for the caller in `more`.
"""

import re
from dataclasses import dataclass, replace

from dialogue.answer_fillers import LOOKS_IT_UP
from dialogue.answer_scan import Clause, Scan, clauses, scan, without_sounds
from dialogue.answer_words import PART, Expression, Filler
from dialogue.answer_words import Polarity as Polarity
from dialogue.small_answers import answers_repeat as answers_repeat
from dialogue.small_answers import asks_again
from dialogue.small_answers import is_decline_contact as is_decline_contact
from dialogue.small_answers import tells_why as tells_why

_HANDS = re.compile("[🙏\\s!！。~]+")
_CONNECTIVE = re.compile(r"(?:但是|不过|可是|只是|然后|那么|但(?!是))[，,\s]*")
_TAIL = re.compile(
    r"[，,。！!\s]*(?:谢谢(?:你们?|您)?|多谢|感谢|辛苦(?:你们?|您)?了|麻烦(?:你们?|您)?了|拜托了?|就这样|就这些)"
    r"[了啊哦呀吧]{0,2}$"
)
_WRONG_PART = re.compile(
    rf"(?:这里|上面|有一?[个处些]?(?:地方|处|点)|哪里|你们?|侬)?把?我?的?{PART}?的?"
    r"(?:(?:你们?)?(?:写|弄|搞|记|听|说|讲|填|登)(?:[得的]?(?:不对|不准|有误)|[错反岔偏])"
    r"|(?<=[\u4e00-\u9fff]{2})(?:也|都|有点|好像|全|完全|还是)?(?:不对|不准|不是的|错|有误|偏))"
    r"[了啦咯掉的呀啊吧]{0,3}"
)
_WISH = re.compile(
    r"另外|另一|别的(?:事|问题)|换一?[个件]|还有一?[个件]|我?(?:还|再)?(?:想|要)(?:来)?(?:反映|投诉|举报|报|问|说|咨询)(?!了)"
    r"|请问|问一下|问个"
)
_PROBLEM = re.compile(
    r"[坏漏堵破裂塌断臭吵脏黑]|没[水电气人灯]|停[水电气]|噪|扰民|垃圾|乱[停扔收倒堆]|占道|违|拖欠|欠薪|不亮|不通|不修|不退|骗"
    r"|[反返冒溢]水|反味|倒灌|爆|淹|塌|陷|占[了着]|挡|咬|欠|打人|油烟|异味|味道"
)
_TALK = re.compile(
    r"(?:(?:我|还是|就|那|干脆|直接|跟[你您侬]们?|和[你您侬]们?|对你|讲|说|告诉你们?|自己|来|给你听|一下|好|吧|了|算了|哈|啊){1,8}[，,：:\s]+){1,2}"
)
_REASON = re.compile(
    r"邻里|邻居|麻烦|没用|白说|白报|自己(?:弄|解决|搞|处理|去|修|讲|来|想)|怕|修好|来修|[弄搞搬]好|解决|没意思|没空|改天"
    r"|下次|以后|忍|习惯|无所谓|反正|让[它他]|随[它他便]|又不是|惹|算了|不想|后悔|得罪|懒得|没必要|不差|年纪|就这样吧"
)
LONGEST_REASON = 12  # characters before 算了
MOST_FIRST, MOST_LAST = 20, 4  # clauses; what stands between them in a long text is no answer
LONGEST_TAIL = 16  # characters of thanks at the end


@dataclass(frozen=True)
class Answer:
    """`polarity` is None when the words answer nothing by themselves.

    `more`: what is said beside it. `is_strong`: said with the very verb (报吧, 不报了, 不对).
    """

    polarity: Polarity | None
    more: str = ""
    is_strong: bool = False


@dataclass(frozen=True)
class _State:
    polarity: Polarity | None = None
    strength: int = 0
    content: tuple[int, int] | None = None  # from where to where something else is said
    length: int = 0  # of what else is said, in characters


def read(words: str) -> Answer:
    """What the words say to an open question."""
    if "🙏" in words and _HANDS.fullmatch(words):
        return Answer(Polarity.YES)
    state, parts = _State(), list(clauses(words))
    for number, clause in enumerate(parts):
        if MOST_FIRST <= number < len(parts) - MOST_LAST:
            state = _with_content(state, clause.start, clause.end)
        else:
            state = _take(state, clause)
    if state.polarity is None:
        return Answer(None)
    return Answer(state.polarity, _more(state, words), is_strong=state.strength >= 3)


def wants_again(words: str) -> bool:
    """Yes to "shall it be done again?": 要，重办."""
    if words.endswith(("？", "?", "吗")):
        return False
    if asks_again(words):
        return True
    answer = read(words)
    return answer.polarity is Polarity.YES and (not answer.more or tells_why(answer.more))


def thanks_only(words: str) -> bool:
    return _only(words, Filler.THANKS)


def urges_only(words: str) -> bool:
    return _only(words, Filler.URGE)


def _only(words: str, filler: Filler) -> bool:
    """Whether nothing is said but that, and sounds beside it."""
    kinds: set[Polarity | Filler] = set()
    for number, clause in enumerate(clauses(words)):
        scanned = scan(clause.text)
        if scanned.end < len(clause.text) or number >= MOST_FIRST:
            return False
        kinds |= {one.meaning for one in scanned.expressions}
    return filler in kinds and not any(isinstance(kind, Polarity) for kind in kinds)


def _take(state: _State, clause: Clause) -> _State:
    if state.polarity is None and state.content and not _may_close(clause, state):
        return _with_content(state, clause.start, clause.end)
    if _WRONG_PART.fullmatch(clause.text) and not clause.is_question:
        is_plain = _is_whole(scan(clause.text), clause)
        state = _merged(state, Polarity.NO, 4)
        return state if is_plain else _with_content(state, clause.start, clause.end)
    if state.polarity is Polarity.LATER and LOOKS_IT_UP.fullmatch(clause.text):
        return state
    scanned = scan(clause.text)
    if not _is_whole(scanned, clause):
        return _take_start(state, clause, scanned)
    if clause.is_question:
        return state  # 不报了？ doubts what we said
    return _take_expressions(state, scanned.expressions)


def _may_close(clause: Clause, state: _State) -> bool:
    """Whether a clause after content is an answer all the same: …，还是不报了."""
    scanned = scan(clause.text)
    if clause.is_question or not _is_whole(scanned, clause):
        return False
    last = without_sounds(scanned).expressions
    if not last or last[-1].meaning is not Polarity.NEVER_MIND:
        return False
    of_something = clause.text.startswith(("取消了", "撤了", "停"))  # a bus, the water
    return not of_something and (last[-1].strength >= 3 or state.length <= LONGEST_REASON)


def _take_start(state: _State, clause: Clause, scanned: Scan) -> _State:
    """A clause that goes on with something else behind its first words."""
    cut = _content_start(clause, scanned)
    if cut is None:
        if state.strength <= 0 and state.polarity is Polarity.YES and not state.content:
            return _after_sound(state, clause)
        return _with_content(state, clause.start, clause.end)
    expressions, begin = cut
    state = _take_expressions(state, expressions)
    if expressions[-1].meaning is Polarity.LATER and LOOKS_IT_UP.fullmatch(clause.text[begin:]):
        return state
    return _with_content(state, clause.start + begin, clause.end)


def _after_sound(state: _State, clause: Clause) -> _State:
    """After a mere 嗯 only what goes on from our question makes it a yes."""
    goes_on = re.match("还有|还要|但是?|不过|可是|另外|而且|晚上也|也", clause.text)
    state = state if goes_on and state.strength == 0 else _State()
    return _with_content(state, clause.start, clause.end)


def _content_start(clause: Clause, scanned: Scan) -> tuple[tuple[Expression, ...], int] | None:
    """The expressions before the content, and where it begins; None when all of it is content."""
    at, best = 0, None
    for index, expression in enumerate(scanned.expressions):
        match = expression.pattern.match(clause.text, at)
        assert match is not None
        at = match.end()
        if expression.before and expression.before.match(clause.text, at):
            best = scanned.expressions[: index + 1], at
    return best


def _is_whole(scanned: Scan, clause: Clause) -> bool:
    return scanned.end == len(clause.text)


def _is_sound(scanned: Scan) -> bool:
    return not without_sounds(scanned).expressions


def _take_expressions(state: _State, expressions: tuple[Expression, ...]) -> _State:
    for one in expressions:
        if isinstance(one.meaning, Polarity):
            state = _merged(state, one.meaning, one.strength)
    return state


def _merged(state: _State, polarity: Polarity, strength: int) -> _State:
    if state.polarity is polarity:
        return replace(state, strength=max(strength, state.strength))
    if state.polarity is None or _takes_back(state, polarity, strength):
        if polarity is Polarity.NEVER_MIND:  # what was said before is no other matter
            return _State(polarity, strength)
        return replace(state, polarity=polarity, strength=strength)
    return state


def _takes_back(state: _State, polarity: Polarity, strength: int) -> bool:
    """Whether a later word changes an earlier answer."""
    match state.polarity, polarity:
        case Polarity.DONT_KNOW, Polarity.NEVER_MIND:
            return strength >= 3
        case _, Polarity.NEVER_MIND:
            return True
        case Polarity.NO, Polarity.YES:
            return strength >= 3 or state.strength == 0
        case ((Polarity.NEVER_MIND | Polarity.DONT_KNOW), Polarity.YES):
            return strength >= 3
        case Polarity.NEVER_MIND, _:
            return strength >= 4  # "先别提交，有地方不对"
        case Polarity.YES, Polarity.NO:
            return strength >= 1 and not state.content
        case Polarity.YES, _:
            return not state.content
        case Polarity.LATER, _:
            return strength >= 2
        case Polarity.NO, Polarity.DONT_KNOW:
            return True
        case _:
            return False


def _with_content(state: _State, start: int, end: int) -> _State:
    begin = state.content[0] if state.content else start
    return replace(state, content=(begin, end), length=state.length + end - start)


def _more(state: _State, words: str) -> str:
    if not state.content:
        return ""
    said = words[slice(*state.content)].strip()
    if state.polarity is Polarity.NEVER_MIND and not _tells_matter(said):
        return ""
    if state.polarity is Polarity.NEVER_MIND and (talk := _TALK.match(said)):
        said = said[talk.end() :]
    if connective := _CONNECTIVE.match(said):
        said = said[connective.end() :]
    return said[:-LONGEST_TAIL] + _TAIL.sub("", said[-LONGEST_TAIL:])


def _tells_matter(said: str) -> bool:
    """Whether what stands beside a "never mind" is another matter, and not the reason for it."""
    return any(
        _WISH.search(part.text) or (_PROBLEM.search(part.text) and not _REASON.search(part.text))
        for part in clauses(said)
    )
