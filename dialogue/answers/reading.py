"""Reads a resident's answer to an open question. Pure.

The listed expressions (`words.py`) come first. A clause that they match only in part is read by the
model of `nlu.messages.answer_clauses`, which is never asked about questions or names of things.

The first clause that is more than an interjection decides; later clauses may take it back
("好吧，算了"). What else is said is left for the caller in `more`.
"""

import re
from dataclasses import dataclass, replace

from dialogue.answers.clauses import Clause, Scan, clauses, scan
from dialogue.answers.parts import VERBS
from dialogue.answers.words import LOOKS_IT_UP, PART, Expression, Filler, Polarity
from nlu.appeals.cues import has_trouble
from nlu.messages.answer_clauses import MANNER, SOLVED, meaning_of

_HANDS = re.compile("[🙏\\s!！。~]+")
_CONNECTIVE = re.compile(r"(?:但是|不过|可是|只是|然后|那么|但(?!是))[，,\s]*")
_GOES_ON = re.compile("还有|还要|但是?|不过|可是|另外|而且|晚上也|也")
_TAIL = re.compile(
    r"[，,。！!\s]*(?:谢谢(?:你们?|您)?|多谢|感谢|辛苦(?:你们?|您)?了|麻烦(?:你们?|您)?了|拜托了?|就这样|就这些)"
    r"[了啊哦呀吧]{0,2}$"
)
_WRONG_PART = re.compile(
    rf"(?:这里|上面|有一?[个处些]?(?:地方|处|点)|哪里|你们?|侬)?把?我?的?{PART}?的?"
    rf"(?:(?:你们?)?(?:{VERBS})(?:[得的]?(?:不对|不准|有误)|[错反岔偏])"
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
# 报了没, 行不行 ask; 不是饭店, 是酒吧 name things
_NEVER_ANSWERS = re.compile(r"吗$|没$|是否|([\u4e00-\u9fff])不\1|^不?是")
_TALK = re.compile(
    r"(?:(?:我|还是|就|那|干脆|直接|跟[你您侬]们?|和[你您侬]们?|对你|讲|说|告诉你们?|自己|来|给你听|一下|好|吧|了|算了|哈|啊){1,8}[，,：:\s]+){1,2}"
)
_REASON = re.compile(
    r"邻里|邻居|麻烦|没用|白说|白报|自己(?:弄|解决|搞|处理|去|修|讲|来|想)|怕|修好|来修|[弄搞搬]好|解决|没意思|没空|改天"
    r"|下次|以后|忍|习惯|无所谓|反正|让[它他]|随[它他便]|又不是|惹|算了|不想|后悔|得罪|懒得|没必要|不差|年纪|就这样吧"
)
_OF_SOMETHING = ("取消了", "撤了", "停")  # a bus, the water
SHORTEST_STORY = 10  # characters of a clause that tells of a matter, and not of the reason
LONGEST_REASON = 12  # characters before 算了 or 就这样报
MOST_FIRST, MOST_LAST = 20, 4  # clauses; what stands between them in a long text is no answer
LONGEST_TAIL = 16  # characters of thanks at the end
SAYS_THE_VERB = 3  # strength of 报吧, 不报了, 不对
NAMES_WRONG_PART = 4
_NEVER = 9
_MANNER = Expression(Filler.URGE, 0, re.compile("$"))
_LEARNT = {
    str(polarity): Expression(polarity, SAYS_THE_VERB, re.compile("$")) for polarity in Polarity
} | {SOLVED: Expression(Polarity.NEVER_MIND, SAYS_THE_VERB, re.compile("$"))}
# The strength that a later word needs to change an earlier answer; else see `_takes_back`.
_NEEDED = {
    (Polarity.DONT_KNOW, Polarity.NEVER_MIND): 3,
    (Polarity.DONT_KNOW, Polarity.YES): 3,
    (Polarity.NEVER_MIND, Polarity.YES): 3,
    (Polarity.NO, Polarity.YES): 3,
    (Polarity.NO, Polarity.DONT_KNOW): 0,
}
_NEEDED_AFTER = {Polarity.NEVER_MIND: 4, Polarity.LATER: 2}  # "先别提交，有地方不对"


@dataclass(frozen=True)
class Answer:
    """`polarity` is None when the words answer nothing by themselves; `more` is said beside it."""

    polarity: Polarity | None
    more: str = ""


@dataclass(frozen=True)
class _Reading:
    """The answer after some of the clauses."""

    polarity: Polarity | None = None
    strength: int = 0
    content: tuple[int, int] | None = None  # the span in which something else is said
    length: int = 0  # characters of what else is said

    def with_content(self, start: int, end: int) -> "_Reading":
        begin = self.content[0] if self.content else start
        return replace(self, content=(begin, end), length=self.length + end - start)

    def with_answer(self, polarity: Polarity, strength: int) -> "_Reading":
        if self.polarity is polarity:
            return replace(self, strength=max(strength, self.strength))
        if self.polarity is not None and not _takes_back(self, polarity, strength):
            return self
        if polarity is Polarity.NEVER_MIND:  # what was said before is no other matter
            return _Reading(polarity, strength)
        return replace(self, polarity=polarity, strength=strength)

    def with_expressions(self, expressions: tuple[Expression, ...]) -> "_Reading":
        reading = self
        for expression in expressions:
            if isinstance(expression.meaning, Polarity):
                reading = reading.with_answer(expression.meaning, expression.strength)
        return reading


def read(words: str) -> Answer:
    """Read the words as the answer to an open question."""
    if "🙏" in words and _HANDS.fullmatch(words):
        return Answer(Polarity.YES)
    reading, parts = _Reading(), list(clauses(words))
    for number, clause in enumerate(parts):
        if MOST_FIRST <= number < len(parts) - MOST_LAST:
            reading = reading.with_content(clause.start, clause.end)
        else:
            reading = _with_clause(reading, clause)
    if reading.polarity is None:
        return Answer(None)
    return Answer(reading.polarity, _more(reading, words))


def thanks_only(words: str) -> bool:
    return _only(words, Filler.THANKS)


# 好的谢谢: where nothing is asked it is thanks
_YES_THANKS = re.compile(
    "(?:好[的嘞呀啊]?|行|嗯+|可以|知道了|收到|晓得了|[，, 啊呀了哦那就])*(?:谢谢|感谢|多谢|辛苦)"
    "(?:你们?|您|了|啊|呀|啦|小呼|[。！!~])*"
)


# 那我等你们电话, 好，在家等着: nothing is asked and nothing is told
_WAITS = re.compile(
    "(?:好[的嘞呀啊吧]?|行|嗯+|可以|知道了|晓得了|[，,。 啊呀了哦噢那就我])*(?:先|在家|再)?"
    "等(?:着(?:[你您他]们?)?的?|[你您他]们?(?:的|打|给我)*)?"
    "(?:电话|消息|回音|回电|通知|结果|回复|来人|答复|上门|信儿?|(?<=等着)|(?<=[你您们]))"
    "(?:[。！!~了吧啊呀哦好呢])*"
)


def waits_only(words: str) -> bool:
    """True if the words only say that they wait for what comes: 那等你们电话."""
    return _WAITS.fullmatch(words) is not None


def is_thanks(words: str) -> bool:
    """True if the words thank, with or without an "all right" before the thanks."""
    return thanks_only(words) or _YES_THANKS.fullmatch(words) is not None


def says_solved(words: str) -> bool:
    """True if the words say that the trouble is over, and tell of no other: 灯亮了，不用来了."""
    meanings = [meaning_of(clause.text) for clause in clauses(words) if not clause.is_question]
    return SOLVED in meanings and not has_trouble(words)


def urges_only(words: str) -> bool:
    """True if the words urge, threaten or sigh, and tell nothing: 快点派人, 说了半天没人理我."""
    return _only(words, Filler.URGE)


def _only(words: str, filler: Filler) -> bool:
    """True if the words hold this filler, and nothing else but sounds."""
    meanings: set[Polarity | Filler] = set()
    for number, clause in enumerate(clauses(words)):
        scanned = _scan(clause)
        if scanned.end < len(clause.text) or number >= MOST_FIRST:
            return False
        meanings |= {expression.meaning for expression in scanned.expressions}
    return filler in meanings and meanings <= set(Filler)


def _with_clause(reading: _Reading, clause: Clause) -> _Reading:
    scanned = _scan(clause)
    is_whole = scanned.end == len(clause.text)
    if reading.polarity is None and reading.content:
        last = [word for word in scanned.expressions if isinstance(word.meaning, Polarity)][-1:]
        if not (last and is_whole and _answers_late(reading, clause, last[0])):
            return reading.with_content(clause.start, clause.end)
    if _WRONG_PART.fullmatch(clause.text) and not clause.is_question:
        reading = reading.with_answer(Polarity.NO, NAMES_WRONG_PART)
        return reading if is_whole else reading.with_content(clause.start, clause.end)
    if reading.polarity is Polarity.LATER and LOOKS_IT_UP.fullmatch(clause.text):
        return reading
    if not is_whole:
        return _with_start(reading, clause, scanned.expressions)
    if clause.is_question:
        return reading  # 不报了？ doubts what we said
    return reading.with_expressions(scanned.expressions)


def _scan(clause: Clause) -> Scan:
    """The expressions of a clause; where they leave words over, its meaning by the model."""
    scanned, text = scan(clause.text), clause.text
    if scanned.end == len(text) or _WRONG_PART.fullmatch(text):
        return scanned
    if _agrees(scanned) and meaning_of(text[scanned.end :]) == MANNER:
        return Scan((*scanned.expressions, _MANNER), len(text))
    meaning = meaning_of(text)
    if meaning == MANNER:
        return Scan((*scanned.expressions, _MANNER), len(text))
    if meaning == SOLVED and has_trouble(text):
        return scanned
    if meaning in _LEARNT and not clause.is_question and not _NEVER_ANSWERS.search(text):
        return Scan((_LEARNT[meaning],), len(text))
    return scanned


def _agrees(scanned: Scan) -> bool:
    return any(expression.meaning is Polarity.YES for expression in scanned.expressions)


def _answers_late(reading: _Reading, clause: Clause, last: Expression) -> bool:
    """True if a clause after content is an answer all the same: …，还是不报了; …，就这样报."""
    if clause.is_question or last.meaning not in (Polarity.NEVER_MIND, Polarity.YES):
        return False
    is_short = reading.length <= LONGEST_REASON
    if last.meaning is Polarity.YES:
        return is_short and last.strength >= SAYS_THE_VERB
    if last in _LEARNT.values():
        return False  # the model alone drops no matter: …油烟凶得很，娃儿都咳了
    is_sure = is_short or last.strength >= SAYS_THE_VERB
    return is_sure and not clause.text.startswith(_OF_SOMETHING)


def _with_start(reading: _Reading, clause: Clause, expressions: tuple[Expression, ...]) -> _Reading:
    """A clause that goes on with something else behind its first words."""
    count, position = _content_start(clause, expressions)
    if count:
        reading = reading.with_expressions(expressions[:count])
        is_later = expressions[count - 1].meaning is Polarity.LATER
        if is_later and LOOKS_IT_UP.fullmatch(clause.text[position:]):
            return reading
    elif reading.polarity is Polarity.YES and reading.strength <= 0 and not reading.content:
        # After a mere 嗯 only what goes on from our question makes it a yes.
        goes_on = reading.strength == 0 and _GOES_ON.match(clause.text)
        reading = reading if goes_on else _Reading()
    return reading.with_content(clause.start + position, clause.end)


def _content_start(clause: Clause, expressions: tuple[Expression, ...]) -> tuple[int, int]:
    """The number of expressions before the content, and the position where it begins."""
    position, last = 0, (0, 0)
    for count, expression in enumerate(expressions, 1):
        match = expression.pattern.match(clause.text, position)
        assert match is not None
        position = match.end()
        if expression.before and expression.before.match(clause.text, position):
            last = count, position
    return last


def _takes_back(reading: _Reading, polarity: Polarity, strength: int) -> bool:
    """True if a later word changes an earlier answer."""
    earlier = reading.polarity
    if earlier is Polarity.YES and polarity is not Polarity.NEVER_MIND:
        return not reading.content and (polarity is not Polarity.NO or strength >= 1)
    if (earlier, polarity) == (Polarity.NO, Polarity.YES) and reading.strength == 0:
        return True
    if earlier is None or (earlier, polarity) in _NEEDED:
        return earlier is None or strength >= _NEEDED[earlier, polarity]
    return polarity is Polarity.NEVER_MIND or strength >= _NEEDED_AFTER.get(earlier, _NEVER)


def _more(reading: _Reading, words: str) -> str:
    if not reading.content:
        return ""
    more = words[slice(*reading.content)].strip()
    if reading.polarity is Polarity.NEVER_MIND:
        if not _tells_matter(more):
            return ""
        talk = _TALK.match(more)
        more = more[talk.end() :] if talk else more
    if connective := _CONNECTIVE.match(more):
        more = more[connective.end() :]
    return more[:-LONGEST_TAIL] + _TAIL.sub("", more[-LONGEST_TAIL:])


def _tells_matter(words: str) -> bool:
    """True if what stands beside a "never mind" is another matter, and not the reason for it."""
    return any(
        _WISH.search(clause.text)
        or (_tells_problem(clause.text) and not _REASON.search(clause.text))
        for clause in clauses(words)
    )


def _tells_problem(words: str) -> bool:
    is_long = len(words) >= SHORTEST_STORY
    return _PROBLEM.search(words) is not None or (is_long and has_trouble(words))
