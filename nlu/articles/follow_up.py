"""Follow-up questions after an article: 那要带什么材料, 多久能办好. Pure.

A short question that names an aspect and no object of its own asks about the article just shown.
"""

import re

from nlu.articles.topics import objects

LONGEST = 18  # characters
# What is asked, and the words of the lines that answer it
_ASPECTS = (
    (
        re.compile(r"材料|证件|(?:带|准备|提供|交)(?:些|点)?(?:什么|哪些|啥)|要带|资料"),
        re.compile(r"带|材料|身份证|证明|原件|复印件|合同|户口"),
    ),
    (
        re.compile(r"多久|几天|多长时间|多少天|什么时候(?:能|可以|好|办|出)|等几"),
        re.compile(r"\d\s*(?:个)?(?:日|天|工作日|小时|周|月)|当场|当天|立等"),
    ),
    (re.compile(r"多少钱|收费|要钱|费用|免费|收.{0,2}钱"), re.compile(r"费|元|免")),
    (
        re.compile(r"代办|代替|本人|替[我他她]|亲自|子女.{0,3}办"),
        re.compile(r"代办|本人|委托|家人|子女"),
    ),
    (re.compile(r"网上|手机|线上|在家.{0,2}办"), re.compile(r"网|手机|线上|小程序|App|APP")),
    (
        re.compile(r"(?:去|到|在|找)(?:哪|什么地方)|哪里办|哪办|地址|哪个(?:窗口|部门)|找谁"),
        re.compile(r"窗口|中心|派出所|街道|社区|服务站|大厅"),
    ),
)


def is_follow_up(question: str) -> bool:
    """Whether the question names an aspect and nothing that it is an aspect of."""
    is_short = len(question) <= LONGEST
    return is_short and _aspect_lines(question) is not None and not objects().of(question.lower())


def excerpt(question: str, body: str) -> str:
    """The lines of `body` that answer the aspect named in `question`; "" when none does."""
    aspect = _aspect_lines(question)
    if aspect is None:
        return ""
    lines = (line.strip() for line in body.splitlines())
    return "\n".join(line for line in lines if line and aspect.search(line))


def _aspect_lines(question: str) -> re.Pattern[str] | None:
    return next((lines for pattern, lines in _ASPECTS if pattern.search(question)), None)
