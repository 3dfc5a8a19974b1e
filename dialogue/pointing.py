"""Matches a description ("the noise one") with the resident's cases. Pure.

Filler words are removed; the rest is compared with the words of each case, its place, and the
title and keywords of its power item, so that 噪音那个 matches a case described as 半夜打桩.
"""

import re

from nlu.language.overlap import pairs
from nlu.language.text import normalise

ENOUGH = 0.5  # of the pairs of characters that are left
MOST_POINTED = 12  # characters; more of them tell of something
_FILLER_WRITTEN = (
    "我的 我 你们 您们 你 您 咱 请问 请 麻烦 帮我 帮忙 帮 查询 查查 查一下 查 看看 看一下 看 "
    "问问 问一下 问 想知道 想 进度 进展 情况 结果 怎么样 怎样 怎么 咋样 咋 如何 什么时候 "
    "哪一步 一步 几步 "
    "啥时候 多久 到哪里 到哪 哪一步 哪里 催一催 催一下 催催 催 快一点 快点 尽快 抓紧 赶紧 "
    "办理 办好 办完 办 处理 解决 弄好 弄 得 了 没有 没 吗 呢 吧 啊 呀 嘛 哦 工单 单子 事情 "
    "问题 投诉 举报 反映 建议 求助 报的 报过 报 说的 说过 说 讲的 讲 提的 提 那一件 那一个 "
    "那个 那件 那 这一件 这一个 这个 这件 这 上次 上回 之前 以前 前几天 前天 昨天 今天 刚才 "
    "一件 一个 一下 的事 事 的 撤销 撤掉 撤回 撤诉 撤了 撤 取消 不办 不要 不用 算了 重新 "
    "重办 再 还是 还 又 是 要 给 补充 加上 加 关于 到底 现在 目前 有没有 有 消息 信儿 回音 "
    "回复 答复 管 人 好 完 下 么 多 少 天 都 就 在 和 跟 把 被 它 他 她 们 谢谢 您好 你好 喂"
)
_FILLER = re.compile("|".join(sorted(set(_FILLER_WRITTEN.split()), key=len, reverse=True)))
_ALSO_SAID = {"吵": "吵噪音响闹轰", "闹": "闹噪音吵响", "臭": "臭味", "黑": "黑灯暗"}
_NUMBERS = re.compile(r"[A-Za-z]*\d+")
_EXPLICIT = re.compile(
    r"[那这](?:一)?(?:个|件|档子|桩|起)(?:事情|事儿|事|工单|单子|投诉|问题)?"
    r"(?=$|[的怎呢吗吧办到，。！？,.!?\s]|进|催|撤|处|有|咋|啥|如|重|还|快|现|结|查|不)"
)


def pointed_at(words: str) -> str:
    """The message without filler words; empty when it describes no case."""
    bare = _FILLER.sub(" ", _NUMBERS.sub(" ", normalise(words)))
    runs = [run for run in re.findall(r"[\u4e00-\u9fff]+", bare) if run]
    remaining = " ".join(runs)
    return remaining if 0 < len(remaining) <= MOST_POINTED else ""


def is_explicit(words: str) -> bool:
    """True if the words single one case out: 那个, 那件事."""
    return bool(_EXPLICIT.search(normalise(words)))


def fits(pointed: str, case_words: str) -> bool:
    """True if the description fits a case with these words."""
    if not pointed:
        return False
    sought, present = pairs(pointed), pairs(normalise(case_words))
    if not sought:  # one character: 吵那个
        synonyms = "".join(_ALSO_SAID.get(character, character) for character in pointed)
        return any(character in case_words for character in synonyms if character != " ")
    return len(sought & present) / len(sought) >= ENOUGH
