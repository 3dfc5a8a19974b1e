"""Correction of the ends of a place mention that the sequence labeller has found.

These are the context-free rules of docs/decisions/0012-what-a-place-mention-is.md. Each corrects
many more of the held-out training lines than it breaks.
"""

import re
from collections.abc import Sequence

from nlu.messages.marks import Mark

PLACE = "location"
_MOST_EXTENSIONS = 4  # 楼下 | 那家面馆 | 门口 | 往东十米

# A character that can stand inside one noun phrase
_NOUN_CHARACTER = r"[^\s，。！？、；：的了是在有把被不没就都也]"
# 的那家, 某个, 一条
_DETERMINER = r"的?(?:[那这某]|[那这]?[一几两])(?:个|家|条|座|片|块|间|处|所|户|栋|幢)"
# Nouns for premises and sites: 店, 公厕, 工地
_PREMISE = (
    r"(?:店|馆|厂|工地|[空荒]地|厕所|公厕|支行|棋牌室|出租屋|老房子|农家乐|网吧|车站|公交站|站台|食堂|[早夜]市"
    r"|街|巷子?|弄堂?|小区|小溪|河(?!道|水)|池?塘|水沟|水库|仓库|作坊|公司|档口|摊位?|铺子?|商铺|停车场|市场|菜场"
    r"|农场|楼(?!梯|道|长)|楼盘|车行|机构|小?路(?!灯|牌|面|人|费|过|口)|路口|匝道口|口子|岗亭|报刊亭|亭子|超市"
    r"|学校|[小中大]学|幼儿园|公园|花园|养老院|卫生院|医院|诊所|村(?!民|干)|桥(?!墩|栏|面)|宾馆|酒店|KTV|庙|祠堂"
    r"|驿站|快递点|点位|大厅|大厦|码头|通道|天桥|银行|车管所|派出所|配电间|加油站|地方|转盘|坡|滩)"
)
# Nouns for things that stand at a place: 路灯 (by 灯), 井盖
_THING = (
    r"(?:灯|井盖|桶|监控|电梯|牌|广告|坑|管道?|线|杆|箱|椅子?|栏杆|闸|表|锁|狗|猫|树|塔吊|烟囱|车子|声音|味道"
    r"|电话亭|垃圾|信号|斑马线|工资|包工头)"
)
# Belongs to the mention before it: 文三路那家面馆门口
_DETERMINED_PREMISE = re.compile(
    rf"\s?{_DETERMINER}{_NOUN_CHARACTER}{{0,4}}?{_PREMISE}(?:[里上下]|门口|旁边|对面|后面)?"
    r"(?![\u4e00-\u9fff]?(?:牌|灯|票|盖|老板))"
    r"|的?那(?:户(?:人家)?|家(?![\u4e00-\u9fff]{1,4}[店馆厂]))"
)
# Position beside a place: 门口, 对面, 北面
_SIDE = re.compile(
    r"大门口|门口|门外|门前|[旁边两周]边|边上|旁|对[面过]|附近|路口|口子上|交叉口|楼(?:[上下顶]|道(?!灯))|[里外后前上下]面"
    r"|[里外后]头|[东南西北]+[面侧边角门]|[进出入]口|中间|尽头|底下|一带|[里上](?!海|城|下|楼|车|班|学|面|个)"
)
# 往东十米
_DISTANCE = re.compile(
    r"(?:进[来去]|出[来去]|往[东南西北左右里]走?|过去)[^，。\s]{0,3}?"
    r"(?:[一二三四五六七八九十百两几0-9]+米|一点)"
)
# A house number that goes on: 3单元|501, 唐山村上马|组, 金都花园|幺二杠三杠六零二
_SPOKEN = "0-9零〇一二三四五六七八九幺"
_NUMBER = re.compile(
    rf"(?:[0-9]{{1,4}}|[零〇一二三四五六七八九十幺两]{{1,5}})(?:号楼(?![上下道梯])|号院|号(?![线码])|[幢栋弄]"
    rf"|单元|室(?![内外])|组(?!织)|座(?!位)|层|楼(?![上下道梯]))|(?<=单元)\s?[{_SPOKEN}]{{2,4}}"
    rf"|(?<=[幢栋])[{_SPOKEN}]{{3,4}}|(?<=[村社区])[\u4e00-\u9fff]{{1,3}}组(?![织成长建装员])"
    rf"|(?<=[\u4e00-\u9fff])组(?![织成长建装员])|[{_SPOKEN}]{{1,3}}杠[{_SPOKEN}杠]{{1,8}}"
)
# A body of an area: 建德市|供电局
_BODY = re.compile(
    r"(?:(?<=[区县市镇乡村])|(?<=街道))[^\s，。！？的了是在有把被没不就都也到去来跟和问让请找归]{0,4}?"
    r"(?:[文图书体育博物化]{2}馆|供电[局所]|公安局|派出所|司法所|办事大厅|服务中心|登记处|卫生院|医院|车管所|法院|税务局"
    r"|[敬养]老院|幼儿园|小学|中学|菜场|农贸市场|[工产]业园区?|垃圾站|变电站|污水厂|[电服化][子装工]厂)"
)
# A part of a premise or of the ground: 省人民医院|住院部, 四岭村|这一片
_PART = re.compile(
    r"门诊|住院部|煎药房|大厅|[东南西北]广场|负[一二三]层|停车场|地下车库|出发层|到达层|候车室|落客平台|食堂|操场|宿舍"
    r"|[后正]门|[这那]一[片带段块]|[这那][段片块](?:路|地|空地|坡)"
)
# Not part of the place, at its start: 从|学军小学, 夸夸|翠苑三区
_LEAD = re.compile(
    r"(?:[从在到可讲喂的往嗯哦\s]|住(?![院宅户])|建议|夸夸|修修|查查|个(?=[\u4e00-\u9fff]{2}))(?=.)"
)
# Not part of the place, at the end of a mention: 文三路那盏路灯
_DETERMINED_THING = re.compile(
    r"的?(?:[那这某]|[那这]?[一几两])(?:个|块|根|排|盏|台|笔|件|辆|棵|口|条|堆|片|家|座)"
    rf"{_NOUN_CHARACTER}{{0,5}}?{_THING}$"
)


def correct_place_ends(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """`marks` (in text order) with corrected ends of places; none extends into the next mark.

    A place of one word that is spoken twice is one: 六楼六楼.
    """
    limits = [*(mark.start for mark in marks[1:]), len(text)]
    return [
        Mark(mark.label, _start(text, mark), _end(text, mark, limit))
        if mark.label == PLACE
        else mark
        for mark, limit in zip(marks, limits, strict=False)
    ]


def _start(text: str, mark: Mark) -> int:
    lead = _LEAD.match(text, mark.start, mark.end)
    return lead.end() if lead else mark.start


def _end(text: str, mark: Mark, limit: int) -> int:
    thing = _DETERMINED_THING.search(text[mark.start : mark.end])
    if thing and thing.start():
        return mark.start + thing.start()
    end, words = mark.end, text[mark.start : mark.end]
    if len(words) >= 4 and words == words[: len(words) // 2] * 2:
        return mark.start + len(words) // 2
    for _ in range(_MOST_EXTENSIONS):
        extended = _extend(text, end, limit)
        if extended == end:
            break
        end = extended
    return end


def _extend(text: str, end: int, limit: int) -> int:
    rules = (_DETERMINED_PREMISE, _SIDE, _DISTANCE, _NUMBER, _PART, _BODY)
    matches = (rule.match(text, end) for rule in rules)
    return next((match.end() for match in matches if match and match.end() <= limit), end)
