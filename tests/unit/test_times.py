from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.dates.times import find, resolve

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)  # a Monday


def at(words: str) -> datetime:
    """MM-DD, MM-DD HH:MM, or with the year before."""
    whole = words if words.count("-") == 2 else f"2026-{words}"
    return datetime.fromisoformat(whole).replace(tzinfo=SHANGHAI)


# Expression | start | end; a day with no hour is its midnight.
TABLE = """
今天 | 11-23 | 11-24
昨天 | 11-22 | 11-23
前天 | 11-21 | 11-22
大前天 | 11-20 | 11-21
明天 | 11-24 | 11-25
后天 | 11-25 | 11-26
昨天晚上十点半 | 11-22 22:30 | 11-22 23:00
前天下午三点左右 | 11-21 15:00 | 11-21 16:00
今早7:30 | 11-23 07:30 | 11-23 07:31
昨日上午9时30分 | 11-22 09:30 | 11-22 09:31
昨天晚上十点一刻 | 11-22 22:15 | 11-22 22:30
昨天早上八点四十 | 11-22 08:40 | 11-22 08:41
昨天三点 | 11-22 15:00 | 11-22 16:00
昨天大概晚上八点 | 11-22 20:00 | 11-22 21:00
昨晚 | 11-22 18:00 | 11-23
昨夜 | 11-22 22:00 | 11-23 05:00
今晚 | 11-23 18:00 | 11-24
明早八点 | 11-24 08:00 | 11-24 09:00
今天凌晨 | 11-23 | 11-23 05:00
今天半夜两点 | 11-23 02:00 | 11-23 03:00
今天半夜 | 11-22 22:00 | 11-23 05:00
昨天半夜两点 | 11-23 02:00 | 11-23 03:00
昨晚凌晨两点 | 11-23 02:00 | 11-23 03:00
20号半夜两点 | 11-20 02:00 | 11-20 03:00
半夜两三点 | 11-23 02:00 | 11-23 04:00
早上五六点 | 11-23 05:00 | 11-23 07:00
晚上十一二点 | 11-22 23:00 | 11-23 01:00
晚上 | 11-22 18:00 | 11-23
早上 | 11-23 05:00 | 11-23 09:00
上午 | 11-23 08:00 | 11-23 12:00
中午 | 11-22 11:00 | 11-22 14:00
下午 | 11-22 12:00 | 11-22 18:00
傍晚 | 11-22 17:00 | 11-22 19:00
夜里 | 11-22 22:00 | 11-23 05:00
晚上十点 | 11-22 22:00 | 11-22 23:00
晚上五点 | 11-22 17:00 | 11-22 18:00
下午两点多 | 11-22 14:00 | 11-22 15:00
中午一点 | 11-22 13:00 | 11-22 14:00
晚上十二点 | 11-23 | 11-23 01:00
前天晚上十二点 | 11-22 | 11-22 01:00
昨晚十二点半 | 11-23 00:30 | 11-23 01:00
昨天凌晨十二点 | 11-22 | 11-22 01:00
昨天零点 | 11-22 | 11-22 01:00
晚上十点到早上六点 | 11-22 22:00 | 11-23 06:00
晚上八点到十二点 | 11-22 20:00 | 11-23
九点到五点 | 11-23 09:00 | 11-23 17:00
昨天2-4点 | 11-22 14:00 | 11-22 16:00
昨天晚上到今天早上 | 11-22 18:00 | 11-23 09:00
昨天下午到晚上 | 11-22 12:00 | 11-23
周三 | 11-18 | 11-19
周一 | 11-23 | 11-24
周一晚上 | 11-16 18:00 | 11-17
上个礼拜三 | 11-18 | 11-19
上上个星期五 | 11-13 | 11-14
这周三 | 11-25 | 11-26
下周三 | 12-02 | 12-03
礼拜天夜里十点半 | 11-22 22:30 | 11-22 23:00
上周 | 11-16 | 11-23
本周 | 11-23 | 11-30
上周末 | 11-21 | 11-23
周末 | 11-21 | 11-23
这周末 | 11-28 | 11-30
上周一到周五 | 11-16 | 11-21
周五到周日 | 11-20 | 11-23
11月20号 | 11-20 | 11-21
11月24号 | 2025-11-24 | 2025-11-25
十一月二十号 | 11-20 | 11-21
11 月 20 日 晚上 10 点 | 11-20 22:00 | 11-20 23:00
20号 | 11-20 | 11-21
廿二号 | 11-22 | 11-23
28号 | 10-28 | 10-29
31号 | 10-31 | 11-01
2月29号 | 2024-02-29 | 2024-03-01
20号到22号 | 11-20 | 11-23
10月5号到8号 | 10-05 | 10-09
28号到3号 | 10-28 | 11-04
2026.11.20 | 11-20 | 11-21
2026-11-20 22:15 | 11-20 22:15 | 11-20 22:16
二零二五年十月一号 | 2025-10-01 | 2025-10-02
25年3月 | 2025-03-01 | 2025-04-01
去年三月份 | 2025-03-01 | 2025-04-01
三月份 | 03-01 | 04-01
十二月 | 2025-12-01 | 2026-01-01
上个月 | 10-01 | 11-01
上个月20号 | 10-20 | 10-21
下个月5号 | 12-05 | 12-06
这个月初 | 11-01 | 11-11
上个月底 | 10-21 | 11-01
月中 | 11-11 | 11-21
年初 | 01-01 | 03-01
去年年底 | 2025-11-01 | 2026-01-01
上半年 | 01-01 | 07-01
去年 | 2025-01-01 | 2026-01-01
前年夏天 | 2024-06-01 | 2024-09-01
去年11月到今年3月 | 2025-11-01 | 04-01
元旦 | 01-01 | 01-02
清明 | 04-05 | 04-06
端午节 | 06-19 | 06-20
中秋节晚上 | 09-25 18:00 | 09-26
除夕 | 02-16 | 02-17
五一期间 | 05-01 | 05-06
国庆 | 10-01 | 10-08
国庆那天 | 10-01 | 10-02
去年国庆 | 2025-10-01 | 2025-10-09
国庆前 | 09-24 | 10-01
十一期间 | 10-01 | 10-08
今年春节 | 02-15 | 02-24
三天前 | 11-20 | 11-21
两三天前 | 11-20 | 11-22
两个小时前 | 11-23 08:00 | 11-23 09:00
俩小时前 | 11-23 08:00 | 11-23 09:00
十分钟前 | 11-23 09:50 | 11-23 09:51
半小时前 | 11-23 09:30 | 11-23 09:31
一周前 | 11-16 | 11-17
一个月前 | 10-01 | 11-01
半年前 | 05-01 | 06-01
两年前 | 2024-01-01 | 2025-01-01
刚刚 | 11-23 09:00 | 11-23 10:00
前两天 | 11-20 | 11-23
最近 | 10-24 | 11-24
"""
EXPRESSIONS = [[cell.strip() for cell in row.split("|")] for row in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("words", "start", "end"), EXPRESSIONS)
def test_expressions(words: str, start: str, end: str) -> None:
    when = resolve(words, NOW)
    assert when is not None
    assert (when.start, when.end) == (at(start), at(end))
    assert when.every is None


@pytest.mark.parametrize(
    ("words", "every", "start", "end"),
    [
        ("每天", "day", "11-23", "11-24"),
        ("天天", "day", "11-23", "11-24"),
        ("平时", "day", "11-23", "11-24"),
        ("每天早上六点到九点", "day", "11-23 06:00", "11-23 09:00"),
        ("每天晚上", "day", "11-22 18:00", "11-23"),
        ("每晚十点以后", "day", "11-22 22:00", "11-23 01:00"),
        ("一到晚上", "day", "11-22 18:00", "11-23"),
        ("天天半夜两三点", "day", "11-23 02:00", "11-23 04:00"),
        ("每周六", "week", "11-21", "11-22"),
        ("每个礼拜天晚上八点", "week", "11-22 20:00", "11-22 21:00"),
        ("每周一晚上", "week", "11-16 18:00", "11-17"),
        ("每周", "week", "11-23", "11-30"),
        ("每周末", "weekend", "11-21", "11-23"),
        ("工作日早上七点", "workday", "11-23 07:00", "11-23 08:00"),
        ("周一到周五晚上", "workday", "11-20 18:00", "11-21"),
    ],
)
def test_habits_are_their_last_occurrence(words: str, every: str, start: str, end: str) -> None:
    when = resolve(words, NOW)
    assert when is not None
    assert (when.every, when.start, when.end) == (every, at(start), at(end))


ROUGH = "前天下午三点左右 大概三点 昨天大概八点 刚刚 最近 几天前 两三天前 国庆前后 年初 两点多"


@pytest.mark.parametrize("words", ROUGH.split())
def test_rough(words: str) -> None:
    when = resolve(words, NOW)
    assert when is not None
    assert when.rough


@pytest.mark.parametrize("words", "昨天 晚上十点 11月20号 三天前 半夜两三点 每周六".split())
def test_not_rough(words: str) -> None:
    when = resolve(words, NOW)
    assert when is not None
    assert not when.rough


def test_now_may_be_told_in_another_zone() -> None:
    assert resolve("昨天", NOW.astimezone(ZoneInfo("UTC"))) == resolve("昨天", NOW)


NO_TIME = """三个月了 两天没来 三个月 13月 0月 25点 2月30号 11月31号 0号 32号
13月5号 2026.13.1 早上15点 十点六十分 10:75 十十点 两小时前晚上 半天前 天天向上 今日头条
一点都不 有一点
早点铺 周到 你好 的 前 到 左右 大概 明天到昨天 一会儿"""


@pytest.mark.parametrize("words", ["", " ", *NO_TIME.split()])
def test_no_time_or_an_impossible_one(words: str) -> None:
    assert resolve(words, NOW) is None


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "昨天晚上十点半楼下又放音乐，每天早上六点到九点都这样",
            "昨天晚上十点半 每天早上六点到九点",
        ),
        ("从11月20号到11月22号停水", "11月20号到11月22号"),
        ("一直吵到晚上十点多，大概十点左右", "晚上十点多 大概十点左右"),
        ("天天半夜两三点，一到晚上就吵", "天天半夜两三点 一到晚上"),
        ("今年中秋节晚上，国庆期间", "今年中秋节晚上 国庆期间"),
        ("以后天天吵，三天前报修", "天天 三天前"),
        ("周六周日，每周三次", "周六 周日 每周"),
        ("文三路20号晚上有人唱歌，我20号去过", "晚上 20号"),
        ("昨天的垃圾，昨天后来又停了", "昨天 昨天"),
        ("今晚点外卖，周三早点去，昨天晚饭后", "今晚 周三 昨天"),
        ("他说明天来，刚刚停电", "明天 刚刚"),
        ("晚上好，晚上好吵", "晚上"),
        ("晚上一点也不安静", "晚上"),
        ("离我最近的地铁站，最近老是停电", "最近"),
        ("到现在没人管", ""),
        ("三个月了还没人来，两天没来水", ""),
        ("天天向上幼儿园，今日头条也报道了，明天物业公司态度差，年年红小区", ""),
        ("一点都不讲道理，有一点问题，早点铺油烟大，服务周到", ""),
        ("3号楼，2号线，12幢3号，电话13812345678，编号20261120", ""),
        ("我提三点要求，第三点，两点意见，三点五米", ""),
        ("国庆路，五一新村，王国庆，一五一十地说", ""),
        ("一下周围都黑了，楼下午休，马上午休，一个星期一次", ""),
        ("一天到晚，一晚上没睡，15日内答复，价格11.20元", ""),
    ],
)
def test_find(text: str, spans: str) -> None:
    assert [text[start:end] for start, end in find(text)] == spans.split()


PIECES = (
    "昨天 今 前 后 天 周 礼拜 三 十二 两 俩 廿 半 点 分 号 日 月 年 去年 上 下 个 这 每 "
    "天天 晚上 早 夜里 凌晨 到 - 的 左右 大概 国庆 五一 春节 初 底 中 旬 期间 几 小时 刚刚 "
    "最近 20 2026 . : / 30 99 平时 工作日 一 末"
).split()
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
moments = st.datetimes(timezones=st.just(SHANGHAI))


@given(texts, moments)
@settings(max_examples=400, deadline=None)
def test_any_text_is_safe(text: str, now: datetime) -> None:
    when = resolve(text, now)
    assert when is None or when.start < when.end


@given(texts)
@settings(max_examples=400, deadline=None)
def test_times_lie_in_the_text_in_order(text: str) -> None:
    edges = [edge for span in find(text) for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in find(text))


@given(
    st.integers(0, 400), st.sampled_from(["周三", "20号", "晚上十点", "3月5号", "每周六", "半夜"])
)
@settings(deadline=None)
def test_what_comes_round_has_begun(days: int, words: str) -> None:
    now = NOW + timedelta(days=days)
    when = resolve(words, now)
    assert when is not None
    assert when.start <= now
