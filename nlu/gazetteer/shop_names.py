"""Place names inside the name of a shop, building, brand or product: 桐庐土菜馆, 临安山核桃. Pure.

Such a name is no evidence of the location.
"""

import re
from collections.abc import Sequence

from nlu.gazetteer.place import Mention

_FULL_NAME = re.compile(r"[区县市]$")
# Characters between the district's name and the kind of shop; 的, 一家, 那个 end the name.
_PART = r"[^\s\W的了是在有这那个家一几两路街巷弄县区市镇乡村边到和跟与]"
# Behind a district's name: …土菜馆, …大厦, …人
_SHOP_AFTER = re.compile(
    rf"{_PART}{{0,4}}?(?:[菜饭面餐茶宾旅头]馆|[^书]店|[子货面]铺|酒[楼家吧]|茶楼|大厦|大?排档|火锅|烧烤|小吃|"
    rf"馄饨|拌面|烧饼|羊肉|土菜|山货|土特产|特产|山?核桃|萝卜干|茶叶|豆腐|杨梅|鱼头"
    rf"|商会|公司|集团|[农商]行|银行|老板|口音|籍|大巴|班车|客车|人(?!民|[^\W\d_]?[医法]院))"
)
# 买的建德草莓, 买了两斤临安笋干
_BOUGHT_BEFORE = re.compile(
    r"(?:[买吃喝卖]的|[买吃喝卖]了)(?:[0-9一二两三四五几十半]+[斤箱盒瓶袋只个包])?的?$"
)
_BRAND_AFTER = re.compile(r"牌(?![坊子照楼匾号])")
# The district name is not continued: …附近, …地区
_ENDS_HERE = re.compile(r"$|[\s\W]|[的这那区县市城]|附近|一带|地区|方向|分[局院店]")
_FINER = frozenset({"street", "community", "estate", "road"})
_BESIDE = 3  # characters: 文三路上的桐庐土菜馆


def drop_shop_names(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """`mentions` without short district names that are part of a shop, building or road name."""
    return [
        mention
        for i, mention in enumerate(mentions)
        if not _BRAND_AFTER.match(text, mention.end)
        and (
            not _is_short_district(mention)
            or not (_names_shop(mention, text) or _follows_other(mentions[:i][-1:], mention, text))
        )
    ]


def _is_short_district(mention: Mention) -> bool:
    return mention.level == "district" and not _FULL_NAME.search(mention.text)


def _names_shop(mention: Mention, text: str) -> bool:
    is_bought = _BOUGHT_BEFORE.search(text[max(0, mention.start - 10) : mention.start]) is not None
    if is_bought and not _ENDS_HERE.match(text, mention.end):
        return True
    return bool(_SHOP_AFTER.match(text, mention.end))


def _follows_other(before: Sequence[Mention], mention: Mention, text: str) -> bool:
    """True if a place in another district precedes closely, and the name continues: 文三路桐庐…"""
    if not before or before[0].level not in _FINER or before[0].misheard:
        return False
    if mention.start - before[0].end > _BESIDE or _ENDS_HERE.match(text, mention.end):
        return False
    return not any(a.agrees(b) for a in before[0].candidates for b in mention.candidates)


def is_misheard_road(mention: Mention) -> bool:
    """True if the mention is a road that only sounds like its name (禹航路 for 余杭路)."""
    return mention.misheard and mention.level == "road"
