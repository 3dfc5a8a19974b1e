"""District names inside the name of a shop or building: 桐庐土菜馆, 萧山大厦. Pure.

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
    rf"{_PART}{{0,4}}?(?:[菜饭面餐茶宾旅]馆|[^书]店|酒[楼家吧]|茶楼|大厦|大?排档|火锅|烧烤|小吃|"
    rf"馄饨|拌面"
    rf"|烧饼|羊肉|土菜|山货|土特产|特产|商会|人(?!民|[^\W\d_]?[医法]院))"
)
# The district name is not continued: …附近, …地区
_ENDS_HERE = re.compile(r"$|[\s\W]|[的这那区县市城]|附近|一带|地区|方向|分[局院店]")
_FINER = frozenset({"street", "community", "estate", "road"})
_BESIDE = 3  # characters: 文三路上的桐庐土菜馆


def drop_shop_names(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """`mentions` without short district names that are part of a shop, building or road name."""
    return [
        mention
        for i, mention in enumerate(mentions)
        if not _is_short_district(mention)
        or not (_names_shop(mention, text) or _follows_other(mentions[:i][-1:], mention, text))
    ]


def _is_short_district(mention: Mention) -> bool:
    return mention.level == "district" and not _FULL_NAME.search(mention.text)


def _names_shop(mention: Mention, text: str) -> bool:
    return bool(_SHOP_AFTER.match(text, mention.end))


def _follows_other(before: Sequence[Mention], mention: Mention, text: str) -> bool:
    """Whether a place in another district precedes closely, and the name continues: 文三路桐庐…"""
    if not before or before[0].level not in _FINER or before[0].misheard:
        return False
    if mention.start - before[0].end > _BESIDE or _ENDS_HERE.match(text, mention.end):
        return False
    return not any(a.agrees(b) for a in before[0].candidates for b in mention.candidates)


def is_misheard_road(mention: Mention) -> bool:
    """Whether the mention is a road that only sounds like its name (禹航路 for 余杭路)."""
    return mention.misheard and mention.level == "road"
