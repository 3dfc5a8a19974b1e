"""Cue words for the role of a clause: trouble, object, request, question, place. Pure."""

import re

from nlu.city.loaded import gazetteer
from nlu.language.words import cut, tags

# Something is wrong: 路灯坏了, 半夜施工吵, 工资没发
TROUBLE = re.compile(
    # broken
    r"坏|漏|[渗滴]水|堵|塌|陷|裂|断了|断成|折了|松了|松动|破|烂|倒了|倒[在下]|歪|翘|掉下|掉了一"
    r"|脱落|[不没勿]亮|[没不]灯"
    r"|灭了|黑灯|黑漆漆|积水|淹|发[黄浑]|发臭|臭|水.{0,3}[是很又有太]{1,2}点?[黄浑黑红锈]|爆了|生锈|磨没|失灵|故障|停[水电气]|断(?:我们?|人家?|了|我们?家的?)?[水电网气]|[漫溢淌流][到进出得]了?"
    r"|跳闸|没[水电气网]|没信号"
    r"|(?:修|弄|装|通|搞|接|补)不[好上通起]|[刷取扫充]不[出了上]来?|拉不[开上下]|一闪一闪|闪个不停|不[热暖凉]|不制冷"
    r"|[嗡哐咚轰呜滋]{2,}|[响吵叫闹闪]个不[停歇]|狗[屎尿]|伸到我|乱七八糟|来不了水"
    r"|没来|晚点|误点|甩站|[半整老一]天?不来(?!往)|等不来|僵尸车|关不上|打不开|用不了|开不了|坑|洼|老化|短路|着火|冒烟|冒火|烧|危险|隐患|摔|绊|撞|砸"
    # nuisance
    r"|吵|噪[音声]|扰民|睡不着|轰鸣|乒乒乓乓|咣|喇叭|半夜|凌晨|油烟|异味|味道|呛|扬尘|灰尘|粉尘"
    r"|占[了用道着]|被占|乱[停放扔倒堆丢摆搭建贴]"
    r"|堆[了在满着放得]|没人?[收清倒扫管修理填补]|没[清扫修倒]|不[清扫修倒](?!楚)|长蛆|电钻|砸墙"
    r"|蹦迪|跳绳|蟑螂|老鼠|蚊子|飙车|广场舞|打麻将|唱歌|拖桌椅"
    r"|不拴绳|没拴|咬|狗叫|天天叫|挡|遮|(?<!有没有)影响(?!.{0,4}[吗么])|骚扰|污染|偷[排倒拍东电]|排污|废水|污水|粪"
    # money and conduct
    r"|拖欠?|欠[了我薪钱]|没发|不发|克扣|不退|没退|退不|不还|拒[退不绝赔]|乱收|多收|乱涨"
    r"|涨[到价了]|太贵|骗|诈|跑路|失联|倒闭|押金|扣[了我押]"
    r"|态度(?:太|很|极|非常|特别|十分|恶|差|不好)|推诿|推来推去|踢皮球|不理|(?<!管)不管"
    r"|不闻不问|没人[管理应]|不作为|敷衍|不给|(?<!让)不让|不肯|不开门|不处理|没处理"
    r"|骂|打人|打了?我|欺负|威胁|锁车|霸占|强[制迫行]|刁难|歧视|违[建章法规停]|无证|过期"
    r"|假[货的冒药]|变质|地沟油|赌|嫖|传销|受贿|贪污|私[搭拉]|擅自"
    # missing
    r"|(?<!有)没有(?!人?知道|关系|具体|问题)|缺[少乏水]?|太[少短长高低小远挤慢差脏乱吵大黑窄烂弱]|不够"
    r"|不足|不[方便合]理?便?|停不进|停不下|停不了|进不[来去]|过不去|走不[了通]|(?<!不)等了|等不到"
    # visible damage
    r"|挖[开断坏]|[冒反返溢倒]水|倒灌|反味|[冒黑浓]烟|发[绿黑霉]|死[鱼猪鸡鸭猫鼠]|跺脚|隔夜"
    r"|(?:全|都|净|尽|满)是[^不的，。]{0,4}?[油尿屎粪泥水烟虫蚊草纸血渣灰]"
    r"|[盖栏灯牌](?:子|板|杆)?(?:也|都|又)?(?:没了|不见了)|种菜|电鱼|砍树?|养[鸡鸭鹅蜂]|困难|治不起|瘫痪|受伤|生病|丢了|丢失|被[偷抢打骗占撞]"
)
# Objects of appeals by topic; two clauses on different topics may be two matters.
_TOPICS = {
    "light": "路灯|楼[道梯]灯|[大电地]灯(?=啊|呀|不|都)|灯杆|照明|灯不亮|灯坏",
    "signal": "红绿灯|信号灯|人行横道灯",
    "line": "斑马线|标线|人行横道(?!灯)|隔离[墩带栏]|减速带|护栏|栏杆",
    "rubbish": "垃圾|清运|废品",
    "lift": "电梯",
    "drain": "下水道|污水管|管道堵|化粪池|雨水管|窨井|井盖",
    "water": "停水|没水|水管|水压|自来水|水龙头|水费|水质",
    "power": "停电|没电|跳闸|电线|电费|变压器|电表",
    "gas": "燃气|煤气|天然气",
    "road": "路面|马路|大坑|坑洼|地砖|盲道|人行道(?!停)|桥面|修路",
    "bus": "公交|末班车|地铁|站台",
    "parking": "停车|车位|乱停|僵尸车|违停|锁车",
    "bikes": "共享单车|共享电单车|单车",
    "ebike": "电瓶车|电动车|充电桩|飞线",
    "passage": "消防通道|楼道堆|杂物",
    "dog": "狗|犬|流浪猫",
    "tree": "树|绿化|草坪|花坛",
    "dance": "广场舞|音响",
    "cards": "棋牌室|麻将",
    "food": "烧烤|饭店|餐馆|餐厅|面馆|夜宵|大排档|食堂|麻辣烫|早餐店",
    "site": "工地|施工|渣土车|打桩",
    "parcel": "快递",
    "sport": "健身器材|健身路径|健身设施|篮球场|游乐设施",
    "toilet": "公厕|厕所",
    "seat": "座椅|长椅|凳子",
    "gate": "门禁|单元门|大门坏|监控|摄像头|围墙|道闸",
    "house": "屋顶|外墙|墙体|天花板|房子漏|违建|阳光房|地下室|地下车库",
    "manager": "物业|保安|业委会|保洁",
    "pay": "工资|工钱|社保|加班费",
    "school": "学校|幼儿园|老师|培训班|补课",
    "hospital": "医院|卫生院|医保|医生|疫苗",
    "shop": "健身房|理发店|美容院|预付卡|会员卡|商家|超市|菜场",
    "river": "河道|河水|河里|鱼塘|水库|池塘",
    "net": "宽带|网络|手机信号|基站",
    "taxi": "出租车|网约车|打车",
    "above": "楼上|楼下(?:的?邻居|那户)|隔壁|邻居",
    "old": "老年卡|敬老卡|高龄|养老|送饭|居家",
    "papers": "身份证|户口|居住证|结婚证|驾驶证|护照|低保|公积金",
}
_OBJECT = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _TOPICS.items()))

# Questions that are complaints: 有没有人管, 凭什么
RHETORICAL = re.compile(
    r"管不管|有没有人|有人管吗|没人管吗|谁来?管|还让不让|让不让人|怎么活|怎么办[啊呀呢哦嘛]"
    r"|日子.{0,4}过|天理|王法|凭什么"
    r"|难道|像话吗|合理吗|合法吗|应该吗|至于吗|有意思吗|讲不讲理|怎么能|怎么可以|怎么会"
    r"|怎么(?:还|这么|就|老)|为什么(?:没人|不|还|总|老|没|要)"
    r"|为啥(?:没人|不|还|总|老|没|要)|到底.{1,4}不|什么时候(?:才|是个头)|算什么|干什么吃|干嘛吃"
    r"|是不是.{0,6}[不太没]|谁负责|谁来?赔|评评理|说得过去|干嘛[？?]?$|有什么用|不是.{1,12}吗"
    r"|哪有这"
)
# 怎么, also in dialect: 哪能, 啷个
_HOW = "(?:怎么样?|如何|怎样|咋个?|噶个|嘎个|格个样子|哪格|哪能|啷个|哪个样子?|怎个)"
# An outcry in the form of one: 盲道堵死了，瞎子怎么走
_HOW_DO_THEY = re.compile(
    "(?:老人家?|老太太?|老头子?|小?孩子?|盲人|瞎子|残疾人|轮椅|婴儿车|[叫让]人|我们?|大家|行人|居民)"
    "(?:还|都|到底|要)?怎么(?:走|过|活|睡|住|进|出)(?![去到])"
)
# Questions about a procedure: 居住证怎么办, 旧沙发往哪扔
HOW_TO = re.compile(
    rf"几岁|多大年龄|免费吗|要不要钱|{_HOW}(?:去)?(?:申请|办(?=理|[个张])|补办|报名|预约"
    r"|查询?|领取?|缴|交|提取|转|开|注册|登记|激活|使用|走|报销|挂失|换|续)"
    r"|(?:需要|要|带|准备)(?:什么|哪些)|什么(?:条件|材料|手续|政策|流程|标准)|哪里[办领交查]"
    r"|在哪[里儿]?[办领交查]|去哪[里儿]?[办领交查补开打]|没有.{1,8}?(?:能|可以"
    r"|能不能)[^让你].{0,8}[吗销学领办用]$|几点(?:开|上|下|关)"
    r"|(?:能|可以)(?:办|领|报销?|用|申请|提取)(?:了)?[吗么]"
    r"|(?:[医社]保|公积金|养老金|学籍|档案|户口)[^，。]{0,10}(?:能|可以|还能)[^，。]{0,4}(?:补缴?|转|退|续)"
    rf"|[卡证照折本](?:丢|掉|遗失|不见|找不到|过期|到期|失效)(?:了|掉了)?(?:该|要|得)?{_HOW}"
    r"(?:办|补|弄|换|续|处理)"
    rf"|[卡证补贴保金险照本]{_HOW}(?:去)?办|要不要.{{0,4}}证"
    r"|往哪[里儿]?(?:扔|丢|放|送|倒|搬|交|投)|(?:扔|丢|送|投|交|放)(?:到|去|在)?哪[里儿个]?"
    r"|(?:垃圾|沙发|家具|家电|床垫|电池|药|衣服|电器|灯管)(?:要)?(?:怎么|咋|如何)(?:扔|丢|处理)"
)
# The form of a question: 多少钱, 能不能, ？
QUESTION = re.compile(
    r"[吗呢么伐](?:[，。？?]|$)|(?<![好十了上])几(?:岁|点|号|年|天|级|月|块|钱|路)|多少|多久"
    r"|多长时间|多大|(?<!无论)(?<!不管)(?<!没)怎么|怎样|如何"
    r"|什么(?:时候|条件|材料|手续|政策|流程|标准|地方|部门|意思|时间|电话)|哪[里儿个些天位]"
    r"|找谁|打给谁|是不是|是否|能不能|可不可以"
    r"|要不要|需不需要|有没有|能否|可否|几时|啥时候|咋|？|\?"
)
# A request in the form of a question: 能不能派人来修
ACTION_ASKED = re.compile(
    r"(?:能不能|可不可以|能否|可否|是否可以|可以不可以|能|可以)(?:[\u4e00-\u9fff]{0,6}?)"
    r"(?:[装修加增派清管建设划改拆移换补画撤停管通][\u4e00-\u9fff]|处理|解决|协调|延长|开通|帮"
    r"|来[看人修]|多[放派开设]|给我们|让)"
)
# The clause continues with the subject of the one before: 他们还…, 这家店又…
SAME_SUBJECT = re.compile(
    r"^.{0,4}?(?:他们?|她们?|它|这[个家条些里户边块]|那[个家条些里户边块]|该|此|店里|里面)"
)
# Explicit praise: 表扬
HONOUR = re.compile(
    r"表扬|[要想先来得]夸(?:一下|一夸|夸|奖)?|夸(?:一下|一夸|夸|奖)|点个?赞|锦旗|感谢信"
)
# Praise, also thanks to a person: 感谢王师傅
PRAISE = re.compile(
    r"表扬|[要想先来得]夸(?:一下|一夸|夸|奖)?|夸(?:一下|一夸|夸|奖)|点个?赞|锦旗|感谢信|致谢|拾金不昧|热心肠|(?:感谢|谢谢).{0,16}(?:小[\u4e00-\u9fff]"
    r"|师傅|医生|护士|民警|警官|保安|司机|老师|同志|阿姨|大姐|工作人员)"
)
# 投诉, 太差
_COMPLAINT_WORD = re.compile(r"投诉|举报|反映|太差|很差")


def has_trouble(words: str) -> bool:
    """True if the words say that something is wrong."""
    return TROUBLE.search(words) is not None


def complains(words: str) -> bool:
    """True if the words say that something is wrong, or are a complaint by name (投诉)."""
    return has_trouble(words) or _COMPLAINT_WORD.search(words) is not None


def topics_of(words: str) -> set[str]:
    """Topics (keys of _TOPICS) of the objects that a text names."""
    return {match.lastgroup for match in _OBJECT.finditer(words) if match.lastgroup}


# Around an object: 我们这儿那个…, …嘛
_AROUND_OBJECT = re.compile(
    r"^(?:[，,。 ]|我(?:刚才|刚刚)?(?:要)?说的|就是|还有|另外|那么|喂|嗯|哦|呃|投诉|反映|举报)+"
    r"|[呀啊哦呢嘛吧哎呗的了，,。.…!！~～ ]+$"
)
_ENDS_IN_DOING = re.compile("(?:停车|打车|修路|补课|送饭|施工|打桩|清运|中介)$")
_LONGEST_OBJECT = 14  # characters
_NO_OBJECTS = {"above", "papers", "old"}
_NAMES = frozenset("费桶盖店灯")  # also tagged as verbs
_NAMING_TAGS = frozenset("nsfrmqutxjb")  # nouns, places, pronouns, numbers, particles


def object_alone(words: str) -> str:
    """The object that is all the words name (我们这儿那个路灯嘛); "" where they say more."""
    bare = _AROUND_OBJECT.sub("", words)
    is_long = len(bare) > _LONGEST_OBJECT
    if (
        is_long
        or not topics_of(bare) - _NO_OBJECTS
        or has_trouble(bare)
        or _ENDS_IN_DOING.search(bare)
    ):
        return ""
    beside = cut(_OBJECT.sub("", bare))
    return bare if all(map(_may_name, beside)) else ""


def _may_name(word: str) -> bool:
    return word in _NAMES or (tags().get(word, "n")[0] in _NAMING_TAGS and word[0] != "很")


def asks_question(words: str) -> bool:
    """True if the words are a question to the hotline; no request, no rhetorical question."""
    if _HOW_DO_THEY.search(words):
        return False
    if HOW_TO.search(words):
        return True
    if RHETORICAL.search(words) or ACTION_ASKED.search(words):
        return False
    return QUESTION.search(words) is not None


# Words before a place: 地址是, 就在我们
_LEAD = re.compile(
    r"^(?:(?:地址|地点|位置|具体)?(?:是|：|:)?(?:就|都|也)?(?:是|在|位于)?(?:我们|我家"
    r"|咱们)?(?=.{2}))"
)
# Endings of a place: …小区, …路口, 3幢
_PLACE_END = re.compile(
    r"(?:小区|社区|新村|花园|公寓|家园|[苑村镇乡路街巷弄里区市桥园府城]|街道|大厦|广场|学校"
    r"|医院|公园|车站|[地公]铁站|门口|路口|附近|旁边?|对面|楼下"
    r"|[0-9一二三四五六七八九十]+(?:幢|栋|号楼?|单元|室|弄|楼))(?:这边|这里|那边|的)?$"
)
# Characters and words that a bare place does not have: 了, 物业, 绕路
_NO_PLACE = re.compile(
    r"[了被把不没吗呢我你他她有要想说问去来很太都]|工资|投诉|举报|反映|物业|老板"
    r"|[绕修堵走让赶跑拦挖占问]路$"
)
# 3幢, 二单元
_NUMBER = re.compile(r"[0-9A-Za-z一二三四五六七八九十\-—]+(?:幢|栋|号楼?|单元|室|弄|楼|排|层|期)?")
# 翠苑小区的呀
_ENDED_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:小区|社区|新村|花园|公寓|家园|街道)[的呀啊]*|[呀啊的]+$"
)
_VERB_TAGS, _OBJECT_TAGS, _TWO = {"v", "vg"}, {"n", "zg", "q"}, 2
_SITES_LIKE_VERBS = ("超市", "摊", "站台")
_ENDS_OF_SITES = frozenset("区口点处摊厅店站场楼房库门市院校路角弯头")
# Topics of objects; a clause with one of these names more than a place.
_NO_SITES = {
    *("light", "signal", "rubbish", "lift", "drain", "water", "power", "gas", "dog", "dance"),
    *("cards", "taxi", "pay", "net", "bikes", "parking", "above", "old", "papers"),
}
LONGEST_PLACE = 34  # characters
_MOST_OTHER_CHARACTERS = 6  # characters beside the listed names


# Behind the name of a place, words for what happens there: …都是, …冒烟, …有人
_DONE_THERE = re.compile(
    r"(?:全|都|满|净|尽|老|总|还|又|就|已经|正)(?:是|在)|一直|天天(?=.{2})|经常|整天|[老总]是|[在有]人|冒|(?<!小)卖|[不没]|有(?!限)"
    r"|举报|投诉|晚上|夜里|白天|早上|施工|装修|挖|[响叫]|闹(?!市)|[加装修换设建划种][个条点些]|多[放装派设开种]"
)
# Behind the name, a part of the place: 的门口, 的东面
_OF_PLACE = re.compile(
    r"的[\u4e00-\u9fff]{0,8}?(?:[边口里上下外内侧处角头面]|小区|社区|新村|花园|公寓|家园|[苑村镇乡路街巷弄区桥园府城楼店馆厂场站江河湖山]"
    r"|大厦|广场|学校|[小中大]学|幼儿园|医院|中心|附近|对面|[0-9一二三四五六七八九十]+(?:幢|栋|号楼?|单元|室|层|弄))"
    r"(?:这边|这里|那边|的|呀|啊|呢)*"
)


def _describes_matter(tail: str) -> bool:
    """True if words behind a place name describe a matter (的河面全是油), not a spot (的江边)."""
    tail = tail.rstrip("的呀啊呢哦吧嘛")
    if _DONE_THERE.search(tail) or _ends_in_verb(tail):
        return True
    at = tail.find("的")
    return 0 <= at < len(tail) - 1 and _OF_PLACE.fullmatch(tail, at) is None


def _ends_in_verb(tail: str) -> bool:
    """True if the words end in a verb, or in a verb and its object: 渣土车闯红灯, 黑车拉客."""
    if _PLACE_END.search(tail) or tail.endswith(_SITES_LIKE_VERBS):
        return False
    *_, before, last = ["", "", *cut(tail)]
    if tags().get(last) == "v":
        return True
    if len(last) == _TWO and last != tail and tags().get(before) not in _VERB_TAGS:
        before, last = last[0], last[1]  # 拉客, 踢球
    is_object = tags().get(last) in _OBJECT_TAGS and last[-1:] not in _ENDS_OF_SITES
    return is_object and tags().get(before) in _VERB_TAGS


def is_place(words: str) -> bool:
    """True if the words are a place and nothing else: 滨江区浦沿街道."""
    bare = _LEAD.sub("", words, count=1)
    if not 2 <= len(bare) <= LONGEST_PLACE or has_trouble(bare) or topics_of(bare) & _NO_SITES:
        return False
    spans = _spans(bare)
    if _describes_matter(bare[spans[-1][1] :] if spans else bare):
        return False
    remainder = bare
    for start, end in reversed(spans):
        remainder = remainder[:start] + remainder[end:]
    remainder = _ENDED_PLACE.sub("", _NUMBER.sub("", remainder))
    if _NO_PLACE.search(remainder):
        return False
    if (
        spans
        and (spans[0][0] <= 2 or _ENDED_PLACE.match(bare))
        and len(remainder) <= _MOST_OTHER_CHARACTERS
    ):
        return True
    return _PLACE_END.search(bare) is not None and len(bare) <= 20 and "的" not in bare[:-1]


def bare_place(words: str) -> str:
    """The place in a clause for which `is_place` holds, without lead words and particles."""
    return re.sub(r"[的呀啊哦呢吧里]+$", "", _LEAD.sub("", words, count=1))


def _spans(words: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in gazetteer().spans(words)]
