"""A small town's history, made up for the tests: three kinds of matter, and one that is new.

蓝芯驿站 is a word that no model of ours knows: what is said of it can only have been learnt.
"""

import json
from pathlib import Path
from typing import Any

_TELECOM = "科技与信息产业", "telecom_post"
_WATER = "城乡建设", "water_gas"
_TRANSPORT = "交通运输", "transport"
_LINES = {
    _TELECOM: (
        "蓝芯驿站的信号总是断", "蓝芯驿站的盒子又坏了", "蓝芯驿站连不上", "家里的蓝芯驿站不亮灯",
        "蓝芯驿站换了新的还是慢", "楼道的蓝芯驿站没人管", "蓝芯驿站一到晚上就卡",
        "蓝芯驿站搬家以后没有装", "蓝芯驿站的师傅约了不来", "蓝芯驿站多收了一个月的钱",
        "蓝芯驿站的机器很响", "村里还没有蓝芯驿站", "蓝芯驿站说要换线",
        "蓝芯驿站停了两天没通知", "蓝芯驿站的客服不接",
    ),
    _WATER: (
        "水管爆了满地是水", "自来水发黄有铁锈味", "三楼以上没有水压", "水表走得太快",
        "停水一整天没有通知", "水费多算了两个月", "小区的水龙头漏水", "自来水有股漂白粉味",
        "换水表要收钱吗", "水管老化总是漏", "早上水压低洗不了澡", "水厂说检修却没说几天",
        "水表箱盖子不见了", "二次供水的水箱很脏", "自来水浑浊不能喝",
    ),
    _TRANSPORT: (
        "出租车司机绕路", "网约车拒载老人", "去镇上的客车一天只有一班", "客车超载还站着人",
        "出租车不打表", "高速收费站多扣了钱", "县道坑太多客车不肯走", "货车把公路压坏了",
        "客运站不给退票", "出租车司机抽烟骂人", "网约车司机半路把人丢下", "公路边的护栏断了",
        "客车没到站就赶人下车", "乡道塌了一半", "收费站排队一个小时",
    ),
}  # fmt: skip
HISTORY = [(text, *judged) for judged, texts in _LINES.items() for text in texts]
NEW_THING = "蓝芯驿站又出毛病了"  # what it is about only the history knows


def rows() -> list[dict[str, Any]]:
    return [{"text": text, "domain": domain, "unit_type": unit} for text, domain, unit in HISTORY]


def write(path: Path, lines: list[dict[str, Any] | str] | None = None) -> Path:
    """JSON Lines of `lines`, or of the whole history; a string is written as it stands."""
    content: list[Any] = rows() if lines is None else lines
    encoded = (
        row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in content
    )
    path.write_text("".join(f"{line}\n" for line in encoded), encoding="utf-8")
    return path
