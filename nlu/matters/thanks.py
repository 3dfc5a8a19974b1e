"""Unit type that a praise is for: the body named beside the thanks, or else the community."""

import re

from nlu.city.duties import Duty, DutyMatch

_THANKS = re.compile(
    r"感谢|谢谢|多谢|表扬|点赞|点个赞|锦旗|致谢|夸一夸|夸夸|夸一下|好样的|拾金不昧|值得称赞|致敬|人真好|真是好人"
)
# (words for the body, unit types, code of the power item)
_BODIES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        r"社区|居委会|网格员|楼道长|党员志愿者|志愿者|义工|社工|微网格|村委|村干部|村书记",
        ("community", "street", "civil_affairs"),
        "MZ015",
    ),
    (
        r"物业|保安|保洁|门卫|管家|水电工|维修师傅",
        ("property_company", "community", "housing"),
        "CJ001",
    ),
    (
        r"交警|协警|辅警|交通警察",
        ("traffic_police", "police"),
        "ZF003",
    ),
    (
        r"民警|警察|派出所|公安|110",
        ("police",),
        "ZF023",
    ),
    (
        r"消防员|消防队|消防站|消防救援",
        ("fire",),
        "ZF017",
    ),
    (
        r"公交司机|公交车司机|公交师傅|公交车驾驶员|公交驾驶员|地铁站|地铁工作|公交",
        ("transit", "transport"),
        "CJ036",
    ),
    (
        r"出租车司机|的哥|的士|出租车师傅|网约车司机|滴滴司机|出租车",
        ("transport",),
        "JT001",
    ),
    (
        r"医生|护士|医院|大夫|急诊|卫生院|护工|120",
        ("health",),
        "WS007",
    ),
    (
        r"老师|校长|班主任|学校|幼儿园",
        ("education",),
        "JW006",
    ),
    (
        r"环卫|清洁工|扫马路|城管|绿化工|养护工|市政",
        ("urban_management", "street"),
        "CJ068",
    ),
    (
        r"街道办|街道|镇政府",
        ("street", "community"),
        "MZ015",
    ),
    (
        r"快递员|快递小哥|邮递员",
        ("telecom_post",),
        "JT012",
    ),
    (
        r"供电|电力|电工",
        ("power",),
        "CJ030",
    ),
    (
        r"自来水|燃气公司|煤气公司|抢修队",
        ("water_gas",),
        "CJ024",
    ),
    (
        r"法官|法院|律师|调解员|司法所",
        ("justice",),
        "ZF033",
    ),
    (
        r"劳动监察|人社|社保窗口|仲裁员",
        ("labor",),
        "LD001",
    ),
    (
        r"市场监管|工商|消保委|消协",
        ("market",),
        "SL002",
    ),
    (
        r"公积金",
        ("housing_fund",),
        "CJ019",
    ),
    (
        r"医保",
        ("medical_insurance", "health"),
        "LD013",
    ),
    (
        r"税务",
        ("tax",),
        "JG007",
    ),
    (
        r"窗口|办事大厅|市民中心|政务",
        ("other", "petition"),
        "DZ001",
    ),
    (
        r"12345|接线员|话务员",
        ("petition", "other"),
        "DZ002",
    ),
)
_PATTERNS = tuple((re.compile(words), types, item) for words, types, item in _BODIES)
_AFTER, _BEFORE = 24, 20  # characters searched after and before the thanks
# Before a body that is only a location: 去医院
_NOT_THANKED = re.compile(r"(?:去|到|在|送到?|从|往|住)$")


def duty_for_praise(text: str) -> DutyMatch | None:
    """A certain duty for the thanked body in a normalised text; None without words of thanks."""
    thanks = _THANKS.search(text)
    if thanks is None:
        return None
    after = text[thanks.end() : thanks.end() + _AFTER].split("，")[0]
    before = text[max(0, thanks.start() - _BEFORE) : thanks.start()]
    types, item, word = _first_body(after) or _first_body(before) or _DEFAULT_BODY
    duty = Duty("praise", (word,), (), types, item, "praise", {}, "")
    return DutyMatch(duty, 1.0, (thanks.group(), word), thanks.start(), thanks.end())


_DEFAULT_BODY = (("community", "street", "civil_affairs"), "MZ015", "")


def _first_body(part: str) -> tuple[tuple[str, ...], str, str] | None:
    """First body named in a part of the text, other than as a location."""
    first: tuple[int, tuple[str, ...], str, str] | None = None
    for pattern, types, item in _PATTERNS:
        for match in pattern.finditer(part):
            if not _NOT_THANKED.search(part[: match.start()]):
                if first is None or match.start() < first[0]:
                    first = (match.start(), types, item, match.group())
                break
    return first[1:] if first else None
