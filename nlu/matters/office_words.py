"""Words that indicate a domain, and words that indicate a unit type.

They are evidence for texts that neither the table of duties nor the keywords of the power list
decide.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from itertools import islice

from nlu.language.terms import position_weight
from nlu.language.word_borders import Borders
from nlu.language.word_matcher import WordMatcher

_LEAD, _LEAD_WEIGHT = 40.0, 3.0
_MOST_MATCHES = 600  # matches read in one text

# Domain → words
_DOMAIN_WORDS: Mapping[str, str] = {
    "城乡建设": (
        "小区|物业|业主|房产证|开发商|楼盘|拆迁|棚改|公积金|违建|规划|路灯|城管|自来水|燃气|"
        "供电|地铁|公交|绿化|市政|工程款|廉租房|公租房|经适房|维修基金|停水|停电|井盖|垃圾|"
        "车位|下水道|安置房|征收|旧改"
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
# Unit type → names of the office, and matters that only it handles
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


class WordTable:
    """Names (domains or unit types) with their words, matched in one pass over a text."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._names: dict[str, list[str]] = defaultdict(list)
        for name, words in table.items():
            for word in words.split("|"):
                self._names[word].append(name)
        self._words = WordMatcher({word: word for word in self._names})

    def evidence(self, text: str, borders: Borders) -> dict[str, float]:
        """Evidence for each name, in points without an upper limit.

        Each word counts once: its position weight times the square root of half its length.
        """
        weights_by_name: dict[str, dict[str, float]] = defaultdict(dict)
        ends: dict[
            str, int
        ] = {}  # end of each name's last word; of overlapping words only the longest counts
        for start, word in self._matches(text, borders):
            for name in self._names[word]:
                if start >= ends.get(name, 0):
                    ends[name] = start + len(word)
                    weight = position_weight(start, _LEAD, _LEAD_WEIGHT) * math.sqrt(len(word) / 2)
                    weights_by_name[name].setdefault(word, weight)
        return {name: sum(weights.values()) for name, weights in weights_by_name.items()}

    def _matches(self, text: str, borders: Borders) -> list[tuple[int, str]]:
        matches = [
            (start, word)
            for start, end, word in islice(self._words.matches(text), _MOST_MATCHES)
            if borders.allow(start, end)
        ]
        return sorted(matches, key=lambda match: (match[0], -len(match[1])))


DOMAIN_WORDS = WordTable(_DOMAIN_WORDS)
OFFICE_WORDS = WordTable(_OFFICE_WORDS)
