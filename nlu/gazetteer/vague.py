"""Vague places, which cannot be found on a map: 楼下, 我们小区门口, 隔壁烧烤店."""

import re

_WORDS = (
    "我们 咱们 你们 他们 我 咱 俺 自己 家 家里 这里 这边 这儿 那里 那边 那儿 附近 旁边 边上 对面 "
    "隔壁 楼上 楼下 楼顶 楼道 楼梯 楼梯上 楼梯口 楼道里 过道 过道里 走廊 门口 大门 "
    "门前 门外 屋里 屋后 窗外 窗口 小区 院子 院里 村里 "
    "村口 社区 单元 马路 路口 路 路边 路上 街上 街边 公园 广场 学校 菜场 菜市场 超市 工地 车库 "
    "地铁口 地铁站 公交站 车站 站台 "
    "停车场 地下 电梯 电梯里 里面 里 外面 外 后面 前面 中间 上面 下面 的 一个 有个 东面 西面 南面 "
    "北面 东门 西门 南门 北门 城里 城区 市里 一带 这个 那个 本 某 整个 全 "
    "烧烤店 烧烤摊 烧烤 饭店 饭馆 餐馆 面馆 火锅店 早餐店 早点摊 大排档 夜宵摊 小吃店 奶茶店 "
    "水果店 便利店 小店 店里 店 菜店 药店 理发店 洗车店 修车店 宾馆 旅馆 酒店 酒吧 棋牌室 麻将馆 "
    "麻将室 网吧 歌厅 健身房 培训班 幼儿园 小学 中学 医院 银行 快递点 仓库 厂里 工厂 厂房 垃圾站 "
    "垃圾房 公厕 厕所 河 河边 桥 桥下 桥头 人行道 绿化带 花坛 KTV 楼 楼栋 大楼 幢 栋"
).split()
# 三号楼, 2幢, 二单元: a number without its estate
_NUMBERED = (
    r"(?:[0-9]+|[一二三四五六七八九十百两]+|[A-Za-z甲乙丙丁])"
    r"(?:号楼|号门|号|幢|栋|座|单元|层|楼|室)"
)
_VAGUE = f"(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))}|{_NUMBERED})+"
_ONLY_VAGUE = re.compile(_VAGUE)
_LONGEST = 20  # characters; a longer text has other content
_ONLY_SAYS_WHERE = re.compile(
    rf"[，,。 嗯哦]*(?:也|都|就|是|在|住)*{_VAGUE}(?:这|那)?[里边]?[的啊呀呢吧嘛，,。！!~～ ]*"
)


def is_vague(place: str) -> bool:
    """True if a place consists of vague words only."""
    bare = re.sub(r"\s", "", place)
    return len(bare) <= _LONGEST and _ONLY_VAGUE.fullmatch(bare) is not None


def is_vague_answer(text: str) -> bool:
    """True if a text is nothing but a vague answer to "where?": 就在我们三号楼."""
    return len(text) <= _LONGEST and _ONLY_SAYS_WHERE.fullmatch(text) is not None
