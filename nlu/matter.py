"""What kind of appeal a text is, which domain it belongs to, and which power item it is about.

Kinds, and what gives them away:

| kind | said | meant |
|---|---|---|
| praise | 表扬 感谢信 锦旗 点赞 | somebody did well |
| report | 举报 实名反映 | a business or an official breaks a rule: 无证 违建 偷排 欺诈 受贿 |
| complaint | 投诉 质疑 强烈反对 不满 | a nuisance or bad service: 扰民 态度差 乱收费 拖欠 推诿 |
| help | 求助 请求解决 恳请 盼望 | something is broken or missing: 坏了 不亮 停水 没有路 困难 |
| suggestion | 建议 希望能 呼吁 | how things might be better |
| inquiry | 咨询 请问 | how, when, whether, how much: a question |

A cue weighs more near the start. What is said weighs more than what is meant.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nlu.power_list import PowerItem, PowerList, PowerMatch, confidence_of, runner_up

Kind = Literal["inquiry", "help", "complaint", "report", "suggestion", "praise"]

_CUES: tuple[tuple[Kind, float, str], ...] = (
    ("praise", 3.5, r"表扬|感谢信|锦旗|点赞|致谢|好样的|拾金不昧|值得称赞|为.{2,8}点个赞"),
    (
        "praise",
        2.0,
        r"^.{0,12}(?:感谢|谢谢).{0,16}(?:帮助|热心|及时|解决了|师傅|医生|民警|工作人员|同志)",
    ),
    (
        "praise",
        1.2,
        r"(?:态度|服务)(?:非常|特别|很|真)?(?:好|热情|周到)(?!一点|些|点)|素质高|很敬业|热心肠",
    ),
    ("report", 3.0, r"举报|检举|揭发|控告|曝光"),
    (
        "report",
        2.2,
        r"无证|无照|没有?执照|非法|违法|违规|违章|违建|违纪|私搭乱建|假冒|假货|诈骗|欺诈|虚假|造假|偷排|偷税|盗采|乱采|滥伐|"
        r"黑作坊|黑网吧|黑诊所|黑车|黑心|赌博|卖淫|传销|受贿|贪污|挪用|徇私|舞弊|围标|串标|无资质|无许可|保护伞|一房[两二]卖|"
        r"骗取|套取|私自|擅自|变相|无.{0,4}(?:许可证|资质)|抢建|电鱼|捕杀|超范围经营",
    ),
    ("report", 1.2, r"(?:严打|查处|取缔|打击|严查|查办|追究)"),
    ("complaint", 2.2, r"投诉(?!电话)|质疑|强烈反对|反对|抗议|不满|讨个?说法|讨个?公道|谴责|差评"),
    ("complaint", 0.9, r"反映|乱象|不合理|乱"),
    (
        "complaint",
        2.6,
        r"(?:请求|要求|恳请).{0,24}(?:关闭|取消|撤销|撤掉|停止|停工|整顿|严惩|整治|赔偿|搬离|退还|道歉)",
    ),
    (
        "complaint",
        1.3,
        r"扰民|噪[音声]|太吵|吵得|吵死|很吵|油烟|恶臭|臭味|异味|臭气|污染|灰尘|乱停|占道|占用|乱扔|乱倒|乱收费|收费不合理|"
        r"多收|强制|强行|霸王|捆绑|拒绝|拒不|拒载|推诿|踢皮球|不作为|不处理|没人管|无人管|不理|敷衍|拖延|迟迟|态度(?:很|极|太|十分|非常)?(?:差|恶劣|不好)|"
        r"服务(?:太|很|极)?差|欺骗|骗|不退|拒退|退费|拖欠|克扣|欠薪|不公|刁难|为难|打人|辱骂|骂人|延期|烂尾|质量差|以次充好|涨价",
    ),
    (
        "help",
        2.2,
        r"求助|请求|恳请|恳求|跪求|救救|盼望?|急盼|急需|求(?:帮|解决|支持|关注)|帮帮|帮忙|请帮|诉求",
    ),
    (
        "help",
        1.2,
        r"坏了|坏掉|不亮|没亮|漏水|渗水|停水|停电|断电|没水|没电|没有信号|信号(?:很|太)?(?:弱|差)|堵了|堵塞|破损|塌陷|坑洼|"
        r"积水|掉了|丢了|倒了|缺失|失灵|维修|修一下|修好|来修|抢修|清理|清运|困难|贫困|残疾|重病|生病|没有路|没通|未通|安装|"
        r"(?:尽快|早日|帮.{0,3}|协调|予以)解决|派人|处理一下|来(?:人)?看看|希望.{0,8}(?:修|清理|处理|解决)",
    ),
    ("suggestion", 0.5, r"希望"),
    ("suggestion", 3.0, r"建议|提议|倡议|呼吁|献策|献计"),
    (
        "suggestion",
        1.4,
        r"希望(?:能|可以|能够|早日|增加|增设|加强|加快|在)|(?:能不能|能否|可不可以|可以).{0,12}(?:多[装设开建派放]|增[加设]|加[装开])|能否(?:增加|增设|设置|开通|建|改|加|延长|优化)|是否可以(?:增加|增设|改)|"
        r"应该|最好能?|不如|可否|优化|完善|增设|加装|改进|更好|规范化|不妨|延长.{0,6}时间",
    ),
    (
        "inquiry",
        3.0,
        r"咨询|请问|想问|问一下|问下|了解一下|想知道|请教|求解答|求答复|请解答|请回答",
    ),
    (
        "inquiry",
        1.2,
        r"怎么(?!.{0,6}(?:没人|还不|不管|能这样|这么))|如何|怎样|什么时候|何时|几点|多少钱|多久|多长时间|是否|是不是|能不能|可不可以|"
        r"可以吗|能.{1,8}吗|需要.{0,8}(?:材料|资料|手续|条件|证件)|有没有.{0,10}(?:政策|规定|补贴)|哪里可以|去哪|在哪|什么(?:条件|材料|手续|政策|流程|标准)|"
        r"(?:政策|流程|条件|标准|手续).{0,4}(?:是什么|吗|？|\?)|吗[？?]|呢[？?]",
    ),
)
_KIND_CUES = tuple((kind, weight, re.compile(pattern)) for kind, weight, pattern in _CUES)
_CUE_SHARES = (1.0, 0.4, 0.2)
_KIND_LEAD = 25.0
_KIND_LEAD_WEIGHT = 2.0
_DENIED = re.compile(r"(?:不是|不想|不要|并非|不用|之前|曾|多次|已经?|向\S{0,6})(?:来)?$")

# Words of a whole domain, for texts that no item's keywords meet.
_DOMAIN_WORDS: Mapping[str, str] = {
    "城乡建设": (
        "小区|物业|业主|房产证|开发商|楼盘|拆迁|棚改|公积金|违建|规划|路灯|城管|自来水|燃气|"
        "供电|地铁|公交|绿化|市政|工程款|廉租房|公租房|经适房|维修基金|停水|停电|井盖|垃圾|"
        "车位|下水道|安置房|征收|旧改|电梯"
    ),
    "党务政务": "党员|党组织|信息公开|宗教|民族|政协|人大|工会|妇联|电视台|广播|文明城市|华侨",
    "国土资源": "土地证|征地|采石|采砂|矿山|矿|耕地|国土|宅基地|占地|地震|气象|占用农田",
    "环境保护": (
        "污染|环保|噪音|噪声|油烟|废水|污水|废气|臭味|粉尘|扬尘|辐射|扰民|排放|黑烟|异味|环评|"
        "养殖场"
    ),
    "纪检监察": "贪污|受贿|违纪|腐败|渎职|作风|官僚|以权谋私|不作为|纪委|公款|村干部|举报干部",
    "交通运输": (
        "出租车|的士|网约车|客运|班车|公路|高速|收费站|物流|快递|货车|水泥路|乡道|县道|国道|"
        "运管|邮政"
    ),
    "经济管理": (
        "银行|贷款|保险|证券|税|发票|国企|改制|破产|企业改制|物价|集资|理财|信用社|安全生产|"
        "鞭炮|烟花|煤矿"
    ),
    "科技与信息产业": (
        "宽带|电信|移动公司|联通|手机信号|信号|基站|网络|话费|流量|专利|知识产权|网站|科技"
    ),
    "民政": (
        "低保|五保|退伍|军人|退役|婚姻|结婚|离婚登记|殡葬|墓地|养老院|敬老院|孤儿|残疾|救助|"
        "地名|居委会|社区建设|高龄|领养"
    ),
    "农村农业": (
        "农村|农民|村民|村委|种粮|农田|水利|水库|灌溉|林地|退耕|扶贫|贫困户|承包地|农机|猪|鱼|"
        "畜牧|养殖|移民"
    ),
    "商贸旅游": (
        "商家|消费者|消费|购物|商场|超市|质量|假货|退款|退货|景区|旅游|导游|酒店|民宿|商标|"
        "广告|中介|特种设备|价格|涨价|传销|售后|健身房|预付卡|电梯|质监|工商"
    ),
    "卫生计生": (
        "医院|医生|卫生院|诊所|护士|药|疫苗|计生|二胎|生育|独生子女|准生证|食品|食品安全|医疗|"
        "病人|患者|看病|疾病"
    ),
    "政法": (
        "公安|派出所|交警|驾驶证|驾照|车管所|违章|红绿灯|户口|身份证|法院|判决|律师|诈骗|报案|"
        "立案|治安|赌博|消防|仲裁|公证|交通事故|打架"
    ),
    "教育文体": (
        "学校|教育局|老师|教师|学生|幼儿园|小学|中学|初中|高中|高考|中考|招生|学区|学籍|学费|"
        "补课|培训班|大学|文物|图书馆|体育|网吧|考试|入学|学历|职校|教育"
    ),
    "劳动和社会保障": (
        "社保|医保|养老保险|养老金|退休|工资|劳动|工伤|失业|职工|人社局|编制|事业单位|公务员|"
        "加班|合同工|社会保障卡|报销|下岗|工龄|津贴|补贴发放|招聘|就业|职称|农民工|生育保险|"
        "待遇"
    ),
}
# Words that name an office, or what only that office does.
_OFFICE_WORDS: Mapping[str, str] = {
    "property_company": "物业公司|物业服务|物业管理|物管|物业费",
    "community": "社区居委|居委会|村委会|社区工作",
    "street": "街道办|镇政府|乡政府|镇里|乡里",
    "housing": (
        "房产局|房管局|住建局|住建|住房保障|开发商|售楼部|预售证|公租房|廉租房|房产证|维修基金|"
        "商品房|购房|物业"
    ),
    "urban_management": "城管|综合执法|市容|环卫|占道|路灯|绿化带|渣土|流动摊贩|垃圾清运",
    "ecology": "环保局|环保|生态环境|污染|废气|废水|黑烟|臭味|排污|环评",
    "transport": "交通局|运管|交通运输|出租车|的士|客运|班车|公路|水泥路|高速|网约车|收费站",
    "traffic_police": (
        "交警|红绿灯|信号灯|驾驶证|驾照|违章停车|车管所|摩托车|上牌|斑马线|人行横道|闯红灯|"
        "超速|堵车|交通事故"
    ),
    "police": (
        "派出所|公安|户口|户籍|身份证|落户|报案|民警|打架|赌博|偷盗|被偷|诈骗|养犬|养狗|治安"
    ),
    "market": (
        "工商|市场监管|质监|消费者|消协|食药监|商家|欺诈|假货|退款|营业执照|电梯|虚假宣传|食品"
    ),
    "labor": (
        "人社局|人社|劳动局|劳动监察|社保|养老保险|养老金|退休|工资|劳动合同|工伤|失业|职称|"
        "编制|招聘|档案"
    ),
    "education": (
        "教育局|教育|学校|教师|老师|学生|幼儿园|小学|中学|高中|学区|入学|招生|学费|补课|学籍|"
        "学位|班主任"
    ),
    "health": "卫计|卫健|卫生局|卫生院|医院|医生|疫苗|计生|二胎|独生子女|诊所|门诊|生育证",
    "civil_affairs": "民政|低保|五保|婚姻|结婚|殡葬|墓地|养老院|领养|收养|孤儿|救助|高龄",
    "planning": "国土|规划局|规划|用地|宅基地|违章建筑|违建|不动产|土地证|农田|容积率|采石|采矿",
    "agriculture": (
        "农业局|农业|林业|退耕|古树|农机|种粮|养殖|渔|野生动物|动物|惠农|树木|承包地|扶贫"
    ),
    "water_resources": "水利|水库|河道|堤|灌溉|防汛|饮水|水渠|移民",
    "culture_tourism_sport": "文化|文旅|旅游|景区|网吧|KTV|体育|健身|文物|图书馆|歌舞",
    "tax": "税务|国税|地税|税|发票|纳税",
    "emergency": "安监|应急|安全生产|烟花|鞭炮|危化品|安全隐患",
    "fire": "消防",
    "development_reform": "发改|物价|收费标准|电价|价格|节能",
    "finance": "财政",
    "medical_insurance": "医保|医疗保险|新农合|合作医疗|报销|慢性病|门诊统筹|大病",
    "housing_fund": "公积金",
    "veterans": "退役军人|退伍|复员|转业|参战|优抚|军属",
    "justice": "司法|公证|法律援助|律师|调解|法院|判决|立法",
    "disabled_federation": "残联|残疾",
    "power": "供电|电力|停电|电压|电表|电费|变压器|高压线|电线杆|农网",
    "water_gas": "自来水|水费|燃气|天然气|水压|水表|水质|停水|煤气",
    "transit": "公交|地铁|轻轨|站台|线路|轨道交通|末班车",
    "telecom_post": "电信|移动公司|联通|宽带|信号|基站|快递|邮政|话费|流量|套餐",
    "financial_regulator": "银行|贷款|保险公司|信用社|证券|理财|集资|信用卡|网贷|P2P",
    "petition": "信访|12345|热线",
    "discipline": "纪委|贪污|受贿|违纪|腐败|作风|以权谋私|滥用职权|公款",
    "land_acquisition": "拆迁|征收|征地|征拆|安置|棚改|补偿款|回迁|青苗",
    "science_it": "科技局|经信|信息化|信息产业|软件|高新技术|工信",
    "business": "商务局|商务|粮食局|招商|外贸|零售|商业|加油站|菜市场",
}


def _patterns(table: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile("|".join(sorted(words.split("|"), key=len, reverse=True)))
        for name, words in table.items()
    }


_DOMAIN_PATTERNS = _patterns(_DOMAIN_WORDS)
_OFFICE_PATTERNS = _patterns(_OFFICE_WORDS)
_WORD_LEAD = 40.0
_WORD_LEAD_WEIGHT = 3.0
_OFFICE_SHARE = 0.5
_ITEMS_TRUSTED = 8
_LATER_UNIT_TYPE = 0.6  # an item's second unit type counts for so much of its first
_MATCHES_READ = 20
_ITEM_SHARE = 0.7
_UNSURE_SCORE = 2.0  # below it, and without a domain word, the domain is not known


@dataclass(frozen=True)
class Matter:
    """`domain` None means unsure. `matches` are the items that were weighed, best first."""

    kind: Kind
    domain: str | None
    power_item: PowerItem | None
    confidence: float
    words: tuple[str, ...]
    runner_up: PowerItem | None = None
    unit_types: tuple[tuple[str, float], ...] = ()
    matches: tuple[PowerMatch, ...] = ()


def classify(text: str, power_list: PowerList) -> Matter:
    matches = power_list.match(text, limit=_MATCHES_READ)
    kind, kind_words = kind_of(text)
    second = runner_up(matches)
    item_words = matches[0].words if matches else ()
    return Matter(
        kind=kind,
        domain=domain_of(text, matches),
        power_item=matches[0].item if matches and matches[0].score >= _UNSURE_SCORE else None,
        confidence=confidence_of(matches),
        words=tuple(dict.fromkeys((*item_words, *kind_words))),
        runner_up=second.item if second else None,
        unit_types=unit_types_of(text, matches),
        matches=tuple(matches),
    )


def kind_of(text: str) -> tuple[Kind, tuple[str, ...]]:
    """The kind with the strongest cues, and the words that were its cues."""
    strength: dict[Kind, float] = defaultdict(float)
    words: dict[Kind, list[str]] = defaultdict(list)
    for kind, weight, pattern in _KIND_CUES:
        cues = {
            m.group(): m for m in reversed(list(pattern.finditer(text))) if not _is_denied(text, m)
        }
        values = sorted(
            (_lead(m.start(), _KIND_LEAD, _KIND_LEAD_WEIGHT) for m in cues.values()), reverse=True
        )
        strength[kind] += weight * sum(
            value * share for value, share in zip(values, _CUE_SHARES, strict=False)
        )
        words[kind] += reversed(cues)
    if not any(strength.values()):
        return "help", ()
    best = max(strength, key=lambda kind: strength[kind])
    return best, tuple(words[best])


def _is_denied(text: str, match: re.Match[str]) -> bool:
    return _DENIED.search(text[max(0, match.start() - 8) : match.start()]) is not None


def domain_of(text: str, matches: Sequence[PowerMatch]) -> str | None:
    by_word = _word_evidence(text, _DOMAIN_PATTERNS)
    if not by_word and (not matches or matches[0].score < _UNSURE_SCORE):
        return None
    together = _blend(_item_evidence(matches), by_word, share=1 - _ITEM_SHARE)
    return max(sorted(together), key=lambda domain: together[domain])


def unit_types_of(text: str, matches: Sequence[PowerMatch]) -> tuple[tuple[str, float], ...]:
    """Whose job it is: unit types with their share of the evidence, best first."""
    by_item: dict[str, float] = defaultdict(float)
    for match in matches[:_ITEMS_TRUSTED]:
        for rank, unit_type in enumerate(match.item.unit_types):
            by_item[unit_type] += match.score**2 * _LATER_UNIT_TYPE**rank
    together = _blend(by_item, _word_evidence(text, _OFFICE_PATTERNS), share=_OFFICE_SHARE)
    ranked = sorted(together.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple((unit_type, round(score, 4)) for unit_type, score in ranked)


def _item_evidence(matches: Sequence[PowerMatch]) -> dict[str, float]:
    evidence: dict[str, float] = defaultdict(float)
    for match in matches:
        evidence[match.item.domain] += match.score**2
    return evidence


def _word_evidence(text: str, patterns: Mapping[str, re.Pattern[str]]) -> dict[str, float]:
    evidence: dict[str, float] = {}
    for name, pattern in patterns.items():
        seen: dict[str, float] = {}
        for match in pattern.finditer(text):
            weight = _lead(match.start(), _WORD_LEAD, _WORD_LEAD_WEIGHT)
            seen.setdefault(match.group(), weight * math.sqrt(len(match.group()) / 2))
        if seen:
            evidence[name] = sum(seen.values())
    return evidence


def _blend(
    first: Mapping[str, float], second: Mapping[str, float], *, share: float
) -> dict[str, float]:
    """Both bodies of evidence as shares of one; `share` is what the second counts for."""
    one, two = _shares(first), _shares(second)
    if not one or not two:
        return one or two
    return {
        name: (1 - share) * one.get(name, 0.0) + share * two.get(name, 0.0) for name in {*one, *two}
    }


def _shares(evidence: Mapping[str, float]) -> dict[str, float]:
    total = sum(evidence.values())
    return {name: value / total for name, value in evidence.items()} if total else {}


def _lead(start: int, length: float, weight: float) -> float:
    return 1 + weight * math.exp(-start / length)
