"""Channels by which an appeal is made: the values of a case's `source_channel`."""

from collections.abc import Mapping

# Channels of appeals that staff enter for a resident (S71).
BY_STAFF: Mapping[str, str] = {"phone": "电话", "window": "窗口", "letter": "来信"}
OPEN311 = "open311"
CHANNELS: Mapping[str, str] = {
    "web": "网页",
    "telegram": "Telegram",
    "wechat": "微信",
    **BY_STAFF,
    "app": "手机应用",
    "forum": "论坛发帖",
    "media": "媒体报道",
    "visit": "走访座谈",
    OPEN311: "开放接口应用",
}
