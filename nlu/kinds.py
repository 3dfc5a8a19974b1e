"""Which kind of appeal a text is: by the words that say so, else as like texts were.

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

import re
from collections import defaultdict
from typing import Literal

from nlu.terms import lead

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
        2.6,
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
        1.8,
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
        2.4,
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


def kind_said(text: str) -> tuple[Kind | None, tuple[str, ...]]:
    """The kind with the strongest cues and the words that were its cues; None without a cue."""
    strength: dict[Kind, float] = defaultdict(float)
    words: dict[Kind, list[str]] = defaultdict(list)
    for kind, weight, pattern in _KIND_CUES:
        cues = {
            m.group(): m for m in reversed(list(pattern.finditer(text))) if not _is_denied(text, m)
        }
        values = sorted(
            (lead(m.start(), _KIND_LEAD, _KIND_LEAD_WEIGHT) for m in cues.values()), reverse=True
        )
        strength[kind] += weight * sum(
            value * share for value, share in zip(values, _CUE_SHARES, strict=False)
        )
        words[kind] += reversed(cues)
    if not any(strength.values()):
        return None, ()
    best = max(strength, key=lambda kind: strength[kind])
    return best, tuple(words[best])


def _is_denied(text: str, match: re.Match[str]) -> bool:
    return _DENIED.search(text[max(0, match.start() - 8) : match.start()]) is not None
