"""The console's sections by address: where an error page links back to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    name: str
    address: str


_CASES = Section("我的工单", "/console/cases")
_CHATS = Section("等候的会话", "/console/conversations")
_MEASURES = Section("测评", "/console/measures")
_PUBLIC = Section("评议结果", "/public/reviews")
_SECTIONS = {
    "conversations": _CHATS,
    "call-backs": _CHATS,
    "new-case": Section("登记来电来访", "/console/new-case"),
    "low-ratings": Section("低分通报", "/console/low-ratings"),
    "measures": _MEASURES,
    "boards": _MEASURES,
    "cockpit": Section("驾驶舱", "/console/cockpit"),
    "campaigns": Section("专项", "/console/campaigns"),
    "briefs": Section("简报", "/console/briefs"),
    "problems": Section("共性问题", "/console/problems"),
    "consultations": Section("问计于民", "/console/consultations"),
    "alerts": Section("预警", "/console/alerts"),
    "topics": Section("热点", "/console/topics"),
    "reviews": Section("评议", "/console/reviews"),
    "admin": Section("管理", "/console/admin/accounts"),
    "account": Section("我的账号", "/console/account"),
    "knowledge": Section("知识", "/console/knowledge"),
    "sources": Section("来源", "/console/sources"),
}


def section_of(path: str) -> Section:
    """The section of an address: `/console/reviews/3/invite` is in the reviews."""
    if is_public(path):
        return _PUBLIC
    return next((_SECTIONS[part] for part in path.split("/")[2:3] if part in _SECTIONS), _CASES)


def own_desk(path: str) -> Section:
    """Where a page that refuses leads: to the cases, which all staff may see."""
    return section_of(path) if is_public(path) else _CASES


def is_public(path: str) -> bool:
    return path.split("/")[1:2] == ["public"]
