"""Context of a region's name: location of the resident, origin, or part of another name."""

import re

_WINDOW = 30  # characters looked at before a name
_PAUSE = re.compile(r"[，。！？；、：,.!?;:\s~～]")
# Openers: 你好, 我要投诉
_OPENER = (
    r"喂|你好|您好|哈喽|请问|同志|师傅|领导|阿姨|那个|这个|呃|嗯|啊|哦|哎|我要投诉|投诉一下|投诉|"
    r"举报|反映一下|反映|咨询一下"
    r"|咨询|问一下|想问下?|我想|我要|不是|对|因为|但是|其实"
)
# Subjects and words of time before 在: 我们厂, 现在
_SUBJECT = (
    r"我们?|咱们?|俺们?|我自己|本人|人|家里?|小区|村里?|厂里?|工厂|公司|单位|店铺?|房子|工地|"
    r"项目|学校|车间|仓库|事情|事发地"
    r"|事|地点|地址|地方|位置|现在|目前|今天|昨天|前天|刚才|最近|这几天|去年|今年|上个?月|就|是|"
    r"都|也|一直|暂时|已经|租|住|开"
    r"|发生|出|的|了|呢|啊|呀|么|嘛|(?:和|跟|同)(?:我?(?:老公|老婆|爱人|朋友|同事|工友|爸妈?|妈|"
    r"儿子|女儿|家人))|我(?:老公|老婆|爱人)(?:和|跟|同)我|一家人?|买"
)
# 在, 住, 位于
_BEING = r"(?:在|住|位于|地址是?|这[里边儿]是|[在住]的是|待在|人在)"
# A whole clause before the name: 你好我们厂在
_IS_THERE = re.compile(rf"(?:{_OPENER}|{_SUBJECT})*{_BEING}")
# The end of a clause before the name: …我人在
_I_AM = re.compile(
    r"(?:我们?|咱们?|俺们?)(?:人|家里?|现在|目前|就|是|都|一直|也|住|小区|村里?|厂里?|公司|"
    r"单位)*(?:在|住)$"
)
# 来…打工
_CAME_TO_WORK = re.compile(r"(?:来|来到|到)$")
# 这边打工
_TO_WORK = re.compile(r"(?:市|县)?(?:这边|这里)?(?:打工|上班|做工|干活|做生意|工作)")
# Behind the name, a past event: …买的, …出生, …过
_PAST = re.compile(
    r"[^，。！？,!?\s]{0,4}?(?:[买办交上学考]的|出生|毕业|认识|当兵|长大|过(?!马路|来|去|年|桥|"
    r"道|敏))"
    r"|[^。！？!?]{0,12}?(?:回来|回到|回家)"
)
# What stands where it is: …的房子, …买的商铺, …的工地
_IMMOVABLE = (
    "(?:新房|老房|二手房|商品房|期房|毛坯房|房子|房产(?!证)|房屋|楼盘|商铺|店面|公寓|别墅|车位|宅基地"
    "|祖坟|坟|墓地|田地|农田|果园|厂房|工地|小区|医院|学校|村里|路(?=[上面灯烂坏塌没]))"
)
_THING_THERE = re.compile(
    rf"(?:市|县|区)?(?:那边|这边|老家)?(?:[买租购建造]的|[买租购建造]了?(?:一?[套间个幢])?)?的?{_IMMOVABLE}"
)
_CLAUSE_BEGINS = re.compile(rf"(?:{_OPENER}|(?:我们?|咱们?)?(?:这[里边儿]|是|就是|就))*")
_END = r"(?:[，。！？；：,.!?;:\s~～]|$)"
# Behind the name: …市区, …这边, …的, …火车站
_HERE = re.compile(
    rf"(?:(?:市|县|区)?(?:城区|市区|市里|县城|县里|乡下|城里|这[里边儿块]|那[里边儿块])|的|(?:的|"
    rf"呀|啊|呢|嘛|吧|哦)*{_END}"
    r"|[\u4e00-\u9fff]{0,5}?(?:镇|乡|村|街道|开发区|经开区|园区|工业园|工业区|新区|高新区|保税区|景区|古[镇城]|影视城|商贸城)"
    r"|[^，。的到去来过回\W\d]{2,3}(?:路(?!灯|费|上的)|街(?!坊)|大道)|火车站|高铁站|"
    r"[东南西北]站|汽车站|客运|机场|大学|学院)"
)
# Behind the full name, an address: …中山路12号
_ADDRESS = re.compile(
    r"[^，。！？,.!?\s]{1,12}?(?:\d+号|[路街巷弄镇乡区村局苑]|街道|大道|小区|公寓|医院|学校|法院|"
    r"政府|派出所|委员会|中心|广场|大厦|城)"
)
# Before the name: 从, 寄往, 户口在
_ORIGIN_BEFORE = re.compile(
    r"(?:[从由自到至去往回离距经比像跟和与叫姓找同]|来自|发往?|寄[往给]?|运往?|"
    r"[买购订卖进产发][自于了过]?的?|户[口籍][在是]?"
    r"|老家[在是]?|籍贯[是为]?|出生[在于]|毕业于|[社医]保[在是]?|[车牌]照?[牌是]|不[是在]|没在|"
    r"联系|娘家[在是]?|考[去到]?|前往|一个|有个)$"
)
# Behind the name: …的老板, …的杨梅
_SOMEBODY_OR_GOODS = re.compile(
    r"[市县区]?的(?:一?[个家位批台辆件]|那[个家位])?(?:[大小]?老板|客户|客人|商家|卖家|店家|厂家|"
    r"供应商|[朋网]友(?!家)|骗子|网店|微商|亲戚(?!家)|同[事学]|战友|司机|车(?!站|间|库|位)|牌照|号"
    r"|电[话器]|手机|户[口籍]|[医社]保|身份证|驾[照驶]|公积金|房产证|学籍|[^，。\s]{0,2}特产|"
    r"杨梅|榨菜|[白绿]?茶|火腿|黄酒|[^，。\s]?酒|粽子"
    r"|大米|[水海][果鲜]|医生|人(?!行|民)|阿姨|师傅|工人|游客|孩子|亲家|女婿|媳妇|老公|老婆|学生|"
    r"产品|货(?!车|场)|牌子|口音|政策)"
)
# Behind the name, never a location: …人, …银行, …火腿
_NEVER = re.compile(
    r"人(?!民|行道|社|家|工湖|工河)|籍(?!贯)|口音|方言|话(?!费)|商会|老乡|牌(?![照子]?坏)|农商|"
    r"证券|发展银行|银行"
    r"|[^\W\d_的]?(?:火腿|黄酒|老酒|白茶|龙井|粽子|烧饼|拌面|小笼|馄饨|杨梅|榨菜|豆腐|年糕|海鲜|"
    r"特产|茶叶)"
)
# …路, but not …路灯
_ROAD = re.compile(
    r"[东南西北中]?[一二三四五]?支?(?:路(?!(?:灯|面(?!馆|店)|况|中间))|街(?!道)|巷|弄|大道)"
)
# A character of a shop's name; 的, 在, 一 end it
_NAME_CHARACTER = r"[^\s\W的了是在有这那个家一两几我开打做上租买路街巷弄县区市镇乡村边到和跟与被]"
# …海鲜楼, …大厦
_SHOP = re.compile(
    rf"{_NAME_CHARACTER}{{0,4}}?(?:[菜饭面餐茶宾旅会]馆|海鲜|[^书]店(?!口|镇|村|街道|社区)|酒[楼家吧]|"
    rf"[茶鲜]楼|大厦|大?排档|火锅|烧烤|小吃|土菜|菜|山货)"
)
# …花园, …小学
_ESTATE = re.compile(
    r"[东南西北]?(?:小区|社区|新村|花园|公寓|家园|[苑村府坊桥]|广场|医院|[小中]学|学校|幼儿园|"
    r"市?场|超市|路口|厅)"
)
# Behind 杭州: …市长热线, …人, …户口
_OFFICE = (
    r"(?:市|这边|那边|这里|的)*(?:12345|1234|市长|政府|热线|公安|法院|社保|医保|人社|城管|环保|"
    r"总队|支队|信访|[^，。\s]{0,3}局|管|(?:公司|企业|开发商|老板|商家|中介|平台|房东|总部)"
    r"|能|可以|可不可以|归|人(?!民)|户[口籍]|牌照|车牌|本地|来|过来|没关系|不远|[一几两\d]+公里|"
    r"方言|话)"
)
_OUR_CITY = "杭州"
_OUR_OFFICE = re.compile(rf"杭州(?:湾|{_OFFICE})")
# Before 杭州: 打你们, 不在, 离
_NOT_HERE = re.compile(
    r"(?:你们|打了?|拨了?|找|向|问|咨询|从|离|距|距离|比|像|跟|和|不在|不是|不归|归|去|回|靠近|"
    r"靠)(?:你们|了)?$"
)


# 开发商是杭州的; not 我是杭州的
_OF_US = re.compile(rf"杭州(?:的|这边的)?(?:{_END})")
_IS_OF = re.compile("(?<!我)(?<!们)(?<!家)(?:就|都)?是$")


def is_location_of_resident(text: str, start: int, end: int) -> bool:
    """True if the resident is at the name at [start, end): 我们厂在…, 来…打工; not 我在…买的."""
    if _PAST.match(text, end):
        return False
    before = text[max(0, start - _WINDOW) : start]
    if _CAME_TO_WORK.search(before) and _TO_WORK.match(text, end):
        return True
    clause = _PAUSE.split(before)[-1]
    if len(clause) == _WINDOW:
        return _I_AM.search(clause) is not None
    return _IS_THERE.fullmatch(clause) is not None or _I_AM.search(clause) is not None


def is_location_of_thing(text: str, end: int) -> bool:
    """True if something that stands there follows the name: 宁波鄞州买的房子, 南京的工地."""
    return _THING_THERE.match(text, end) is not None


def is_origin(text: str, start: int, end: int) -> bool:
    """True if the name is the origin of a person or of goods: 从…来, 买的…, …的老板."""
    return bool(
        _ORIGIN_BEFORE.search(text[max(0, start - 6) : start])
        or _SOMEBODY_OR_GOODS.match(text, end)
    )


def begins_clause_as_location(text: str, start: int, end: int, *, is_full: bool) -> bool:
    """True if the name begins a clause as a location: …这边停水了, or nothing but the name."""
    clause = _PAUSE.split(text[max(0, start - _WINDOW) : start])[-1]
    begins = len(clause) < _WINDOW and _CLAUSE_BEGINS.fullmatch(clause) is not None
    if not begins:
        return False
    return bool(_HERE.match(text, end) or (is_full and _ADDRESS.match(text, end)))


def is_other_name(text: str, end: int, is_full: bool) -> bool:
    """True if the name is the start of another one: 绍兴路, 宁波海鲜楼, 温州人."""
    if _NEVER.match(text, end):
        return True
    return not is_full and any(name.match(text, end) for name in (_ROAD, _SHOP, _ESTATE))


def names_our_city(text: str) -> bool:
    """True if the text names the city itself as a place, not its offices or an origin."""
    at = text.find(_OUR_CITY)
    while at >= 0:
        before = text[max(0, at - 4) : at]
        is_of_others = _OF_US.match(text, at) and _IS_OF.search(before)
        if not (_OUR_OFFICE.match(text, at) or _NOT_HERE.search(before) or is_of_others):
            return True
        at = text.find(_OUR_CITY, at + 2)
    return False
