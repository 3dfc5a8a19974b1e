"""Kind of an appeal: by cue words, or else by the model of past cases.

A report accuses somebody of breaking the law; a broken lamp, an unpaid wage or noise is no report.
A question beside a grievance (合法吗, 有没有人管) is no inquiry, and thanks beside a grievance are
no praise.

| kind | explicit cues | implicit cues |
|---|---|---|
| praise | 表扬 感谢信 锦旗 点赞 | somebody did well |
| report | 举报 实名反映 | a business or an official breaks a rule: 无证 违建 偷排 欺诈 受贿 |
| complaint | 投诉 质疑 强烈反对 不满 | a nuisance or bad service: 扰民 态度差 乱收费 拖欠 推诿 |
| help | 求助 请求解决 恳请 盼望 | something is broken or missing: 坏了 不亮 停水 没有路 困难 |
| suggestion | 建议 希望能 呼吁 | a possible improvement |
| inquiry | 咨询 请问 | a question: how, when, whether, how much |

Explicit cues have larger weights than implicit ones. All weights are hand-set and grow towards the
start of the text.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from nlu.language.terms import position_weight
from nlu.vocabulary import Kind

Strengths = dict[Kind, float]
Words = dict[Kind, list[str]]

# (kind, weight, pattern)
_CUES: tuple[tuple[Kind, float, str], ...] = (
    (
        "praise",
        3.5,
        r"表扬|感谢信|锦旗|点赞|致谢|好样的|拾金不昧|值得称赞|为.{2,8}点个赞|点个赞|夸一?夸|夸一下",
    ),
    (
        "praise",
        2.0,
        r"^.{0,12}(?:感谢|谢谢).{0,16}(?:帮助|热心|及时|解决了|师傅|医生|护士|民警|交警|老师|保安|司机|网格员|社区|志愿者|环卫|快递|工作人员|同志|阿姨)",
    ),
    (
        "praise",
        2.6,
        r"^.{0,14}感谢(?!(?:各位|您|你们?|大家)?(?:领导|关注|百忙|政府|支持|理解|配合|[，。！,!]|$))|人真好|真是(?:个)?好人|真是太好了|真心感谢",
    ),
    (
        "praise",  # thanks to somebody else at the end: 帮我找回了孙子，感谢他
        2.6,
        r"(?:感谢|谢谢|多谢)[他她]们?(?:[，。！!啊呀的了]|$)"
        r"|(?:感谢|谢谢)[^，。]{0,6}(?:上次|昨天|前天|那天|之前|刚才)[^，。]{0,4}帮"
        r"|(?:医生|护士|师傅|民警|警官|老师|同志|阿姨|大姐|小伙子?|小姑娘|司机|保安|大夫)们?"
        r"(?:真的?|太|特别|非常|很)(?:好(?![意笑吃看])|负责|耐心|热心|敬业|细心)",
    ),
    (
        "praise",
        1.2,
        r"(?:态度|服务)(?:非常|特别|很|真)?(?:好|热情|周到)(?!一点|些|点)|素质高|很敬业|热心肠",
    ),
    ("report", 3.0, r"举报|检举|揭发|控告|曝光"),
    (
        "report",
        2.6,
        r"无证|无照|没有?执照|非法|违法|违规|违章(?!停)|违建|违纪|私搭乱建|假冒|假货|诈骗|欺诈|虚假|造假|偷排|偷税|盗采|乱采|滥伐|"
        r"黑作坊|黑网吧|黑诊所|黑车|黑心|赌博|卖淫|传销|受贿|贪污|挪用|徇私|舞弊|围标|串标|无资质|无许可|保护伞|一房[两二]卖|"
        r"骗取|套取|私自|擅自|变相|无.{0,4}(?:许可证|资质)|抢建|电鱼|毒鱼|炸鱼|盗伐|捕杀|超范围经营|地沟油|过期(?=食品|的?肉|面包|牛奶|零食|药|的?菜)|偷倒|聚赌|吸毒|贩毒|骗保|逃税",
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
        1.8,
        r"扰民|噪[音声]|太吵|吵得|吵死|很吵|油烟|恶臭|臭味|异味|臭气|污染|灰尘|乱停|占道|占用|乱扔|乱倒|乱收费|收费不合理|"
        r"多收|强制|强行|霸王|捆绑|拒绝|拒不|拒载|推诿|踢皮球|不作为|不处理|没人管|无人管|不理|敷衍|拖延|迟迟|态度(?:很|极|太|十分|非常)?(?:差|恶劣|不好)|"
        r"服务(?:太|很|极)?差|欺骗|骗|不退|拒退|退费|拖欠|克扣|欠薪|不公|刁难|为难|打人|辱骂|骂人|延期|烂尾|质量差|以次充好|涨价",
    ),
    (
        "complaint",
        2.2,
        r"欠[^，。]{0,6}(?:工资|工钱|薪)|(?:工资|工钱|薪水|血汗钱|提成)[^，。]{0,10}(?:没发|不发|没给|不给|没拿到|拿不到|不结|没结|拖|欠|扣)|(?:没|不)(?:发|给|结)[^，。]{0,3}(?:工资|工钱)|没拿到|拖了[^，。]{0,10}(?:工资|工钱)|讨薪",
    ),
    (
        "complaint",
        1.4,
        r"摆设|吃干饭|干什么吃的|气死|什么东西|不像样|没人性|敷衍了事|等到什么时候|到底管|乱收|乱涨|太贵|宰客|吵醒|睡不着|吵到|没法睡|臭气|臭死|臭得|熏人|堵死|占了|占着|霸占|乱摆|乱堆|堆满|堆得|堆在|没人倒|没人清|不让|不退|凭什么|锁车|咬人|不牵绳|不拴|叫个不停|一股|太不像话|不像话|太过分|忍无可忍|受不了",
    ),
    (
        "help",
        2.2,
        r"求助|请求|恳请|恳求|跪求|救救|盼望?|急盼|急需|求(?:帮|解决|支持|关注)|帮帮|帮忙|请帮|诉求",
    ),
    (
        "help",
        1.2,
        r"坏了|坏掉|不亮|没亮|断了|断掉|塌了|塌陷|翘起|开裂|裂开|裂了|大坑|有个坑|坑坑|磨没|看不清|灭了|松了|松动|倒了|爆了|漏了|关不上|打不开|不出水|水发黄|发黄|没气|漏水|渗水|停水|停电|断电|没水|没电|没有信号|信号(?:很|太)?(?:弱|差)|堵了|堵塞|破损|塌陷|坑洼|"
        r"积水|掉了|丢了|倒了|缺失|失灵|维修|修一下|修好|来修|抢修|清理|清运|困难|贫困|残疾|重病|生病|没有路|没通|未通|安装|"
        r"(?:尽快|早日|帮.{0,3}|协调|予以)解决|派人|处理一下|来(?:人)?看看|希望.{0,8}(?:修|清理|处理|解决)",
    ),
    ("suggestion", 0.5, r"希望"),
    ("suggestion", 3.0, r"建议|提议|倡议|呼吁|献策|献计"),
    (
        "suggestion",
        1.4,
        r"希望(?:能|可以|能够|早日|增加|增设|加强|加快|在)|(?:能不能|能否|可不可以|可以).{0,12}(?:多[装设开建派放]|增[加设]|加[装开]|加几[班趟辆个盏张条]|通一|开一|装一|设一|建一|装个|设个|建个)|能否(?:增加|增设|设置|开通|建|改|加|延长|优化)|是否可以(?:增加|增设|改)|"
        r"应该|最好能?|不如|可否|优化|完善|增设|加装|改进|更好|规范化|不妨|延长.{0,6}时间",
    ),
    (
        "inquiry",
        2.4,
        r"咨询|请问|想问|问一下|问下|了解一下|想知道|请教|求解答|求答复|请解答|请回答",
    ),
    (
        "inquiry",
        1.2,
        r"怎么(?!.{0,6}(?:没人|还不|不管|能这样|这么))|如何|怎样|什么时候|何时|几点|多少钱|多久|多长时间|是否|是不是|能不能|可不可以|"
        r"可以吗|能.{1,8}吗|能(?:拿|赔|得|补)到?多少|要几[户个人]|需要.{0,8}(?:材料|资料|手续|条件|证件)|有没有.{0,10}(?:政策|规定|补贴)|哪里可以|去哪(?!个)|在哪(?!个)|什么(?:条件|材料|手续|政策|流程|标准)|"
        r"(?:政策|流程|条件|标准|手续).{0,4}(?:是什么|吗|？|\?)|吗[？?]|呢[？?]",
    ),
)
_KIND_CUES = tuple((kind, weight, re.compile(pattern)) for kind, weight, pattern in _CUES)
_CUE_SHARES = (1.0, 0.4, 0.2)  # of the first, second and third match of one pattern
_KIND_LEAD = 25.0  # characters; see `position_weight`
_KIND_LEAD_WEIGHT = 2.0
_PLAIN = 2.0  # strength of an unmistakable grievance
# A question after the matter: …，另外想问一下
_LATER_QUESTION = re.compile(
    r"(?:另外|顺便|对了|顺带|还有)[^，。？！]{0,6}问(?:一下|下|问)?|(?:另外|顺便)(?=请问|咨询)"
)
# 坏, 漏, 不亮
_GRIEVANCE = re.compile(r"[坏破断漏堵臭脏吵堆占没]|不[亮修退来管让]|拖欠|乱")
# Contrast behind praise: 但是
_BUT = re.compile(r"但是|可是|不过|然而|却|就是.{0,6}(?:差|不好)|投诉|反而|偏偏")
# A request for information: 怎么办理, 需要什么材料
_ASKS = re.compile(
    r"(?:怎么|如何|怎样)(?:办理|申请|提取|查询|查|交|缴|报名|报销|转|领|补办|登记|预约|计算|算|补|续|开具|开通|取|迁|落"
    r"|办(?![啊呀呢]|[，。？！?]|$))|需要(?:什么|哪些|啥|带)|(?:什么|哪些|啥)(?:条件|材料|手续|政策|流程|标准|证件|资料)"
    r"|哪里(?:可以|办|能|领|买|查)|去哪|在哪(?:里|儿)?(?:办|交|领|申请|买|查)|多少岁|几(?:点|岁|号|天|年)|多少钱|多久能"
    r"|能(?:领|报|享受|拿|用)(?:多少|几)|要不要(?:钱|预约|带|交)|能不能(?:办|申请|报销|提取|领|转|买|落户)|可以(?:办|申请|报销|提取|领|转|买|落户)|是否(?:可以|能|需要|符合)"
    r"|能(?:拿|赔|得|补)到?多少|要几[户个人]|有没有[^，。？！]{0,8}(?:政策|规定|补贴|优惠)|什么时候(?:开始|开通|发放|出台|报名|发|办)|政策(?:是|有|吗)|请教|咨询"
)
# A complaint in the form of a question: 有没有人管, 合法吗
_RHETORICAL = re.compile(
    r"合法吗|合理吗|合规吗|对吗|应该吗|怎么办|咋办|有没有人|有人管|谁管|谁来管|管不管|归谁管|到底|凭什么|难道|找谁"
    r"|能不能(?:来|派|帮|修|处理|解决|换|尽快|早点|管|给|让)|能管吗|管得了|是不是没人|什么时候(?:能|才|是个头|修|来)"
    r"|何时(?:能|才)|怎么(?:这么|还|就|没|能|不|又|老)|还要(?:多久|等)|还有没有|有没有王法|行不行|可以吗|不是吗|算不算"
    r"|能不能|还管|违法吗|违规吗|算什么|什么意思|像话吗|哪有这样|吗[？?]?$|想问"
)
# The resident is the victim: 被骗, 拖欠
_SUFFERED = re.compile(
    r"被(?:[^，。]{0,6})骗|骗了我|骗走|我上当|骗我|骗了[0-9一二三四五六七八九十几万两]|欠我|欠了我们|拖欠|欠薪|欠我们|工资|工钱"
)
# The form of a question: 什么, 能不能, ？
_QUESTION = re.compile(
    r"[吗呢?？]|什么|怎么|多少|几[个天点岁号年时]|哪|谁|是否|是不是|能不能|要不要|有没有"
)
# Kinds that the model may choose only when the text has such a sign
_SIGNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("inquiry", _QUESTION),
    (
        "suggestion",
        re.compile(r"希望|建议|应该?|最好|可以|能不能|能否|想|多[装设开]|增[加设]|要是"),
    ),
)
# 举报, 检举
_ACCUSES = re.compile(r"举报|检举|揭发")
# Before a cue: 不是来投诉, 之前投诉
_DENIED = re.compile(r"(?:不是|不想|不要|并非|不用|之前|曾|多次|已经?|向\S{0,6})(?:来)?$")


# Help that was given, and a trouble that goes on, beside words of praise
_HELPED = re.compile(
    r"帮(?:[我他她忙助]|了)|救了|送[^，。]{0,8}[回去上]|找回|扶|背|垫付|(?:修|弄|解决|处理|办)好了?|总算|终于"
    r"|耐心|热[心情]|守着|守了|陪"
)
_GOES_ON = re.compile(
    r"还[没是在不]|没(?:有)?(?:人|修好|解决|管|理|用|办)|不(?:管|理|修|解决|办)|又[坏漏堵来吵]|天天|照样|依然"
)

# Thanks for what was done: 之前投诉油烟，现在整改好了，谢谢城管; not: 请尽快修好，谢谢
_THANKS = re.compile("感谢|谢谢|多谢|点赞|表扬|点个赞|辛苦")
_IS_DONE = re.compile(
    "(?:修|弄|解决|处理|办|整改|清理|治理|搞|装|换|补|疏通)好了|解决了|(?:总算|终于)(?!打|接|有人)[^，。]{0,8}[了好]"
    "|(?:清|拆|搬|拖|运)(?:走|掉)了"
)
_ASKS_MORE = re.compile(
    f"{_GOES_ON.pattern}|但是|可是|不过|却|反而|希望|麻烦|请(?!客|假)|能不能|什么时候|尽快|快点|通知我|告诉我|就是|可惜|另外|还有"
)


# Whose number it is asked for: 应该打哪个部门的电话; not with a trouble of one's own
_ASKS_WHOM = re.compile(
    r"(?:打|找|问|属于|归)(?:哪个|哪些|什么|啥)(?:部门|单位|电话|热线)(?:的电话|管|负责|投诉|反映)?[呢啊呀]?[？?]?$"
)
_OWN_TROUBLE = re.compile(r"我|没人|天天|一直|每天|又|还是|推|不管")
# Cheated of money by strangers; a shop or an employer that cheats is complained about
_CHEATED = re.compile(
    r"被[^，。]{0,6}骗[^，。]{0,4}[0-9一二三四五六七八九十几两百千万]+[^，。]{0,2}(?:块|元|万|钱|千)"
)
_BUSINESS = re.compile(r"商家|店|老板|公司|中介|机构|房东|培训|开发商|平台|厂")


def is_thanked(text: str) -> bool:
    """True if a trouble beside praise was dealt with: 帮我找回走丢的老妈; not: 三年还没修好."""
    is_helped = _HELPED.search(text) is not None and _GOES_ON.search(text) is None
    return is_helped or _is_settled(text)


def _is_settled(text: str) -> bool:
    """True for thanks for what is done: 谢谢你们，路灯修好了."""
    return bool(_THANKS.search(text) and _IS_DONE.search(text) and not _ASKS_MORE.search(text))


def kind_by_cues(text: str) -> tuple[Kind | None, tuple[str, ...]]:
    """Kind with the strongest cues in a normalised text, and those cues; None without a cue."""
    first, *later = _LATER_QUESTION.split(text, maxsplit=1)
    strength, words = _weigh(first if later and _GRIEVANCE.search(first) else text)
    _correct(text, strength)
    if not any(strength.values()):
        return None, ()
    best = max(strength, key=lambda kind: strength[kind])
    return best, tuple(words[best])


def decide_kind(
    text: str, likelihoods: Mapping[str, float], *, grieves: bool, hint: Kind | None = None
) -> tuple[Kind, tuple[str, ...]]:
    """Kind by cues, or else `hint`, or else the likeliest possible kind; with its cue words.

    `likelihoods` are the model's probabilities of the kinds. `grieves` means that the text reports
    a trouble with an object, so that it is no mere question or praise.
    """
    cued, words = kind_by_cues(text)
    if cued is not None and not (grieves and cued == "inquiry" and not _asks(text)):
        return cued, words
    if cued is None and not grieves and _ASKS.search(text):
        return "inquiry", ()
    if hint is not None and (grieves or not _QUESTION.search(text)):
        return hint, ()
    possible: list[Kind] = ["help", "complaint"]
    if not grieves:
        possible += [kind for kind, sign in _SIGNS if sign.search(text)]
    return max(possible, key=lambda kind: likelihoods.get(kind, 0.0)), ()


def _weigh(text: str) -> tuple[Strengths, Words]:
    strength: Strengths = defaultdict(float)
    words: Words = defaultdict(list)
    for kind, weight, pattern in _KIND_CUES:
        cues = {
            m.group(): m for m in reversed(list(pattern.finditer(text))) if not _is_denied(text, m)
        }
        values = sorted(
            (position_weight(m.start(), _KIND_LEAD, _KIND_LEAD_WEIGHT) for m in cues.values()),
            reverse=True,
        )
        strength[kind] += weight * sum(
            value * share for value, share in zip(values, _CUE_SHARES, strict=False)
        )
        words[kind] += reversed(cues)
    return strength, words


def _correct(text: str, strength: Strengths) -> None:
    """Correct the strengths in place for texts that contain a grievance."""
    if _is_settled(text):
        strength["praise"] += _PLAIN
        strength["complaint"], strength["help"] = 0.0, 0.0
    wrong = strength["complaint"] + strength["help"]
    is_grievance = (_BUT.search(text) and wrong) or strength["complaint"] > _PLAIN
    if is_grievance and not is_thanked(text):
        strength["praise"] = 0.0
    if wrong and strength["inquiry"] and not _ASKS.search(text) and _RHETORICAL.search(text):
        strength["inquiry"] = 0.0
    if _asks_whom(text):
        strength["complaint"], strength["help"] = 0.0, 0.0
        strength["inquiry"] += 2 * _PLAIN
    if strength["inquiry"] and _ASKS.search(text) and not strength["complaint"]:
        strength["help"] *= 0.4
        if "建议" not in text:
            strength["suggestion"] *= 0.4
    if _CHEATED.search(text) and not _BUSINESS.search(text) and not _ACCUSES.search(text):
        strength["complaint"] = 0.0
        strength["help"] += _PLAIN
    if strength["report"] and _SUFFERED.search(text) and not _ACCUSES.search(text):
        strength["report"] = 0.0
        strength["help"] += _PLAIN


def _asks(text: str) -> bool:
    return _ASKS.search(text) is not None or _asks_whom(text)


def _asks_whom(text: str) -> bool:
    return bool(_ASKS_WHOM.search(text)) and not _OWN_TROUBLE.search(text)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    return _DENIED.search(text[max(0, match.start() - 8) : match.start()]) is not None


# 我要投诉, 想举报
_DECLARED = re.compile(
    r"(?<!不)(?<!不是)(?:我|俺|咱|就)(?:就)?(?:是)?(?:要|想|来)?(?:来|再|向你们|跟你们)*(?:提[个一]?[个条点]?)?"
    r"(投诉|举报|表扬|建议|求助|咨询)(?!过|了|电话|热线|没|无|都|也没)"
)
# 我提个建议
_PROPOSES = re.compile(
    r"(?:^|[，,。 ]|我|想|来|你们?|您|政府|社区)提(?:[一]?[个点条些])?(?:小)?"
    r"(?:建议|意见|想法)(?!没|都)"
)
_DECLARED_KINDS: dict[str, Kind] = {
    "投诉": "complaint",
    "举报": "report",
    "表扬": "praise",
    "建议": "suggestion",
    "求助": "help",
    "咨询": "inquiry",
}


def declared_kind(wording: str) -> Kind | None:
    """Kind that the resident names explicitly (我要投诉, 想举报); None without a name."""
    if _PROPOSES.search(wording[:200]):
        return "suggestion"
    match = _DECLARED.search(wording[:200])
    return _DECLARED_KINDS[match[1]] if match else None
